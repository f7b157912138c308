/** Schemas of states: what the server knows of a type and the wire leaves out. */
/** How a column's values are sent. */
export enum Wire { Int, String, Bool, Float, Nested, Raw, IntText, Bytes }

/** How a collection finds its rows; Single is the state itself. */
export enum Kind { Single = -1, Optional, Map, List, Keyed }

/** A row that is an object. */
export type Row = Record<string, unknown>;

/** One column. */
export interface Column {
  wire: Wire;
  /** Of the field, in its group. */
  name: string;
  /** The nested struct that the field is in; 0 is the row itself. */
  group: number;
  /** Values are whole numbers over this; 0: whole numbers. */
  inv: number;
  /** The column that predicts it; -1: none. */
  rate: number;
  mul: number;
  kind: Kind;
  sub: Schema | undefined;
  /** Field that is the key of nested rows. */
  key: string;
}

/** A nested struct: where it lies, and its fields as they are in a new row. */
export interface Group {
  parent: number;
  name: string;
  zero: Row;
}

/** The layout of a row. */
export interface Schema {
  columns: Column[];
  groups: Group[];
  /** Rows are single values, not objects. */
  scalar: boolean;
  /** The first predicted column. */
  rate0: number;
  /** Whether anything here or below is predicted. */
  rates: boolean;
  /** Which columns the present rows have: scratch. */
  present: Uint8Array;
}

/** Makes a schema of what the server sends of it: rows of [path, wire, …]. */
export function readSchema(rows: unknown): Schema {
  const n = (rows as unknown[]).length;
  const groups: Group[] = [{ parent: -1, name: "", zero: {} }];
  const columns: Column[] = [];
  for (const row of rows as unknown[][]) columns.push(readColumn(row, groups));
  const rate0 = columns.findIndex((c) => c.rate >= 0);
  const schema: Schema = {
    columns,
    groups,
    scalar: n === 1 && columns[0]!.name === "",
    rate0: rate0 < 0 ? n : rate0,
    rates: columns.some((c) => c.rate >= 0 || c.sub?.rates),
    present: new Uint8Array(n),
  };
  // Every row begins as a copy of these, so that all have their fields in the same order.
  for (const c of columns) groups[c.group]!.zero[c.name] = zeroOf(c);
  return schema;
}

function readColumn([path, wire, a, b, key]: unknown[], groups: Group[]): Column {
  const names = (path as string).split(".");
  const c: Column = { wire: wire as Wire, name: names.pop()!, group: 0, inv: 0, rate: -1, mul: 0, kind: Kind.Single, sub: undefined, key: "" };
  for (const name of names) c.group = groupOf(groups, c.group, name);
  if (c.wire === Wire.Nested) {
    c.kind = a as Kind;
    c.sub = readSchema(b);
    if (key !== undefined) {
      c.key = key as string;
      c.sub.groups[0]!.zero = { [c.key]: 0, ...c.sub.groups[0]!.zero };
    }
    return c;
  }
  if (a !== undefined) c.inv = a as number;
  if (b !== undefined) {
    c.rate = b as number;
    c.mul = key as number;
  }
  return c;
}

/** Finds or makes a nested struct. */
function groupOf(groups: Group[], parent: number, name: string): number {
  const found = groups.findIndex((g) => g.parent === parent && g.name === name);
  if (found >= 0) return found;
  groups[parent]!.zero[name] = null; // holds the place
  return groups.push({ parent, name, zero: {} }) - 1;
}

/** What a column is in a new row. */
export function zeroOf(c: Column): unknown {
  switch (c.wire) {
    case Wire.String: return "";
    case Wire.Bool: return false;
    case Wire.IntText: return "0";
    case Wire.Bytes: return new Uint8Array(0);
    case Wire.Nested:
    case Wire.Raw: return null;
  }
  return 0;
}
