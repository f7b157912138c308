package statesync

import (
	"math/bits"
	"reflect"
	"slices"
)

// locate finds the rows of a collection, gives new ones slots, and frees those of rows that are gone.
func (t *table) locate(e *Encoder, at ref) {
	switch t.plan.kind {
	case single:
		t.rows[0] = at
	case optional:
		t.locateOne(place{}.pointer(at))
	case mapping:
		t.follow(at)
		t.trim()
		for _, key := range t.numbers.fresh {
			if key > maxInt || key < -maxInt {
				e.report(tooLarge, t.plan.path)
			}
		}
	case list:
		t.locateList(e, t.plan.elements(at))
	case keyed:
		t.locateKeyed(e, t.plan.elements(at))
		t.trim()
	}
}

func (t *table) locateOne(row ref) {
	switch {
	case !isNil(row) && t.count == 0:
		t.grow(1)
		t.enter(0, row)
	case !isNil(row):
		t.rows[0] = row
	case t.count != 0:
		t.remove(0)
		t.n = 0
	}
}

func (t *table) locateList(e *Encoder, list elements) {
	before := t.n
	for i := list.n; i < before; i++ {
		t.zero(i)
	}
	t.grow(list.n)
	t.n, t.growth = list.n, list.n-before
	for i := range list.n {
		row := list.row(i)
		if isNil(row) {
			e.report(nilElement, t.plan.path)
			row = refTo(reflect.New(t.plan.row.typ).Elem())
		}
		if i >= before {
			t.enter(i, row)
		} else {
			t.rows[i] = row
		}
	}
}

func (t *table) locateKeyed(e *Encoder, list elements) {
	var none ref
	for w, live := range t.live {
		for ; live != 0; live &= live - 1 {
			t.rows[w<<6+bits.TrailingZeros64(live)] = none
		}
	}
	known := 0
	t.fresh = t.fresh[:0]
	for i := range list.n {
		row := list.row(i)
		if isNil(row) {
			e.report(nilElement, t.plan.path)
			continue
		}
		slot := t.slotOf(e, row)
		switch {
		case slot < 0:
			t.fresh = append(t.fresh, int32(i))
		case isNil(t.rows[slot]):
			t.rows[slot] = row
			known++
		default:
			e.report(sameKey, t.plan.path)
		}
	}
	if known != t.count {
		t.removeUnseen()
	}
	for _, i := range t.fresh {
		if row := list.row(int(i)); t.slotOf(e, row) < 0 {
			t.putKey(row, t.add(row))
		} else {
			e.report(sameKey, t.plan.path)
		}
	}
}

// slotOf finds the slot of a row by the key in it; -1 if there is none.
func (t *table) slotOf(e *Encoder, row ref) int {
	var slot int32
	var ok bool
	if t.plan.text {
		slot, ok = t.texts.slot[t.plan.key.text(row)]
	} else {
		key := t.plan.key.integer(row)
		if key > maxInt || key < -maxInt {
			e.report(tooLarge, t.plan.path)
		}
		slot, ok = t.numbers.slot[key]
	}
	if !ok {
		return -1
	}
	return int(slot)
}

func (t *table) putKey(row ref, slot int) {
	if t.plan.text {
		t.texts.put(t.plan.key.text(row), slot)
	} else {
		t.numbers.put(t.plan.key.integer(row), slot)
	}
}

// removeUnseen frees the slots whose row was not found.
func (t *table) removeUnseen() {
	for w := range t.live {
		for live := t.live[w]; live != 0; live &= live - 1 {
			if i := w<<6 + bits.TrailingZeros64(live); isNil(t.rows[i]) {
				t.remove(i)
			}
		}
	}
}

// mapWalker reads a map whose elements have no address: values are copied into places of their own.
type mapWalker struct {
	iter   reflect.MapIter
	key    reflect.Value
	values []reflect.Value // by slot; unused for pointers
}

// followByReflection is follow for maps of values, and without unsafe for all.
func (t *table) followByReflection(m reflect.Value) {
	if t.walker == nil {
		t.walker = &mapWalker{key: reflect.New(m.Type().Key()).Elem()}
	}
	w := t.walker
	var none ref
	for word, live := range t.live {
		for ; live != 0; live &= live - 1 {
			t.rows[word<<6+bits.TrailingZeros64(live)] = none
		}
	}
	known := 0
	for w.iter.Reset(m); w.iter.Next(); {
		w.key.SetIterKey(&w.iter)
		if slot, ok := t.known(w.key); ok {
			if t.rows[slot] = t.element(slot, &w.iter, reflect.Value{}); !isNil(t.rows[slot]) {
				known++
			}
		}
	}
	w.iter.Reset(reflect.Value{})
	if known != t.count {
		t.removeUnseen()
	}
	if m.Len() == t.count {
		return
	}
	if t.plan.text {
		slices.Sort(t.texts.fresh)
		for _, k := range t.texts.fresh {
			w.key.SetString(k)
			t.insert(m.MapIndex(w.key), func(slot int) { t.texts.put(k, slot) })
		}
		return
	}
	slices.Sort(t.numbers.fresh)
	for _, k := range t.numbers.fresh {
		if w.key.CanInt() {
			w.key.SetInt(k)
		} else {
			w.key.SetUint(uint64(k))
		}
		t.insert(m.MapIndex(w.key), func(slot int) { t.numbers.put(k, slot) })
	}
}

// known finds the slot of a key; keys without one are remembered.
func (t *table) known(key reflect.Value) (int, bool) {
	if t.plan.text {
		slot, ok := t.texts.slot[key.String()]
		if !ok {
			t.texts.fresh = append(t.texts.fresh, key.String())
		}
		return int(slot), ok
	}
	var k int64
	if key.CanInt() {
		k = key.Int()
	} else {
		k = int64(key.Uint())
	}
	slot, ok := t.numbers.slot[k]
	if !ok {
		t.numbers.fresh = append(t.numbers.fresh, k)
	}
	return int(slot), ok
}

// insert adds a row for a value of a map, unless it is a nil pointer.
func (t *table) insert(v reflect.Value, put func(slot int)) {
	if t.plan.ptr && v.IsNil() {
		return
	}
	var none ref
	slot := t.add(none)
	t.rows[slot] = t.element(slot, nil, v)
	put(slot)
}

// element returns the row of a map's value, the iterator's present one or v.
func (t *table) element(slot int, iter *reflect.MapIter, v reflect.Value) ref {
	w := t.walker
	for len(w.values) <= slot {
		w.values = append(w.values, reflect.New(t.plan.typ.Elem()).Elem())
	}
	if iter != nil {
		w.values[slot].SetIterValue(iter)
	} else {
		w.values[slot].Set(v)
	}
	if t.plan.ptr {
		return place{}.pointer(refTo(w.values[slot]))
	}
	return refTo(w.values[slot])
}
