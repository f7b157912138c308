import assert from "node:assert/strict";
import test from "node:test";
import { encode } from "./msgpack";
import { mergePatch } from "./mergepatch";
import { compactParser, decodePacket, encodePacket, type Frame, type Packet } from "./parser";

const hex = (bytes: Uint8Array) => [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");

test("packets are arrays without their absent ends", () => {
  const cases: [Packet, string][] = [
    [{ type: 0, nsp: "/" }, "920000"],
    [{ type: 0, nsp: "/", data: { token: "x" } }, "940000c081a5746f6b656ea178"],
    [{ type: 1, nsp: "/" }, "920100"],
    [{ type: 2, nsp: "/", data: ["ev", 1] }, "940200c092a2657601"],
    [{ type: 2, nsp: "/custom", id: 5, data: ["ev"] }, "9402a72f637573746f6d0591a26576"],
    [{ type: 3, nsp: "/", id: 300, data: [] }, "940300cd012c90"],
  ];
  for (const [packet, bytes] of cases) {
    assert.equal(hex(encodePacket(packet)), bytes);
    assert.deepEqual(decodePacket(encodePacket(packet)), packet);
  }
});

test("malformed packets are refused", () => {
  const bad: unknown[] = [
    {}, [], [9, 0], ["2", 0], [2], [2, null, null, ["ev"]], [2, 0, null, []], [2, 0, null, [1]], [2, 0, -1, ["ev"]], [2, 0, 1.5, ["ev"]],
    [3, 0, 1], [4, 0, null, "no"], [1, 0, null, {}], [0, 0, null, []],
  ];
  for (const items of bad) assert.throws(() => decodePacket(encode(items)), /packet/);
});

// The schema {n: integer} under the hash 7; one view without a name; then tick 5 as a keyframe: {n: 1}.
const first = [0xc1, 0xfe, 7, 0x91, 0x92, 0xa1, 0x6e, 0, 0xff, 1, 0xa0, 7, 0, 5, 1, 2, 40, 0, 1, 48];
// One tick on, seat 2 has consumed one more, n grows by 1.
const next = [0xc1, 1, 0, 0, 1, 48];

async function frames(...bytes: number[][]): Promise<Frame[]> {
  const seen: Frame[] = [];
  const decoder = new (compactParser((frame) => seen.push(frame)).Decoder)();
  for (const b of bytes) decoder.add(new Uint8Array(b));
  await Promise.resolve();
  return seen;
}

test("state frames build on each other, and each state stays as it was", async () => {
  const [a, b] = await frames(first, next);
  assert.deepEqual([a!.tick, { ...(a!.state as object) }, [...a!.acks]], [5, { n: 1 }, [[2, 40]]]);
  assert.deepEqual([b!.tick, { ...(b!.state as object) }, [...b!.acks]], [6, { n: 2 }, [[2, 41]]]);
});

test("a change without what it changes makes the decoder throw, so that the client comes back", () => {
  const decoder = new (compactParser(() => undefined).Decoder)();
  decoder.add(new Uint8Array(first));
  decoder.destroy();
  decoder.add(new Uint8Array(first));
  decoder.destroy();
  assert.throws(() => decoder.add(new Uint8Array(next)));
});

test("a merge patch changes what it names and shares the rest", () => {
  const before = { a: { x: 1 }, b: { y: 1 }, list: [1, 2] };
  const after = mergePatch(before, { a: { x: 2 }, list: [3], c: true });
  assert.deepEqual(after, { a: { x: 2 }, b: { y: 1 }, list: [3], c: true });
  assert.equal((after as typeof before).b, before.b);
  assert.deepEqual(mergePatch(after, { a: null, b: { y: null, z: 1 } }), { b: { z: 1 }, list: [3], c: true });
  assert.deepEqual(before, { a: { x: 1 }, b: { y: 1 }, list: [1, 2] });
});

test("states and packets are delivered in the order of the wire", async () => {
  const seen: string[] = [];
  const parser = compactParser((frame: Frame) => seen.push(`state ${frame.tick}`));
  const decoder = new parser.Decoder();
  // As socket.io-client does it: each decoded packet is delivered a microtask later.
  decoder.on("decoded", (packet) => void Promise.resolve().then(() => seen.push(`packet ${String((packet.data as unknown[])[0])}`)));
    decoder.add(encodePacket({ type: 2, nsp: "/", data: ["a"] }));
  decoder.add(new Uint8Array(first).buffer);
  decoder.add(encodePacket({ type: 2, nsp: "/", data: ["b"] }));
  decoder.add(new Uint8Array(next));
  await Promise.resolve();
  assert.deepEqual(seen, ["packet a", "state 5", "packet b", "state 6"]);
});

test("text makes the decoder throw, so that the client closes", () => {
  const decoder = new (compactParser(() => undefined).Decoder)();
  assert.throws(() => decoder.add('0{"sid":"x"}'), /expected binary/);
});
