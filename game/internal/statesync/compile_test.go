package statesync_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/game/internal/statesync"
)

type node struct{ Kids []*node }

func TestCompileNamesTheFieldAndTheWayOut(t *testing.T) {
	type inner struct{ C chan int }
	for _, c := range []struct {
		state any
		want  string
	}{
		{struct{ P map[string]*inner }{}, `State.P[].C: chan int cannot be sent: it means nothing elsewhere; tag it sync:"-" or do not export it`},
		{struct{ A any }{}, `State.A: interface {} cannot be sent: its real type is not known here; use one concrete type, or tag it sync:"raw"`},
		{struct{ T time.Time }{}, `State.T: time.Time cannot be sent: it marshals itself; hold a plain value (for a time: ticks, or milliseconds as an int64), or tag it sync:"raw"`},
		{struct{ N node }{}, `State.N.Kids[]: statesync_test.node cannot be sent: it contains itself; refer to other values by a key into a map or an index into a slice`},
		{struct{ M map[float64]int }{}, `State.M: map[float64]int cannot be sent: map keys are strings or integers`},
		{struct{ P **int }{}, `State.P: **int cannot be sent: use one pointer, not a pointer to a pointer`},
		{struct{ P []**int }{}, `State.P[]: []**int cannot be sent: use one pointer, not a pointer to a pointer`},
		{struct{ S struct{ hidden int } }{}, `State.S: struct { hidden int } cannot be sent: it has no exported fields, so nothing of it would arrive; hold a plain value, or tag it sync:"-"`},
		{struct{ C complex128 }{}, `State.C: complex128 cannot be sent: use two floats`},
		{struct {
			I int `sync:"q=0.1"`
		}{}, `State.I: int cannot be sent: q= is for floats`},
		{struct {
			F float64 `sync:"q=0"`
		}{}, `State.F: the tag sync:"q=0" cannot be sent: q is the smallest difference that is sent, for example q=0.1`},
		{struct {
			F float64 `sync:"quantum=1"`
		}{}, `State.F: the tag sync:"quantum=1" cannot be sent: "quantum" is not known; use -, q=, rate=, tol=, key=, str or raw`},
		{struct {
			F float64 `sync:"rate=V"`
		}{}, `State.F: the tag sync:"rate=V" cannot be sent: rate needs q, and tol needs rate, for example q=0.1,rate=VX,tol=1`},
		{struct {
			F float64 `sync:"q=1,rate=V,tol=x"`
		}{}, `State.F: the tag sync:"q=1,rate=V,tol=x" cannot be sent: tol is a number of quanta, for example tol=1`},
		{struct {
			F float64 `sync:"q=1,rate=V"`
		}{}, `State.F: float64 cannot be sent: rate=V names no field beside it`},
		{struct {
			F float64 `sync:"q=1,rate=V"`
			V float64
		}{}, `State.F: float64 cannot be sent: rate=V is no integer and no float with q= and without rate=`},
		{struct {
			F float64 `sync:"q=0.0000001,rate=V"`
			V float64 `sync:"q=1"`
		}{}, `State.F: float64 cannot be sent: its q is too small for the steps of rate=V; use a larger one`},
		{struct {
			M map[string]int `sync:"key=ID"`
		}{}, `State.M: map[string]int cannot be sent: key= is for slices of structs`},
		{struct {
			L []struct{ A int } `sync:"key=ID"`
		}{}, `State.L[]: []struct { A int } cannot be sent: key=ID names no field of struct { A int }`},
		{struct {
			L []struct{ ID float64 } `sync:"key=ID"`
		}{}, `State.L[]: []struct { ID float64 } cannot be sent: key=ID is a float64; use a string or an integer`},
		{struct {
			L []int `sync:"key=ID"`
		}{}, `State.L[]: []int cannot be sent: key=ID names no field of int`},
		{struct {
			I int32 `sync:"str"`
		}{}, `State.I: int32 cannot be sent: str is for 64-bit integers`},
		{struct {
			S struct{ A float64 } `sync:"q=1"`
		}{}, `State.S: struct { A float64 } cannot be sent: its sync tag says how a single value is sent; move it to the fields of struct { A float64 }`},
		{struct {
			A int `msgpack:"x"`
			B int `msgpack:"x"`
		}{}, `State.A and State.B are both sent as "x", which cannot be sent: rename one by a msgpack tag`},
		{struct {
			A int `msgpack:"__proto__"`
		}{}, `State.A: int cannot be sent: the name "__proto__" has a meaning of its own in clients; tag it with another one`},
		{0, `int: int cannot be sent: a state is a struct; put it into one`},
	} {
		_, err := statesync.Compile(reflect.TypeOf(c.state), time.Second)
		require.ErrorIs(t, err, statesync.ErrType, "%T", c.state)
		require.EqualError(t, err, c.want)
	}
}

func TestNamesFollowMsgpackThenJSONThenGo(t *testing.T) {
	type Base struct{ ID int }
	type state struct {
		Base
		A    int `msgpack:"a,omitempty" json:"x"`
		B    int `json:"b"`
		C    int
		D    int  `msgpack:"-"`
		E    int  `json:"-"`
		F    int  `sync:"-"`
		Long Base `msgpack:"long"`
		g    int
	}
	e := statesync.NewEncoder(plan(t, &state{}))
	require.NoError(t, e.Diff(&state{g: 1}, 1))
	require.Equal(t, map[string]any{"ID": 0., "a": 0., "b": 0., "C": 0., "long": map[string]any{"ID": 0.}}, decodeTree(e.AppendFull(nil)))
}

func TestPlansCompileATypeOnce(t *testing.T) {
	plans := statesync.NewPlans(step)
	first, err := plans.Of(reflect.TypeFor[arena]())
	require.NoError(t, err)
	again, err := plans.Of(reflect.TypeFor[arena]())
	require.NoError(t, err)
	require.Same(t, first, again)
	require.Equal(t, reflect.TypeFor[arena](), first.Type())
}

func TestEqualLayoutsHaveTheSameHash(t *testing.T) {
	type a struct{ X, Y int }
	type b struct {
		X, Y   int
		hidden string
	}
	type c struct{ X, Z int }
	require.Equal(t, plan(t, &a{}).Hash(), plan(t, &b{hidden: ""}).Hash())
	require.NotEqual(t, plan(t, &a{}).Hash(), plan(t, &c{}).Hash())
}
