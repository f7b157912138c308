package statesync_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/game/internal/statesync"
)

func newStream() *statesync.Stream { return statesync.NewStream(statesync.NewPlans(step)) }

func TestAcksCostOneByteWhenAllPlayOrPause(t *testing.T) {
	s := newStream()
	plays := func(seat, tick int) bool {
		return seat != 3 && (seat != 5 || tick < 20) // 3 never plays, 5 stops
	}
	seqs := make([]uint32, 8)
	lens := map[int]int{}
	for tick := 1; tick <= 60; tick++ {
		s.Advance(uint64(tick))
		for seat := range seqs {
			if plays(seat, tick) {
				seqs[seat]++
			}
			s.Ack(seat, seqs[seat])
		}
		lens[tick] = len(s.Delta(nil))
	}
	for tick := 2; tick <= 60; tick++ {
		switch tick {
		case 20, 21: // the one who stops is late first, and then stands
			require.Equal(t, 4, lens[tick], tick)
		default:
			require.Equal(t, 2, lens[tick], tick)
		}
	}
}

func TestStreamRefusesToGoBack(t *testing.T) {
	s := newStream()
	s.Advance(5)
	require.PanicsWithValue(t, "statesync: tick 5 after tick 5", func() { s.Advance(5) })
}

func TestStreamRefusesStaleViews(t *testing.T) {
	s := newStream()
	v := s.View("a")
	s.Advance(0) // a match may be looked at before its first tick
	require.NoError(t, v.Update(newWorld(1, 3)))
	require.EqualError(t, v.Update(newWorld(1, 3)), `view "a": statesync: updated twice in tick 0`)
	s.Keyframe(nil, v)
	s.Advance(1)
	for _, send := range []func(){
		func() { s.Delta(nil, v) },
		func() { s.Keyframe(nil, v) },
		func() { s.Switch(nil, nil, []*statesync.View{v}) },
		func() { s.Full(nil, v) },
		func() { s.Patch(nil, v) },
		func() { s.Delta(nil, s.View("new")) },
	} {
		require.Panics(t, send)
	}
}

func TestViewKeepsItsType(t *testing.T) {
	s := newStream()
	s.Advance(1)
	require.NoError(t, s.View("a").Update(&arena{}))
	s.Advance(2)
	require.EqualError(t, s.View("a").Update(&world{}), `view "a": statesync: the state of this view is a *statesync_test.arena, not a *statesync_test.world`)
	require.EqualError(t, s.View("b").Update(arena{}), `view "b": statesync: a state is a pointer to a struct, not statesync_test.arena`)
	require.Error(t, s.View("b").Update(nil))
}

func TestDropForgetsViewsThatNobodySees(t *testing.T) {
	s := newStream()
	s.Advance(1)
	require.NoError(t, s.View("a").Update(newWorld(1, 3)))
	require.NoError(t, s.View("b").Update(newWorld(1, 3)))
	a, b := s.View("a"), s.View("b")
	s.Advance(2)
	require.NoError(t, a.Update(newWorld(1, 3)))
	s.Drop()
	require.Same(t, a, s.View("a"))
	require.NotSame(t, b, s.View("b"))
}

func TestPlainClientsSeeViewsByName(t *testing.T) {
	type table struct{ Turn int }
	type hand struct{ Cards []int }
	s := newStream()
	s.Plain(true)
	public, own := &table{1}, &hand{[]int{7}}
	views := []*statesync.View{s.View("table"), s.View("hand")}
	update := func(tick uint64) {
		s.Advance(tick)
		require.NoError(t, views[0].Update(public))
		require.NoError(t, views[1].Update(own))
	}
	update(1)
	full := decodeTree(s.Full(nil, views...))
	require.Equal(t, map[string]any{"table": map[string]any{"Turn": 1.}, "hand": map[string]any{"Cards": []any{7.}}}, full)
	public.Turn = 2
	update(2)
	require.Equal(t, map[string]any{"table": map[string]any{"Turn": 2.}}, decodePatch(s.Patch(nil, views...)))
	update(3)
	require.Equal(t, map[string]any{}, decodePatch(s.Patch(nil, views...)))
}

// What a view does not hold is in none of its bytes, in no form.
func TestViewsKeepSecrets(t *testing.T) {
	type hand struct {
		Words []string
		Next  []string `sync:"-"`
	}
	s := newStream()
	s.Plain(true)
	public, secret := &hand{Words: []string{"open"}}, &hand{}
	shown, hidden := s.View("public"), s.View("secret")
	for tick := uint64(1); tick < 50; tick++ {
		secret.Words = append(secret.Words, "hunter2-"+string(rune('a'+tick%26)))
		public.Next = secret.Words
		s.Advance(tick)
		require.NoError(t, shown.Update(public))
		require.NoError(t, hidden.Update(secret))
		require.Contains(t, string(s.Delta(nil, hidden)), "hunter2")
		for _, frame := range [][]byte{s.Delta(nil, shown), s.Keyframe(nil, shown), s.Full(nil, shown), s.Patch(nil, shown), s.Switch(nil, []*statesync.View{hidden}, []*statesync.View{shown})} {
			require.NotContains(t, string(frame), "hunter2")
		}
	}
}
