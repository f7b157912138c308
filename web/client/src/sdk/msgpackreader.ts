/** Reads MessagePack values, one after the other: packets, and the tokens of state frames. */

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
export const maxDepth = 64;
/** For floats, both ways. */
export const scratch = new DataView(new ArrayBuffer(8));

const textDecoder = new TextDecoder();
const truncated = () => new RangeError("msgpack: truncated");

/** A place in some bytes. */
export class Reader {
  bytes = new Uint8Array(0);
  at = 0;

  /** Begins to read bytes, from one of them on. */
  open(bytes: Uint8Array, at = 0): void {
    this.bytes = bytes as Uint8Array<ArrayBuffer>;
    this.at = at;
  }

  /** One byte, which must be there. */
  byte(): number {
    const b = this.bytes[this.at++];
    if (b === undefined) throw truncated();
    return b;
  }

  /** Any value. */
  value(depth = 0): unknown {
    if (depth > maxDepth) throw new RangeError(`msgpack: nested deeper than ${maxDepth}`);
    const b = this.byte();
    if (b < 0x80) return b;
    if (b < 0x90) return this.map(b & 15, depth);
    if (b < 0xa0) return this.array(b & 15, depth);
    if (b < 0xc0) return this.text(b & 31);
    if (b >= 0xe0) return b - 256;
    if (b === 0xc0) return null;
    if (b === 0xc2 || b === 0xc3) return b === 0xc3;
    if (b < 0xc4) throw new RangeError("msgpack: a byte that is no type");
    if (b < 0xc7) return this.take(this.wide(b + 8));
    if (b < 0xca) return this.extension(this.wide(b + 5));
    if (b < 0xcc) return this.float(b === 0xca ? 4 : 8);
    if (b < 0xd4) return this.wide(b);
    if (b < 0xd9) return this.extension(1 << (b - 0xd4));
    if (b < 0xdc) return this.text(this.wide(b - 13));
    if (b < 0xde) return this.array(this.wide(b - 15), depth);
    return this.map(this.wide(b - 17), depth);
  }

  /** The rest of an integer that begins with the byte type, 0xcc to 0xd3. */
  wide(type: number): number {
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
    throw new RangeError("msgpack: no integer");
  }

  /** Four bytes. */
  u32(): number {
    return this.u16() * 65536 + this.u16();
  }

  private u16(): number {
    return (this.byte() << 8) | this.byte();
  }

  private float(size: number): number {
    for (let i = 0; i < size; i++) scratch.setUint8(i, this.byte());
    return size === 4 ? scratch.getFloat32(0) : scratch.getFloat64(0);
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

  private text(n: number): string {
    const bytes = this.take(n);
    if (n > 24) return textDecoder.decode(bytes);
    let text = ""; // for short ASCII strings, and names are that, this is several times faster than TextDecoder
    for (const code of bytes) {
      if (code >= 0x80) return textDecoder.decode(bytes);
      text += String.fromCharCode(code);
    }
    return text;
  }

  private extension(n: number): Date | Extension {
    const type = (this.byte() << 24) >> 24;
    if (type !== -1) return new Extension(type, this.take(n));
    if (n === 4) return new Date(this.u32() * 1000);
    if (n !== 8 && n !== 12) throw new RangeError("msgpack: a timestamp has 4, 8 or 12 bytes");
    const first = this.u32();
    const [nanoseconds, seconds] = n === 8 ? [first >>> 2, (first & 3) * 4294967296 + this.u32()] : [first, this.wide(0xd3)];
    return new Date(seconds * 1000 + Math.floor(nanoseconds / 1e6));
  }

  /** A view on the next n bytes. */
  private take(n: number): Uint8Array {
    this.expect(n);
    return this.bytes.subarray(this.at, (this.at += n));
  }

  private expect(n: number): void {
    if (n > this.bytes.length - this.at) throw truncated();
  }
}
