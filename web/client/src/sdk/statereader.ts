/** Reads the tokens of a state frame: MessagePack values, one after the other. */
import { decode } from "./msgpack";

/** D(v) = v + 47: what makes small differences, both ways, one byte. */
export const bias = 47;

const textDecoder = new TextDecoder();
const scratch = new DataView(new ArrayBuffer(8));

/** A place in a frame. One reader serves all frames, so reading makes no objects. */
export class StateReader {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;

  /** Begins to read bytes. */
  open(bytes: Uint8Array, at: number): void {
    this.bytes = bytes;
    this.at = at;
    this.end = bytes.length;
  }

  /** One byte, which must be there. */
  byte(): number {
    const b = this.bytes[this.at++];
    if (b === undefined) throw new RangeError("state: truncated");
    return b;
  }

  /** The next byte, unread; -1 at the end. */
  peek(): number {
    return this.at < this.end ? this.bytes[this.at]! : -1;
  }

  /** An integer. */
  int(): number {
    const b = this.byte();
    if (b < 0x80) return b;
    if (b >= 0xe0) return b - 256;
    return this.wide(b);
  }

  /** before plus a difference, exactly: the difference of two numbers that float64s hold need not be one itself. */
  add(before: number): number {
    const b = this.byte();
    if (b < 0x80) return before + b - bias;
    if (b >= 0xe0) return before + b - (256 + bias);
    if (b === 0xcf || b === 0xd3) {
      const high = b === 0xd3 ? this.u32() | 0 : this.u32();
      return Number(BigInt(before) + (BigInt(high) << 32n) + BigInt(this.u32()) - BigInt(bias));
    }
    return before + this.wide(b) - bias;
  }

  /** An integer or a float. */
  number(): number {
    const b = this.byte();
    if (b === 0xca || b === 0xcb) {
      const n = b === 0xca ? 4 : 8;
      for (let i = 0; i < n; i++) scratch.setUint8(i, this.byte());
      return n === 4 ? scratch.getFloat32(0) : scratch.getFloat64(0);
    }
    if (b < 0x80) return b;
    if (b >= 0xe0) return b - 256;
    return this.wide(b);
  }

  private wide(type: number): number {
    switch (type) {
      case 0xcc: return this.byte();
      case 0xcd: return this.u16();
      case 0xce: return this.u32();
      case 0xcf: return this.u32() * 4294967296 + this.u32();
      case 0xd0: return (this.byte() << 24) >> 24;
      case 0xd1: return (this.u16() << 16) >> 16;
      case 0xd2: return this.u32() | 0;
      case 0xd3: return (this.u32() | 0) * 4294967296 + this.u32();
    }
    throw new RangeError(`state: byte 0x${type.toString(16)} is no integer`);
  }

  private u16(): number {
    return (this.byte() << 8) | this.byte();
  }

  private u32(): number {
    return this.u16() * 65536 + this.u16();
  }

  /** Whether a string comes next. */
  isString(): boolean {
    const b = this.peek();
    return (b & 0xe0) === 0xa0 || (b >= 0xd9 && b <= 0xdb);
  }

  /** A string. */
  string(): string {
    const b = this.byte();
    let n: number;
    if ((b & 0xe0) === 0xa0) n = b & 31;
    else if (b >= 0xd9 && b <= 0xdb) n = this.wide(b - 0xd9 + 0xcc);
    else throw new RangeError(`state: byte 0x${b.toString(16)} is no string`);
    const from = this.skip(n);
    if (n > 24) return textDecoder.decode(this.bytes.subarray(from, this.at));
    let text = ""; // several times faster than TextDecoder for short ASCII, and names are that
    for (let i = from; i < this.at; i++) {
      const code = this.bytes[i]!;
      if (code >= 0x80) return textDecoder.decode(this.bytes.subarray(from, this.at));
      text += String.fromCharCode(code);
    }
    return text;
  }

  /** A copy of a bin. */
  bin(): Uint8Array {
    const b = this.byte();
    if (b < 0xc4 || b > 0xc6) throw new RangeError(`state: byte 0x${b.toString(16)} is no bin`);
    const from = this.skip(this.wide(b - 0xc4 + 0xcc));
    return this.bytes.slice(from, this.at);
  }

  /** The length of an array. */
  array(): number {
    const b = this.byte();
    if ((b & 0xf0) === 0x90) return b & 15;
    if (b === 0xdc || b === 0xdd) return this.wide(b - 0xdc + 0xcd);
    throw new RangeError(`state: byte 0x${b.toString(16)} is no array`);
  }

  /** Any value. */
  any(): unknown {
    const from = this.at;
    for (let left = 1; left > 0; left--) left += this.skipOne();
    return decode(this.bytes.subarray(from, this.at));
  }

  /** Skips a value but not those in it, and returns how many these are. */
  private skipOne(): number {
    const b = this.byte();
    if (b < 0x80 || b >= 0xe0 || b === 0xc0 || b === 0xc2 || b === 0xc3) return 0;
    if (b < 0x90) return 2 * (b & 15);
    if (b < 0xa0) return b & 15;
    if (b < 0xc0) return this.skip(b & 31) * 0;
    if (b >= 0xd9 && b <= 0xdb) return this.skip(this.wide(b - 0xd9 + 0xcc)) * 0;
    if (b >= 0xc4 && b <= 0xc6) return this.skip(this.wide(b - 0xc4 + 0xcc)) * 0;
    if (b >= 0xc7 && b <= 0xc9) return this.skip(this.wide(b - 0xc7 + 0xcc) + 1) * 0;
    if (b >= 0xd4 && b <= 0xd8) return this.skip((1 << (b - 0xd4)) + 1) * 0;
    if (b === 0xdc || b === 0xdd) return this.wide(b - 0xdc + 0xcd);
    if (b === 0xde || b === 0xdf) return 2 * this.wide(b - 0xde + 0xcd);
    if (b === 0xca) return this.skip(4) * 0;
    if (b === 0xcb) return this.skip(8) * 0;
    this.wide(b);
    return 0;
  }

  /** Advances by n and returns where it was. */
  private skip(n: number): number {
    if (n > this.end - this.at) throw new RangeError("state: truncated");
    const from = this.at;
    this.at += n;
    return from;
  }
}
