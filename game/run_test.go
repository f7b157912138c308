package game_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/game"
)

func TestDueCapsTheCatchUp(t *testing.T) {
	const d = 50 * time.Millisecond
	for _, c := range []struct {
		now, next      time.Duration
		steps, dropped int
	}{
		{0, d, 0, 0}, {d - 1, d, 0, 0}, {d, d, 1, 0}, {2*d - 1, d, 1, 0}, {2 * d, d, 2, 0}, {5 * d, d, 5, 0}, {6 * d, d, 5, 1}, {1000 * d, d, 5, 995},
		{math.MaxInt64, 0, 5, math.MaxInt64/int(d) + 1 - 5},
	} {
		steps, dropped := game.Due(c.now, c.next, d)
		require.Equal(t, [2]int{c.steps, c.dropped}, [2]int{steps, dropped}, "%v after %v", c.now, c.next)
	}
}

func TestPhasesAreSpread(t *testing.T) {
	const d, slots, matches = 50 * time.Millisecond, 10, 1000
	var full [slots]int
	for i := range matches {
		p := game.Phase(string([]byte{byte('A' + i/100%10), byte('A' + i/10%10), byte('A' + i%10)}), d)
		require.Greater(t, p, time.Duration(0))
		require.LessOrEqual(t, p, d)
		full[(p-1)*slots/d]++
	}
	for _, n := range full {
		require.InDelta(t, matches/slots, n, matches/slots/2)
	}
}

// run starts m and returns a channel with what Run returned.
func run(ctx context.Context, m *game.Match) <-chan error {
	done := make(chan error, 1)
	go func() { done <- m.Run(ctx) }()
	return done
}

// clocked is a kind whose games note when they are updated.
func clocked(times *[]time.Duration) *game.Kind {
	start := time.Now()
	return probeKind(func(g *probe) {
		g.update = func(*game.Tick[probeInput]) error {
			*times = append(*times, time.Since(start))
			return nil
		}
	})
}

func TestRunTicksAtTheRightTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var times []time.Duration
		ctx, cancel := context.WithCancel(t.Context())
		m := clocked(&times).NewMatch("m", 1, nil)
		join(t, m, "a")
		done := run(ctx, m)
		time.Sleep(10 * time.Second)
		cancel()
		require.ErrorIs(t, <-done, context.Canceled)
		require.Len(t, times, 200)
		for i, at := range times {
			require.Equal(t, game.Phase("m", 50*time.Millisecond)+time.Duration(i)*50*time.Millisecond, at)
		}
	})
}

func TestTenMinutesOfTicks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		m := probeKind(nil).NewMatch("m", 1, new(tape))
		join(t, m, "a")
		require.ErrorIs(t, m.Run(ctx), context.DeadlineExceeded)
		require.Equal(t, game.Stats{Ticks: 12_000}, m.Stats())
	})
}

func TestRunCatchesUpFiveStepsAndDropsTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var times []time.Duration
		kind := probeKind(func(g *probe) {
			start := time.Now()
			g.update = func(tick *game.Tick[probeInput]) error {
				times = append(times, time.Since(start))
				if tick.Number == 10 {
					time.Sleep(time.Second) // a slow machine
				}
				return nil
			}
		})
		ctx, cancel := context.WithCancel(t.Context())
		m := kind.NewMatch("m", 1, nil)
		join(t, m, "a")
		done := run(ctx, m)
		time.Sleep(3 * time.Second)
		cancel()
		<-done
		s := m.Stats()
		require.Equal(t, uint64(1), s.Overruns)
		require.Equal(t, uint64(15), s.Dropped, "of twenty steps")
		require.Equal(t, uint64(60-15), s.Ticks)
		require.Equal(t, times[9]+time.Second, times[10])
		require.Equal(t, times[10], times[14], "five at once")
		require.Equal(t, times[14]+50*time.Millisecond, times[15], "in the old rhythm")
	})
}

func TestMatchWithNobodyThereDoesNotTick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		kind := botKind(2, 4)
		m := kind.NewMatch("m", 1, nil)
		done := run(ctx, m)
		ticks := func(d time.Duration) uint64 {
			before := m.Stats().Ticks
			time.Sleep(d)
			synctest.Wait()
			return m.Stats().Ticks - before
		}
		require.Zero(t, ticks(time.Hour))
		m.Watch(1)
		require.Equal(t, uint64(20), ticks(time.Second), "bots play for one who watches")
		m.Watch(0)
		require.Zero(t, ticks(time.Hour))
		join(t, m, "a")
		require.Equal(t, uint64(20), ticks(time.Second), "a player is enough")
		m.Away("a", true)
		require.Zero(t, ticks(time.Hour))
		m.Away("a", false)
		require.Equal(t, uint64(20), ticks(time.Second))
		m.Leave("a")
		require.Zero(t, ticks(time.Hour))
		require.Zero(t, m.Stats().Dropped, "time asleep is not made up")
		cancel()
		<-done
	})
}

func TestPanicLeavesOtherMatchesRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kind := probeKind(func(g *probe) {
			g.update = func(tick *game.Tick[probeInput]) error {
				for range tick.Inputs() {
					panic("told to")
				}
				return nil
			}
		})
		ctx, cancel := context.WithCancel(t.Context())
		sick, well := kind.NewMatch("sick", 1, nil), kind.NewMatch("well", 1, nil)
		join(t, sick, "a")
		join(t, well, "a")
		sickDone, wellDone := run(ctx, sick), run(ctx, well)
		time.Sleep(time.Second)
		send(t, sick, "a", 1, 1)
		var p *game.PanicError
		require.ErrorAs(t, <-sickDone, &p)
		require.Equal(t, "told to", p.Value)
		require.Equal(t, uint64(21), p.Tick)
		time.Sleep(time.Second)
		cancel()
		require.ErrorIs(t, <-wellDone, context.Canceled)
		require.GreaterOrEqual(t, well.Stats().Ticks, uint64(40))
	})
}

func TestPanicInJoinEndsRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := probeKind(func(g *probe) { g.join = func(*game.Player) error { panic("no") } }).NewMatch("m", 1, nil)
		done := run(t.Context(), m)
		synctest.Wait()
		require.ErrorIs(t, m.Join(&game.Player{ID: "a"}), game.ErrEnded)
		var p *game.PanicError
		require.ErrorAs(t, <-done, &p)
	})
}

func TestRunReturnsWhenTheMatchIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := probeKind(func(g *probe) {
			g.update = func(tick *game.Tick[probeInput]) error {
				if tick.Number == 5 {
					return game.ErrOver
				}
				return nil
			}
		}).NewMatch("m", 1, nil)
		join(t, m, "a")
		require.NoError(t, m.Run(t.Context()))
		require.Equal(t, uint64(5), m.Stats().Ticks)
	})
}

func TestSecondRunIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		m := probeKind(nil).NewMatch("m", 1, nil)
		done := run(ctx, m)
		synctest.Wait()
		require.ErrorContains(t, m.Run(ctx), "already")
		cancel()
		<-done
		require.ErrorIs(t, m.Run(ctx), context.Canceled, "one after the other is fine")
	})
}

// turns is a turn-based kind whose games note each step: its time and whether the deadline caused it.
func turns(log *[]turn, wake func(tick *game.Tick[probeInput])) *game.Kind {
	start := time.Now()
	kind := probeKind(func(g *probe) {
		g.update = func(tick *game.Tick[probeInput]) error {
			next := turn{at: time.Since(start), woken: tick.Woken}
			for _, in := range tick.Inputs() {
				next.input += in.N
			}
			*log = append(*log, next)
			if wake != nil {
				wake(tick)
			}
			return nil
		}
	})
	kind.OnInput = true
	return kind
}

type turn struct {
	at    time.Duration
	woken bool
	input int
}

func TestOnInputStepsWhenSomethingHappens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log []turn
		m := turns(&log, nil).NewMatch("m", 1, nil)
		ctx, cancel := context.WithCancel(t.Context())
		done := run(ctx, m)
		join(t, m, "a")
		time.Sleep(time.Minute)
		send(t, m, "a", 1, 5)
		time.Sleep(time.Minute)
		join(t, m, "b")
		time.Sleep(time.Minute)
		m.Leave("b")
		time.Sleep(time.Hour)
		cancel()
		<-done
		require.Equal(t, []turn{{at: 0}, {at: time.Minute, input: 5}, {at: 2 * time.Minute}, {at: 3 * time.Minute}}, log)
	})
}

func TestOnInputTakesEveryInputWithoutWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log []turn
		m := turns(&log, nil).NewMatch("m", 1, nil)
		join(t, m, "a")
		for i := range uint32(30) {
			send(t, m, "a", i+1, int(i+1))
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := run(ctx, m)
		synctest.Wait()
		cancel()
		<-done
		require.Len(t, log, 30)
		require.Equal(t, turn{input: 30}, log[29])
	})
}

func TestWakeIsADeadlineThatTheNextOneReplaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log []turn
		kind := turns(&log, func(tick *game.Tick[probeInput]) {
			switch {
			case tick.Number == 1:
				tick.Wake(time.Minute)
			case tick.Number == 2: // by input, after 30 s
				tick.Wake(time.Second)
			case tick.Number == 4:
				tick.Wake(time.Minute)
			case tick.Number == 5: // by input
				tick.Wake(0)
			}
		})
		m := kind.NewMatch("m", 1, nil)
		join(t, m, "a")
		ctx, cancel := context.WithCancel(t.Context())
		done := run(ctx, m)
		time.Sleep(30 * time.Second)
		send(t, m, "a", 1, 1)
		time.Sleep(time.Hour)
		send(t, m, "a", 2, 1)
		time.Sleep(time.Second)
		send(t, m, "a", 3, 1)
		time.Sleep(time.Hour)
		cancel()
		<-done
		require.Equal(t, []turn{
			{at: 0},
			{at: 30 * time.Second, input: 1},
			{at: 31 * time.Second, woken: true},
			{at: time.Hour + 30*time.Second, input: 1},
			{at: time.Hour + 31*time.Second, input: 1},
		}, log)
	})
}

func TestOnInputWaitsForSomebodyToBeThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log []turn
		m := turns(&log, func(tick *game.Tick[probeInput]) { tick.Wake(time.Second) }).NewMatch("m", 1, nil)
		join(t, m, "a")
		ctx, cancel := context.WithCancel(t.Context())
		done := run(ctx, m)
		synctest.Wait()
		m.Away("a", true)
		time.Sleep(time.Hour)
		require.Len(t, log, 1)
		m.Away("a", false)
		synctest.Wait()
		require.Equal(t, turn{at: time.Hour, woken: true}, log[1], "the deadline has passed meanwhile")
		cancel()
		<-done
	})
}

func TestStepWakesAnOnInputMatchThatNothingElseDoes(t *testing.T) {
	var log []turn
	m := turns(&log, func(tick *game.Tick[probeInput]) { tick.Wake(time.Minute) }).NewMatch("m", 1, nil)
	join(t, m, "a")
	step(t, m, 2)
	send(t, m, "a", 1, 1)
	step(t, m, 1)
	var woken []bool
	for _, l := range log {
		woken = append(woken, l.woken)
	}
	require.Equal(t, []bool{false, true, false}, woken)
}

func TestRunEndsWithItsContextAtOnce(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("over"))
	m := probeKind(nil).NewMatch("m", 1, nil)
	require.ErrorIs(t, m.Run(ctx), context.Canceled)
	require.Zero(t, m.Stats().Ticks)
}
