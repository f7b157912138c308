package game

import (
	"reflect"

	"ninepin/game/internal/statesync"
)

// shape is how values of one type are copied into memory that is used again, and how their floats are blended. It is
// compiled from the type, one for each place in a State, and belongs to one match: it has memory of its own for maps.
type shape struct {
	typ    reflect.Type
	kind   reflect.Kind
	plain  bool    // without references, all its fields exported: one assignment copies it
	floats bool    // there are floats in it
	fields []part  // of a struct, those that are copied
	elem   *shape  // of a pointer, slice, array or map
	key    []int   // of a slice with key=: where the key lies in an element
	rows   *lookup // of a map
}

// part is a field of a struct.
type part struct {
	*shape
	index  int
	hidden bool // an embedded struct that is not exported: it cannot be assigned, but its fields can
}

// lookup is memory for going through maps, and for the elements that their keys have left.
type lookup struct {
	here, there reflect.MapIter
	key, elem   reflect.Value
	spare       []reflect.Value
}

// shapeOf compiles a type. Whatever statesync can send has a shape, and what it cannot is left out.
func shapeOf(t reflect.Type) *shape {
	s := &shape{typ: t, kind: t.Kind(), plain: isPlain(t)}
	switch s.kind {
	case reflect.Float32, reflect.Float64:
		s.floats = true
	case reflect.Struct:
		s.takeFields()
	case reflect.Pointer, reflect.Slice, reflect.Array:
		s.elem = shapeOf(t.Elem())
		s.floats = s.elem.floats
	case reflect.Map:
		s.elem = shapeOf(t.Elem())
		s.floats = s.elem.floats
		s.rows = &lookup{key: reflect.New(t.Key()).Elem(), elem: reflect.New(t.Elem()).Elem()}
	}
	return s
}

// takeFields finds the fields that are copied: those that are sent, and of the others the plain ones.
func (s *shape) takeFields() {
	for i := range s.typ.NumField() {
		f := s.typ.Field(i)
		field, err := statesync.FieldOf(f)
		sent := err == nil && !field.Hidden && !field.Raw
		if !sent && !(f.IsExported() && isPlain(f.Type)) {
			continue
		}
		p := part{shape: shapeOf(f.Type), index: i, hidden: !f.IsExported()}
		if f.Type.Kind() == reflect.Slice && sent && field.Key != "" {
			p.key = keyIn(f.Type.Elem(), field.Key)
		}
		s.fields = append(s.fields, p)
		s.floats = s.floats || p.floats
	}
}

// isPlain tells whether values of a type are copied by one assignment, and nothing of them is left out.
func isPlain(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Array:
		return isPlain(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); !f.IsExported() || !isPlain(f.Type) {
				return false
			}
		}
		return true
	case reflect.String:
		return true
	}
	return t.Kind() >= reflect.Bool && t.Kind() <= reflect.Float64 && t.Kind() != reflect.Uintptr
}

// keyIn finds the field of an element that the tag key= names, as it is sent or as it is in Go.
func keyIn(t reflect.Type, name string) []int {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	for i := range t.NumField() {
		f := t.Field(i)
		field, err := statesync.FieldOf(f)
		switch {
		case err != nil:
		case field.Inline:
			if inner := keyIn(f.Type, name); inner != nil {
				return append([]int{i}, inner...)
			}
		case !field.Hidden && (field.Name == name || f.Name == name):
			return []int{i}
		}
	}
	return nil
}

// copy makes dst equal to src, but for what is left out. dst shares no memory with src, and keeps what it has.
func (s *shape) copy(dst, src reflect.Value) {
	if s.plain {
		dst.Set(src)
		return
	}
	switch s.kind {
	case reflect.Struct:
		s.copyFields(dst, src)
	case reflect.Array:
		for i := range src.Len() {
			s.elem.copy(dst.Index(i), src.Index(i))
		}
	case reflect.Pointer:
		s.copyPointer(dst, src)
	case reflect.Slice:
		s.copySlice(dst, src)
	case reflect.Map:
		s.copyMap(dst, src)
	}
}

func (s *shape) copyFields(dst, src reflect.Value) {
	for i := range s.fields {
		f := &s.fields[i]
		if f.hidden {
			f.copyFields(dst.Field(f.index), src.Field(f.index))
		} else {
			f.copy(dst.Field(f.index), src.Field(f.index))
		}
	}
}

func (s *shape) copyPointer(dst, src reflect.Value) {
	if src.IsNil() {
		dst.SetZero()
		return
	}
	if dst.IsNil() {
		dst.Set(reflect.New(s.typ.Elem()))
	}
	s.elem.copy(dst.Elem(), src.Elem())
}

func (s *shape) copySlice(dst, src reflect.Value) {
	if src.IsNil() {
		dst.SetZero()
		return
	}
	n := src.Len()
	if dst.IsNil() || dst.Cap() < n {
		wider := reflect.MakeSlice(s.typ, n, max(n, 2*dst.Cap()))
		reflect.Copy(wider, dst.Slice(0, dst.Cap())) // what its elements refer to is memory as well
		dst.Set(wider)
	}
	dst.SetLen(n)
	if s.elem.plain {
		reflect.Copy(dst, src)
		return
	}
	for i := range n {
		s.elem.copy(dst.Index(i), src.Index(i))
	}
}

func (s *shape) copyMap(dst, src reflect.Value) {
	if src.IsNil() {
		s.forget(dst, src)
		dst.SetZero()
		return
	}
	if dst.IsNil() {
		dst.Set(reflect.MakeMapWithSize(s.typ, src.Len()))
	}
	rows := s.rows
	rows.there.Reset(src)
	for rows.there.Next() {
		rows.key.SetIterKey(&rows.there)
		dst.SetMapIndex(rows.key, s.element(dst))
	}
	if dst.Len() > src.Len() {
		s.forget(dst, src)
	}
	rows.there.Reset(reflect.Value{})
}

// element copies the element that the iterator there stands at, into memory of the same key in dst if there is some.
func (s *shape) element(dst reflect.Value) reflect.Value {
	rows := s.rows
	if s.elem.kind != reflect.Pointer {
		rows.elem.SetIterValue(&rows.there)
		if s.elem.plain {
			return rows.elem
		}
		fresh := reflect.New(s.elem.typ).Elem()
		s.elem.copy(fresh, rows.elem)
		return fresh
	}
	src := rows.there.Value()
	if src.IsNil() {
		return src
	}
	own := dst.MapIndex(rows.key)
	if !own.IsValid() || own.IsNil() {
		own = s.spare()
	}
	s.elem.elem.copy(own.Elem(), src.Elem())
	return own
}

// spare returns a pointer to memory for an element.
func (s *shape) spare() reflect.Value {
	last := len(s.rows.spare) - 1
	if last < 0 {
		return reflect.New(s.elem.typ.Elem())
	}
	own := s.rows.spare[last]
	s.rows.spare = s.rows.spare[:last]
	return own
}

// forget removes from dst the keys that src does not have, and keeps their memory.
func (s *shape) forget(dst, src reflect.Value) {
	rows := s.rows
	rows.here.Reset(dst)
	for rows.here.Next() {
		rows.key.SetIterKey(&rows.here)
		if src.MapIndex(rows.key).IsValid() {
			continue
		}
		if own := rows.here.Value(); s.elem.kind == reflect.Pointer && !own.IsNil() {
			rows.spare = append(rows.spare, own)
		}
		dst.SetMapIndex(rows.key, reflect.Value{})
	}
	rows.here.Reset(reflect.Value{})
}
