package game_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/game"
)

// field is a game for looking back: rows of all sorts of collections move, and hook asks.
type field struct {
	state fieldState
	hook  func(t *game.Tick[probeInput])
}

type fieldState struct {
	Wind  float64         `msgpack:"wind"`
	Names []string        `msgpack:"names"`
	ByID  map[string]*dot `msgpack:"byID"`
	Keyed []*dot          `msgpack:"keyed" sync:"key=id"`
	Row   []dot           `msgpack:"row"`

	Now   int            `msgpack:"now" sync:"-"`
	Cache map[string]int `msgpack:"cache" sync:"-"`
	count int
}

type dot struct {
	ID int     `msgpack:"id"`
	X  float64 `msgpack:"x" sync:"q=0.1"`
	HP int     `msgpack:"hp"`

	at struct{ x float64 }
}

func (g *field) Join(*game.Player) error { return nil }
func (g *field) Leave(*game.Player)      {}
func (g *field) State() *fieldState      { return &g.state }

// Bot implements game.Botter.
func (g *field) Bot(*game.Player, *rand.Rand) probeInput { return probeInput{} }

// Update moves all by ten each tick, from 10 at tick 1, and is then asked.
func (g *field) Update(t *game.Tick[probeInput]) error {
	if g.hook != nil {
		g.hook(t)
	}
	s := &g.state
	n := int(t.Number)
	x := float64(10 * n)
	s.Wind, s.Now, s.count = x, n, n
	s.Cache = map[string]int{"n": n}
	s.Names = append(s.Names, "name")
	s.ByID = map[string]*dot{"a": {ID: n, X: x, HP: n}}
	s.Keyed = []*dot{{ID: 7, X: -x, HP: n}, {ID: n, X: x}} // the second is another one each time
	s.Row = append(s.Row[:0], dot{X: x, at: struct{ x float64 }{x}})
	return nil
}

// fieldMatch has the player "a".
func fieldMatch(t testing.TB, rewind time.Duration, hook func(t *game.Tick[probeInput])) *game.Match {
	k := game.Define("field", func() *field { return &field{hook: hook} })
	k.Rewind = rewind
	m := k.NewMatch("m", 1, nil)
	join(t, m, "a")
	return m
}

// looking steps a match and calls look in the Update of the given tick.
func looking(t testing.TB, rewind time.Duration, tick uint64, look func(t *game.Tick[probeInput])) {
	t.Helper()
	called := false
	m := fieldMatch(t, rewind, func(at *game.Tick[probeInput]) {
		if called = at.Number == tick; called {
			look(at)
		}
	})
	step(t, m, int(tick))
	require.True(t, called)
}

func TestRewindToAWholeTickIsTheStateOfThatTick(t *testing.T) {
	looking(t, 200*time.Millisecond, 30, func(at *game.Tick[probeInput]) {
		for tick := 25; tick < 30; tick++ {
			s, ok := game.RewindTo[fieldState](at, float64(tick))
			require.True(t, ok)
			require.Equal(t, float64(10*tick), s.Wind)
			require.Equal(t, tick, s.Now, "a plain value that is never sent")
			require.Len(t, s.Names, tick)
			require.Equal(t, map[string]*dot{"a": {ID: tick, X: float64(10 * tick), HP: tick}}, s.ByID)
			require.Equal(t, []*dot{{ID: 7, X: float64(-10 * tick), HP: tick}, {ID: tick, X: float64(10 * tick)}}, s.Keyed)
			require.Equal(t, []dot{{X: float64(10 * tick)}}, s.Row, "what is not exported is left out")
			require.Nil(t, s.Cache, "what is not sent and refers to something is left out")
			require.Zero(t, s.count)
		}
	})
}

func TestRewindBetweenTicksIsWhatAClientDraws(t *testing.T) {
	looking(t, 200*time.Millisecond, 30, func(at *game.Tick[probeInput]) {
		s, ok := game.RewindTo[fieldState](at, 27.25)
		require.True(t, ok)
		require.Equal(t, 272.5, s.Wind)
		require.Equal(t, map[string]*dot{"a": {ID: 28, X: 272.5, HP: 28}}, s.ByID, "floats between, the rest of the later tick")
		require.Equal(t, []*dot{{ID: 7, X: -272.5, HP: 28}, {ID: 28, X: 280}}, s.Keyed, "what is new is where it is")
		require.Equal(t, []dot{{X: 272.5}}, s.Row)
		again, _ := game.RewindTo[fieldState](at, 27.25)
		require.Same(t, s, again)
		other, _ := game.RewindTo[fieldState](at, 27.5)
		require.Equal(t, 272.5, s.Wind, "asking for another moment changes nothing")
		require.Equal(t, 275.0, other.Wind)
	})
}

func TestRewindHasBounds(t *testing.T) {
	looking(t, 220*time.Millisecond, 30, func(at *game.Tick[probeInput]) {
		oldest, ok := game.RewindTo[fieldState](at, 24)
		require.True(t, ok, "220 ms are four ticks and a bit, that is five")
		require.Equal(t, 24, oldest.Now)
		for _, tick := range []float64{23.99, 1, 0, -5, math.NaN(), math.Inf(-1)} {
			_, ok := game.RewindTo[fieldState](at, tick)
			require.False(t, ok, "%v", tick)
		}
		for _, tick := range []float64{29, 29.5, 30, 1e18, math.Inf(1)} {
			newest, ok := game.RewindTo[fieldState](at, tick)
			require.True(t, ok, "%v", tick)
			require.Equal(t, 29, newest.Now)
		}
	})
}

func TestThereIsNothingBeforeTheFirstTick(t *testing.T) {
	looking(t, time.Second/2, 1, func(at *game.Tick[probeInput]) {
		_, ok := game.RewindTo[fieldState](at, 0)
		require.False(t, ok)
		_, ok = game.RewindTo[fieldState](at, 1)
		require.False(t, ok)
	})
	looking(t, time.Second/2, 3, func(at *game.Tick[probeInput]) {
		_, ok := game.RewindTo[fieldState](at, 0.9)
		require.False(t, ok)
		s, ok := game.RewindTo[fieldState](at, 1.5)
		require.True(t, ok)
		require.Equal(t, 15.0, s.Wind)
	})
}

func TestAKindWithoutRewindRemembersNothing(t *testing.T) {
	looking(t, 0, 5, func(at *game.Tick[probeInput]) {
		_, ok := game.RewindTo[fieldState](at, 4)
		require.False(t, ok)
		_, ok = at.Saw(&game.Player{Bot: true})
		require.False(t, ok)
	})
}

func TestRewindToAnotherTypeIsTheAuthorsMistake(t *testing.T) {
	looking(t, time.Second/2, 5, func(at *game.Tick[probeInput]) {
		require.PanicsWithValue(t,
			"game: RewindTo is asked for a *game_test.dot of a match whose State is a *game_test.fieldState; name the game's own type",
			func() { game.RewindTo[dot](at, 4) })
	})
}

// claim lets "a" say at tick 30 what it sees, and returns what the game is told.
func claim(t testing.TB, rewind time.Duration, saw float64) (tick float64, ok bool, m *game.Match) {
	t.Helper()
	m = fieldMatch(t, rewind, func(at *game.Tick[probeInput]) {
		for p := range at.Inputs() {
			tick, ok = at.Saw(p)
			world, same := game.Rewind[fieldState](at, p)
			require.Equal(t, ok, same)
			if ok {
				require.InDelta(t, 10*tick, world.Wind, 1e-9)
			}
		}
	})
	step(t, m, 29)
	require.NoError(t, m.InputAt("a", 1, encodeInput(t, probeInput{}), saw))
	step(t, m, 1)
	return tick, ok, m
}

func TestAnInputTellsWhatItsPlayerSaw(t *testing.T) {
	for _, saw := range []float64{19, 25.75, 28.5, 29} {
		tick, ok, m := claim(t, time.Second/2, saw)
		require.True(t, ok)
		require.Equal(t, saw, tick)
		require.Zero(t, m.Stats().RewindsRefused)
	}
}

func TestNobodySeesTheFuture(t *testing.T) {
	tick, ok, m := claim(t, time.Second/2, 31.5)
	require.True(t, ok)
	require.Equal(t, 29.0, tick)
	require.Zero(t, m.Stats().RewindsRefused)
}

func TestClaimsFurtherBackThanRewindAreRefusedAndCounted(t *testing.T) {
	for _, saw := range []float64{18.99, 1, -3, math.Inf(-1)} {
		furthest, ok, m := claim(t, time.Second/2, saw)
		require.False(t, ok)
		require.Equal(t, 19.0, furthest, "the furthest that is granted")
		require.Equal(t, uint64(1), m.Stats().RewindsRefused)
	}
}

func TestWhoDoesNotSayWhatItSawIsNotRefused(t *testing.T) {
	for _, saw := range []float64{0, math.NaN()} {
		tick, ok, m := claim(t, time.Second/2, saw)
		require.False(t, ok)
		require.Zero(t, tick)
		require.Zero(t, m.Stats().RewindsRefused)
	}
}

func TestWhoGivesNoInputSawNothing(t *testing.T) {
	looking(t, time.Second/2, 5, func(at *game.Tick[probeInput]) {
		_, ok := at.Saw(&game.Player{ID: "a"})
		require.False(t, ok)
	})
}

func TestWhatAnInputSawStaysWithIt(t *testing.T) {
	var seen []float64
	m := fieldMatch(t, time.Second/2, func(at *game.Tick[probeInput]) {
		for p := range at.Inputs() {
			tick, _ := at.Saw(p)
			seen = append(seen, tick)
		}
	})
	step(t, m, 20)
	for i, saw := range []float64{18.5, 0, 19.5} {
		require.NoError(t, m.InputAt("a", uint32(i+1), encodeInput(t, probeInput{}), saw))
	}
	m.Away("a", true) // who has dropped is judged by what it sent before
	step(t, m, 3)
	require.Equal(t, []float64{18.5, 0, 19.5}, seen)
}

func TestBotsSeeTheWorldBeforeTheStep(t *testing.T) {
	k := game.Define("field", func() *field {
		return &field{hook: func(at *game.Tick[probeInput]) {
			for p := range at.Inputs() {
				saw, ok := at.Saw(p)
				require.Equal(t, at.Number > 1, ok)
				require.Equal(t, float64(at.Number-1), saw)
				world, ok := game.Rewind[fieldState](at, p)
				require.Equal(t, at.Number > 1, ok)
				require.True(t, !ok || world.Now == int(at.Number-1))
			}
		}}
	})
	k.Bots, k.Rewind = 1, time.Second/2
	step(t, k.NewMatch("m", 1, nil), 20)
}

// The same inputs with the same claims give the same match, and the claims matter.
func TestWhatPlayersSawIsAPartOfTheirInputs(t *testing.T) {
	play := func(seed uint64) string {
		var log []float64
		m := fieldMatch(t, time.Second/2, func(at *game.Tick[probeInput]) {
			for p := range at.Inputs() {
				if world, ok := game.Rewind[fieldState](at, p); ok {
					log = append(log, world.Wind, world.Keyed[0].X)
				}
			}
		})
		rnd := rand.New(rand.NewPCG(seed, 0))
		for i := range 200 {
			require.NoError(t, m.InputAt("a", uint32(i+1), encodeInput(t, probeInput{}), float64(i)-8*rnd.Float64()))
			step(t, m, 1)
		}
		b, err := json.Marshal(log)
		require.NoError(t, err)
		return string(b)
	}
	require.Equal(t, play(1), play(1))
	require.NotEqual(t, play(1), play(2))
}

func TestRewindIsCheckedBeforeTheFirstMatch(t *testing.T) {
	for _, rewind := range []time.Duration{-1, 501 * time.Millisecond} {
		k := probeKind(nil)
		k.Rewind = rewind
		require.ErrorContains(t, k.Check(), "Rewind")
	}
	k := probeKind(nil)
	k.Rewind, k.OnInput = time.Second/2, true
	require.ErrorContains(t, k.Check(), "Rewind")
	k.OnInput = false
	require.NoError(t, k.Check())
}
