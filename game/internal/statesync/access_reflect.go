//go:build purego

package statesync

import "reflect"

// ref is a row or a field; the zero Value is none.
type ref = reflect.Value

func isNil(p ref) bool { return !p.IsValid() }

func refTo(v reflect.Value) ref { return v }

// place is where in a row a column lies: empty for the row itself.
type place struct{ index []int }

func placeAt(_ uintptr, index []int) place { return place{index} }

func (a place) at(p ref) ref {
	if len(a.index) == 0 {
		return p
	}
	return p.FieldByIndex(a.index)
}

func (a place) f64(p ref) float64 { return a.at(p).Float() }
func (a place) f32(p ref) float64 { return a.at(p).Float() }
func (a place) i64(p ref) int64   { return a.at(p).Int() }
func (a place) u64(p ref) uint64  { return a.at(p).Uint() }
func (a place) text(p ref) string { return a.at(p).String() }
func (a place) i8(p ref) int64    { return a.at(p).Int() }
func (a place) i16(p ref) int64   { return a.at(p).Int() }
func (a place) i32(p ref) int64   { return a.at(p).Int() }
func (a place) u8(p ref) int64    { return int64(a.at(p).Uint()) }
func (a place) u16(p ref) int64   { return int64(a.at(p).Uint()) }
func (a place) u32(p ref) int64   { return int64(a.at(p).Uint()) }

// pointer is zero for a nil pointer.
func (a place) pointer(p ref) ref { return a.at(p).Elem() }

func valueAt(p ref, _ reflect.Type) reflect.Value { return p }

func (a place) flag(p ref) int64 {
	if a.at(p).Bool() {
		return 1
	}
	return 0
}

// bytes returns a []byte, or an array of bytes, as it is.
func (a place) bytes(p ref, _ reflect.Type) []byte { return a.at(p).Bytes() }

// elements are those of a slice or an array.
type elements struct {
	list reflect.Value
	n    int
	ptr  bool
}

func (p *tablePlan) elements(at ref) elements { return elements{at, at.Len(), p.ptr} }

// row returns an element, or what it points to.
func (e *elements) row(i int) ref {
	if e.ptr {
		return e.list.Index(i).Elem()
	}
	return e.list.Index(i)
}

// follow finds the rows of a map: each slot's row is set or, if the key is gone, the slot freed; then new keys get
// slots, in their order.
func (t *table) follow(at ref) { t.followByReflection(at) }
