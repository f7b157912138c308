package statesync

import (
	"bytes"
	"math"
	"math/bits"
	"strings"

	"github.com/vmihailenco/msgpack/v5"
)

// diff compares a collection with its shadow, makes the shadow equal, and reports whether a client must be told.
func (t *table) diff(e *Encoder, at ref) bool {
	t.begin()
	t.locate(e, at)
	for w, live := range t.live {
		added := uint64(0)
		if t.nAdded != 0 {
			added = t.added[w]
		}
		for ; live != 0; live &= live - 1 {
			i := bits.TrailingZeros64(live)
			t.diffRow(e, w<<6+i, t.rows[w<<6+i], added>>i&1 != 0)
		}
	}
	clear(t.mask)
	for i := range t.diffs {
		if len(t.diffs[i].values) != 0 {
			t.mask[i>>6] |= 1 << (i & 63)
		}
	}
	t.changed = t.nRemoved|t.nAdded|t.growth != 0
	for _, m := range t.mask {
		t.changed = t.changed || m != 0
	}
	return t.changed
}

// diffRow compares one row. It is where the encoder spends its time: the kinds that games are made of come first, and
// nothing is called but the conversions of rare integers and what needs more than a number.
func (t *table) diffRow(e *Encoder, slot int, row ref, fresh bool) {
	cols := t.plan.row.cols
	shadow := t.shadow[slot*len(cols):][:len(cols)]
	for i := range cols {
		c := &cols[i]
		var v int64
		switch c.op {
		case opQuant64:
			x := c.f64(row) * c.inv
			if x > -maxInt && x < maxInt {
				v = int64(math.Floor(x + 0.5))
			} else {
				v = e.clamp(x, maxInt, &t.plan.row.info[i])
			}
		case opInt:
			if v = c.i64(row); uint64(v+maxInt) > 2*maxInt {
				v = e.clampInt(v > 0, &t.plan.row.info[i])
			}
		case opBool:
			v = c.flag(row)
		case opFloat64:
			v = int64(math.Float64bits(c.f64(row)))
		case opFloat32:
			v = int64(math.Float64bits(c.f32(row)))
		case opQuant32:
			x := c.f32(row) * c.inv
			if x > -maxInt && x < maxInt {
				v = int64(math.Floor(x + 0.5))
			} else {
				v = e.clamp(x, maxInt, &t.plan.row.info[i])
			}
		case opUint:
			if v = int64(c.u64(row)); uint64(v) > maxInt {
				v = e.clampInt(true, &t.plan.row.info[i])
			}
		case opRate64, opRate32, opIntText, opUintText, opString, opBytes, opRaw, opNested:
			t.diffOther(e, slot, i, row, fresh)
			continue
		default:
			v = c.integer(row)
		}
		before := shadow[i]
		if v == before {
			continue
		}
		shadow[i] = v
		if c.op <= lastDifference {
			v -= before
		}
		t.diffs[i].put(slot, v)
	}
}

func (d *columnDiff) put(slot int, v int64) {
	d.bits[slot>>6] |= 1 << (slot & 63)
	d.values = append(d.values, v)
}

// integer loads any column that is sent as an integer and is no float.
func (c *column) integer(row ref) int64 {
	switch c.op {
	case opInt8:
		return c.i8(row)
	case opInt16:
		return c.i16(row)
	case opInt32:
		return c.i32(row)
	case opUint8:
		return c.u8(row)
	case opUint16:
		return c.u16(row)
	case opUint32:
		return c.u32(row)
	case opUint, opUintText:
		return int64(c.u64(row))
	}
	return c.i64(row)
}

// diffOther compares a column whose value is more than a number.
func (t *table) diffOther(e *Encoder, slot, i int, row ref, fresh bool) {
	c, info, d := &t.plan.row.cols[i], &t.plan.row.info[i], &t.diffs[i]
	switch c.op {
	case opRate64:
		t.diffRate(e, slot, i, e.quantum(c.f64(row)*c.inv, info), fresh)
	case opRate32:
		t.diffRate(e, slot, i, e.quantum(c.f32(row)*c.inv, info), fresh)
	case opIntText, opUintText:
		at := &t.shadow[slot*len(t.diffs)+i]
		if v := c.integer(row); v != *at {
			*at = v
			d.put(slot, v)
		}
	case opString:
		if s, w := c.text(row), t.word(slot, c); s != *w {
			*w = s
			d.put(slot, 0)
		}
	case opBytes:
		if s, w := c.bytes(row, info.typ), t.word(slot, c); string(s) != *w {
			*w = string(s)
			d.put(slot, 0)
		}
	case opRaw:
		if s, w := e.marshal(c.at(row), info), t.word(slot, c); string(s) != *w {
			*w = string(s)
			d.put(slot, 0)
		}
	case opNested:
		nested := t.nested(slot, c, info)
		if nested.diff(e, c.at(row)) {
			d.put(slot, 0)
		}
		if nested.moved {
			t.move(slot, i)
		}
	}
}

// diffRate compares a predicted column: both sides move it by its rate, and only what is off by more than tol is sent.
func (t *table) diffRate(e *Encoder, slot, i int, v int64, fresh bool) {
	shadow := t.shadow[slot*len(t.diffs):][:len(t.diffs)]
	c := &t.plan.row.cols[i]
	before := shadow[i]
	if fresh {
		shadow[i] = v << 8
		if v != 0 {
			t.diffs[i].put(slot, v)
		}
	} else {
		x := move256(before, step256(shadow[c.rate], c.mul), e.adv)
		off := v - (x+128)>>8
		if off > int64(c.tol) || off < -int64(c.tol) {
			t.diffs[i].put(slot, off)
			x += off << 8
		}
		shadow[i] = x
	}
	if e.plain && (before+128)>>8 != (shadow[i]+128)>>8 {
		t.move(slot, i)
	}
}

// move notes for the merge patch that a column shows another value, whether it was sent or predicted.
func (t *table) move(slot, i int) {
	d := &t.diffs[i]
	d.moved = lengthen(d.moved, len(t.live))
	d.moved[slot>>6] |= 1 << (slot & 63)
	t.moved = true
}

// quantum rounds a predicted column, which has less room than others.
func (e *Encoder) quantum(x float64, info *columnInfo) int64 {
	if x > -maxRated && x < maxRated {
		return int64(math.Floor(x + 0.5))
	}
	return e.clamp(x, maxRated, info)
}

// marshal writes a raw column into a scratch buffer.
func (e *Encoder) marshal(at ref, info *columnInfo) []byte {
	if e.raw == nil {
		e.rawBytes = new(bytes.Buffer)
		e.raw = msgpack.NewEncoder(e.rawBytes)
		e.raw.SetCustomStructTag("json")
		e.raw.SetSortMapKeys(true)
		e.raw.UseCompactInts(true)
	}
	e.rawBytes.Reset()
	if err := e.raw.EncodeValue(valueAt(at, info.typ)); err != nil {
		e.report(notMarshalled, info.path+" ("+strings.TrimPrefix(err.Error(), "msgpack: ")+")")
		return nil
	}
	return e.rawBytes.Bytes()
}
