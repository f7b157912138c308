/** Reads the tokens of a state frame: MessagePack values, one after the other. */
import { Reader } from "./msgpackreader";

/** D(v) = v + 47: what makes small differences, both ways, one byte. */
export const bias = 47;

/** A place in a frame. One reader serves all frames, so reading makes no objects. */
export class StateReader extends Reader {
  /** Whether there is more. */
  get more(): boolean {
    return this.at < this.bytes.length;
  }

  /** The next byte, unread; -1 at the end. */
  peek(): number {
    return this.more ? this.bytes[this.at]! : -1;
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
    return expected(this.value(), "number") as number;
  }

  /** A string. */
  string(): string {
    return expected(this.value(), "string") as string;
  }
}

function expected(value: unknown, type: string): unknown {
  if (typeof value !== type) throw new RangeError(`state: no ${type}`);
  return value;
}
