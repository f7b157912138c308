// Captures golden frames from the official parsers into golden.json:
//   NODE_PATH=<node_modules with socket.io-parser and socket.io-msgpack-parser> node testdata/capture.js
// Each case has the frames of both parsers, and in `value` what the packet's data means: binary as {"$bin": hex},
// dates as {"$date": ms}, undefined as null.
const fs = require("fs");
const path = require("path");
const { Encoder } = require("socket.io-parser");
const msgpack = require("socket.io-msgpack-parser");

const CONNECT = 0, DISCONNECT = 1, EVENT = 2, ACK = 3, CONNECT_ERROR = 4;
const long = "x".repeat(300);
const cases = {
  "connect": { type: CONNECT, nsp: "/" },
  "connect with auth": { type: CONNECT, data: { token: "t", n: 7 }, nsp: "/" },
  "connect to a namespace": { type: CONNECT, data: { token: "t" }, nsp: "/custom" },
  "disconnect": { type: DISCONNECT, nsp: "/" },
  "disconnect from a namespace": { type: DISCONNECT, nsp: "/custom" },
  "connect error": { type: CONNECT_ERROR, data: { message: "Invalid namespace" }, nsp: "/random" },
  "event": { type: EVENT, data: ["ev", 1], nsp: "/" },
  "event without arguments": { type: EVENT, data: ["ev"], nsp: "/" },
  "event with ack": { type: EVENT, data: ["ev", "a"], id: 12, nsp: "/custom" },
  "event with a numeric name": { type: EVENT, data: [5, "a"], nsp: "/" },
  "event with a large id": { type: EVENT, data: ["ev"], id: 4000000000, nsp: "/" },
  "ack": { type: ACK, data: [1, "2"], id: 456, nsp: "/" },
  "ack without arguments": { type: ACK, data: [], id: 0, nsp: "/" },
  "integers": { type: EVENT, data: ["n", 0, 1, 127, 128, 255, 256, 65535, 65536, 4294967295, 4294967296, 9007199254740991, -1, -32, -33, -128, -129, -32768, -32769, -2147483648, -2147483649, -9007199254740991], nsp: "/" },
  "fractions": { type: EVENT, data: ["n", 0.5, -1.25, 1e-7, 1.5, 5e-324, 0.1], nsp: "/" },
  "constants": { type: EVENT, data: ["c", true, false, null], nsp: "/" },
  "undefined": { type: EVENT, data: ["c", undefined, 1], nsp: "/" },
  "strings": { type: EVENT, data: ["s", "", "é", "日本", "😀", "\u0000\u001e\n\t\"\\/", "\u2028", long], nsp: "/" },
  "nested": { type: EVENT, data: ["x", { a: [1, { b: [[], {}] }], "": 0 }], nsp: "/" },
  "long array": { type: EVENT, data: ["l", Array.from({ length: 40 }, (_, i) => i)], nsp: "/" },
  "wide object": { type: EVENT, data: ["w", Object.fromEntries(Array.from({ length: 20 }, (_, i) => ["k" + i, i]))], nsp: "/" },
  "date": { type: EVENT, data: ["d", new Date(1234567890123), new Date(0), new Date(-1)], nsp: "/" },
  "buffer": { type: EVENT, data: ["b", Buffer.from([1, 2, 3])], nsp: "/" },
  "nested buffers": { type: EVENT, data: ["b", { x: Buffer.from([0]), y: [Buffer.from([]), Buffer.alloc(300, 7)] }], id: 3, nsp: "/custom" },
  "array buffer": { type: EVENT, data: ["b", new Uint8Array([9, 8, 7, 6, 5, 4, 3, 2]).buffer], nsp: "/" },
  "ack with a buffer": { type: ACK, data: [Buffer.from("hi")], id: 7, nsp: "/" },
  "ten buffers": { type: EVENT, data: ["b", ...Array.from({ length: 10 }, (_, i) => Buffer.from([i]))], nsp: "/" },
};

function value(v) {
  if (v === undefined) return null;
  if (v instanceof Date) return { $date: v.getTime() };
  if (Buffer.isBuffer(v)) return { $bin: v.toString("hex") };
  if (v instanceof ArrayBuffer) return { $bin: Buffer.from(v).toString("hex") };
  if (Array.isArray(v)) return v.map(value);
  if (v !== null && typeof v === "object") return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, value(x)]));
  return v;
}

// Engine.IO puts a 4 before text messages only.
const frame = (f) => typeof f === "string" ? { text: "4" + f } : { bin: Buffer.from(f).toString("hex") };

const out = Object.entries(cases).map(([name, p]) => ({
  name, type: p.type, nsp: p.nsp, id: p.id === undefined ? -1 : p.id, value: p.data === undefined ? null : value(p.data),
  json: new Encoder().encode({ ...p }).map(frame),
  msgpack: new msgpack.Encoder().encode({ ...p }).map(frame),
  client: new msgpack.Encoder().encode({ type: p.type, data: p.data, options: { compress: true }, id: p.id, nsp: p.nsp }).map(frame),
}));
fs.writeFileSync(path.join(__dirname, "golden.json"), "[\n" + out.map((c) => JSON.stringify(c)).join(",\n") + "\n]\n");
