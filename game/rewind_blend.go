package game

import "reflect"

// blend moves each float in dst, a copy of the later of two states, to its place at the part f of the way from the
// earlier one. Rows that the earlier state does not have stay as they are.
func (s *shape) blend(dst, from reflect.Value, f float64) {
	if !s.floats {
		return
	}
	switch s.kind {
	case reflect.Float32, reflect.Float64:
		a := from.Float()
		if v := a + float64((dst.Float()-a)*f); v == v {
			dst.SetFloat(v)
		}
	case reflect.Struct:
		for i := range s.fields {
			if p := &s.fields[i]; p.floats {
				p.blend(dst.Field(p.index), from.Field(p.index), f)
			}
		}
	case reflect.Pointer:
		if !dst.IsNil() && !from.IsNil() {
			s.elem.blend(dst.Elem(), from.Elem(), f)
		}
	case reflect.Slice, reflect.Array:
		if s.key != nil {
			s.blendByKey(dst, from, f)
			return
		}
		for i := range min(dst.Len(), from.Len()) {
			s.elem.blend(dst.Index(i), from.Index(i), f)
		}
	case reflect.Map:
		s.blendMap(dst, from, f)
	}
}

// blendByKey blends the elements that have the same key. Mostly they come in the same order in both.
func (s *shape) blendByKey(dst, from reflect.Value, f float64) {
	n, next := from.Len(), 0
	for i := range dst.Len() {
		row := dst.Index(i)
		for k := range n {
			at := next + k
			if at >= n {
				at -= n
			}
			if twin := from.Index(at); s.sameKey(row, twin) {
				s.elem.blend(row, twin, f)
				next = at + 1
				break
			}
		}
	}
}

// sameKey tells whether two elements of a slice are the same one.
func (s *shape) sameKey(a, b reflect.Value) bool {
	if a.Kind() == reflect.Pointer {
		if a.IsNil() || b.IsNil() {
			return false
		}
		a, b = a.Elem(), b.Elem()
	}
	for _, i := range s.key {
		a, b = a.Field(i), b.Field(i)
	}
	switch {
	case a.CanInt():
		return a.Int() == b.Int()
	case a.CanUint():
		return a.Uint() == b.Uint()
	}
	return a.String() == b.String()
}

func (s *shape) blendMap(dst, from reflect.Value, f float64) {
	rows := s.rows
	rows.here.Reset(dst)
	for rows.here.Next() {
		rows.key.SetIterKey(&rows.here)
		twin := from.MapIndex(rows.key)
		if !twin.IsValid() {
			continue
		}
		if s.elem.kind == reflect.Pointer {
			s.elem.blend(rows.here.Value(), twin, f)
			continue
		}
		row := reflect.New(s.elem.typ).Elem()
		row.Set(rows.here.Value())
		s.elem.blend(row, twin, f)
		dst.SetMapIndex(rows.key, row)
	}
	rows.here.Reset(reflect.Value{})
}
