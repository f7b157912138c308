//go:build !purego

package statesync

import (
	"cmp"
	"math/bits"
	"reflect"
	"slices"
	"unsafe"
)

// ref points to a row or to a field; nil is none. This file reads the author's values in place. What it relies on
// beyond the language: slices begin with pointer and length, and maps of the same key type and of values of pointer
// shape are laid out alike, whatever they point to. Both hold for gc; TestPointerMapsAreRead checks the second one.
// Build with -tags purego elsewhere.
type ref = unsafe.Pointer

func isNil(p ref) bool { return p == nil }

// refTo returns the address of an addressable value.
func refTo(v reflect.Value) ref { return v.Addr().UnsafePointer() }

// place is where in a row a column lies.
type place struct{ offset uintptr }

func placeAt(offset uintptr, _ []int) place { return place{offset} }

func (a place) at(p ref) ref                      { return unsafe.Add(p, a.offset) }
func (a place) f64(p ref) float64                 { return *(*float64)(unsafe.Add(p, a.offset)) }
func (a place) f32(p ref) float64                 { return float64(*(*float32)(unsafe.Add(p, a.offset))) }
func (a place) i64(p ref) int64                   { return *(*int64)(unsafe.Add(p, a.offset)) }
func (a place) u64(p ref) uint64                  { return *(*uint64)(unsafe.Add(p, a.offset)) }
func (a place) flag(p ref) int64                  { return int64(*(*uint8)(unsafe.Add(p, a.offset))) }
func (a place) text(p ref) string                 { return *(*string)(unsafe.Add(p, a.offset)) }
func (a place) i8(p ref) int64                    { return int64(*(*int8)(unsafe.Add(p, a.offset))) }
func (a place) i16(p ref) int64                   { return int64(*(*int16)(unsafe.Add(p, a.offset))) }
func (a place) i32(p ref) int64                   { return int64(*(*int32)(unsafe.Add(p, a.offset))) }
func (a place) u8(p ref) int64                    { return int64(*(*uint8)(unsafe.Add(p, a.offset))) }
func (a place) u16(p ref) int64                   { return int64(*(*uint16)(unsafe.Add(p, a.offset))) }
func (a place) u32(p ref) int64                   { return int64(*(*uint32)(unsafe.Add(p, a.offset))) }
func (a place) pointer(p ref) ref                 { return *(*unsafe.Pointer)(unsafe.Add(p, a.offset)) }
func valueAt(p ref, t reflect.Type) reflect.Value { return reflect.NewAt(t, p).Elem() }

// bytes returns a []byte, or an array of bytes, as it is.
func (a place) bytes(p ref, t reflect.Type) []byte {
	if t.Kind() == reflect.Array {
		return unsafe.Slice((*byte)(unsafe.Add(p, a.offset)), t.Len())
	}
	return *(*[]byte)(unsafe.Add(p, a.offset))
}

// elements are those of a slice or an array.
type elements struct {
	base ref
	n    int
	size uintptr
	ptr  bool
}

func (p *tablePlan) elements(at ref) elements {
	if p.length >= 0 {
		return elements{at, p.length, p.typ.Elem().Size(), p.ptr}
	}
	s := *(*[]byte)(at)
	return elements{ref(unsafe.SliceData(s)), len(s), p.typ.Elem().Size(), p.ptr}
}

// row returns an element, or what it points to.
func (e *elements) row(i int) ref {
	p := unsafe.Add(e.base, uintptr(i)*e.size)
	if e.ptr {
		return *(*unsafe.Pointer)(p)
	}
	return p
}

// follow finds the rows of a map: each slot's row is set or, if the key is gone, the slot freed; then new keys get
// slots, in their order.
func (t *table) follow(at ref) {
	if !t.plan.ptr {
		t.followByReflection(valueAt(at, t.plan.typ))
		return
	}
	switch k := t.plan.typ.Key(); {
	case t.plan.text:
		t.followTexts(*(*map[string]ref)(at))
	case k.Kind() <= reflect.Int64:
		switch k.Size() {
		case 1:
			followNumbers(t, *(*map[int8]ref)(at))
		case 2:
			followNumbers(t, *(*map[int16]ref)(at))
		case 4:
			followNumbers(t, *(*map[int32]ref)(at))
		default:
			followNumbers(t, *(*map[int64]ref)(at))
		}
	default:
		switch k.Size() {
		case 1:
			followNumbers(t, *(*map[uint8]ref)(at))
		case 2:
			followNumbers(t, *(*map[uint16]ref)(at))
		case 4:
			followNumbers(t, *(*map[uint32]ref)(at))
		default:
			followNumbers(t, *(*map[uint64]ref)(at))
		}
	}
}

func (t *table) followTexts(m map[string]ref) {
	for w, live := range t.live {
		for live != 0 {
			i := w<<6 + bits.TrailingZeros64(live)
			live &= live - 1 // at the end of the loop it costs a third more
			if row := m[t.texts.at[i]]; row != nil {
				t.rows[i] = row
			} else {
				t.remove(i)
			}
		}
	}
	if len(m) == t.count {
		return
	}
	for k, row := range m {
		if _, known := t.texts.slot[k]; !known && row != nil {
			t.texts.fresh = append(t.texts.fresh, k)
		}
	}
	slices.Sort(t.texts.fresh)
	for _, k := range t.texts.fresh {
		t.texts.put(k, t.add(m[k]))
	}
}

func followNumbers[K interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64
	cmp.Ordered
}](t *table, m map[K]ref) {
	for w, live := range t.live {
		for live != 0 {
			i := w<<6 + bits.TrailingZeros64(live)
			live &= live - 1 // at the end of the loop it costs a third more
			if row := m[K(t.numbers.at[i])]; row != nil {
				t.rows[i] = row
			} else {
				t.remove(i)
			}
		}
	}
	if len(m) == t.count {
		return
	}
	for k, row := range m {
		if _, known := t.numbers.slot[int64(k)]; !known && row != nil {
			t.numbers.fresh = append(t.numbers.fresh, int64(k))
		}
	}
	slices.Sort(t.numbers.fresh)
	for _, k := range t.numbers.fresh {
		t.numbers.put(k, t.add(m[K(k)]))
	}
}
