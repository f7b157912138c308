package game_test

import (
	"bytes"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vmihailenco/msgpack/v5"

	"ninepin/game"
)

// inputOf returns what a game gets for raw.
func inputOf[I any](raw []byte) (in I, err error) {
	k := game.Define("x", func() *shape2[I] { return &shape2[I]{got: &in} })
	m := k.NewMatch("m", 1, nil)
	if err := m.Join(&game.Player{ID: "a"}); err != nil {
		return in, err
	}
	if err := m.Input("a", 1, raw); err != nil {
		return in, err
	}
	return in, m.Step()
}

// shape2 is a game that keeps its last input.
type shape2[I any] struct {
	shape[struct{}, I]
	got *I
}

func (g *shape2[I]) Update(t *game.Tick[I]) error {
	for _, in := range t.Inputs() {
		*g.got = in
	}
	return nil
}

type Point struct {
	X float64 `msgpack:"x" json:"ignored"`
	Y float64 `msgpack:"y"`
}

func TestInputNamesFieldsByMsgpackThenJSONThenGo(t *testing.T) {
	type input struct {
		Point
		Z      int
		Size   int   `json:"size"`
		Hidden int   `msgpack:"-"`
		Some   []int `json:"some,omitempty"`
	}
	have, err := inputOf[input](encodeInput(t, map[string]any{"x": 1, "y": 2, "Z": 3, "size": 4, "Hidden": 5, "some": []int{6}, "X": 7, "Size": 8}))
	require.NoError(t, err)
	require.Equal(t, input{Point: Point{1, 2}, Z: 3, Size: 4, Some: []int{6}}, have)
}

type secrets struct {
	Shown  int
	Hidden map[string]int `sync:"-"`
}

func TestFieldsKeptBackAreNeitherSentNorTaken(t *testing.T) {
	out := new(tape)
	state := &shape[secrets, int]{state: secrets{1, map[string]int{"x": 1}}}
	step(t, game.Define("x", func() *shape[secrets, int] { return state }).NewMatch("m", 1, out), 1)
	require.Equal(t, map[string]any{"Shown": 1.}, out.last().State)
	in, err := inputOf[secrets](encodeInput(t, map[string]any{"Shown": 1, "Hidden": map[string]int{"x": 1}}))
	require.NoError(t, err)
	require.Equal(t, secrets{Shown: 1}, in)
}

type inputCase struct {
	Small int8            `msgpack:"small"`
	Count uint16          `msgpack:"count"`
	F     float32         `msgpack:"f"`
	Name  string          `msgpack:"name"`
	Raw   []byte          `msgpack:"raw"`
	Pair  [2]int          `msgpack:"pair"`
	List  []Point         `msgpack:"list"`
	Map   map[int]*Point  `msgpack:"map"`
	Yes   bool            `msgpack:"yes"`
	Flags map[string]bool `msgpack:"flags"`
	Key   [2]byte         `msgpack:"key"`
}

func TestInputReadsWhatTheLibraryWrites(t *testing.T) {
	want := inputCase{-5, 40000, 0.25, "ö", []byte{1}, [2]int{-70000, 1 << 40}, []Point{{1, 2}}, map[int]*Point{-300: {3, 4}, 5: nil}, true, map[string]bool{"a": true}, [2]byte{7, 8}}
	have, err := inputOf[inputCase](encodeInput(t, struct {
		inputCase `msgpack:",inline"`
		Unknown   map[string]any `msgpack:"unknown"`
	}{want, map[string]any{"deep": []any{1, "x", nil, 1.5, []byte{1}, map[string]any{}}}}))
	require.NoError(t, err)
	require.Equal(t, want, have)
}

func TestInputTakesNumbersAsJavaScriptSendsThem(t *testing.T) {
	have, err := inputOf[inputCase](encodeInput(t, map[string]any{"small": 5.0, "count": int64(7), "f": 0.5, "map": map[string]any{"12": nil}, "name": nil}))
	require.NoError(t, err)
	require.Equal(t, inputCase{Small: 5, Count: 7, F: 0.5, Map: map[int]*Point{12: nil}}, have)
}

func TestInputRefusesWhatDoesNotFit(t *testing.T) {
	for name, c := range map[string]struct {
		value any
		want  string
	}{
		"not a map":        {[]int{1}, "Input: want a map, got an array"},
		"nil":              {nil, "Input: want a map, got nil"},
		"string for int":   {map[string]any{"small": "1"}, "Input.Small: want an integer of int8, got a string"},
		"too large":        {map[string]any{"small": 128}, "does not fit into int8"},
		"too large float":  {map[string]any{"small": 1e30}, "want an integer of int8, got a float"},
		"negative":         {map[string]any{"count": -1}, "want an integer of uint16, got a negative integer"},
		"fraction":         {map[string]any{"count": 1.5}, "got a float"},
		"NaN":              {map[string]any{"f": math.NaN()}, "finite number of float32, got NaN"},
		"infinity":         {map[string]any{"f": math.Inf(-1)}, "finite"},
		"float32 overflow": {map[string]any{"f": 1e300}, "finite"},
		"NaN inside":       {map[string]any{"list": []any{map[string]any{"x": math.NaN()}}}, "List[].X"},
		"NaN in a map":     {map[string]any{"map": map[int]any{1: map[string]any{"y": math.Inf(1)}}}, "Map[].Y"},
		"int for string":   {map[string]any{"name": 1}, "want a string, got an integer"},
		"not UTF-8":        {map[string]any{"name": "\xff"}, "not UTF-8"},
		"array length":     {map[string]any{"pair": []int{1}}, "want 2 items, got 1"},
		"byte length":      {map[string]any{"key": []byte{1}}, "want 2 bytes, got 1"},
		"int for bool":     {map[string]any{"yes": 1}, "want a boolean"},
		"string for bytes": {map[string]any{"raw": "x"}, "want bytes, got a string"},
		"map key":          {map[string]any{"map": map[string]any{"x": nil}}, "Map"},
		"field name":       {map[int]int{1: 1}, "want a string"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := inputOf[inputCase](encodeInput(t, c.value))
			require.ErrorIs(t, err, game.ErrBadInput)
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestInputRefusesTruncatedBytes(t *testing.T) {
	raw := encodeInput(t, inputCase{Name: "name", Raw: []byte{1, 2}, List: []Point{{0.1, 0.2}}, Map: map[int]*Point{1: {}}})
	_, err := inputOf[inputCase](raw)
	require.NoError(t, err)
	for n := range raw {
		_, err := inputOf[inputCase](raw[:n])
		require.ErrorIs(t, err, game.ErrBadInput, "%d of %d bytes", n, len(raw))
	}
	_, err = inputOf[inputCase](append(raw, 0xc0))
	require.ErrorContains(t, err, "1 bytes after the value")
}

func TestInputDoesNotBelieveDeclaredLengths(t *testing.T) {
	for _, raw := range []string{
		"\x81\xa4list\xdd\xff\xff\xff\xff", "\x81\xa3raw\xc6\xff\xff\xff\xff", "\x81\xa4name\xdb\xff\xff\xff\xff", "\x81\xa3map\xdf\xff\xff\xff\xff",
		"\xdf\xff\xff\xff\xff", "\x81\xa1u\xdd\xff\xff\xff\xff", "\x81\xa1u\xdf\xff\xff\xff\xff", "\x81\xa1u\xc9\xff\xff\xff\xff\x00", "\xc1", "",
	} {
		_, err := inputOf[inputCase]([]byte(raw))
		require.ErrorIs(t, err, game.ErrBadInput, "%x", raw)
	}
}

func TestInputKeepsNothingOfTheBytes(t *testing.T) {
	raw := encodeInput(t, map[string]any{"name": "abc", "raw": []byte("abc")})
	var in inputCase
	k := game.Define("x", func() *shape2[inputCase] { return &shape2[inputCase]{got: &in} })
	m := k.NewMatch("m", 1, nil)
	join(t, m, "a")
	require.NoError(t, m.Input("a", 1, raw))
	clear(raw)
	step(t, m, 1)
	require.Equal(t, "abc abc", in.Name+" "+string(in.Raw))
}

// FuzzInput holds the decoder to the library: what we accept the library can read, and nothing panics.
func FuzzInput(f *testing.F) {
	f.Add(encodeInput(f, inputCase{Name: "name", Raw: []byte{1}, List: []Point{{0.1, 2}}, Map: map[int]*Point{1: {}}}))
	f.Add(encodeInput(f, map[string]any{"unknown": []any{1, nil, "x", 1.5, true, []byte{}, map[string]any{"a": 1}}}))
	for _, hostile := range []string{"\xdd\xff\xff\xff\xff", "\x81\xa1u\xd4\x00", "\x81\xa1u\x91\x91\x91\x91", "\x81\xa4list\xdc\xff\xff\xdc\xff\xff", "\xc1"} {
		f.Add([]byte(hostile))
	}
	k := game.Define("x", newShape[struct{}, inputCase])
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := k.NewMatch("m", 1, nil)
		join(t, m, "a")
		if err := m.Input("a", 1, raw); err != nil {
			require.ErrorIs(t, err, game.ErrBadInput)
			return
		}
		require.NoError(t, msgpack.NewDecoder(bytes.NewReader(raw)).Skip())
	})
}
