package statesync

import "math/bits"

// AppendKeyframe appends the whole view as the last Diff saw it, as rows against an empty view. It changes nothing.
func (e *Encoder) AppendKeyframe(b []byte) []byte { return e.root.appendKeyframe(b) }

func (t *table) appendKeyframe(b []byte) []byte {
	mask := t.findFilled()
	b, more := t.appendHead(b, mask, nil, 0, t.live, t.count, t.n)
	if !more {
		return b
	}
	words := len(t.live)
	b = appendMask(b, mask, len(t.diffs))
	var before []uint64
	for i := range t.diffs {
		if mask[i>>6]>>(i&63)&1 == 0 {
			continue
		}
		slots := t.filled(i, words)
		if t.plan.kind > optional {
			b = appendBitmap(b, slots, before, t.live, t.n)
			before = slots
		}
		switch c := &t.plan.row.cols[i]; {
		case c.op <= lastDifference || c.rate >= 0:
			for slot := range each(slots) {
				b = appendInt(b, t.shadow[slot*len(t.diffs)+i]+bias)
			}
		case c.op == opNested:
			for slot := range each(slots) {
				b = t.nested(slot, c, nil).appendKeyframe(b)
			}
		default:
			b = t.appendValues(b, i, slots)
		}
	}
	return b
}

// filled is the set of slots where column i is not zero.
func (t *table) filled(i, words int) []uint64 {
	return t.whole[len(t.mask)+i*words:][:words]
}

// findFilled finds the columns and slots that are not zero, into t.whole: first the set of columns, which it returns.
func (t *table) findFilled() (mask []uint64) {
	words, cols := len(t.live), t.plan.row.cols
	t.whole = lengthen(t.whole, len(t.mask)+len(cols)*words)
	clear(t.whole)
	mask = t.whole[:len(t.mask)]
	for w, live := range t.live {
		for ; live != 0; live &= live - 1 {
			slot := w<<6 + bits.TrailingZeros64(live)
			shadow := t.shadow[slot*len(cols):][:len(cols)]
			for i := range cols {
				if shadow[i] == 0 && (cols[i].op < opString || t.isEmpty(slot, &cols[i])) {
					continue
				}
				mask[i>>6] |= 1 << (i & 63)
				t.filled(i, words)[w] |= 1 << (slot & 63)
			}
		}
	}
	return mask
}

// isEmpty tells whether a column that is no number is as in a new row.
func (t *table) isEmpty(slot int, c *column) bool {
	if c.op == opNested {
		nested := t.tables[slot*t.plan.row.tables+int(c.ord)]
		return nested == nil || nested.count == 0
	}
	return *t.word(slot, c) == ""
}
