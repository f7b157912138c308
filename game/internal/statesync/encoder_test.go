package statesync_test

import (
	"encoding/hex"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/game/internal/statesync"
)

// The vector of the format's description: two players join, move, one leaves.
func TestWireFormat(t *testing.T) {
	type player struct {
		X    float64 `msgpack:"x" sync:"q=0.1"`
		Y    float64 `msgpack:"y" sync:"q=0.1"`
		HP   int     `msgpack:"hp"`
		Name string  `msgpack:"name"`
	}
	type state struct {
		Players map[string]*player `msgpack:"players"`
		Phase   string             `msgpack:"phase"`
	}
	s := &state{Players: map[string]*player{}, Phase: "wait"}
	stream := statesync.NewStream(statesync.NewPlans(step))
	view := stream.View("")
	tick := uint64(0)
	next := func() string {
		tick++
		stream.Advance(tick)
		require.NoError(t, view.Update(s))
		return spaced(stream.Delta(nil, view))
	}
	s.Players["a"] = &player{X: 10, Y: 20, HP: 100, Name: "ann"}
	s.Players["b"] = &player{X: 30, Y: 5.5, HP: 100, Name: "bob"}
	require.Equal(t, "01 00 00 03 06 03 fd a1 61 a1 62 0f 03 cc 93 cd 01 5b ff cc f7 66 ff cc 93 cc 93 ff a3 61 6e 6e a3 62 6f 62 a4 77 61 69 74", next())
	s.Players["a"].X, s.Players["b"].X = 10.4, 29.2
	require.Equal(t, "01 00 00 01 04 01 03 33 27", next())
	delete(s.Players, "a")
	s.Phase = "end"
	require.Equal(t, "01 00 00 03 01 01 fd a3 65 6e 64", next())
	require.Equal(t, "01 00", next())
	require.Equal(t, "00 04 00 00 03 06 02 fd a1 62 0f 02 cd 01 53 ff 66 ff cc 93 ff a3 62 6f 62 a3 65 6e 64", spaced(stream.Keyframe(nil, view)))
	// [["players", 4, 1, [["x", 0, 10], ["y", 0, 10], ["hp", 0], ["name", 1]]], ["phase", 1]]
	schema := "92 94 a7 706c6179657273 04 01 94 93 a178 00 0a 93 a179 00 0a 92 a26870 00 92 a46e616d65 01 92 a57068617365 01"
	prelude := "fe ce HASH " + schema + " ff 01 a0 ce HASH"
	views := []*statesync.View{view}
	prelude = strings.ReplaceAll(prelude, "HASH", fmt.Sprintf("%08x", plan(t, s).Hash()))
	require.Equal(t, unhex(prelude), stream.Prelude(nil, views, nil))
	require.Equal(t, unhex(schema), plan(t, s).Schema())
}

func spaced(b []byte) string { return fmt.Sprintf("% x", b) }

func TestSteadyStateAllocatesNothing(t *testing.T) {
	type item struct {
		ID  int
		Qty int
	}
	type hero struct {
		X     float64 `sync:"q=0.1"`
		Name  string
		Bag   []item `sync:"key=ID"`
		Stats map[string]int
		Pos   *struct{ X, Y int }
		Board [9]int8
	}
	type state struct {
		Heroes map[string]*hero
		Scores map[string]int
		List   []float64
	}
	s := &state{Heroes: map[string]*hero{}, Scores: map[string]int{"a": 1, "b": 2}, List: make([]float64, 20)}
	for i := range 5 {
		s.Heroes[fmt.Sprint(i)] = &hero{Bag: []item{{1, 2}, {2, 3}}, Stats: map[string]int{"str": 1}, Pos: &struct{ X, Y int }{1, 2}}
	}
	stream := statesync.NewStream(statesync.NewPlans(step))
	stream.Plain(true)
	view := stream.View("")
	views := []*statesync.View{view}
	tick, out := uint64(0), make([]byte, 0, 4096)
	run := func() {
		tick++
		stream.Advance(tick)
		stream.Ack(0, uint32(tick))
		for _, h := range s.Heroes {
			h.X += 0.5
			h.Bag[1].Qty++
			h.Stats["str"]++
			h.Pos.X++
			h.Board[tick%9]++
		}
		s.List[tick%20]++
		s.Scores["a"]++
		if err := view.Update(s); err != nil {
			panic(err)
		}
		out = stream.Delta(out[:0], views...)
		out = stream.Keyframe(out[:0], views...)
	}
	for range 50 {
		run()
	}
	require.Zero(t, testing.AllocsPerRun(100, run))
}

func TestPointerMapsAreRead(t *testing.T) {
	type row struct{ V int }
	type name string
	type number uint16
	type state struct {
		A map[name]*row
		B map[number]*row
		C map[int8]*row
		D map[uint64]*row
		E map[int]*row
	}
	s := &state{map[name]*row{}, map[number]*row{}, map[int8]*row{}, map[uint64]*row{}, map[int]*row{}}
	e := statesync.NewEncoder(plan(t, s))
	for i := range 100 {
		s.A[name(fmt.Sprint(i))], s.B[number(i)], s.C[int8(i)-50], s.D[uint64(i)<<40], s.E[-i] = &row{i}, &row{i}, &row{i}, &row{i}, &row{i}
		delete(s.A, name(fmt.Sprint(i/2)))
		delete(s.B, number(i/2))
		require.NoError(t, e.Diff(s, 1))
		requireSame(t, tree(valueOf(s), ""), decodeTree(e.AppendFull(nil)))
	}
}

func TestNewKeysTakeTheLowestSlotsInOrder(t *testing.T) {
	type state struct{ M map[string]int }
	s := &state{M: map[string]int{"d": 4, "a": 1, "c": 3, "b": 2}}
	e := statesync.NewEncoder(plan(t, s))
	require.NoError(t, e.Diff(s, 1))
	require.Equal(t, "01 06 0f fd a1 61 a1 62 a1 63 a1 64 01 0f 30 31 32 33", spaced(e.AppendDelta(nil)))
	delete(s.M, "b")
	delete(s.M, "a")
	require.NoError(t, e.Diff(s, 1))
	s.M["z"], s.M["y"] = 26, 25
	require.NoError(t, e.Diff(s, 1))
	require.Equal(t, "01 06 03 fd a1 79 a1 7a 01 03 48 49", spaced(e.AppendDelta(nil)))
}

func TestKeyUsedAgainInOneTickIsAnUpdate(t *testing.T) {
	type row struct{ A, B int }
	type state struct{ M map[string]*row }
	s := &state{M: map[string]*row{"k": {1, 2}}}
	e := statesync.NewEncoder(plan(t, s))
	require.NoError(t, e.Diff(s, 1))
	delete(s.M, "k")
	s.M["k"] = &row{1, 3}
	require.NoError(t, e.Diff(s, 1))
	require.Equal(t, "01 04 02 01 30", spaced(e.AppendDelta(nil)))
}

func TestMovementBelowTheQuantumIsNotLost(t *testing.T) {
	type state struct {
		X float64 `sync:"q=1"`
	}
	s := &state{}
	e := statesync.NewEncoder(plan(t, s))
	for range 10 {
		s.X += 0.25
		require.NoError(t, e.Diff(s, 1))
	}
	require.Equal(t, map[string]any{"X": 2.}, decodeTree(e.AppendFull(nil)))
	require.InDelta(t, 2.5, s.X, 0)
}

func TestNaNIsNotSentAgainAndAgain(t *testing.T) {
	type state struct{ F float64 }
	s := &state{math.NaN()}
	e := statesync.NewEncoder(plan(t, s))
	require.NoError(t, e.Diff(s, 1))
	require.True(t, e.Changed())
	require.NoError(t, e.Diff(s, 1))
	require.False(t, e.Changed())
}

func TestFaultTellsWhatCouldNotBeSent(t *testing.T) {
	type row struct{ ID int }
	type state struct {
		F    float64 `sync:"q=0.1"`
		G    float64 `sync:"q=0.1"`
		I    int
		U    uint64
		List []*row
		Bag  []*row `sync:"key=ID"`
		Map  map[int]*row
		Raw  func() `sync:"raw"`
	}
	s := &state{}
	e := statesync.NewEncoder(plan(t, s))
	s.Raw = func() {}
	s.F, s.G, s.I, s.U = math.NaN(), math.Inf(-1), math.MinInt64, math.MaxUint64
	s.List, s.Bag, s.Map = []*row{nil}, []*row{{1}, nil, {1}, {2}}, map[int]*row{1 << 60: {}}
	for range 2 {
		require.NoError(t, e.Diff(s, 1))
	}
	require.EqualError(t, e.Fault(), "statesync: state.F: NaN was sent as 0 (2 times); "+
		"state.G: a number beyond what JavaScript holds exactly was clamped (7 times); "+
		"state.List: a nil element was sent as zeros, or left out of a slice with key=; remove it from the slice (4 times); "+
		"state.Bag: an element was left out because another one has the same key= (2 times); "+
		"state.Raw (Encode(unsupported func())): a raw value was sent as nil because it could not be marshalled (2 times)")
	require.Equal(t, map[string]any{"F": 0., "G": -(1<<53 - 1) / 10., "I": -(1<<53 - 1.), "U": 1<<53 - 1., "List": []any{map[string]any{"ID": 0.}},
		"Bag": []any{map[string]any{"ID": 1.}, map[string]any{"ID": 2.}}, "Map": map[string]any{fmt.Sprint(1 << 60): map[string]any{"ID": 0.}}},
		decodeTree(e.AppendFull(nil)))
}

func TestNoFaultInAProperState(t *testing.T) {
	w := newWorld(1, 20)
	e := statesync.NewEncoder(plan(t, w))
	for range 50 {
		w.step()
		require.NoError(t, e.Diff(w, 1))
	}
	require.NoError(t, e.Fault())
}

func TestDiffRefusesOtherTypes(t *testing.T) {
	e := statesync.NewEncoder(plan(t, &arena{}))
	require.EqualError(t, e.Diff(&world{}, 1), "statesync: the state of this view is a *statesync_test.arena, not a *statesync_test.world")
	require.EqualError(t, e.Diff(arena{}, 1), "statesync: the state of this view is a *statesync_test.arena, not a statesync_test.arena")
	require.EqualError(t, e.Diff((*arena)(nil), 1), "statesync: the state is a nil *statesync_test.arena")
	require.Error(t, e.Diff(nil, 1))
}

func TestRawSendsWhateverMarshals(t *testing.T) {
	type state struct {
		Any any            `sync:"raw"`
		Map map[string]any `sync:"raw"`
	}
	s := &state{}
	e := statesync.NewEncoder(plan(t, s))
	d := follower(t, e)
	for _, v := range []any{1, "text", []any{1., "two", nil, true}, map[string]any{"a": []byte{1, 2}}, nil, -5, 1e300} {
		s.Any, s.Map = v, map[string]any{"v": v}
		d.next(s)
		requireSame(t, tree(valueOf(s), ""), plain(d.decoder.State("")))
	}
	d.next(s)
	require.False(t, e.Changed(), "nothing has changed")
}

func TestPredictedFieldsMoveOverSkippedTicksAndAbsentTables(t *testing.T) {
	type body struct {
		X  float64 `sync:"q=0.1,rate=VX"`
		VX float64 `sync:"q=0.5"`
	}
	type squad struct{ Men []*body }
	type state struct {
		Turn   int
		Squads map[string]*squad
	}
	s := &state{Squads: map[string]*squad{"a": {Men: []*body{{VX: 10}, {VX: -4}}}, "b": {}}}
	stream := statesync.NewStream(statesync.NewPlans(step))
	view := stream.View("")
	var d statesync.Decoder
	for tick, number := 1, uint64(0); tick < 60; tick++ {
		adv := 1 + tick%4/3*2
		number += uint64(adv)
		for _, m := range s.Squads["a"].Men {
			m.X += m.VX * step.Seconds() * float64(adv)
		}
		s.Turn = tick / 7
		stream.Advance(number)
		require.NoError(t, view.Update(s))
		if tick == 1 {
			require.NoError(t, d.Apply(stream.Keyframe(stream.Prelude(nil, []*statesync.View{view}, nil), view)))
		} else {
			frame := stream.Delta(nil, view)
			require.NoError(t, d.Apply(frame))
			if tick%7 != 0 {
				require.Len(t, frame, 2, "a straight way costs nothing")
			}
		}
		requireSame(t, tree(valueOf(s), ""), plain(d.State("")), tick)
	}
}

func TestToleranceBoundsTheError(t *testing.T) {
	a, to := newArena(5), &arenaTol{map[string]*fighterTol{}, map[uint32]*shotTol{}}
	a.tol(to)
	e := statesync.NewEncoder(plan(t, to))
	d := follower(t, e)
	worst := 0.0
	for range 500 {
		a.step()
		a.tol(to)
		d.next(to)
		for id, p := range to.Players {
			got := d.decoder.State("")["players"].(map[string]any)[id].(map[string]any)
			worst = max(worst, math.Abs(p.X-got["x"].(float64)), math.Abs(p.Y-got["y"].(float64)))
		}
	}
	require.Less(t, worst, 0.1501)
	require.Greater(t, worst, 0.05, "or nothing was left alone")
}

// followed is one encoder with one decoder behind it.
type followed struct {
	t       *testing.T
	e       *statesync.Encoder
	decoder statesync.Decoder
	started bool
}

func follower(t *testing.T, e *statesync.Encoder) *followed { return &followed{t: t, e: e} }

// next diffs the state and lets the decoder follow, by frames put together by hand.
func (f *followed) next(state any) {
	require.NoError(f.t, f.e.Diff(state, 1))
	switch {
	case !f.started:
		f.started = true
		frame := append([]byte{0xfe, 0x01}, f.e.Plan().Schema()...)
		frame = append(frame, 0xff, 1, 0xa0, 0x01, 0, 1, 0, 0)
		require.NoError(f.t, f.decoder.Apply(f.e.AppendKeyframe(frame)))
	case f.e.Changed():
		require.NoError(f.t, f.decoder.Apply(f.e.AppendDelta([]byte{1, 0, 0})))
	default:
		require.NoError(f.t, f.decoder.Apply([]byte{1, 0}))
	}
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}
