import assert from "node:assert/strict";
import test from "node:test";
import { encode } from "./msgpack";
import { compactParser, decodeFrame, decodePacket, encodePacket, type Frame, type Packet } from "./parser";

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

test("a state frame carries tick, acks and state", () => {
  const frame = decodeFrame(encode([7, [[0, 12], [3, 400]], { x: 1 }]));
  assert.equal(frame.tick, 7);
  assert.deepEqual([...frame.acks], [[0, 12], [3, 400]]);
  assert.deepEqual(frame.state, { x: 1 });
});

test("states and packets are delivered in the order of the wire", async () => {
  const seen: string[] = [];
  const parser = compactParser((frame: Frame) => seen.push(`state ${frame.tick}`));
  const decoder = new parser.Decoder();
  // As socket.io-client does it: each decoded packet is delivered a microtask later.
  decoder.on("decoded", (packet) => void Promise.resolve().then(() => seen.push(`packet ${String((packet.data as unknown[])[0])}`)));
  const state = (tick: number) => new Uint8Array([0xc1, ...encode([tick, [], {}])]);
  decoder.add(encodePacket({ type: 2, nsp: "/", data: ["a"] }));
  decoder.add(state(1).buffer);
  decoder.add(encodePacket({ type: 2, nsp: "/", data: ["b"] }));
  decoder.add(state(2));
  await Promise.resolve();
  assert.deepEqual(seen, ["packet a", "state 1", "packet b", "state 2"]);
});

test("text makes the decoder throw, so that the client closes", () => {
  const decoder = new (compactParser(() => undefined).Decoder)();
  assert.throws(() => decoder.add('0{"sid":"x"}'), /expected binary/);
});
