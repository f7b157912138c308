package statesync

import (
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// AppendPatch appends what the last Diff found as a merge patch (RFC 7396) for AppendFull's value: an object with the
// changed fields; nil removes a key. Plain(true) must have been called before that Diff.
func (e *Encoder) AppendPatch(b []byte) []byte { return e.root.appendPatchRow(b, 0) }

// AppendFull appends the whole view as the last Diff saw it, with the names of the fields: maps are objects with the
// keys as text, slices are arrays, those with key= in the order of their keys; nil pointers are left out.
func (e *Encoder) AppendFull(b []byte) []byte { return e.root.appendFullRow(b, 0) }

func (t *table) appendPatch(b []byte) []byte {
	switch t.plan.kind {
	case optional:
		switch {
		case t.count == 0:
			return append(b, 0xc0)
		case t.isNew(0):
			return t.appendFullRow(b, 0)
		}
		return t.appendPatchRow(b, 0)
	case mapping:
		return t.appendPatchMap(b)
	}
	return t.appendFull(b)
}

func (t *table) appendPatchMap(b []byte) []byte {
	n := len(t.texts.gone) + len(t.numbers.gone)
	for slot := range each(t.live) {
		if t.touched(slot) {
			n++
		}
	}
	b = appendMapLen(b, n)
	for _, k := range t.texts.gone {
		b = append(appendString(b, k), 0xc0)
	}
	for _, k := range t.numbers.gone {
		b = append(appendIntText(b, k, t.plan.unsigned()), 0xc0)
	}
	for slot := range each(t.live) {
		if !t.touched(slot) {
			continue
		}
		b = t.appendKey(b, slot)
		if t.isNew(slot) {
			b = t.appendFullRow(b, slot)
		} else {
			b = t.appendPatchRow(b, slot)
		}
	}
	return b
}

// touched tells whether anything in a slot has changed for a plain client.
func (t *table) touched(slot int) bool {
	if t.isNew(slot) {
		return true
	}
	for i := range t.diffs {
		if t.shows(slot, i) {
			return true
		}
	}
	return false
}

// shows tells whether a column shows another value to a plain client.
func (t *table) shows(slot, i int) bool {
	d := &t.diffs[i]
	w, bit := slot>>6, uint64(1)<<(slot&63)
	if t.moved && w < len(d.moved) && d.moved[w]&bit != 0 {
		return true
	}
	// A correction in the middle of a prediction may leave what is shown as it was; then it is sent for nothing.
	return d.bits[w]&bit != 0
}

func (t *table) appendKey(b []byte, slot int) []byte {
	if t.plan.text {
		return appendString(b, t.texts.at[slot])
	}
	return appendIntText(b, t.numbers.at[slot], t.plan.unsigned())
}

func (t *table) appendPatchRow(b []byte, slot int) []byte {
	if t.plan.row.scalar {
		return t.appendPatchValue(b, slot, 0)
	}
	return t.appendPatchShape(b, slot, t.plan.row.shape)
}

func (t *table) appendPatchShape(b []byte, slot int, level []shape) []byte {
	n := 0
	for i := range level {
		if t.shapeTouched(slot, &level[i]) {
			n++
		}
	}
	b = appendMapLen(b, n)
	for i := range level {
		s := &level[i]
		if !t.shapeTouched(slot, s) {
			continue
		}
		b = append(b, s.name...)
		if s.col == inner {
			b = t.appendPatchShape(b, slot, s.inner)
		} else {
			b = t.appendPatchValue(b, slot, s.col)
		}
	}
	return b
}

func (t *table) shapeTouched(slot int, s *shape) bool {
	switch s.col {
	case theKey:
		return false
	case inner:
		for i := range s.inner {
			if t.shapeTouched(slot, &s.inner[i]) {
				return true
			}
		}
		return false
	}
	return t.shows(slot, s.col)
}

func (t *table) appendPatchValue(b []byte, slot, i int) []byte {
	if c := &t.plan.row.cols[i]; c.op == opNested {
		return t.nested(slot, c, nil).appendPatch(b)
	}
	return t.appendFullValue(b, slot, i)
}

func (t *table) appendFull(b []byte) []byte {
	switch t.plan.kind {
	case optional:
		if t.count == 0 {
			return append(b, 0xc0)
		}
		return t.appendFullRow(b, 0)
	case mapping:
		b = appendMapLen(b, t.count)
		for slot := range each(t.live) {
			b = t.appendFullRow(t.appendKey(b, slot), slot)
		}
		return b
	case keyed:
		b = appendArrayLen(b, t.count)
		for _, slot := range t.byKey() {
			b = t.appendFullRow(b, slot)
		}
		return b
	}
	b = appendArrayLen(b, t.n)
	for slot := range t.n {
		b = t.appendFullRow(b, slot)
	}
	return b
}

// byKey lists the live slots in the order of their keys.
func (t *table) byKey() []int {
	slots := slices.AppendSeq(make([]int, 0, t.count), each(t.live))
	slices.SortFunc(slots, func(a, b int) int {
		if t.plan.text {
			return strings.Compare(t.texts.at[a], t.texts.at[b])
		}
		if t.numbers.at[a] < t.numbers.at[b] {
			return -1
		}
		return 1
	})
	return slots
}

func (t *table) appendFullRow(b []byte, slot int) []byte {
	if t.plan.row.scalar {
		return t.appendFullValue(b, slot, 0)
	}
	return t.appendFullShape(b, slot, t.plan.row.shape)
}

func (t *table) appendFullShape(b []byte, slot int, level []shape) []byte {
	n := 0
	for i := range level {
		if !t.absent(slot, &level[i]) {
			n++
		}
	}
	b = appendMapLen(b, n)
	for i := range level {
		s := &level[i]
		if t.absent(slot, s) {
			continue
		}
		b = append(b, s.name...)
		switch {
		case s.col == inner:
			b = t.appendFullShape(b, slot, s.inner)
		case s.col == theKey && t.plan.text:
			b = appendString(b, t.texts.at[slot])
		case s.col == theKey:
			b = appendInt(b, t.numbers.at[slot])
		default:
			b = t.appendFullValue(b, slot, s.col)
		}
	}
	return b
}

// absent tells whether a field is a nil pointer.
func (t *table) absent(slot int, s *shape) bool {
	if s.col < 0 {
		return false
	}
	c, info := &t.plan.row.cols[s.col], &t.plan.row.info[s.col]
	return c.op == opNested && info.sub.kind == optional && t.isEmpty(slot, c)
}

func (t *table) appendFullValue(b []byte, slot, i int) []byte {
	c := &t.plan.row.cols[i]
	v := t.shadow[slot*len(t.diffs)+i]
	switch {
	case c.op == opNested:
		return t.nested(slot, c, &t.plan.row.info[i]).appendFull(b)
	case c.rate >= 0:
		return appendFloat(b, float64((v+128)>>8)/c.inv)
	case c.inv != 0:
		return appendFloat(b, float64(v)/c.inv)
	case c.op <= lastDifference:
		return appendInt(b, v)
	case c.op == opBool && v != 0:
		return append(b, 0xc3)
	case c.op == opBool:
		return append(b, 0xc2)
	case c.op == opFloat64 || c.op == opFloat32:
		return appendFloat(b, math.Float64frombits(uint64(v)))
	case c.op == opIntText || c.op == opUintText:
		return appendIntText(b, v, c.op == opUintText)
	case c.op == opString:
		return appendString(b, *t.word(slot, c))
	case c.op == opBytes:
		return appendBin(b, *t.word(slot, c))
	}
	return appendRaw(b, *t.word(slot, c))
}

func appendIntText(b []byte, v int64, unsigned bool) []byte {
	var text [20]byte
	if unsigned {
		return appendString(b, string(strconv.AppendUint(text[:0], uint64(v), 10)))
	}
	return appendString(b, string(strconv.AppendInt(text[:0], v, 10)))
}

// unsigned tells whether number keys are.
func (p *tablePlan) unsigned() bool {
	return p.kind == mapping && p.typ.Key().Kind() >= reflect.Uint
}
