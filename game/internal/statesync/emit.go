package statesync

import (
	"math"
	"math/bits"
)

// Bits of the first token of a collection.
const (
	hasRemoved = 1
	hasAdded   = 2
	hasColumns = 4
)

// AppendDelta appends what the last Diff found, as the rows of the view.
func (e *Encoder) AppendDelta(b []byte) []byte { return e.root.appendDelta(b) }

func (t *table) appendDelta(b []byte) []byte {
	b, more := t.appendHead(b, t.mask, t.removed, t.nRemoved, t.added, t.nAdded, t.growth)
	if !more {
		return b
	}
	b = appendMask(b, t.mask, len(t.diffs))
	var before []uint64
	for i := range t.diffs {
		d := &t.diffs[i]
		if len(d.values) == 0 {
			continue
		}
		if t.plan.kind > optional {
			b = appendBitmap(b, d.bits, before, t.live, t.n)
			before = d.bits
		}
		switch c := &t.plan.row.cols[i]; {
		case c.op <= lastDifference || c.rate >= 0:
			b = appendNumbers(b, d.values)
		case c.op == opNested:
			for slot := range each(d.bits) {
				b = t.nested(slot, c, nil).appendDelta(b)
			}
		default:
			b = t.appendValues(b, i, d.bits)
		}
	}
	return b
}

// appendHead writes which rows are gone and new; more: columns follow.
func (t *table) appendHead(b []byte, mask, removed []uint64, nRemoved int, added []uint64, nAdded, growth int) (_ []byte, more bool) {
	switch t.plan.kind {
	case single:
		return b, true
	case list:
		return appendInt(b, int64(growth)), true
	}
	h := byte(0)
	if nRemoved != 0 {
		h |= hasRemoved
	}
	if nAdded != 0 {
		h |= hasAdded
	}
	for _, m := range mask {
		if m != 0 {
			h |= hasColumns
		}
	}
	b = append(b, h)
	if t.plan.kind == optional {
		return b, h&hasColumns != 0
	}
	if nRemoved != 0 {
		b = appendOpenBitmap(b, removed)
	}
	if nAdded != 0 {
		b = appendOpenBitmap(b, added)
		for slot := range each(added) {
			if t.plan.text {
				b = appendString(b, t.texts.at[slot])
			} else {
				b = appendInt(b, t.numbers.at[slot])
			}
		}
	}
	return b, h&hasColumns != 0
}

// appendValues writes a column that is sent as it is, from the shadow.
func (t *table) appendValues(b []byte, i int, slots []uint64) []byte {
	c := &t.plan.row.cols[i]
	for slot := range each(slots) {
		switch c.op {
		case opBool: // it toggles
		case opFloat64, opFloat32:
			b = appendFloat(b, math.Float64frombits(uint64(t.shadow[slot*len(t.diffs)+i])))
		case opIntText, opUintText:
			b = appendIntText(b, t.shadow[slot*len(t.diffs)+i], c.op == opUintText)
		case opString:
			b = appendString(b, *t.word(slot, c))
		case opBytes:
			b = appendBin(b, *t.word(slot, c))
		case opRaw:
			b = appendRaw(b, *t.word(slot, c))
		}
	}
	return b
}

// appendRaw writes a marshalled value; the empty one is nil.
func appendRaw(b []byte, s string) []byte {
	if s == "" {
		return append(b, 0xc0)
	}
	return append(b, s...)
}

// each yields the members of a set in order.
func each(set []uint64) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for w, m := range set {
			for ; m != 0; m &= m - 1 {
				if !yield(w<<6 + bits.TrailingZeros64(m)) {
					return
				}
			}
		}
	}
}
