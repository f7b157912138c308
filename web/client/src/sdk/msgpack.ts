/**
 * MessagePack, as much of it as the wire needs: every format is read, the smallest one is written.
 *
 * JavaScript to MessagePack: undefined, functions and symbols are nil (left out of objects); integers up to 2^53 go as
 * ints, other numbers as float64; ArrayBuffers and their views as bin; Dates as timestamps; whatever has a toJSON method
 * as what that returns. MessagePack to JavaScript: bin is a view on the received bytes, never a copy; 64-bit integers
 * above 2^53 lose precision, as in JSON; timestamps are Dates; other extensions are {@link Extension}.
 */
import { maxDepth, Reader, scratch } from "./msgpackreader";

export { Extension } from "./msgpackreader";

const textEncoder = new TextEncoder();

/** Encodes one value. The result is the caller's own; it throws on cycles. */
export function encode(value: unknown): Uint8Array<ArrayBuffer> {
  const out: number[] = [];
  write(out, value, 0);
  return new Uint8Array(out);
}

/** Decodes exactly one value. It throws on truncated, overlong or malformed bytes. */
export function decode(bytes: Uint8Array): unknown {
  const reader = new Reader();
  reader.open(bytes);
  const value = reader.value();
  if (reader.at !== bytes.length) throw new RangeError("msgpack: bytes left over");
  return value;
}

function write(out: number[], v: unknown, depth: number): void {
  if (depth > maxDepth) throw new RangeError(`msgpack: nested deeper than ${maxDepth}; is there a cycle?`);
  if (typeof v === "number") writeNumber(out, v);
  else if (typeof v === "string") {
    const utf8 = textEncoder.encode(v);
    head(out, utf8.length, 0xa0, 32, 0xd9);
    append(out, utf8);
  } else if (typeof v === "boolean") out.push(v ? 0xc3 : 0xc2);
  else if (typeof v === "bigint") {
    out.push(v < 0n ? 0xd3 : 0xcf);
    uint(out, Number(BigInt.asUintN(32, v >> 32n)), 4);
    uint(out, Number(BigInt.asUintN(32, v)), 4);
  } else if (typeof v === "object" && v !== null) writeObject(out, v, depth);
  else out.push(0xc0);
}

function writeObject(out: number[], v: object, depth: number): void {
  if (Array.isArray(v)) {
    head(out, v.length, 0x90, 16, 0xdb);
    for (const item of v) write(out, item, depth + 1);
  } else if (ArrayBuffer.isView(v)) binary(out, new Uint8Array(v.buffer, v.byteOffset, v.byteLength));
  else if (v instanceof ArrayBuffer) binary(out, new Uint8Array(v));
  else if (v instanceof Date) date(out, v);
  else if ("toJSON" in v && typeof v.toJSON === "function") write(out, v.toJSON(), depth);
  else {
    const entries = v instanceof Map ? [...v] : Object.entries(v);
    const kept = entries.filter(([, item]) => item !== undefined && typeof item !== "function" && typeof item !== "symbol");
    head(out, kept.length, 0x80, 16, 0xdd);
    for (const [key, item] of kept) {
      write(out, String(key), depth);
      write(out, item, depth + 1);
    }
  }
}

function writeNumber(out: number[], v: number): void {
  if (!Number.isSafeInteger(v) || Object.is(v, -0)) {
    out.push(0xcb);
    scratch.setFloat64(0, v);
    for (let i = 0; i < 8; i++) out.push(scratch.getUint8(i));
  } else if (v >= -0x20 && v < 0x80) out.push(v & 0xff);
  else {
    const span = v < 0 ? -2 * v - 1 : v; // what an unsigned integer would have to hold
    const size = span <= 0xff ? 0 : span <= 0xffff ? 1 : span <= 0xffffffff ? 2 : 3;
    out.push((v < 0 ? 0xd0 : 0xcc) + size);
    if (size === 3) uint(out, Math.floor(v / 4294967296), 4);
    uint(out, v, Math.min(4, 1 << size));
  }
}

function date(out: number[], v: Date): void {
  const ms = v.getTime();
  const seconds = Math.floor(ms / 1000);
  out.push(0xc7, 12, 0xff); // ext 8, 12 bytes, type -1: nanoseconds and int64 seconds hold every date there is
  uint(out, (ms - seconds * 1000) * 1e6, 4);
  uint(out, Math.floor(seconds / 4294967296), 4);
  uint(out, seconds, 4);
}

function binary(out: number[], v: Uint8Array): void {
  head(out, v.length, 0, 0, 0xc4);
  append(out, v);
}

function append(out: number[], bytes: Uint8Array): void {
  for (const b of bytes) out.push(b);
}

/** Writes the type and the length of a collection: one is its type with a length of 8 bits, which arrays and maps do not have. */
function head(out: number[], n: number, fix: number, fixEnd: number, one: number): void {
  if (n < fixEnd) out.push(fix | n);
  else {
    const size = n <= 0xff && one < 0xdb ? 0 : n <= 0xffff ? 1 : 2;
    out.push(one + size);
    uint(out, n, 1 << size);
  }
}

/** Writes the low bytes of an integer. */
function uint(out: number[], v: number, size: number): void {
  for (let shift = 8 * size - 8; shift >= 0; shift -= 8) out.push((v >> shift) & 0xff);
}
