package statesync

// apply reads the rows of this table. adv is 0 in keyframes.
func (t *decodedTable) apply(r *reader, adv int64) {
	t.seen = t.d.message
	t.slots = t.slots[:0]
	for _, row := range t.rows {
		if row != nil {
			row.fresh = adv == 0
		}
	}
	more := t.readHead(r)
	if r.err != nil {
		return
	}
	cols := t.schema.cols
	var mask []bool
	if more {
		mask = readMask(r, len(cols))
	} else {
		mask = make([]bool, len(cols))
	}
	if t.kind <= optional {
		t.slots = append(t.slots, 0)
	}
	for i := range cols {
		if i == t.schema.rate0 {
			t.driftRows(adv)
		}
		if !mask[i] {
			continue
		}
		if t.kind > optional {
			t.readBitmap(r, false)
		}
		for _, slot := range t.slots {
			if slot >= len(t.rows) || t.rows[slot] == nil {
				r.fail("slot %d is empty", slot)
			}
			if r.err != nil {
				return
			}
			t.readValue(r, slot, i, adv)
		}
	}
	t.driftNested(adv)
}

// readHead reads which rows are gone and new; more: columns follow.
func (t *decodedTable) readHead(r *reader) (more bool) {
	switch t.kind {
	case single:
		return true
	case list:
		t.readGrowth(r)
		return true
	}
	h := r.byte()
	if h > hasRemoved|hasAdded|hasColumns {
		r.fail("%#x begins no rows", h)
	}
	if t.kind == optional {
		if h&hasRemoved != 0 && len(t.rows) > 0 {
			t.clear()
		}
		if h&hasAdded != 0 {
			t.add(r, 0, "")
		}
		return h&hasColumns != 0
	}
	if h&hasRemoved != 0 {
		t.readBitmap(r, true)
		for _, slot := range t.slots {
			if slot >= len(t.rows) || t.rows[slot] == nil {
				r.fail("slot %d is empty", slot)
				return false
			}
			t.remove(slot)
		}
	}
	if h&hasAdded != 0 {
		t.readBitmap(r, true)
		for _, slot := range t.slots {
			var key any
			if isString(r.peek()) {
				key = r.string()
			} else {
				key = r.int()
			}
			if t.add(r, slot, key); r.err != nil {
				return false
			}
			if t.kind == mapping {
				t.publish(slot)
			}
		}
	}
	n := len(t.rows)
	for n > 0 && t.rows[n-1] == nil {
		n--
	}
	t.cut(n)
	t.slots = t.slots[:0]
	return h&hasColumns != 0
}

func (t *decodedTable) readGrowth(r *reader) {
	growth := r.int()
	if growth < int64(-len(t.rows)) {
		r.fail("a list shorter than nothing")
	}
	for ; growth < 0 && r.err == nil; growth++ {
		last := len(t.rows) - 1
		t.remove(last)
		t.cut(last)
		t.list = t.list[:last]
	}
	for ; growth > 0 && r.err == nil; growth-- {
		t.list = append(t.list, nil)
		if t.add(r, len(t.rows), ""); r.err == nil {
			t.publish(len(t.rows) - 1)
		}
	}
}

func readMask(r *reader, columns int) []bool {
	mask := make([]bool, columns)
	for base := 0; r.err == nil; base += 6 {
		group := r.byte()
		width := 6
		if columns <= 7 {
			width = 7
		}
		if group>>7 != 0 {
			r.fail("%#x is no mask", group)
		}
		for i := range width {
			if group>>i&1 == 0 {
				continue
			}
			if base+i >= columns {
				r.fail("column %d of %d", base+i, columns)
				return mask
			}
			mask[base+i] = true
		}
		if columns <= 7 || group&64 == 0 {
			break
		}
	}
	return mask
}

// readBitmap reads a set of slots into t.slots. An open one ends with a mark, others at the highest live slot.
func (t *decodedTable) readBitmap(r *reader, open bool) {
	switch b := r.peek(); {
	case open:
	case b == bitmapSame:
		r.byte()
		return
	case b == bitmapAll:
		r.byte()
		t.slots = t.slots[:0]
		for slot, row := range t.rows {
			if row != nil {
				t.slots = append(t.slots, slot)
			}
		}
		return
	}
	t.slots = t.slots[:0]
	for base := 0; (open || base < len(t.rows)) && r.err == nil; {
		switch b := r.byte(); {
		case b == bitmapEnd:
			return
		case b < 128:
			for i := range 7 {
				if b>>i&1 != 0 {
					t.slots = append(t.slots, base+i)
				}
			}
			base += 7
		case b >= 0xe0 && b < bitmapEnd:
			base += 7 * (254 - int(b))
		default:
			r.fail("%#x is in no bitmap", b)
		}
	}
}

// readValue reads one value of a column.
func (t *decodedTable) readValue(r *reader, slot, i int, adv int64) {
	c, row := &t.schema.cols[i], t.rows[slot]
	switch c.wire {
	case wireInt:
		v := r.d()
		if c.rate >= 0 && adv != 0 {
			v <<= 8
		}
		row.raw[i] += v
		row.show(c, i)
	case wireString, wireIntText:
		row.set(c, r.string())
	case wireBool:
		row.raw[i] ^= 1
		row.set(c, row.raw[i] != 0)
	case wireFloat:
		row.set(c, r.number())
	case wireNested:
		nested := row.tables[i]
		if nested.seen == t.d.message {
			r.fail("a nested table comes twice")
			return
		}
		nested.apply(r, adv)
		row.set(c, nested.value())
	case wireRaw:
		row.set(c, r.any(0))
	case wireBytes:
		row.set(c, r.bin())
	}
	if t.schema.scalar {
		t.publish(slot)
	}
}

// show sets the field of an integer column from its raw value.
func (row *decodedRow) show(c *schemaColumn, i int) {
	v := row.raw[i]
	if c.rate >= 0 {
		v = (v + 128) >> 8
	}
	if c.inv == 0 {
		row.set(c, v)
	} else {
		row.set(c, float64(v)/c.inv)
	}
}

// driftRows moves the predicted columns of all rows that are not new.
func (t *decodedTable) driftRows(adv int64) {
	if adv == 0 {
		return
	}
	for _, row := range t.rows {
		if row == nil || row.fresh {
			continue
		}
		for i := t.schema.rate0; i < len(row.raw); i++ {
			c := &t.schema.cols[i]
			if x := move256(row.raw[i], row.raw[c.rate], c.mul, adv); x != row.raw[i] {
				row.raw[i] = x
				row.show(c, i)
			}
		}
	}
}

// driftNested moves what nested tables predict, where the message had nothing of them.
func (t *decodedTable) driftNested(adv int64) {
	if adv == 0 || !t.schema.rates {
		return
	}
	for i := range t.schema.cols {
		if sub := t.schema.cols[i].sub; sub == nil || !sub.rates {
			continue
		}
		for _, row := range t.rows {
			if row != nil && !row.fresh && row.tables[i].seen != t.d.message {
				row.tables[i].drift(adv)
			}
		}
	}
}

// drift is for tables of which the message had nothing.
func (t *decodedTable) drift(adv int64) {
	for _, row := range t.rows {
		if row != nil {
			row.fresh = false
		}
	}
	t.driftRows(adv)
	t.driftNested(adv)
}
