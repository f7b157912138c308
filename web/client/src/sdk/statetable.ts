/** The collections of a live state, as the frames change them. */
import { bias, type StateReader } from "./statereader";
import { type Column, Kind, type Row, type Schema, Wire, zeroOf } from "./stateschema";

/** Limits within which prediction counts, the same as on the server: there all of it is exact in float64s. */
const maxRate = 2 ** 31;
const maxX256 = 2 ** 52;

/** Special bytes of a bitmap. */
const same = 0xff;
const all = 0xfe;
const end = 0xfd;

/** What all collections at one place in the type share. */
export interface Place {
  schema: Schema;
  kind: Kind;
  /** keyed: the field that is the key. */
  keyAs: string;
  /** By column: the places of nested collections. */
  below: (Place | undefined)[];
}

/** A frame in the course of being applied. */
export interface Frame {
  reader: StateReader;
  /** Counts the frames of this client, from 1. */
  number: number;
}

/** Makes the place of a schema and those below it. */
export function placeOf(schema: Schema, kind = Kind.Single, keyAs = ""): Place {
  return { schema, kind, keyAs, below: schema.columns.map((c) => c.sub && placeOf(c.sub, c.kind, c.key)) };
}

/** One collection. Rows lie in slots, their whole numbers in one array per column. */
export class Table {
  /** Slots in use: the highest one + 1. */
  n = 0;
  /** By slot; undefined is free. groups[0] is rows, unless they are single values. */
  readonly rows: unknown[] = [];
  readonly groups: Row[][];
  readonly keys: (string | number)[] = [];
  private readonly raw: number[][];
  readonly tables: (Table[] | undefined)[];
  /** The slots of the last bitmap. */
  private readonly slots: number[] = [];
  private count = 0;
  /** keyed: the slots of the rows, in the order of their keys. */
  readonly ordered: number[] = [];
  /** Numbers of frames: the last that had or moved this table, by slot the last that changed, or added, the row. */
  seen = 0;
  touched = 0;
  readonly changed: number[] = [];
  readonly born: number[] = [];
  private lastBorn = 0;
  /** The last snapshot, its rows by slot, and the frame it was taken at. */
  copy: unknown;
  readonly copies: unknown[] = [];
  copied = -1;

  constructor(readonly place: Place) {
    const { schema } = place;
    this.groups = schema.groups.map((_, i) => (i === 0 ? (this.rows as Row[]) : []));
    this.raw = schema.columns.map(() => []);
    this.tables = schema.columns.map((c) => (c.sub ? [] : undefined));
  }

  /** Takes in the rows of a frame; adv is 0 in a keyframe. */
  apply(frame: Frame, adv: number): void {
    const { schema, kind } = this.place;
    const { columns, present } = schema;
    const r = frame.reader;
    this.seen = this.touched = frame.number;
    const more = this.head(frame);
    if (more) readMask(r, present);
    else if (schema.rates) present.fill(0);
    else return;
    if (kind <= Kind.Optional) {
      this.slots[0] = 0;
      this.count = 1;
    }
    for (let i = 0; i < columns.length; i++) {
      if (i === schema.rate0) this.drift(frame, adv);
      if (present[i] === 0) continue;
      if (kind > Kind.Optional) this.bitmap(r, false);
      if (columns[i]!.wire === Wire.Nested) this.nested(frame, i, adv);
      else if (schema.scalar) this.scalars(r, columns[i]!);
      else this.column(r, columns[i]!, i, adv);
      this.mark(frame.number);
    }
    if (schema.rates) this.driftNested(frame, adv);
  }

  /** Makes a row of zeros. */
  add(slot: number, key: string | number, frame: number): void {
    const { schema, kind, keyAs } = this.place;
    const { columns, groups } = schema;
    this.keys[slot] = key;
    if (schema.scalar) this.rows[slot] = zeroOf(columns[0]!);
    else {
      for (let g = 0; g < groups.length; g++) {
        const object = { ...groups[g]!.zero };
        this.groups[g]![slot] = object;
        if (g > 0) this.groups[groups[g]!.parent]![slot]![groups[g]!.name] = object;
      }
      if (kind === Kind.Keyed) (this.rows[slot] as Row)[keyAs] = key;
    }
    for (let i = 0; i < columns.length; i++) {
      this.raw[i]![slot] = 0;
      if (columns[i]!.wire === Wire.Nested) this.tables[i]![slot] = new Table(this.place.below[i]!);
    }
    this.changed[slot] = this.born[slot] = this.lastBorn = frame;
    if (slot >= this.n) this.n = slot + 1;
    if (kind === Kind.Keyed) this.ordered.splice(this.position(key), 0, slot);
  }

  /** Frees a slot. */
  private remove(slot: number): void {
    if (this.rows[slot] === undefined) throw new RangeError("state: an unknown slot");
    if (this.place.kind === Kind.Keyed) this.ordered.splice(this.position(this.keys[slot]!), 1);
    for (const raw of this.raw) raw[slot] = 0;
    this.rows[slot] = undefined;
  }

  /** Reads which rows are gone and new; true: columns follow. */
  private head(frame: Frame): boolean {
    const r = frame.reader;
    const { kind } = this.place;
    if (kind === Kind.Single) return true;
    const h = r.int();
    this.count = 0;
    if (kind === Kind.List) {
      for (let i = 0; i > h; i--) this.remove(--this.n);
      for (let i = 0; i < h; i++) this.add(this.n, this.n, frame.number);
      return true;
    }
    if (kind === Kind.Optional) {
      if (h & 1) {
        this.remove(0);
        this.n = 0;
      }
      if (h & 2) this.add(0, 0, frame.number);
      return (h & 4) !== 0;
    }
    if (h & 1) {
      this.bitmap(r, true);
      for (let i = 0; i < this.count; i++) this.remove(this.slots[i]!);
    }
    if (h & 2) {
      this.bitmap(r, true);
      for (let i = 0; i < this.count; i++) this.add(this.slots[i]!, r.value() as string | number, frame.number);
    }
    while (this.n > 0 && this.rows[this.n - 1] === undefined) this.n--;
    this.count = 0;
    return (h & 4) !== 0;
  }

  /** Reads a set of slots. An open one ends with a mark, others at the highest live slot. */
  private bitmap(r: StateReader, open: boolean): void {
    const { slots, n } = this;
    const first = r.peek();
    if (!open && first === same) {
      r.at++;
      return;
    }
    let count = 0;
    if (!open && first === all) {
      r.at++;
      for (let slot = 0; slot < n; slot++) if (this.rows[slot] !== undefined) slots[count++] = slot;
      this.count = count;
      return;
    }
    for (let base = 0; open || base < n; ) {
      const b = r.byte();
      if (b < 128) {
        for (let slot = base, bits = b; bits !== 0; bits >>= 1, slot++) if (bits & 1) slots[count++] = slot;
        base += 7;
      } else if (b === end) break;
      else base += 7 * (254 - b);
    }
    this.count = count;
  }

  /** Reads a column of rows that are objects. */
  private column(r: StateReader, c: Column, i: number, adv: number): void {
    const { slots, count } = this;
    const { name } = c;
    const rows = this.groups[c.group]!;
    switch (c.wire) {
      case Wire.Int:
        if (c.rate >= 0) this.corrections(r, c, this.raw[i]!, adv);
        else this.integers(r, c, this.raw[i]!, rows);
        break;
      case Wire.Bool:
        for (let j = 0; j < count; j++) rows[slots[j]!]![name] = !rows[slots[j]!]![name];
        break;
      default:
        for (let j = 0; j < count; j++) rows[slots[j]!]![name] = readValue(r, c.wire);
    }
  }

  /** Reads a column of integers or quantised floats: where the time goes, so one-byte differences are read in place. */
  private integers(r: StateReader, { name, inv }: Column, raw: number[], rows: Row[]): void {
    const { slots, count } = this;
    const { bytes } = r;
    for (let j = 0; j < count; j++) {
      const slot = slots[j]!;
      const b = bytes[r.at]!;
      let v: number;
      if (b < 0x80) {
        r.at++;
        v = raw[slot]! + b - bias;
      } else v = r.add(raw[slot]!);
      raw[slot] = v;
      rows[slot]![name] = inv === 0 ? v : v / inv;
    }
  }

  /** Reads a predicted column: what the prediction was off by. New rows have their place, keyframes with its fraction. */
  private corrections(r: StateReader, c: Column, raw: number[], adv: number): void {
    const rows = this.groups[c.group]!;
    for (let j = 0; j < this.count; j++) {
      const slot = this.slots[j]!;
      const x = adv === 0 ? r.add(0) : raw[slot]! + 256 * r.add(0);
      raw[slot] = x;
      rows[slot]![c.name] = Math.floor((x + 128) / 256) / c.inv;
    }
  }

  /** Reads the column of rows that are single values. */
  private scalars(r: StateReader, c: Column): void {
    const raw = this.raw[0]!;
    for (let j = 0; j < this.count; j++) {
      const slot = this.slots[j]!;
      if (this.rows[slot] === undefined) throw new RangeError("state: an unknown slot");
      if (c.wire === Wire.Int) {
        raw[slot] = r.add(raw[slot]!);
        this.rows[slot] = c.inv === 0 ? raw[slot] : raw[slot]! / c.inv;
      } else if (c.wire === Wire.Bool) this.rows[slot] = !this.rows[slot];
      else this.rows[slot] = readValue(r, c.wire);
    }
  }

  /** Reads the collections of a nested column. */
  private nested(frame: Frame, i: number, adv: number): void {
    for (let j = 0; j < this.count; j++) this.tables[i]![this.slots[j]!]!.apply(frame, adv);
  }

  /** Where a key is among the others, or would be. Most new keys go to the end. */
  private position(key: string | number): number {
    const { ordered, keys } = this;
    let low = 0;
    let high = ordered.length;
    if (high > 0 && keys[ordered[high - 1]!]! < key) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (keys[ordered[middle]!]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private mark(frame: number): void {
    for (let j = 0; j < this.count; j++) this.changed[this.slots[j]!] = frame;
  }

  /** Moves what nothing came of. Returns whether anything did. */
  idle(frame: Frame, adv: number): boolean {
    const before = this.touched;
    this.touched = 0;
    this.drift(frame, adv);
    this.driftNested(frame, adv);
    if (this.touched !== 0) return true;
    this.touched = before;
    return false;
  }

  /** Moves the predicted columns of all rows that are not new. */
  private drift(frame: Frame, adv: number): void {
    const { schema } = this.place;
    const { born, n } = this;
    const { number } = frame;
    const fresh = this.lastBorn === number;
    for (let i = schema.rate0; adv !== 0 && i < schema.columns.length; i++) {
      const { name, group, inv, mul, rate } = schema.columns[i]!;
      const raw = this.raw[i]!;
      const rates = this.raw[rate]!;
      const objects = this.groups[group]!;
      for (let slot = 0; slot < n; slot++) {
        const v = rates[slot]; // 0 or nothing in free slots
        if (!v || (fresh && born[slot] === number)) continue;
        let x = raw[slot]! + (v > maxRate ? maxRate : v < -maxRate ? -maxRate : v) * mul * adv;
        if (x > maxX256 || x < -maxX256) x = x > 0 ? maxX256 : -maxX256;
        raw[slot] = x;
        objects[slot]![name] = Math.floor((x + 128) / 256) / inv;
        this.changed[slot] = this.touched = number;
      }
    }
  }

  /** Moves what nested collections predict, where the frame had nothing of them. */
  private driftNested(frame: Frame, adv: number): void {
    if (adv === 0) return;
    const { columns } = this.place.schema;
    for (let i = 0; i < columns.length; i++) {
      if (!columns[i]!.sub?.rates) continue;
      for (let slot = 0; slot < this.n; slot++) {
        if (this.rows[slot] === undefined || this.born[slot] === frame.number) continue;
        const table = this.tables[i]![slot]!;
        if (table.seen !== frame.number && table.idle(frame, adv)) this.changed[slot] = this.touched = frame.number;
      }
    }
  }
}

/** Reads the value of a column that is no integer, boolean or collection. */
function readValue(r: StateReader, wire: Wire): unknown {
  switch (wire) {
    case Wire.Float: return r.number();
    case Wire.String:
    case Wire.IntText: return r.string();
    case Wire.Bytes: return (r.value() as Uint8Array).slice();
    case Wire.Raw: return r.value();
  }
  throw new RangeError("state: an unknown column");
}

/** Reads which columns follow. */
function readMask(r: StateReader, present: Uint8Array): void {
  if (present.length <= 7) {
    const bits = r.byte();
    for (let i = 0; i < present.length; i++) present[i] = (bits >> i) & 1;
    return;
  }
  let more = true;
  for (let i = 0; i < present.length; ) {
    const bits: number = more ? r.byte() : 0;
    more = bits >= 64;
    for (const stop = i + 6; i < stop && i < present.length; i++) present[i] = (bits >> (i % 6)) & 1;
  }
}
