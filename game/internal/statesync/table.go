package statesync

import (
	"cmp"
	"math/bits"
)

// table is the shadow of one collection: what the clients know of it, and what the last diff found. Rows live in slots.
type table struct {
	plan  *tablePlan
	n     int      // the highest live slot + 1
	count int      // live slots
	live  []uint64 // set of slots

	// By slot; the values of the columns slot by slot.
	rows    []ref // valid during a diff
	shadow  []int64
	words   []string // of text columns
	tables  []*table // nested
	texts   keys[string]
	numbers keys[int64]

	// What the last diff found.
	removed, added   []uint64 // sets of slots
	nRemoved, nAdded int
	growth           int // of a list
	diffs            []columnDiff
	mask             []uint64 // set of columns with a diff
	changed          bool     // anything of the above
	moved            bool     // a predicted column shows another value, for merge patches

	fresh  []int32  // keyed: elements without a slot
	whole  []uint64 // scratch: for a keyframe, of each column the slots that are not zero
	walker *mapWalker
}

// columnDiff is what the last diff found in one column.
type columnDiff struct {
	bits   []uint64 // set of slots
	values []int64  // one for each; for columns sent as differences the difference
	moved  []uint64 // set of slots; nil unless merge patches are wanted
}

// keys finds slots by key.
type keys[K cmp.Ordered] struct {
	at    []K // by slot
	slot  map[K]int32
	fresh []K // keys that had no slot
	gone  []K // keys removed in this diff
}

func (k *keys[K]) put(key K, slot int) {
	for len(k.at) <= slot {
		var zero K
		k.at = append(k.at, zero)
	}
	k.at[slot] = key
	k.slot[key] = int32(slot)
}

func (k *keys[K]) drop(slot int) {
	var zero K
	key := k.at[slot]
	delete(k.slot, key)
	k.gone = append(k.gone, key)
	k.at[slot] = zero
}

func (k *keys[K]) begin() {
	clear(k.fresh)
	clear(k.gone)
	k.fresh, k.gone = k.fresh[:0], k.gone[:0]
}

func newTable(p *tablePlan) *table {
	t := &table{plan: p, diffs: make([]columnDiff, len(p.row.cols)), mask: make([]uint64, (len(p.row.cols)+63)/64)}
	if p.kind == mapping || p.kind == keyed {
		if p.text {
			t.texts.slot = map[string]int32{}
		} else {
			t.numbers.slot = map[int64]int32{}
		}
	}
	return t
}

// begin forgets the last diff.
func (t *table) begin() {
	if t.nRemoved|t.nAdded != 0 {
		clear(t.removed)
		clear(t.added)
	}
	t.nRemoved, t.nAdded, t.growth = 0, 0, 0
	if len(t.texts.gone)|len(t.texts.fresh)|len(t.numbers.gone)|len(t.numbers.fresh) != 0 {
		t.texts.begin()
		t.numbers.begin()
	}
	for i := range t.diffs {
		d := &t.diffs[i]
		if len(d.values) != 0 {
			clear(d.bits)
			d.values = d.values[:0]
		}
		if t.moved {
			clear(d.moved)
		}
	}
	t.moved = false
}

// grow makes room for n slots.
func (t *table) grow(n int) {
	if n <= t.n {
		return
	}
	t.n = n
	p := t.plan.row
	words := (n + 63) / 64
	t.live, t.added, t.removed = lengthen(t.live, words), lengthen(t.added, words), lengthen(t.removed, words)
	for i := range t.diffs {
		t.diffs[i].bits = lengthen(t.diffs[i].bits, words)
	}
	t.rows = lengthen(t.rows, n)
	t.shadow = lengthen(t.shadow, n*len(p.cols))
	t.words = lengthen(t.words, n*p.texts)
	t.tables = lengthen(t.tables, n*p.tables)
}

func lengthen[T any](s []T, n int) []T {
	for len(s) < n {
		var zero T
		s = append(s, zero)
	}
	return s
}

// freeSlot finds the lowest one.
func (t *table) freeSlot() int {
	for w, live := range t.live {
		if live != ^uint64(0) {
			if i := w<<6 + bits.TrailingZeros64(^live); i < t.n {
				return i
			}
			break
		}
	}
	t.grow(t.n + 1)
	return t.n - 1
}

// add gives a new row a slot.
func (t *table) add(row ref) int {
	i := t.freeSlot()
	t.enter(i, row)
	return i
}

func (t *table) enter(i int, row ref) {
	t.live[i>>6] |= 1 << (i & 63)
	t.added[i>>6] |= 1 << (i & 63)
	t.count++
	t.nAdded++
	t.rows[i] = row
}

// remove frees a slot.
func (t *table) remove(i int) {
	t.removed[i>>6] |= 1 << (i & 63)
	t.nRemoved++
	t.zero(i)
	switch {
	case t.texts.slot != nil:
		t.texts.drop(i)
	case t.numbers.slot != nil:
		t.numbers.drop(i)
	}
}

// zero makes a slot as if it had never been used. Nested tables keep their memory.
func (t *table) zero(i int) {
	var none ref
	p := t.plan.row
	t.live[i>>6] &^= 1 << (i & 63)
	t.count--
	t.rows[i] = none
	clear(t.shadow[i*len(p.cols) : (i+1)*len(p.cols)])
	clear(t.words[i*p.texts : (i+1)*p.texts])
	for _, nested := range t.tables[i*p.tables : (i+1)*p.tables] {
		if nested != nil {
			nested.reset()
		}
	}
}

// reset makes a table as if it were new.
func (t *table) reset() {
	for w := range t.live {
		for live := t.live[w]; live != 0; live &= live - 1 {
			t.zero(w<<6 + bits.TrailingZeros64(live))
		}
	}
	clear(t.texts.slot)
	clear(t.numbers.slot)
	t.n = 0
	t.begin()
}

// trim lowers n to the highest live slot + 1, as the decoder does after removals and additions.
func (t *table) trim() {
	w := (t.n+63)/64 - 1
	for w >= 0 && t.live[w] == 0 {
		w--
	}
	t.n = 0
	if w >= 0 {
		t.n = w<<6 + bits.Len64(t.live[w])
	}
}

// nested returns the table of a nested column in a slot.
func (t *table) nested(slot int, c *column, info *columnInfo) *table {
	at := &t.tables[slot*t.plan.row.tables+int(c.ord)]
	if *at == nil {
		*at = newTable(info.sub)
	}
	return *at
}

// word returns the shadow of a text column in a slot.
func (t *table) word(slot int, c *column) *string {
	return &t.words[slot*t.plan.row.texts+int(c.ord)]
}

// isNew tells whether a slot was added in the last diff.
func (t *table) isNew(slot int) bool { return t.nAdded != 0 && t.added[slot>>6]>>(slot&63)&1 != 0 }
