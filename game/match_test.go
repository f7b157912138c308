package game_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/game"
)

func TestFrameFollowsEachStepAndHasItsTick(t *testing.T) {
	out := new(tape)
	m := probeKind(nil).NewMatch("m", 1, out)
	join(t, m, "a")
	step(t, m, 3)
	require.Len(t, out.frames, 3)
	require.Equal(t, uint64(3), out.last().Tick)
	require.Equal(t, map[string]any{"count": 3., "got": map[string]any{}, "order": []any{}}, out.last().State)
}

func TestFrameAcknowledgesTheInputsItContains(t *testing.T) {
	out := new(tape)
	m := probeKind(nil).NewMatch("m", 1, out)
	join(t, m, "a")
	join(t, m, "b")
	join(t, m, "silent")
	send(t, m, "a", 7, 1)
	send(t, m, "a", 9, 1)
	send(t, m, "b", 300, 1)
	step(t, m, 2)
	require.Equal(t, map[int]uint32{0: 7, 1: 300}, out.frames[0].Acks)
	require.Equal(t, map[int]uint32{0: 9, 1: 300}, out.frames[1].Acks)
}

func TestFullHasTheStateAndNamesThePlayers(t *testing.T) {
	out := new(tape)
	m := probeKind(nil).NewMatch("m", 1, out)
	join(t, m, "ada")
	join(t, m, "silent")
	send(t, m, "ada", 5, 2)
	step(t, m, 1)
	state, with := readPlain(out.fulls[0])
	require.Equal(t, map[string]any{"count": 1., "got": map[string]any{"ada": 2.}, "order": []any{"ada"}}, normal(state))
	require.Equal(t, meta{Tick: 1, Full: true, Acks: map[string]uint32{"ada": 5}}, with)
}

func TestStateIsLookedAtOncePerTick(t *testing.T) {
	looks := 0
	m := probeKind(func(g *probe) { g.look = func() { looks++ } }).NewMatch("m", 1, new(tape))
	step(t, m, 10)
	require.Equal(t, 10, looks)
}

func TestEventsFollowTheStateInOrder(t *testing.T) {
	out := new(tape)
	kind := probeKind(func(g *probe) {
		var ada *game.Player
		g.join = func(p *game.Player) error {
			if !p.Bot {
				ada = p
			}
			return nil
		}
		g.update = func(tick *game.Tick[probeInput]) error {
			tick.Emit("first", 1)
			tick.EmitTo(ada, "second")
			tick.EmitTo(&game.Player{ID: "bot", Bot: true}, "for a bot")
			tick.Emit("third")
			return nil
		}
	})
	m := kind.NewMatch("m", 1, out)
	join(t, m, "ada")
	step(t, m, 2)
	require.Equal(t, []string{"state", "first", "second", "third", "state", "first", "second", "third"}, out.log)
	require.Equal(t, []game.PlayerID{"", "ada", ""}, out.to[:3])
}

func TestErrOverEndsTheMatchAfterItsLastFrame(t *testing.T) {
	out := new(tape)
	m := probeKind(func(g *probe) {
		g.update = func(tick *game.Tick[probeInput]) error {
			tick.Emit("won")
			return fmt.Errorf("all pins are down: %w", game.ErrOver)
		}
	}).NewMatch("m", 1, out)
	join(t, m, "a")
	require.ErrorIs(t, m.Step(), game.ErrOver)
	require.Equal(t, []string{"state", "won"}, out.log)
	require.ErrorIs(t, m.Step(), game.ErrEnded)
	require.ErrorIs(t, m.Join(&game.Player{ID: "b"}), game.ErrEnded)
	require.ErrorIs(t, m.Input("a", 1, encodeInput(t, probeInput{})), game.ErrEnded)
	require.NoError(t, m.Run(t.Context()))
}

func TestErrorOfUpdateEndsTheMatchWithoutAFrame(t *testing.T) {
	out := new(tape)
	broken := errors.New("the lane is flooded")
	m := probeKind(func(g *probe) {
		g.update = func(*game.Tick[probeInput]) error { return broken }
	}).NewMatch("m7", 1, out)
	join(t, m, "a")
	err := m.Step()
	require.ErrorIs(t, err, broken)
	require.EqualError(t, err, "game: match m7 failed at tick 1: the lane is flooded")
	require.Empty(t, out.log)
	require.ErrorIs(t, m.Run(t.Context()), broken)
}

func TestPanicInAnyMethodEndsOnlyItsMatch(t *testing.T) {
	boom := errors.New("boom")
	panics := func() { panic(boom) }
	for name, hook := range map[string]func(g *probe){
		"new":    func(*probe) { panics() },
		"join":   func(g *probe) { g.join = func(*game.Player) error { panics(); return nil } },
		"leave":  func(g *probe) { g.leave = func(*game.Player) { panics() } },
		"update": func(g *probe) { g.update = func(*game.Tick[probeInput]) error { panics(); return nil } },
		"bot":    func(g *probe) { g.bot = func(*game.Player, *rand.Rand) probeInput { panics(); return probeInput{} } },
		"state":  func(g *probe) { g.look = panics },
	} {
		t.Run(name, func(t *testing.T) {
			sick, well := probeKind(hook), probeKind(nil).NewMatch("well", 1, nil)
			sick.Bots = 2
			m := sick.NewMatch("sick", 1, new(tape))
			if err := m.Join(&game.Player{ID: "a"}); err != nil {
				require.ErrorIs(t, err, game.ErrEnded)
			}
			_ = m.Step()
			m.Leave("a")
			err := m.Run(t.Context())
			var p *game.PanicError
			require.ErrorAs(t, err, &p)
			require.Equal(t, boom, p.Value)
			require.Equal(t, "sick", p.Match)
			require.Contains(t, string(p.Stack), "match_test.go")
			require.ErrorIs(t, err, boom)
			require.ErrorIs(t, m.Step(), game.ErrEnded)
			m.Show(func(*game.Frame) { t.Error("a match that failed shows a frame") })

			join(t, well, "a")
			step(t, well, 1)
		})
	}
}

func TestUpdateWaitsForMinPlayers(t *testing.T) {
	out := new(tape)
	kind := probeKind(nil)
	kind.MinPlayers = 2
	m := kind.NewMatch("m", 1, out)
	join(t, m, "a")
	send(t, m, "a", 1, 5)
	step(t, m, 3)
	require.Empty(t, got(m), "the input of a tick without Update is gone")
	require.Equal(t, 0, m.State().(*probeState).Count)
	require.Equal(t, decoded{3, map[int]uint32{0: 1}, tree(m.State())}, out.last())
	join(t, m, "b")
	step(t, m, 1)
	require.Equal(t, tree(m.State()), out.last().State)
}

func TestTickTellsItsNumberAndLength(t *testing.T) {
	var ticks []game.Tick[probeInput]
	kind := probeKind(func(g *probe) {
		g.update = func(tick *game.Tick[probeInput]) error { ticks = append(ticks, *tick); return nil }
	})
	kind.TickRate = 40
	m := kind.NewMatch("m", 1, nil)
	join(t, m, "a")
	step(t, m, 2)
	require.Equal(t, uint64(1), ticks[0].Number)
	require.Equal(t, uint64(2), ticks[1].Number)
	require.Equal(t, "25ms", ticks[0].Delta.String())
}

// diceKind rolls, and bots add their own rolls.
func diceKind() *game.Kind {
	kind := probeKind(func(g *probe) {
		g.bot = func(p *game.Player, rnd *rand.Rand) probeInput { return probeInput{N: rnd.IntN(1000)} }
		g.update = func(tick *game.Tick[probeInput]) error {
			for p, in := range tick.Inputs() {
				g.state.Got[p.Name] += in.N
			}
			g.state.Count += tick.Rand.IntN(1000)
			return nil
		}
	})
	kind.Bots = 6
	return kind
}

// play returns all bytes that a match has sent.
func play(t *testing.T, seed uint64) [][]byte {
	out := new(tape)
	m := diceKind().NewMatch("m", seed, out)
	for i := range uint32(50) {
		if i == 5 || i == 20 {
			join(t, m, game.PlayerID(fmt.Sprint("p", i)))
		}
		if i > 20 {
			send(t, m, "p5", i, int(i))
			send(t, m, "p20", i, 1)
		}
		if i == 40 {
			m.Leave("p5")
			join(t, m, "p5")
		}
		step(t, m, 1)
	}
	return append(out.wires, out.fulls...)
}

func TestSameSeedAndInputsGiveTheSameBytes(t *testing.T) {
	require.Equal(t, play(t, 42), play(t, 42))
	require.NotEqual(t, play(t, 42), play(t, 43))
}

func TestMatchIsSafeForConcurrentUse(t *testing.T) {
	m := diceKind().NewMatch("m", 1, new(tape))
	var wg sync.WaitGroup
	for i := range 4 {
		id := game.PlayerID(fmt.Sprint("p", i))
		wg.Go(func() {
			for n := range uint32(100) {
				_ = m.Join(&game.Player{ID: id})
				_ = m.Input(id, n+1, encodeInput(t, probeInput{N: 1}))
				m.Away(id, n%2 == 0)
				m.Watch(int(n))
				m.Show(func(f *game.Frame) { new(follower).take(f) })
				m.Players()
				m.Stats()
				m.Leave(id)
			}
		})
	}
	for range 200 {
		require.NoError(t, m.Step())
	}
	wg.Wait()
}

func TestDroppedMatchesLeaveNothing(t *testing.T) {
	kind := diceKind()
	round := func(n int) {
		for i := range n {
			m := kind.NewMatch(fmt.Sprint(i), 1, nil)
			join(t, m, "a")
			send(t, m, "a", 1, 1)
			require.NoError(t, m.Step())
		}
	}
	heap := func() uint64 {
		var s runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&s)
		return s.HeapAlloc
	}
	round(100)
	goroutines, before := runtime.NumGoroutine(), heap()
	round(10_000)
	require.Less(t, heap(), before+1<<20)
	require.Equal(t, goroutines, runtime.NumGoroutine())
}
