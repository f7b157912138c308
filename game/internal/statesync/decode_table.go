package statesync

import (
	"slices"
	"strconv"
	"strings"
)

// decodedTable is one collection as a decoder holds it.
type decodedTable struct {
	d      *Decoder
	kind   tableKind
	schema *schema
	keyAs  string
	seen   int // the message that had it last
	rows   []*decodedRow
	slots  []int          // of the last bitmap
	byKey  map[string]any // mapping: the rows
	list   []any          // list, keyed: the rows
}

// decodedRow is one row.
type decodedRow struct {
	key    any // string or int64
	raw    []int64
	tables []*decodedTable
	value  any  // a map[string]any, or the scalar
	fresh  bool // in the present message
}

func newDecodedTable(d *Decoder, kind tableKind, s *schema, keyAs string) *decodedTable {
	t := &decodedTable{d: d, kind: kind, schema: s, keyAs: keyAs}
	switch kind {
	case mapping:
		t.byKey = map[string]any{}
	case list, keyed:
		t.list = []any{}
	}
	return t
}

// value returns the collection as part of a tree.
func (t *decodedTable) value() any {
	switch t.kind {
	case mapping:
		return t.byKey
	case list:
		return t.list
	case keyed:
		return t.ordered()
	}
	if len(t.rows) == 0 {
		return nil
	}
	return t.rows[0].value
}

// ordered lists keyed rows in the order of their keys.
func (t *decodedTable) ordered() []any {
	rows := slices.DeleteFunc(slices.Clone(t.rows), func(r *decodedRow) bool { return r == nil })
	slices.SortFunc(rows, func(a, b *decodedRow) int {
		x, xText := a.key.(string)
		y, yText := b.key.(string)
		if xText && yText {
			return strings.Compare(x, y)
		}
		i, _ := a.key.(int64)
		j, _ := b.key.(int64)
		if i < j {
			return -1
		}
		return 1
	})
	t.list = t.list[:0]
	for _, row := range rows {
		t.list = append(t.list, row.value)
	}
	return t.list
}

// add makes a row of zeros in a free slot.
func (t *decodedTable) add(r *reader, slot int, key any) {
	cols := len(t.schema.cols)
	if slot < len(t.rows) && t.rows[slot] != nil {
		r.fail("slot %d is taken", slot)
		return
	}
	t.d.spend(r, cols+max(0, slot+1-len(t.rows)))
	if r.err != nil {
		return
	}
	t.rows = lengthen(t.rows, slot+1)
	row := &decodedRow{key: key, raw: make([]int64, cols), tables: make([]*decodedTable, cols), fresh: true}
	if !t.schema.scalar {
		row.value = map[string]any{}
	}
	t.rows[slot] = row
	for i := range t.schema.cols {
		c := &t.schema.cols[i]
		if c.wire == wireNested {
			row.tables[i] = newDecodedTable(t.d, c.kind, c.sub, c.key)
		}
		row.set(c, zeroOf(c, row.tables[i]))
	}
	if t.kind == keyed {
		row.value.(map[string]any)[t.keyAs] = key
	}
}

// zeroOf is the value of a column in a new row.
func zeroOf(c *schemaColumn, nested *decodedTable) any {
	switch {
	case c.wire == wireNested:
		return nested.value()
	case c.wire == wireString:
		return ""
	case c.wire == wireBool:
		return false
	case c.wire == wireIntText:
		return "0"
	case c.wire == wireBytes:
		return []byte{}
	case c.wire == wireRaw:
		return nil
	case c.wire == wireFloat || c.inv != 0:
		return 0.0
	}
	return int64(0)
}

// set puts a value into its place in the row.
func (row *decodedRow) set(c *schemaColumn, v any) {
	if len(c.path) == 0 {
		row.value = v
		return
	}
	at := row.value.(map[string]any)
	for _, name := range c.path[:len(c.path)-1] {
		next, ok := at[name].(map[string]any)
		if !ok {
			next = map[string]any{}
			at[name] = next
		}
		at = next
	}
	at[c.path[len(c.path)-1]] = v
}

// remove frees a slot.
func (t *decodedTable) remove(slot int) {
	row := t.rows[slot]
	t.rows[slot] = nil
	t.d.cells -= len(row.raw)
	for _, nested := range row.tables {
		if nested != nil {
			nested.clear()
		}
	}
	if t.kind == mapping {
		delete(t.byKey, keyText(row.key))
	}
}

func (t *decodedTable) clear() {
	for slot, row := range t.rows {
		if row != nil {
			t.remove(slot)
		}
	}
	t.cut(0)
}

// cut shortens the table to n slots; those above are free.
func (t *decodedTable) cut(n int) {
	t.d.cells -= len(t.rows) - n
	t.rows = t.rows[:n]
}

func keyText(key any) string {
	if n, ok := key.(int64); ok {
		return strconv.FormatInt(n, 10)
	}
	s, _ := key.(string)
	return s
}

// publish makes a row's value seen in the collection: scalars are copies there.
func (t *decodedTable) publish(slot int) {
	switch row := t.rows[slot]; t.kind {
	case mapping:
		t.byKey[keyText(row.key)] = row.value
	case list:
		t.list[slot] = row.value
	}
}
