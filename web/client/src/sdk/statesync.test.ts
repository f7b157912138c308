import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { StateSync } from "./statesync";

// Streams that Go's encoder made, with what they must lead to: game/internal/statesync/golden_test.go.
interface Golden {
  name: string;
  frames: { bytes: string; join?: string; tick: number; acks: Record<string, number>; hash: number; state?: unknown }[];
}

const testdata = "../../game/internal/statesync/testdata/";
const streams = JSON.parse(readFileSync(testdata + "streams.json", "utf8")) as Golden[];

const bytes = (base64: string) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const unhex = (hex: string) => Uint8Array.from(hex.split(" "), (b) => parseInt(b, 16));

/** The text of a tree that is the same in Go and here: keys in order, no nil pointers, and what JSON lacks as strings. */
function textOf(v: unknown): string {
  if (v instanceof Uint8Array) return `"bytes ${[...v].map((b) => b.toString(16).padStart(2, "0")).join("")}"`;
  if (Array.isArray(v)) return `[${v.map(textOf).join(",")}]`;
  if (typeof v === "number" && Object.is(v, -0)) return '"-0"';
  if (typeof v === "number" && !Number.isFinite(v)) return v === Infinity ? '"+Inf"' : v === -Infinity ? '"-Inf"' : '"NaN"';
  if (typeof v !== "object" || v === null) return JSON.stringify(v);
  const sorted = Object.entries(v).filter(([, x]) => x !== null).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, x]) => `${JSON.stringify(key)}:${textOf(x)}`).join(",")}}`;
}

/** FNV-1a, 32 bits, of the canonical text. */
function hashOf(v: unknown): number {
  let hash = 0x811c9dc5;
  for (const b of new TextEncoder().encode(textOf(v))) hash = Math.imul(hash ^ b, 0x01000193);
  return hash >>> 0;
}

function states(sync: StateSync): Record<string, unknown> {
  return Object.fromEntries(sync.views.map((v) => [v.name, v.snapshot()]));
}

for (const { name, frames } of streams) {
  test(`follows the stream "${name}" as Go does, from the start and from later`, () => {
    const clients = [new StateSync()];
    frames.forEach((frame, i) => {
      for (const sync of clients) sync.apply(bytes(frame.bytes));
      if (frame.join) {
        const joiner = new StateSync();
        joiner.apply(bytes(frame.join));
        clients.push(joiner);
      }
      for (const sync of clients) {
        if (frame.state) assert.equal(textOf(states(sync)), textOf(frame.state), `frame ${i}`);
        assert.equal(hashOf(states(sync)), frame.hash, `frame ${i}`);
        assert.equal(sync.tick, frame.tick);
        assert.deepEqual(Object.fromEntries(sync.acks), frame.acks, `acks of frame ${i}`);
      }
    });
  });

  test(`snapshots of the stream "${name}" stay as they are`, () => {
    const sync = new StateSync();
    const taken: { at: number; copy: Record<string, unknown> }[] = [];
    frames.forEach((frame, i) => {
      sync.apply(bytes(frame.bytes));
      if (i % 3 === 1) return; // not at every frame
      const copy = Object.fromEntries(sync.views.map((v) => [v.name, v.snapshot()]));
      assert.equal(hashOf(copy), frame.hash, `frame ${i}`);
      taken.push({ at: i, copy });
    });
    for (const { at, copy } of taken) assert.equal(hashOf(copy), frames[at]!.hash, `frame ${at}, later`);
  });
}

test("a snapshot shares what has not changed", () => {
  const { frames } = streams.find((s) => s.name === "wide")!;
  const sync = new StateSync();
  const view = sync.view<{ A0: number; Seats: unknown[] }>();
  let shared = 0;
  let last: { A0: number; Seats: unknown[] } | undefined;
  for (const frame of frames) {
    const bytesOfFrame = bytes(frame.bytes);
    sync.apply(bytesOfFrame);
    const copy = view.snapshot()!;
    assert.equal(view.snapshot(), copy);
    if (last && bytesOfFrame[0] !== 0 && textOf(last.Seats) === textOf(copy.Seats)) {
      assert.equal(last.Seats, copy.Seats);
      shared++;
    }
    last = copy;
  }
  assert.ok(shared > 5);
});

// [["x", 0]] under hash 1, one view without a name.
const schema = "fe 01 91 92 a1 78 00 ff 01 a0 01";

test("frames that make no sense are refused", () => {
  const bad = [
    "", "01", "00", "00 01", `${schema} 01 00`, `${schema} 00 01 00`, `${schema} 00 01 00 01 01 30`, "ff 01 a0 05 00 01 00", "ff 01",
    `${schema} 00 01 00 00 01`, `${schema} 00 01 00 00 01 c1`, `${schema} 00 01 00 00 01 cd`, "05", "c0",
  ];
  for (const frame of bad) {
    const sync = new StateSync();
    assert.throws(() => sync.apply(frame === "" ? new Uint8Array(0) : unhex(frame)), /state|msgpack|undefined/);
  }
});

test("after a frame that makes no sense a keyframe sets all right", () => {
  const sync = new StateSync();
  sync.apply(unhex(`${schema} 00 01 00 00 01 34`));
  assert.deepEqual({ ...sync.view<{ x: number }>().snapshot() }, { x: 5 });
  assert.throws(() => sync.apply(unhex("01 00 00 01 c1")));
  sync.apply(unhex("00 07 01 02 05 00 01 36"));
  assert.deepEqual({ ...sync.view<{ x: number }>().snapshot() }, { x: 7 });
  assert.equal(sync.tick, 7);
  assert.deepEqual([...sync.acks], [[2, 5]]);
});

test("frames may lie inside other bytes", () => {
  const sync = new StateSync();
  sync.apply(unhex(`c1 ${schema} 00 01 00 00 01 34`), 1);
  assert.equal(sync.view<{ x: number }>().snapshot()!.x, 5);
});
