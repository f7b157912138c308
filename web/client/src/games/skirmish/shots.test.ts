import assert from "node:assert/strict";
import test from "node:test";
import { ARENA } from "./arena";
import { land, Shots } from "./shots";
import type { Player, Shot, State } from "./types";

const frame = 1 / 60;
const perTick = ARENA.shotSpeed / ARENA.tickRate;
/** A way without walls: along the upper edge. */
const lane = 50;

const player = (id: number, x: number, y = lane): Player => ({ id, x, y, hp: 3, ux: 0, uy: 0, da: 0, co: 0, rl: 0, vx: 0, vy: 0, a: 0, sd: 0, sf: 0, tr: 0, bk: 0, k: 0, d: 0, pl: 0 });
const state = (ps: Player[], sh: Shot[]): State => ({ ph: 0, rd: 1, end: 0, goal: 15, ps, sh, it: [] });
const shotAt = (x: number, lag = 0): Shot => ({ id: 7, o: 1, x, y: lane, vx: ARENA.shotSpeed, vy: 0, lag });

/**
 * Fires a shot at tick 100 from x = 100 and draws 60 pictures a second, the others delayed by so many ticks behind the
 * newest state and me ahead of them by lead. The server ends the shot at a tick. Returns where it was drawn, and ended.
 */
function fly({ me, lead = 0, lag = 0, behind = 2, end = Infinity, pictures = 60 }: { me?: Player; lead?: number; lag?: number; behind?: number; end?: number; pictures?: number }) {
  const drawn: { tick: number; x: number }[] = [];
  const ended: number[] = [];
  let tip = 0;
  const ctx = new Proxy({}, { get: (_, name) => (name === "lineTo" ? (x: number) => (tip = x) : () => undefined), set: () => true }) as CanvasRenderingContext2D;
  const shots = new Shots((x) => ended.push(x));
  const others = [player(1, 100)];
  const at = (tick: number) => state(me ? [...others, me] : others, tick >= 100 && tick < end ? [shotAt(100 + perTick * (tick - 99), lag)] : []);
  let newest = at(90);
  let tick = 90;
  for (let i = 0; i < pictures; i++) {
    const now = 100 + i * frame * ARENA.tickRate;
    if (Math.floor(now) > tick) newest = at((tick = Math.floor(now)));
    const sample = { from: newest, to: newest, t: 0, tick: now - behind };
    tip = NaN;
    shots.draw(ctx, { state: newest, tick, sample, seconds: frame, mySeat: me ? 0 : -1, me, lead, fine: 1 });
    if (tip === tip) drawn.push({ tick: now - behind, x: tip });
  }
  return { drawn, ended };
}

/** Where the server has the shot at a tick. */
const truth = (tick: number) => 100 + perTick * (tick - 99);

test("for those who look on, a shot is where the picture's moment has it", () => {
  const { drawn } = fly({});
  assert.ok(drawn.length > 50);
  for (const { tick, x } of drawn) assert.ok(Math.abs(x - truth(tick)) < 1e-6);
});

test("a shot comes out of its owner's barrel, and meets me in my own time", () => {
  const { drawn, ended } = fly({ me: player(0, 800), lead: 6 });
  assert.ok(Math.abs(drawn[0]!.x - truth(drawn[0]!.tick)) < perTick / 2, "it begins where its owner is drawn");
  const last = drawn.at(-1)!;
  assert.ok(Math.abs(last.x - truth(last.tick + 6)) < perTick / 4, "it ends where the server has it when my ball is there");
  assert.ok(Math.abs(ended[0]! - 800) < 30);
});

test("a shot that the server judges by what its owner saw late is drawn as much further on", () => {
  const { drawn } = fly({ me: player(0, 800), lead: 3, lag: 3 });
  const last = drawn.at(-1)!;
  assert.ok(Math.abs(last.x - truth(last.tick + 6)) < perTick / 4);
});

test("on its way into my time a shot is never drawn backwards, nor much more than twice as fast as it flies", () => {
  const { drawn } = fly({ me: player(0, 800), lead: 6 });
  for (let i = 1; i < drawn.length; i++) {
    const speed = (drawn[i]!.x - drawn[i - 1]!.x) / frame / ARENA.shotSpeed;
    assert.ok(speed > 0.3 && speed < 2.3, `${speed}`);
  }
});

test("a shot that the server ends is drawn to where it ended, and sparks there once", () => {
  const { drawn, ended } = fly({ end: 110, pictures: 90 });
  assert.equal(ended.length, 1);
  assert.ok(Math.abs(ended[0]! - truth(110)) < 1);
  assert.ok(drawn.at(-1)!.x <= ended[0]!);
});

test("a shot that reaches the edge ends there, and waits for the server unseen", () => {
  const { drawn, ended } = fly({ pictures: 200 });
  assert.deepEqual(ended.map(Math.round), [ARENA.width]);
  assert.ok(drawn.every(({ x }) => x < ARENA.width));
});

test("a shot ends at the player it meets, or at the wall", () => {
  const shot = { ...shotAt(100) };
  assert.equal(land(shot, [player(1, 90), player(2, 140)])?.id, 2);
  assert.ok(shot.x > 110 && shot.x < 141);
  const low = { ...shotAt(660), y: 130 };
  assert.equal(land(low, []), undefined);
  assert.ok(low.x < 690, "the upper lintel");
});
