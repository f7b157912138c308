/**
 * The browsers' half of a simulation in virtual time: pages that run the real SDK, in one process, driven by a Go test that
 * has the server and the network. Both speak in turns of a few milliseconds, shorter than any way over the network: what is
 * sent in a turn arrives in a later one. A message is its length, four bytes, little end first, and one value in MessagePack.
 */
import { run, setClock, wake } from "./time";
import { type Kind, LinkSocket, posts } from "./socket";
import { readSync, writeSync } from "node:fs";
import { decode, encode } from "ninepin";
import { type Note, Page, type Tab } from "./page";

/** The first message. */
interface Setting {
  tabs: Tab[];
  /** How fast the pages' clocks run. */
  clock: number;
}

/** Each of the others. */
interface Turn {
  until: number;
  /** Whose tab is hidden from now on, or shown. */
  hide?: Record<number, boolean>;
  /** Whose phone sleeps from now on, or wakes up. */
  sleep?: Record<number, boolean>;
  arrivals: [socket: number, at: number, kind: Kind, data: string | Uint8Array<ArrayBuffer>][];
}

function read(length: number): Uint8Array | undefined {
  const bytes = new Uint8Array(length);
  for (let got = 0; got < length; ) {
    const n = readSync(0, bytes, got, length - got);
    if (n === 0) return undefined;
    got += n;
  }
  return bytes;
}

function receive(): unknown {
  const head = read(4);
  const body = head && read(new DataView(head.buffer).getUint32(0, true));
  return body && decode(body);
}

function answer(value: unknown): void {
  const body = encode(value);
  const bytes = new Uint8Array(4 + body.length);
  new DataView(bytes.buffer).setUint32(0, body.length, true);
  bytes.set(body, 4);
  for (let sent = 0; sent < bytes.length; ) sent += writeSync(1, bytes, sent, bytes.length - sent);
}

let notes: Note[] = [];
const setting = receive() as Setting;
setClock(setting.clock);
const pages = setting.tabs.map((tab, i) => new Page(i, tab, (note) => notes.push(note)));
for (let turn = receive() as Turn | undefined; turn; turn = receive() as Turn | undefined) {
  for (const [page, hidden] of Object.entries(turn.hide ?? {})) pages[Number(page)]!.hidden = hidden;
  for (const [page, asleep] of Object.entries(turn.sleep ?? {})) pages[Number(page)]!.asleep = asleep;
  wake();
  for (const arrival of turn.arrivals) LinkSocket.arrive(...arrival);
  await run(turn.until);
  answer({ posts: posts.splice(0), notes, pages: pages.map((page) => page.take()) });
  notes = [];
}
