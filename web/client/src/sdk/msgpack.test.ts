import assert from "node:assert/strict";
import test from "node:test";
import { decode, encode, Extension } from "./msgpack";

const hex = (bytes: Uint8Array) => [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
const unhex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

// From the specification of MessagePack: the smallest form of each value.
const pairs: [value: unknown, bytes: string][] = [
  [null, "c0"], [false, "c2"], [true, "c3"],
  [0, "00"], [127, "7f"], [128, "cc80"], [255, "ccff"], [256, "cd0100"], [65535, "cdffff"], [65536, "ce00010000"],
  [4294967295, "ceffffffff"], [4294967296, "cf0000000100000000"], [9007199254740991, "cf001fffffffffffff"],
  [-1, "ff"], [-32, "e0"], [-33, "d0df"], [-128, "d080"], [-129, "d1ff7f"], [-32768, "d18000"], [-32769, "d2ffff7fff"],
  [-2147483648, "d280000000"], [-2147483649, "d3ffffffff7fffffff"],
  [1.5, "cb3ff8000000000000"], [Infinity, "cb7ff0000000000000"], [1e300, "cb7e37e43c8800759c"],
  ["", "a0"], ["a", "a161"], ["é", "a2c3a9"], ["x".repeat(31), "bf" + "78".repeat(31)], ["x".repeat(32), "d920" + "78".repeat(32)],
  ["x".repeat(256), "da0100" + "78".repeat(256)],
  [[], "90"], [[1, [2]], "9201" + "9102"], [new Array(16).fill(0), "dc0010" + "00".repeat(16)],
  [{}, "80"], [{ a: 1, b: null }, "82a16101a162c0"],
];

test("values are written in their smallest form, and read back", () => {
  for (const [value, bytes] of pairs) {
    assert.equal(hex(encode(value)), bytes);
    assert.deepEqual(decode(unhex(bytes)), value);
  }
});

test("large collections survive", () => {
  const object = Object.fromEntries(Array.from({ length: 70_000 }, (_, i) => [`k${i}`, i]));
  assert.deepEqual(decode(encode(object)), object);
  const list = Array.from({ length: 70_000 }, (_, i) => -i);
  assert.deepEqual(decode(encode(list)), list);
  const text = "ü".repeat(70_000);
  assert.equal(decode(encode(text)), text);
});

test("bin is a view on what was received", () => {
  const message = encode({ b: new Uint8Array([1, 2, 3]).subarray(1) });
  assert.equal(hex(message), "81a162c4020203");
  const { b } = decode(message) as { b: Uint8Array };
  assert.deepEqual([...b], [2, 3]);
  assert.ok(b.buffer === message.buffer);
  assert.equal(hex(encode(new Uint8Array([7]).buffer)), "c40107");
});

test("dates come and go as timestamps", () => {
  for (const iso of ["2026-02-03T04:05:06.789Z", "1969-12-31T23:59:59.250Z", "2600-01-01T00:00:00.000Z"]) {
    assert.equal((decode(encode(new Date(iso))) as Date).toISOString(), iso);
  }
  assert.equal((decode(unhex("d6ff00000001")) as Date).getTime(), 1000);
  assert.equal((decode(unhex("d7ff" + "7735940000000001")) as Date).getTime(), 1500);
});

test("other extensions keep their type and bytes", () => {
  const value = decode(unhex("c7030501" + "0203")) as Extension;
  assert.equal(value.type, 5);
  assert.deepEqual([...value.data], [1, 2, 3]);
});

test("what has no MessagePack form is nil, and left out of objects", () => {
  assert.equal(hex(encode([undefined, () => 1])), "92c0c0");
  assert.equal(hex(encode({ a: undefined, f: () => 1, b: 2 })), "81a16202");
});

test("toJSON and Map are honoured", () => {
  assert.deepEqual(decode(encode({ toJSON: () => [1] })), [1]);
  assert.deepEqual(decode(encode(new Map([["k", 1]]))), { k: 1 });
});

test("a received __proto__ is a key like any other", () => {
  const object = decode(unhex("81a95f5f70726f746f5f5f81a17801")) as Record<string, unknown>;
  assert.ok(Object.getPrototypeOf(object) === Object.prototype);
  assert.deepEqual(Object.keys(object), ["__proto__"]);
});

test("hostile bytes are refused before anything is allocated", () => {
  for (const bytes of ["", "c1", "a5616263", "ddffffffff", "dfffffffff", "dbffffffff", "cb3ff8", "0000", "c4ff00", "d6ff0000"]) {
    assert.throws(() => decode(unhex(bytes)), /msgpack|bounds/);
  }
  assert.throws(() => decode(unhex("91".repeat(1000) + "00")), /nested/);
});

test("cycles are refused", () => {
  const loop: unknown[] = [];
  loop.push(loop);
  assert.throws(() => encode(loop), /cycle/);
});
