package game_test

import (
	"bytes"
	"math/rand"
	"reflect"
	"testing"
	"testing/quick"

	"github.com/stretchr/testify/require"
	"github.com/vmihailenco/msgpack/v5"

	"ninepin/game"
)

// everything has a field of each sort that can be sent.
type everything struct {
	B   bool
	I8  int8
	I16 int16
	I32 int32
	I64 int64
	I   int
	U8  uint8
	U16 uint16
	U32 uint32
	U64 uint64
	U   uint
	F32 float32
	F64 float64
	S   string
	P   *Point
	PP  **int16
	L   []int64
	LL  [][]Point
	A   [3]uint32
	Raw []byte
	Key [4]byte
	M   map[string]Point
	MM  map[game.PlayerID]map[string]*Point
	O   struct {
		S string         `msgpack:",omitempty"`
		L []bool         `json:",omitempty"`
		M map[string]int `msgpack:"m,omitempty"`
		N int            `json:"n,omitzero"`
	}
}

// libraryBytes is a value as the msgpack library writes it.
func libraryBytes(t *testing.T, v any) []byte {
	var raw bytes.Buffer
	enc := msgpack.NewEncoder(&raw)
	enc.SetCustomStructTag("json")
	require.NoError(t, enc.Encode(v))
	return raw.Bytes()
}

// plain makes empty lists and maps alike: nil and empty are the same on the wire.
func plain(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		if v.Len() == 0 {
			v.SetZero()
			return
		}
		if v.Kind() == reflect.Slice {
			for i := range v.Len() {
				plain(v.Index(i))
			}
			return
		}
		for _, key := range v.MapKeys() {
			elem := reflect.New(v.Type().Elem()).Elem()
			elem.Set(v.MapIndex(key))
			plain(elem)
			v.SetMapIndex(key, elem)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			plain(v.Field(i))
		}
	}
}

// sample makes a random value.
func sample(t *testing.T, seed int64) everything {
	v, ok := quick.Value(reflect.TypeFor[everything](), rand.New(rand.NewSource(seed)))
	require.True(t, ok)
	e := v.Interface().(everything)
	plain(reflect.ValueOf(&e).Elem())
	return e
}

func TestInputReadsEverythingThatTheLibraryWrites(t *testing.T) {
	for seed := range int64(200) {
		want := sample(t, seed)
		if want.PP != nil && *want.PP == nil {
			want.PP = nil
		}
		have, err := inputOf[everything](libraryBytes(t, want))
		require.NoError(t, err)
		plain(reflect.ValueOf(&have).Elem())
		require.Equal(t, want, have, "seed %d", seed)
	}
}

func TestIntegerKeysMayBeStrings(t *testing.T) {
	type input struct{ M map[uint64]bool }
	have, err := inputOf[input]([]byte("\x81\xa1M\x83\xa19\xc2\xa210\xc3\xb39223372036854775808\xc3"))
	require.NoError(t, err)
	require.Equal(t, input{map[uint64]bool{1 << 63: true, 9: false, 10: true}}, have)
}

func TestInputReadsLongValues(t *testing.T) {
	type input struct {
		S []string
		B [][]byte
		M map[string]int
	}
	want := input{M: map[string]int{}}
	for _, n := range []int{31, 32, 255, 256, 65535, 65536} {
		want.S = append(want.S, string(make([]byte, n)))
		want.B = append(want.B, make([]byte, n))
	}
	for i := range 70000 {
		want.M[string(rune(i+0x10000))] = i
	}
	have, err := inputOf[input](libraryBytes(t, want))
	require.NoError(t, err)
	require.Equal(t, want, have)
}
