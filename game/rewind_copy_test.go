package game_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/game"
)

// randomType makes a struct type of what a State may hold, rows of all sorts of collections included.
func randomType(rnd *rand.Rand, depth int) reflect.Type {
	var fields []reflect.StructField
	for i := range 1 + rnd.IntN(5) {
		f := reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: randomField(rnd, depth)}
		if f.Type.Kind() == reflect.Slice {
			if row := elemStruct(f.Type); row != nil && row.NumField() > 0 && row.Field(0).Name == "ID" {
				f.Tag = `sync:"key=ID"`
			}
		}
		fields = append(fields, f)
	}
	return reflect.StructOf(fields)
}

// elemStruct is the struct type of a slice's elements, nil if they are none.
func elemStruct(t reflect.Type) reflect.Type {
	if t = t.Elem(); t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	return t
}

func randomField(rnd *rand.Rand, depth int) reflect.Type {
	scalars := []reflect.Type{
		reflect.TypeFor[float64](), reflect.TypeFor[float32](), reflect.TypeFor[int](), reflect.TypeFor[uint16](),
		reflect.TypeFor[bool](), reflect.TypeFor[string](), reflect.TypeFor[game.PlayerID](),
	}
	if depth == 0 {
		return scalars[rnd.IntN(len(scalars))]
	}
	inner := func() reflect.Type { return randomType(rnd, depth-1) }
	key := []reflect.Type{reflect.TypeFor[string](), reflect.TypeFor[int8]()}[rnd.IntN(2)]
	switch rnd.IntN(12) {
	case 0:
		return reflect.PointerTo(inner())
	case 1:
		return reflect.SliceOf(inner())
	case 2:
		return reflect.SliceOf(reflect.PointerTo(keyed(inner())))
	case 3:
		return reflect.SliceOf(keyed(inner()))
	case 4:
		return reflect.MapOf(key, reflect.PointerTo(inner()))
	case 5:
		return reflect.MapOf(key, inner())
	case 6:
		return reflect.MapOf(key, scalars[rnd.IntN(len(scalars))])
	case 7:
		return reflect.ArrayOf(3, reflect.PointerTo(inner()))
	case 8:
		return reflect.SliceOf(reflect.TypeFor[byte]())
	case 9:
		return inner()
	}
	return scalars[rnd.IntN(len(scalars))]
}

// keyed puts an ID before the fields of a struct type.
func keyed(t reflect.Type) reflect.Type {
	fields := []reflect.StructField{{Name: "ID", Type: reflect.TypeFor[int]()}}
	for i := range t.NumField() {
		fields = append(fields, t.Field(i))
	}
	return reflect.StructOf(fields)
}

// mutate changes a value here and there, as a game does from tick to tick.
func mutate(rnd *rand.Rand, v reflect.Value) {
	if rnd.IntN(3) == 0 {
		return
	}
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(rnd.IntN(100)) / 4)
	case reflect.Int, reflect.Int8:
		v.SetInt(int64(rnd.IntN(50)))
	case reflect.Uint8, reflect.Uint16:
		v.SetUint(uint64(rnd.IntN(50)))
	case reflect.Bool:
		v.SetBool(rnd.IntN(2) == 0)
	case reflect.String:
		v.SetString(fmt.Sprint("s", rnd.IntN(9)))
	case reflect.Struct:
		for i := range v.NumField() {
			mutate(rnd, v.Field(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			mutate(rnd, v.Index(i))
		}
	case reflect.Pointer:
		if rnd.IntN(6) == 0 {
			v.SetZero()
			return
		}
		if v.IsNil() || rnd.IntN(6) == 0 {
			v.Set(reflect.New(v.Type().Elem()))
		}
		mutate(rnd, v.Elem())
	case reflect.Slice:
		mutateSlice(rnd, v)
	case reflect.Map:
		mutateMap(rnd, v)
	}
}

func mutateSlice(rnd *rand.Rand, v reflect.Value) {
	switch n := v.Len(); rnd.IntN(6) {
	case 0:
		v.SetZero()
	case 1:
		v.Set(reflect.MakeSlice(v.Type(), rnd.IntN(4), 8))
	case 2:
		if n > 0 {
			at := rnd.IntN(n)
			v.Set(reflect.AppendSlice(v.Slice(0, at), v.Slice(at+1, n)))
		}
	default:
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
	}
	for i := range v.Len() {
		e := v.Index(i)
		if e.Kind() == reflect.Pointer && e.IsNil() {
			e.Set(reflect.New(e.Type().Elem()))
			e = e.Elem()
		}
		mutate(rnd, e)
	}
}

func mutateMap(rnd *rand.Rand, v reflect.Value) {
	if v.IsNil() || rnd.IntN(8) == 0 {
		v.Set(reflect.MakeMap(v.Type()))
	}
	for range rnd.IntN(5) {
		key := reflect.New(v.Type().Key()).Elem()
		mutate(rnd, key)
		elem := reflect.New(v.Type().Elem()).Elem()
		if old := v.MapIndex(key); old.IsValid() {
			elem.Set(old)
			if rnd.IntN(2) == 0 {
				v.SetMapIndex(key, reflect.Value{})
				continue
			}
		}
		if elem.Kind() == reflect.Pointer && elem.IsNil() {
			elem.Set(reflect.New(elem.Type().Elem()))
		}
		mutate(rnd, elem)
		v.SetMapIndex(key, elem)
	}
}

// clone is a deep copy, made the simple way.
func clone(v reflect.Value) reflect.Value {
	c := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			c.Field(i).Set(clone(v.Field(i)))
		}
	case reflect.Array:
		for i := range v.Len() {
			c.Index(i).Set(clone(v.Index(i)))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			c.Set(reflect.New(v.Type().Elem()))
			c.Elem().Set(clone(v.Elem()))
		}
	case reflect.Slice:
		if !v.IsNil() {
			c.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			for i := range v.Len() {
				c.Index(i).Set(clone(v.Index(i)))
			}
		}
	case reflect.Map:
		if !v.IsNil() {
			c.Set(reflect.MakeMap(v.Type()))
			for _, k := range v.MapKeys() {
				c.SetMapIndex(k, clone(v.MapIndex(k)))
			}
		}
	default:
		c.Set(v)
	}
	return c
}

// Copies live through the ticks after them, whatever those change: nothing in one leads into another or into the state.
func TestCopiesOfTheLastTicksAreWhatTheStateWas(t *testing.T) {
	for seed := range uint64(30) {
		rnd := rand.New(rand.NewPCG(seed, 0))
		state := reflect.New(randomType(rnd, 3))
		const span = 4
		past := game.NewPast(state.Type().Elem(), span*50*time.Millisecond, 50*time.Millisecond)
		was := map[uint64]reflect.Value{}
		for tick := uint64(1); tick < 40; tick++ {
			mutate(rnd, state.Elem())
			was[tick] = clone(state.Elem())
			past.Keep(tick, state.Interface())
			mutate(rnd, state.Elem())
			for back := uint64(0); back <= span && back < tick; back++ {
				copied, ok := past.At(float64(tick - back))
				require.True(t, ok)
				require.Equal(t, was[tick-back].Interface(), reflect.ValueOf(copied).Elem().Interface(), "seed %d, tick %d of %d", seed, tick-back, tick)
			}
		}
	}
}

// A mix has the rows and values of the later tick; only floats differ, and lie between.
func TestMixesDifferFromTheLaterTickInFloatsAlone(t *testing.T) {
	for seed := range uint64(20) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		state := reflect.New(randomType(rnd, 3))
		past := game.NewPast(state.Type().Elem(), 100*time.Millisecond, 50*time.Millisecond)
		for tick := uint64(1); tick < 30; tick++ {
			mutate(rnd, state.Elem())
			past.Keep(tick, state.Interface())
			if tick == 1 {
				continue
			}
			later, _ := past.At(float64(tick))
			before := clone(reflect.ValueOf(later).Elem())
			mix, ok := past.At(float64(tick) - 0.25)
			require.True(t, ok)
			require.Equal(t, before.Interface(), reflect.ValueOf(later).Elem().Interface(), "the later tick stays as it was")
			a, b := clone(reflect.ValueOf(mix).Elem()), before
			withoutFloats(a)
			withoutFloats(b)
			require.Equal(t, b.Interface(), a.Interface(), "seed %d, tick %d", seed, tick)
		}
	}
}

// withoutFloats makes all floats 0.
func withoutFloats(v reflect.Value) {
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		v.SetFloat(0)
	case reflect.Struct:
		for i := range v.NumField() {
			withoutFloats(v.Field(i))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			withoutFloats(v.Elem())
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			withoutFloats(v.Index(i))
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			e := clone(v.MapIndex(k))
			withoutFloats(e)
			v.SetMapIndex(k, e)
		}
	}
}
