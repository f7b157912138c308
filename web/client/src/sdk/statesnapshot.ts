/** Copies of live states that stay as they are. */
import { Kind, type Row, Wire } from "./stateschema";
import type { Table } from "./statetable";

/** Returns the collection as it is now. What did not change since the last snapshot is the same object as there. */
export function snapshot(table: Table): unknown {
  const { place } = table;
  if (table.copied >= table.touched) return table.copy;
  for (let slot = 0; slot < table.n; slot++) {
    if (table.rows[slot] === undefined) table.copies[slot] = undefined;
    else if (table.changed[slot]! > table.copied || table.copied < 0) table.copies[slot] = copyRow(table, slot);
  }
  table.copies.length = table.n;
  table.copied = table.touched;
  switch (place.kind) {
    case Kind.List:
      table.copy = table.copies.slice();
      break;
    case Kind.Keyed:
      table.copy = table.ordered.map((slot) => table.copies[slot]);
      break;
    case Kind.Map: {
      const map = Object.create(null) as Row;
      for (let slot = 0; slot < table.n; slot++) {
        if (table.rows[slot] !== undefined) map[table.keys[slot]!] = table.copies[slot];
      }
      table.copy = map;
      break;
    }
    default:
      table.copy = table.copies[0] ?? null;
  }
  return table.copy;
}

function copyRow(table: Table, slot: number): unknown {
  const { columns, groups, scalar } = table.place.schema;
  if (scalar) return columns[0]!.wire === Wire.Nested ? snapshot(table.tables[0]![slot]!) : table.rows[slot];
  const copies: Row[] = [];
  for (let g = 0; g < groups.length; g++) {
    copies[g] = { ...table.groups[g]![slot]! };
    if (g > 0) copies[groups[g]!.parent]![groups[g]!.name] = copies[g];
  }
  for (let i = 0; i < columns.length; i++) {
    const c = columns[i]!;
    if (c.wire === Wire.Nested) copies[c.group]![c.name] = snapshot(table.tables[i]![slot]!);
  }
  return copies[0];
}
