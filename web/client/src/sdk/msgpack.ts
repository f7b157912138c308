/**
 * MessagePack, as much of it as the wire needs: every format is read, the smallest one is written.
 *
 * JavaScript to MessagePack: undefined, functions and symbols are nil (left out of objects); integers up to 2^53 go as
 * ints, other numbers as float64; ArrayBuffers and their views as bin; Dates as timestamps; whatever has a toJSON method
 * as what that returns. MessagePack to JavaScript: bin is a view on the received bytes, never a copy; 64-bit integers
 * above 2^53 lose precision, as in JSON; timestamps are Dates; other extensions are {@link Extension}.
 */

/** An extension value that has no JavaScript type of its own. */
export class Extension {
  constructor(
    /** -128 to 127; below 0 is reserved by MessagePack itself. */
    readonly type: number,
    /** A view on the received bytes. */
    readonly data: Uint8Array,
  ) {}
}

/** Values nested deeper than this are refused, both ways: a cycle on the way out, an attack on the way in. */
const maxDepth = 64;

const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder();

/** Encodes one value. The result is the caller's own; it throws on cycles. */
export function encode(value: unknown): Uint8Array<ArrayBuffer> {
  const writer = new Writer();
  writer.value(value, 0);
  return writer.bytes.slice(0, writer.length);
}

/** Decodes exactly one value. It throws on truncated, overlong or malformed bytes. */
export function decode(bytes: Uint8Array): unknown {
  const reader = new Reader(bytes);
  const value = reader.value(0);
  if (reader.offset !== bytes.length) throw new RangeError("msgpack: bytes left over");
  return value;
}

class Writer {
  bytes = new Uint8Array(256);
  length = 0;
  private view = new DataView(this.bytes.buffer);

  value(v: unknown, depth: number): void {
    if (depth > maxDepth) throw new RangeError(`msgpack: nested deeper than ${maxDepth}; is there a cycle?`);
    switch (typeof v) {
      case "number":
        return this.number(v);
      case "string":
        return this.string(v);
      case "boolean":
        return this.byte(v ? 0xc3 : 0xc2);
      case "bigint":
        return this.bigint(v);
      case "object":
        return v === null ? this.byte(0xc0) : this.object(v, depth);
      default:
        return this.byte(0xc0);
    }
  }

  private object(v: object, depth: number): void {
    if (Array.isArray(v)) {
      this.head(v.length, 0x90, 16, 0, 0xdc, 0xdd);
      for (const item of v) this.value(item, depth + 1);
      return;
    }
    if (ArrayBuffer.isView(v)) return this.binary(new Uint8Array(v.buffer, v.byteOffset, v.byteLength));
    if (v instanceof ArrayBuffer) return this.binary(new Uint8Array(v));
    if (v instanceof Date) return this.date(v);
    if ("toJSON" in v && typeof v.toJSON === "function") return this.value(v.toJSON(), depth + 1);
    const entries = v instanceof Map ? [...v] : Object.entries(v);
    const kept = entries.filter(([, item]) => item !== undefined && typeof item !== "function" && typeof item !== "symbol");
    this.head(kept.length, 0x80, 16, 0, 0xde, 0xdf);
    for (const [key, item] of kept) {
      this.string(String(key));
      this.value(item, depth + 1);
    }
  }

  private number(v: number): void {
    if (!Number.isSafeInteger(v) || Object.is(v, -0)) {
      this.byte(0xcb);
      this.room(8);
      this.view.setFloat64(this.length, v);
      this.length += 8;
    } else if (v >= 0) {
      if (v < 0x80) this.byte(v);
      else if (v <= 0xff) this.uint(0xcc, v, 1);
      else if (v <= 0xffff) this.uint(0xcd, v, 2);
      else if (v <= 0xffffffff) this.uint(0xce, v, 4);
      else this.bigint(BigInt(v));
    } else if (v >= -0x20) this.byte(v & 0xff);
    else if (v >= -0x80) this.uint(0xd0, v & 0xff, 1);
    else if (v >= -0x8000) this.uint(0xd1, v & 0xffff, 2);
    else if (v >= -0x80000000) this.uint(0xd2, v >>> 0, 4);
    else this.bigint(BigInt(v));
  }

  private bigint(v: bigint): void {
    this.byte(v < 0n ? 0xd3 : 0xcf);
    this.room(8);
    this.view.setBigUint64(this.length, BigInt.asUintN(64, v));
    this.length += 8;
  }

  private string(v: string): void {
    const utf8 = textEncoder.encode(v);
    this.head(utf8.length, 0xa0, 32, 0xd9, 0xda, 0xdb);
    this.append(utf8);
  }

  private binary(v: Uint8Array): void {
    this.head(v.length, 0, 0, 0xc4, 0xc5, 0xc6);
    this.append(v);
  }

  private date(v: Date): void {
    const ms = v.getTime();
    const seconds = Math.floor(ms / 1000);
    this.byte(0xc7); // ext 8, 12 bytes, type -1: nanoseconds and int64 seconds hold every date there is
    this.byte(12);
    this.uint(0xff, (ms - seconds * 1000) * 1e6, 4);
    this.room(8);
    this.view.setBigInt64(this.length, BigInt(seconds));
    this.length += 8;
  }

  /** Writes the type and the length of a collection; fix, one and their likes are 0 where the type has no such form. */
  private head(n: number, fix: number, fixEnd: number, one: number, two: number, four: number): void {
    if (n < fixEnd) this.byte(fix | n);
    else if (one && n <= 0xff) this.uint(one, n, 1);
    else if (n <= 0xffff) this.uint(two, n, 2);
    else this.uint(four, n, 4);
  }

  private uint(type: number, v: number, size: 1 | 2 | 4): void {
    this.byte(type);
    this.room(size);
    if (size === 1) this.view.setUint8(this.length, v);
    else if (size === 2) this.view.setUint16(this.length, v);
    else this.view.setUint32(this.length, v);
    this.length += size;
  }

  private byte(b: number): void {
    this.room(1);
    this.bytes[this.length++] = b;
  }

  private append(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  private room(n: number): void {
    if (this.length + n <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + n));
    grown.set(this.bytes);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}

class Reader {
  offset = 0;
  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  value(depth: number): unknown {
    if (depth > maxDepth) throw new RangeError(`msgpack: nested deeper than ${maxDepth}`);
    const b = this.uint(1);
    if (b < 0x80) return b;
    if (b < 0x90) return this.map(b & 0x0f, depth);
    if (b < 0xa0) return this.array(b & 0x0f, depth);
    if (b < 0xc0) return this.string(b & 0x1f);
    if (b >= 0xe0) return b - 0x100;
    return this.typed(b, depth);
  }

  private typed(b: number, depth: number): unknown {
    switch (b) {
      case 0xc0: return null;
      case 0xc2: return false;
      case 0xc3: return true;
      case 0xc4: return this.take(this.uint(1));
      case 0xc5: return this.take(this.uint(2));
      case 0xc6: return this.take(this.uint(4));
      case 0xc7: return this.extension(this.uint(1));
      case 0xc8: return this.extension(this.uint(2));
      case 0xc9: return this.extension(this.uint(4));
      case 0xca: return this.view.getFloat32(this.skip(4));
      case 0xcb: return this.view.getFloat64(this.skip(8));
      case 0xcc: return this.uint(1);
      case 0xcd: return this.uint(2);
      case 0xce: return this.uint(4);
      case 0xcf: return Number(this.view.getBigUint64(this.skip(8)));
      case 0xd0: return this.view.getInt8(this.skip(1));
      case 0xd1: return this.view.getInt16(this.skip(2));
      case 0xd2: return this.view.getInt32(this.skip(4));
      case 0xd3: return Number(this.view.getBigInt64(this.skip(8)));
      case 0xd4: return this.extension(1);
      case 0xd5: return this.extension(2);
      case 0xd6: return this.extension(4);
      case 0xd7: return this.extension(8);
      case 0xd8: return this.extension(16);
      case 0xd9: return this.string(this.uint(1));
      case 0xda: return this.string(this.uint(2));
      case 0xdb: return this.string(this.uint(4));
      case 0xdc: return this.array(this.uint(2), depth);
      case 0xdd: return this.array(this.uint(4), depth);
      case 0xde: return this.map(this.uint(2), depth);
      case 0xdf: return this.map(this.uint(4), depth);
    }
    throw new RangeError(`msgpack: byte 0x${b.toString(16)} is no type`);
  }

  private array(n: number, depth: number): unknown[] {
    this.expect(n);
    const list = new Array<unknown>(n);
    for (let i = 0; i < n; i++) list[i] = this.value(depth + 1);
    return list;
  }

  private map(n: number, depth: number): Record<string, unknown> {
    this.expect(2 * n);
    const object: Record<string, unknown> = {};
    for (let i = 0; i < n; i++) {
      const key = String(this.value(depth + 1));
      const value = this.value(depth + 1);
      if (key === "__proto__") Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
      else object[key] = value;
    }
    return object;
  }

  private string(n: number): string {
    const bytes = this.take(n);
    if (n > 24) return textDecoder.decode(bytes);
    let text = ""; // for short ASCII strings, and field names are that, this is several times faster than TextDecoder
    for (const code of bytes) {
      if (code >= 0x80) return textDecoder.decode(bytes);
      text += String.fromCharCode(code);
    }
    return text;
  }

  private extension(n: number): Date | Extension {
    const type = this.view.getInt8(this.skip(1));
    const data = this.take(n);
    if (type !== -1) return new Extension(type, data);
    const view = new DataView(data.buffer, data.byteOffset, n);
    if (n === 4) return new Date(view.getUint32(0) * 1000);
    if (n === 8) {
      const bits = view.getBigUint64(0);
      return new Date(Number(bits & 0x3ffffffffn) * 1000 + Math.floor(Number(bits >> 34n) / 1e6));
    }
    if (n === 12) return new Date(Number(view.getBigInt64(4)) * 1000 + Math.floor(view.getUint32(0) / 1e6));
    throw new RangeError("msgpack: a timestamp has 4, 8 or 12 bytes");
  }

  private take(n: number): Uint8Array {
    const start = this.skip(n);
    return this.bytes.subarray(start, start + n);
  }

  private uint(size: 1 | 2 | 4): number {
    const at = this.skip(size);
    return size === 1 ? this.view.getUint8(at) : size === 2 ? this.view.getUint16(at) : this.view.getUint32(at);
  }

  /** Advances by n and returns where it was. */
  private skip(n: number): number {
    this.expect(n);
    const at = this.offset;
    this.offset += n;
    return at;
  }

  private expect(n: number): void {
    if (n > this.bytes.length - this.offset) throw new RangeError("msgpack: truncated");
  }
}
