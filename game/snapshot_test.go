package game_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/game"
)

// zoo is a game whose whole state changes at random: things come, go, move and change.
type zoo struct{ state zooState }

type zooState struct {
	Turn   int                `msgpack:"turn"`
	Open   bool               `msgpack:"open"`
	Beasts map[string]*beast  `msgpack:"beasts"`
	Herd   []sheep            `msgpack:"herd" sync:"key=ID"`
	Names  []string           `msgpack:"names"`
	Nested map[string][]sheep `msgpack:"nested"`
	Den    *beast             `msgpack:"den"`
}

type beast struct {
	X    float64 `msgpack:"x" sync:"q=0.5,rate=V"`
	V    int     `msgpack:"v"`
	Name string  `msgpack:"name"`
	Tail struct {
		Long  bool    `msgpack:"long"`
		Width float64 `msgpack:"width"`
	} `msgpack:"tail"`
}

type sheep struct {
	ID   int    `msgpack:"id"`
	Wool uint16 `msgpack:"wool"`
}

func newZoo() *zoo {
	return &zoo{zooState{Beasts: map[string]*beast{}, Herd: []sheep{}, Names: []string{}, Nested: map[string][]sheep{}}}
}

func (z *zoo) Join(*game.Player) error { return nil }
func (z *zoo) Leave(*game.Player)      {}
func (z *zoo) State() *zooState        { return &z.state }

func (z *zoo) Update(t *game.Tick[int]) error {
	s, r := &z.state, t.Rand
	name := func() string { return fmt.Sprint("n", r.IntN(6)) }
	for range r.IntN(6) {
		switch r.IntN(10) {
		case 0:
			s.Turn = r.IntN(1 << r.IntN(40))
		case 1:
			s.Open = !s.Open
		case 2:
			delete(s.Beasts, name())
		case 3:
			s.Beasts[name()] = &beast{X: float64(r.IntN(200)) / 2, V: r.IntN(40) - 20, Name: name()}
		case 4:
			s.Names = append(s.Names, name())
		case 5:
			s.Names = s.Names[:r.IntN(len(s.Names)+1)]
		case 6:
			s.Nested[name()] = []sheep{{r.IntN(3), uint16(r.IntN(9))}, {7, uint16(r.IntN(9))}}
		case 7:
			delete(s.Nested, name())
		case 8:
			s.Den = [...]*beast{nil, {Name: name(), V: r.IntN(3)}}[r.IntN(2)]
		case 9:
			s.Herd = s.Herd[:0]
			for id := range 9 {
				if r.IntN(2) == 0 {
					s.Herd = append(s.Herd, sheep{id, uint16(r.IntN(70000))})
				}
			}
		}
	}
	for _, b := range s.Beasts { // each alike: no order is needed
		b.X += float64(b.V) / 20
		b.X = float64(int(b.X*2)) / 2 // a state on the grid of q, so that it arrives exactly
		b.Tail.Long = b.X > 50
		b.Tail.Width = b.X / 3
	}
	return nil
}

// zooMatch runs a zoo; see is called with each frame.
func zooMatch(seed uint64, see func(f *game.Frame)) *game.Match {
	return game.Define("zoo", newZoo).NewMatch("m", seed, watch(see))
}

func TestFollowersDecodeTheStateOfEveryTick(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		var followers []*follower
		m := zooMatch(seed, func(f *game.Frame) {
			for _, c := range followers {
				switch r.IntN(10) {
				case 0: // nothing was sent
				case 1: // it was made, but could not be sent
					p, _ := f.Next(c.cursor, c.player)
					p.Wire()
				case 2: // back from the start
					*c = follower{}
				default:
					c.take(f)
				}
			}
		})
		for tick := range uint64(200) {
			if r.IntN(20) == 0 {
				followers = append(followers, new(follower))
			}
			step(t, m, 1)
			want := tree(m.State())
			m.Show(func(f *game.Frame) {
				for _, c := range followers {
					if r.IntN(3) == 0 {
						c.take(f)
					}
				}
			})
			for _, c := range followers {
				if c.cursor.Tick() == tick+1 {
					require.Equal(t, tick+1, c.decoder.Tick())
					require.Equal(t, want, normal(c.decoder.State("")), "seed %d, tick %d", seed, tick+1)
				}
			}
		}
	}
}

func TestEqualNeedsGetTheSamePieceEncodedOnce(t *testing.T) {
	old, late, fresh := new(follower), new(follower), new(follower)
	m := zooMatch(1, func(f *game.Frame) {
		if f.Tick < 5 {
			old.take(f)
			if f.Tick < 3 {
				late.take(f)
			}
			return
		}
		delta, _ := f.Next(old.cursor, "")
		same, _ := f.Next(old.cursor, "")
		keyframe, _ := f.Next(late.cursor, "")
		prelude, _ := f.Next(fresh.cursor, "")
		require.Same(t, delta, same)
		require.NotSame(t, delta, keyframe)
		require.NotSame(t, keyframe, prelude)
		for _, form := range []func(*game.Piece) []byte{(*game.Piece).Wire, (*game.Piece).Full, (*game.Piece).Patch} {
			require.Same(t, &form(delta)[0], &form(same)[0])
		}
		require.Less(t, len(keyframe.Wire()), len(prelude.Wire()))
	})
	step(t, m, 5)
}

func TestFollowerThatIsThereNeedsNothing(t *testing.T) {
	c := new(follower)
	m := zooMatch(1, func(f *game.Frame) {
		require.NotNil(t, c.take(f))
		require.Nil(t, c.take(f))
	})
	step(t, m, 3)
	m.Show(func(f *game.Frame) { require.Nil(t, c.take(f)) })
	require.Equal(t, uint64(3), c.cursor.Tick())
}

func TestPatchesAddUpToFull(t *testing.T) {
	for seed := range uint64(20) {
		c, at := new(plainClient), new(game.Cursor)
		m := zooMatch(seed, func(f *game.Frame) {
			if f.Tick%50 == 0 {
				return // a broken chain
			}
			with := c.take(f)
			require.Equal(t, f.Tick, with.Tick)
			require.Equal(t, f.Tick%50 == 1, with.Full, "tick %d", f.Tick)
			p, next := f.Next(*at, "")
			*at = next
			full, _ := readPlain(p.Full())
			require.Equal(t, normal(full), normal(c.state), "seed %d, tick %d", seed, f.Tick)
		})
		step(t, m, 200)
	}
}

func TestFirstWhoAsksForAPatchGetsTheWhole(t *testing.T) {
	var cursor game.Cursor
	var whole []bool
	m := zooMatch(1, func(f *game.Frame) {
		p, next := f.Next(cursor, "")
		cursor = next
		if f.Tick >= 3 {
			_, with := readPlain(p.Patch())
			whole = append(whole, with.Full)
		}
	})
	step(t, m, 6)
	require.Equal(t, []bool{true, false, false, false}, whole)
}

func TestBytesOfAPieceStayAsTheyWere(t *testing.T) {
	var kept, copies [][]byte
	c := new(follower)
	m := zooMatch(1, func(f *game.Frame) {
		p := c.take(f)
		for _, b := range [][]byte{p.Wire(), p.Full(), p.Patch()} {
			kept, copies = append(kept, b), append(copies, bytes.Clone(b))
		}
	})
	step(t, m, 50)
	require.Equal(t, copies, kept)
}

func TestFrameIsOfNoUseOutsideItsMoment(t *testing.T) {
	const text = "game: a Frame or a Piece of it is used outside Output.State and Match.Show; ask for its bytes there, and keep those"
	var frame *game.Frame
	var piece *game.Piece
	m := zooMatch(1, func(f *game.Frame) {
		if f.Tick > 1 { // nor is an old one inside that of a new one
			require.PanicsWithValue(t, text, func() { frame.Next(game.Cursor{}, "") })
		}
		frame = f
		piece, _ = f.Next(game.Cursor{}, "")
		piece.Wire()
	})
	step(t, m, 2)
	require.NotPanics(t, func() { piece.Wire() }, "made in time")
	require.PanicsWithValue(t, text, func() { piece.Full() })
	require.PanicsWithValue(t, text, func() { piece.Patch() })
	require.PanicsWithValue(t, text, func() { frame.Next(game.Cursor{}, "") })
}

func TestShowBringsANewcomerOntoTheChain(t *testing.T) {
	old, fresh := new(follower), new(follower)
	var shared bool
	m := zooMatch(1, func(f *game.Frame) {
		p, q := old.take(f), fresh.take(f)
		shared = p == q
	})
	fresh.cursor = game.Cursor{}
	m.Show(func(*game.Frame) { t.Error("shown before the first frame") })
	step(t, m, 3)
	fresh = new(follower)
	m.Show(func(f *game.Frame) {
		require.Equal(t, uint64(3), f.Tick)
		fresh.take(f)
	})
	require.Equal(t, tree(m.State()), normal(fresh.decoder.State("")))
	step(t, m, 1)
	require.True(t, shared, "from then on all need the same")
	require.Equal(t, tree(m.State()), normal(fresh.decoder.State("")))
}

func TestShowIsOfTheLastStepWhateverJoinsHaveChanged(t *testing.T) {
	m := game.Define("dots", New).NewMatch("m", 1, nil)
	step(t, m, 1)
	join(t, m, "late")
	c := new(follower)
	m.Show(func(f *game.Frame) { c.take(f) })
	require.Equal(t, map[string]any{"dots": map[string]any{}}, normal(c.decoder.State("")))
}

func TestMatchThatIsOverStillShowsItsEnd(t *testing.T) {
	m := probeKind(func(g *probe) {
		g.update = func(*game.Tick[probeInput]) error { return game.ErrOver }
	}).NewMatch("m", 1, nil)
	join(t, m, "a")
	require.ErrorIs(t, m.Step(), game.ErrOver)
	c := new(follower)
	m.Show(func(f *game.Frame) { c.take(f) })
	require.Equal(t, tree(m.State()), normal(c.decoder.State("")))
}

// nothing is a game without a state.
type nothing struct{ shape[probeState, int] }

func (*nothing) State() *probeState             { return nil }
func (*nothing) Update(t *game.Tick[int]) error { t.Emit("event"); return game.ErrOver }

func TestStateThatCannotBeSentEndsTheMatchWithoutAFrame(t *testing.T) {
	out := new(tape)
	m := game.Define("x", func() *nothing { return &nothing{} }).NewMatch("m7", 1, out)
	join(t, m, "a")
	err := m.Step()
	require.EqualError(t, err, `game: match m7 at tick 1: view "": statesync: the state is a nil *game_test.probeState`)
	require.Empty(t, out.log)
	require.Equal(t, err, m.Run(t.Context()), "not in good order, whatever Update has said")
	m.Show(func(*game.Frame) { t.Error("a match that failed shows a frame") })
}
