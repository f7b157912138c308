import type { NetStats } from "ninepin";

/** What the page knows about how the game reaches this screen. */
export interface Health extends NetStats {
  /** Whether the connection stands. */
  connected: boolean;
  /** Steps per second; 0 for matches that step when an input comes. */
  tickRate: number;
  /** How long no state has come although the match goes on, ms. */
  silent: number;
  /** Pictures per second that this device draws; undefined while nobody counts. */
  pictures: number | undefined;
}

/** 0: gone, 1: bad, 2: so so, 3: good. */
export type Level = 0 | 1 | 2 | 3;

const silence = 1000;
const slowDevice = 30;

/** Says in plain words how the connection is, and what a player feels of it: the first thing that is wrong. */
export function verdict(h: Health): [level: Level, text: string] {
  if (!h.connected) return [0, "Connection lost. Coming back…"];
  if (h.silent > silence) return [1, `Nothing has come for ${(h.silent / 1000).toFixed(0)} s.`];
  if (h.pictures !== undefined && h.pictures < slowDevice) {
    return [2, `This device draws only ${Math.round(h.pictures)} pictures a second.`];
  }
  const late = Math.round(h.starved * 100);
  if (late >= 1) return [late >= 5 ? 1 : 2, `Your connection stutters: ${late} % of pictures came late.`];
  if (h.corrections >= 4) return [2, `The server put you elsewhere ${h.corrections} times in a minute.`];
  const rtt = h.rtt ?? 0;
  if (rtt >= 150) return [rtt >= 300 ? 1 : 2, `A long way to the server: ${(rtt / 1000).toFixed(2)} s for an answer.`];
  if (h.lateness >= 60) return [2, `An uneven connection: others are shown ${Math.round(h.delay)} ms late.`];
  if (h.rtt === undefined) return [3, "Measuring…"];
  return [3, "Good connection."];
}

/** One figure of the panel. */
export interface Reading {
  label: string;
  /** What it means, in one line. */
  why: string;
  /** The figure to draw; undefined while there is none. */
  value(h: Health): number | undefined;
  text(h: Health): string;
  /** The least height of its graph, so that small noise looks small. */
  scale: number;
  /** Means nothing in matches without a clock. */
  timed?: boolean;
}

const ms = (x: number | undefined): string => (x === undefined ? "–" : `${Math.round(x)} ms`);
const rate = (bytes: number): string => (bytes < 1000 ? `${Math.round(bytes)} B/s` : `${(bytes / 1000).toFixed(1)} kB/s`);

/** The figures of the panel, in its order. */
export const readings: readonly Reading[] = [
  { label: "Round trip", why: "From here to the server and back.", value: (h) => h.rtt, text: (h) => ms(h.rtt), scale: 100 },
  {
    label: "Jitter", why: "How unevenly the server's states arrive.",
    value: (h) => h.jitter, text: (h) => `± ${ms(h.jitter)}`, scale: 40, timed: true,
  },
  {
    label: "Lateness", why: "Of 100 states, 95 come less late than this.",
    value: (h) => h.lateness, text: (h) => ms(h.lateness), scale: 60, timed: true,
  },
  {
    label: "Stutter", why: "Pictures of the last seconds for which no new state was there.",
    value: (h) => h.starved * 100, text: (h) => `${(h.starved * 100).toFixed(1)} %`, scale: 5, timed: true,
  },
  {
    label: "Pauses", why: "Times that no state came for four ticks and more.",
    value: (h) => h.stalls, text: (h) => String(h.stalls), scale: 5, timed: true,
  },
  {
    label: "Picture delay", why: "The others are drawn this far in the past, so that they move smoothly.",
    value: (h) => h.delay, text: (h) => ms(h.delay), scale: 150, timed: true,
  },
  {
    label: "Corrections", why: "How often the server had you elsewhere in the last minute, and by how far the last time.",
    value: (h) => h.corrections, text: (h) => `${h.corrections}/min${h.error > 0 ? ` · ${h.error.toFixed(1)}` : ""}`, scale: 5, timed: true,
  },
  { label: "Unanswered", why: "Inputs of yours that no state has answered yet.", value: (h) => h.inFlight, text: (h) => String(h.inFlight), scale: 8 },
  {
    label: "States", why: "States of the match that arrive per second.",
    value: (h) => h.frames, text: (h) => `${h.frames.toFixed(0)} of ${h.tickRate}/s`, scale: 20, timed: true,
  },
  { label: "In", why: "Bytes that arrive per second.", value: (h) => h.bytesIn, text: (h) => rate(h.bytesIn), scale: 1000 },
  { label: "Out", why: "Bytes that leave per second.", value: (h) => h.bytesOut, text: (h) => rate(h.bytesOut), scale: 1000 },
  {
    label: "Pictures", why: "What this device draws per second.",
    value: (h) => h.pictures, text: (h) => (h.pictures === undefined ? "–" : `${h.pictures.toFixed(0)}/s`), scale: 60,
  },
];
