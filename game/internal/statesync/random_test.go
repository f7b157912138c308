package statesync_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
)

// randomType makes a struct type of all that can be sent.
func randomType(r *rand.Rand, depth int) reflect.Type {
	var fields []reflect.StructField
	add := func(t reflect.Type, tag string) {
		name := fmt.Sprintf("F%d", len(fields))
		if r.IntN(2) == 0 {
			tag = fmt.Sprintf(`msgpack:"f%d" %s`, len(fields), tag)
		}
		fields = append(fields, reflect.StructField{Name: name, Type: t, Tag: reflect.StructTag(tag)})
	}
	for n := 1 + r.IntN(4)*r.IntN(4); n > 0; n-- {
		switch r.IntN(10) {
		default:
			add(randomScalar(r))
		case 0:
			speed := fmt.Sprintf("F%d", len(fields))
			add(reflect.TypeFor[float64](), `sync:"q=0.5"`)
			add(reflect.TypeFor[float64](), fmt.Sprintf(`sync:"q=0.1,rate=%s"`, speed))
		case 1:
			// A nested struct without fields would not be sent at all; elements without fields are.
			if t := randomType(r, depth-1); depth > 0 && t.NumField() > 0 {
				add(t, "")
			}
		case 2, 3, 4:
			if depth > 0 {
				add(randomTable(r, depth-1))
			}
		}
	}
	return reflect.StructOf(fields)
}

func randomScalar(r *rand.Rand) (reflect.Type, string) {
	types := []any{0, int8(0), int16(0), int32(0), int64(0), uint(0), uint8(0), uint16(0), uint32(0), uint64(0), 0.0, float32(0), "", false, []byte{}, [3]byte{}}
	t := reflect.TypeOf(types[r.IntN(len(types))])
	tag := ""
	switch k := t.Kind(); {
	case (k == reflect.Float64 || k == reflect.Float32) && r.IntN(2) == 0:
		tag = fmt.Sprintf(`sync:"q=%v"`, []float64{0.1, 0.25, 1, 3, 0.001}[r.IntN(5)])
	case (k == reflect.Int64 || k == reflect.Uint64) && r.IntN(3) == 0:
		tag = `sync:"str"`
	}
	return t, tag
}

func randomTable(r *rand.Rand, depth int) (reflect.Type, string) {
	elem, tag := randomType(r, depth), ""
	switch r.IntN(6) {
	case 0:
		elem, tag = randomScalar(r)
	case 1:
		elem, tag = randomTable(r, depth)
		for option(reflect.StructTag(tag).Get("sync"), "key") != "" || elem.Kind() == reflect.Pointer {
			elem, tag = randomTable(r, depth)
		}
	case 2, 3:
		if elem.Kind() == reflect.Struct {
			elem = reflect.PointerTo(elem)
		}
	}
	keys := []any{"", 0, int8(0), uint16(0), int32(0), uint64(0), uint8(0), int16(0), uint32(0), int64(0)}
	switch r.IntN(6) {
	case 0:
		if elem.Kind() != reflect.Pointer {
			elem = reflect.PointerTo(elem)
		}
		return elem, tag
	case 1, 2:
		return reflect.MapOf(reflect.TypeOf(keys[r.IntN(len(keys))]), elem), tag
	case 3:
		return reflect.ArrayOf(r.IntN(5), elem), tag
	case 4:
		if t, ok := withKey(r, elem); ok {
			return reflect.SliceOf(t), `sync:"key=ID"`
		}
	}
	return reflect.SliceOf(elem), tag
}

// withKey adds a field ID to a struct or a pointer to one.
func withKey(r *rand.Rand, t reflect.Type) (reflect.Type, bool) {
	if t.Kind() == reflect.Pointer {
		t, ok := withKey(r, t.Elem())
		return reflect.PointerTo(t), ok
	}
	if t.Kind() != reflect.Struct {
		return t, false
	}
	id := reflect.StructField{Name: "ID", Type: reflect.TypeOf([]any{0, "", int32(0)}[r.IntN(3)]), Tag: `msgpack:"id"`}
	fields := []reflect.StructField{}
	for i := range t.NumField() {
		fields = append(fields, t.Field(i))
	}
	at := r.IntN(len(fields) + 1)
	fields = append(fields[:at], append([]reflect.StructField{id}, fields[at:]...)...)
	return reflect.StructOf(fields), true
}

// mutate changes about one in n of the values below v.
func mutate(r *rand.Rand, v reflect.Value, tag string, n int) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			mutate(r, v.Field(i), v.Type().Field(i).Tag.Get("sync"), n)
		}
		return
	case reflect.Array:
		for i := range v.Len() {
			mutate(r, v.Index(i), tag, n)
		}
		return
	case reflect.Pointer:
		mutatePointer(r, v, tag, n)
		return
	case reflect.Map:
		mutateMap(r, v, tag, n)
		return
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Uint8 {
			mutateSlice(r, v, tag, n)
			return
		}
	}
	if r.IntN(n) == 0 {
		v.Set(randomValue(r, v.Type(), tag))
	}
}

func mutatePointer(r *rand.Rand, v reflect.Value, tag string, n int) {
	switch {
	case v.IsNil() && r.IntN(n) == 0:
		v.Set(newElement(r, v.Type(), tag))
	case !v.IsNil() && r.IntN(n*4) == 0:
		v.SetZero()
	case !v.IsNil():
		mutate(r, v.Elem(), tag, n)
	}
}

// newElement is a fresh pointer, or a fresh value.
func newElement(r *rand.Rand, t reflect.Type, tag string) reflect.Value {
	if t.Kind() == reflect.Pointer {
		p := reflect.New(t.Elem())
		mutate(r, p.Elem(), tag, 2)
		return p
	}
	v := reflect.New(t).Elem()
	mutate(r, v, tag, 2)
	return v
}

func mutateMap(r *rand.Rand, v reflect.Value, tag string, n int) {
	if v.IsNil() {
		v.Set(reflect.MakeMap(v.Type()))
	}
	for r.IntN(n) < 3 && v.Len() < 9 {
		v.SetMapIndex(randomKey(r, v.Type().Key()), newElement(r, v.Type().Elem(), tag))
		n += 3
	}
	// In the order of the keys, so that a failing seed fails again.
	for i := range 20 {
		key := keyOf(v.Type().Key(), i)
		switch {
		case !v.MapIndex(key).IsValid():
		case r.IntN(n*4) == 0:
			v.SetMapIndex(key, reflect.Value{})
		case v.Type().Elem().Kind() == reflect.Pointer:
			mutate(r, v.MapIndex(key).Elem(), tag, n)
		default:
			elem := reflect.New(v.Type().Elem()).Elem()
			elem.Set(v.MapIndex(key))
			mutate(r, elem, tag, n)
			v.SetMapIndex(key, elem)
		}
	}
}

func randomKey(r *rand.Rand, t reflect.Type) reflect.Value { return keyOf(t, r.IntN(20)) }

func keyOf(t reflect.Type, i int) reflect.Value {
	if t.Kind() == reflect.String {
		return reflect.ValueOf(fmt.Sprint("k", i)).Convert(t)
	}
	if i%2 == 0 && t.Kind() < reflect.Uint {
		i = -i
	}
	return reflect.ValueOf(i).Convert(t)
}

func mutateSlice(r *rand.Rand, v reflect.Value, tag string, n int) {
	key := option(tag, "key")
	if key != "" {
		tag = ""
	}
	for range r.IntN(3) {
		if r.IntN(n) < 3 {
			elem := newElement(r, v.Type().Elem(), tag)
			if key == "" || freshKey(r, v, elem, key) {
				v.Set(reflect.Append(v, elem))
			}
		}
	}
	if v.Len() > 0 && r.IntN(n*2) == 0 {
		at := r.IntN(v.Len())
		v.Set(reflect.AppendSlice(v.Slice(0, at), v.Slice(at+1, v.Len())))
	}
	if v.Len() > 9 {
		v.SetLen(3)
	}
	for i := range v.Len() {
		elem := reflect.Indirect(v.Index(i))
		if key != "" {
			id := reflect.New(elem.FieldByName(key).Type()).Elem()
			id.Set(elem.FieldByName(key))
			mutate(r, elem, tag, n)
			elem.FieldByName(key).Set(id)
		} else {
			mutate(r, elem, tag, n)
		}
	}
}

// freshKey gives an element a key that the slice does not have.
func freshKey(r *rand.Rand, list, elem reflect.Value, key string) bool {
	field := reflect.Indirect(elem).FieldByName(key)
	field.Set(randomKey(r, field.Type()))
	for i := range list.Len() {
		if reflect.Indirect(list.Index(i)).FieldByName(key).Equal(field) {
			return false
		}
	}
	return true
}

func randomValue(r *rand.Rand, t reflect.Type, tag string) reflect.Value {
	v := reflect.New(t).Elem()
	switch k := t.Kind(); {
	case k == reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case k == reflect.String:
		v.SetString([]string{"", "a", "äöü", "漢字", "a longer text of more than thirty-two bytes", fmt.Sprint(r.IntN(100))}[r.IntN(6)])
	case v.CanInt() && tag == "str":
		v.SetInt(int64(r.Uint64()) >> r.IntN(64))
	case v.CanUint() && tag == "str":
		v.SetUint(r.Uint64() >> r.IntN(64))
	case v.CanInt():
		bits := min(t.Bits(), 54)
		v.SetInt(int64(r.Uint64()) >> (64 - 1 - r.IntN(bits)))
		if v.Int() == -1<<53 {
			v.SetInt(1<<53 - 1)
		}
	case v.CanUint():
		v.SetUint(r.Uint64() >> (64 - r.IntN(min(t.Bits(), 53)+1)))
	case v.CanFloat() && tag == "":
		v.SetFloat([]float64{0, 1, -1, 0.5, 0.1, math.NaN(), math.Inf(1), math.Copysign(0, -1), r.NormFloat64(), 1e300, 1 << 40}[r.IntN(11)])
	case v.CanFloat():
		v.SetFloat(r.NormFloat64() * 100)
	case k == reflect.Slice: // of bytes
		v.SetBytes([]byte("0123456789")[:r.IntN(10)])
	}
	return v
}
