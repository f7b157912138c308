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
	for i := range t.plan.row.runs {
		t.diffRun(e, &t.plan.row.runs[i])
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

// diffRun compares a run of columns of the same kind, in all rows.
func (t *table) diffRun(e *Encoder, r *run) {
	switch r.op {
	case opQuant64:
		t.diffQuants(e, r)
		return
	case opInt:
		t.diffInts(e, r)
		return
	case opRate64:
		t.diffRates(e, r)
		return
	case opString:
		t.diffTexts(r)
		return
	}
	n := len(t.diffs)
	for slot := range each(t.live) {
		row, shadow := t.rows[slot], t.shadow[slot*n:][:n]
		switch r.op {
		case opRate32:
			for i := r.from; i < r.to; i++ {
				c := &t.plan.row.cols[i]
				t.diffRate(e, slot, i, shadow, e.rated(c.f32(row)*c.inv, &t.plan.row.info[i]), t.isNew(slot))
			}
		case opIntText, opUintText, opBytes, opRaw, opNested:
			for i := r.from; i < r.to; i++ {
				t.diffOther(e, slot, i, row)
			}
		default:
			t.diffNumbers(e, r, slot, shadow, row)
		}
	}
}

// diffQuants compares quantised float64s. This, diffInts and diffRates are where the encoder spends its time: what is
// equal to the shadow is dealt with in the fewest steps, and what is in its range need not be asked then.
func (t *table) diffQuants(e *Encoder, r *run) {
	cols, n := t.plan.row.cols[r.from:r.to], len(t.diffs)
	for w, live := range t.live {
		for live != 0 {
			slot := w<<6 + bits.TrailingZeros64(live)
			live &= live - 1 // at the end of the loop it costs more
			row, shadow := t.rows[slot], t.shadow[slot*n+r.from:][:len(cols)]
			for i := range cols {
				c := &cols[i]
				v := round(c.f64(row) * c.inv)
				if v == shadow[i] {
					continue
				}
				if uint64(v+maxRound) > 2*maxRound {
					v = e.clamp(c.f64(row)*c.inv, maxInt, &t.plan.row.info[r.from+i])
				}
				if v != shadow[i] {
					t.diffs[r.from+i].put(slot, v-shadow[i])
					shadow[i] = v
				}
			}
		}
	}
}

// diffInts compares ints and int64s.
func (t *table) diffInts(e *Encoder, r *run) {
	cols, n := t.plan.row.cols[r.from:r.to], len(t.diffs)
	for w, live := range t.live {
		for live != 0 {
			slot := w<<6 + bits.TrailingZeros64(live)
			live &= live - 1
			row, shadow := t.rows[slot], t.shadow[slot*n+r.from:][:len(cols)]
			for i := range cols {
				v := cols[i].i64(row)
				if v == shadow[i] {
					continue
				}
				if uint64(v+maxInt) > 2*maxInt {
					v = e.clampInt(v > 0, &t.plan.row.info[r.from+i])
				}
				if v != shadow[i] {
					t.diffs[r.from+i].put(slot, v-shadow[i])
					shadow[i] = v
				}
			}
		}
	}
}

// diffRates compares predicted float64s: both sides move them by their rates, and only what is off by more than tol is
// sent.
func (t *table) diffRates(e *Encoder, r *run) {
	cols, n, adv := t.plan.row.cols, len(t.diffs), e.adv
	for w, live := range t.live {
		for live != 0 {
			slot := w<<6 + bits.TrailingZeros64(live)
			live &= live - 1
			row, shadow := t.rows[slot], t.shadow[slot*n:][:n]
			if e.plain || t.isNew(slot) {
				for i := r.from; i < r.to; i++ {
					v := e.rated(cols[i].f64(row)*cols[i].inv, &t.plan.row.info[i])
					t.diffRate(e, slot, i, shadow, v, t.isNew(slot))
				}
				continue
			}
			for i := r.from; i < r.to; i++ {
				c := &cols[i]
				v := e.rated(c.f64(row)*c.inv, &t.plan.row.info[i])
				x := move256(shadow[i], shadow[c.rate], c.mul, adv)
				if off := v - (x+128)>>8; uint64(off+c.tol) > uint64(2*c.tol) {
					t.diffs[i].put(slot, off)
					x += off << 8
				}
				shadow[i] = x
			}
		}
	}
}

// diffRate is diffRates for new rows, which are not moved, and for merge patches, which have to know what is.
func (t *table) diffRate(e *Encoder, slot, i int, shadow []int64, v int64, fresh bool) {
	c, before := &t.plan.row.cols[i], shadow[i]
	if fresh {
		shadow[i] = v << 8
		if v != 0 {
			t.diffs[i].put(slot, v)
		}
	} else {
		x := move256(before, shadow[c.rate], c.mul, e.adv)
		if off := v - (x+128)>>8; off > c.tol || off < -c.tol {
			t.diffs[i].put(slot, off)
			x += off << 8
		}
		shadow[i] = x
	}
	if e.plain && (before+128)>>8 != (shadow[i]+128)>>8 {
		t.move(slot, i)
	}
}

// diffTexts compares strings.
func (t *table) diffTexts(r *run) {
	for i := r.from; i < r.to; i++ {
		c, n := &t.plan.row.cols[i], t.plan.row.texts
		for w, live := range t.live {
			for live != 0 {
				slot := w<<6 + bits.TrailingZeros64(live)
				live &= live - 1
				if s, word := c.text(t.rows[slot]), &t.words[slot*n+int(c.ord)]; s != *word {
					*word = s
					t.diffs[i].put(slot, 0)
				}
			}
		}
	}
}

// diffNumbers compares all others that are one number.
func (t *table) diffNumbers(e *Encoder, r *run, slot int, shadow []int64, row ref) {
	for i := r.from; i < r.to; i++ {
		c := &t.plan.row.cols[i]
		v := c.number(row)
		switch c.op {
		case opQuant32:
			if uint64(v+maxRound) > 2*maxRound {
				v = e.clamp(c.f32(row)*c.inv, maxInt, &t.plan.row.info[i])
			}
		case opUint:
			if uint64(v) > maxInt {
				v = e.clampInt(true, &t.plan.row.info[i])
			}
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

// number loads a column as it is in the shadow.
func (c *column) number(row ref) int64 {
	switch c.op {
	case opBool:
		return c.flag(row)
	case opFloat64:
		return int64(math.Float64bits(c.f64(row)))
	case opFloat32:
		return int64(math.Float64bits(c.f32(row)))
	case opQuant32:
		return round(c.f32(row) * c.inv)
	}
	return c.integer(row)
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
func (t *table) diffOther(e *Encoder, slot, i int, row ref) {
	c, info, d := &t.plan.row.cols[i], &t.plan.row.info[i], &t.diffs[i]
	switch c.op {
	case opIntText, opUintText:
		at := &t.shadow[slot*len(t.diffs)+i]
		if v := c.integer(row); v != *at {
			*at = v
			d.put(slot, v)
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

// move notes for the merge patch that a column shows another value, whether it was sent or predicted.
func (t *table) move(slot, i int) {
	d := &t.diffs[i]
	d.moved = lengthen(d.moved, len(t.live))
	d.moved[slot>>6] |= 1 << (slot & 63)
	t.moved = true
}

// rated rounds a predicted column, which has less room than others: halves up, as what is predicted is rounded, or
// even ways would need corrections.
func (e *Encoder) rated(x float64, info *columnInfo) int64 {
	if x > -maxRated && x < maxRated {
		return int64(math.Floor(float64(x) + 0.5))
	}
	return e.clamp(x, maxRated, info)
}

// round returns the whole number next to x, the even one of two, if it is within maxRound; else, and for NaN, a number
// beyond that. At 1.5·2^52 the last bit of a float64's mantissa is worth 1, so the addition itself rounds; that is half
// the cost of math.Floor and a conversion. The conversion to float64 forbids fusing it with what computes x, which some
// machines would do, and then replays would differ between them.
func round(x float64) int64 {
	const magic = 0x1.8p52
	return int64(math.Float64bits(float64(x)+magic) - math.Float64bits(magic))
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
