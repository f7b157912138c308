package game

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// encoder writes values by their plans into a buffer that is reused. Owned by one match, under its mutex.
type encoder struct {
	buf     []byte
	entries []entry         // a stack: the maps that are being written, innermost last
	iter    reflect.MapIter // in use only while one map's entries are collected
	keys    []reflect.Value // by the slot of the map's node: room for a key of its type
}

// entry is one key and value of a map, to be sorted. Integer keys are sorted by order.
type entry struct {
	key   string
	order uint64
	value reflect.Value
}

func encodeBool(e *encoder, v reflect.Value)   { e.buf = appendBool(e.buf, v.Bool()) }
func encodeInt(e *encoder, v reflect.Value)    { e.buf = appendInt(e.buf, v.Int()) }
func encodeUint(e *encoder, v reflect.Value)   { e.buf = appendUint(e.buf, v.Uint()) }
func encodeFloat(e *encoder, v reflect.Value)  { e.buf = appendFloat(e.buf, v.Float()) }
func encodeString(e *encoder, v reflect.Value) { e.buf = appendString(e.buf, v.String()) }

// encodeBytes writes a []byte or [n]byte.
func encodeBytes(e *encoder, v reflect.Value) {
	n := v.Len()
	e.buf = appendBinLen(e.buf, n)
	if v.Kind() == reflect.Slice || v.CanAddr() {
		e.buf = append(e.buf, v.Bytes()...)
		return
	}
	for i := range n {
		e.buf = append(e.buf, byte(v.Index(i).Uint()))
	}
}

func (e *encoder) encodeStruct(v reflect.Value, fields []field, optional int) {
	count := len(fields)
	if optional > 0 {
		for i := range fields {
			if fields[i].omitempty && isEmpty(v.FieldByIndex(fields[i].index)) {
				count--
			}
		}
	}
	e.buf = appendMapLen(e.buf, count)
	for i := range fields {
		f := &fields[i]
		var fv reflect.Value
		if len(f.index) == 1 {
			fv = v.Field(f.index[0])
		} else {
			fv = v.FieldByIndex(f.index)
		}
		if f.omitempty && isEmpty(fv) {
			continue
		}
		e.buf = append(e.buf, f.header...)
		f.enc(e, fv)
	}
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.Array:
		return v.Len() == 0
	}
	return v.IsZero()
}

// keyOf reads one kind of map key.
type keyOf func(v reflect.Value) entry

func stringKey(v reflect.Value) entry { return entry{key: v.String()} }

func signedKey(v reflect.Value) entry {
	return entry{key: strconv.FormatInt(v.Int(), 10), order: uint64(v.Int()) ^ 1<<63}
}

func unsignedKey(v reflect.Value) entry {
	return entry{key: strconv.FormatUint(v.Uint(), 10), order: v.Uint()}
}

// encodeMap writes a map in the order of its keys, so that the same state is always the same bytes. Keys are strings on
// the wire, as those of JavaScript's objects are.
func (e *encoder) encodeMap(v reflect.Value, slot int, read keyOf, elem *node) {
	e.buf = appendMapLen(e.buf, v.Len())
	if v.Len() == 0 {
		return
	}
	for len(e.keys) <= slot {
		e.keys = append(e.keys, reflect.Value{})
	}
	if !e.keys[slot].IsValid() {
		e.keys[slot] = reflect.New(v.Type().Key()).Elem()
	}
	base := len(e.entries)
	for e.iter.Reset(v); e.iter.Next(); {
		e.keys[slot].SetIterKey(&e.iter)
		next := read(e.keys[slot])
		next.value = e.iter.Value()
		e.entries = append(e.entries, next)
	}
	e.iter.Reset(reflect.Value{})
	top := len(e.entries)
	slices.SortFunc(e.entries[base:top], func(a, b entry) int {
		if a.order != b.order {
			if a.order < b.order {
				return -1
			}
			return 1
		}
		return strings.Compare(a.key, b.key)
	})
	for i := base; i < top; i++ {
		e.buf = appendString(e.buf, e.entries[i].key)
		elem.enc(e, e.entries[i].value)
	}
	clear(e.entries[base:top])
	e.entries = e.entries[:base]
}
