//go:build unix

package game_test

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/game"
)

const (
	beat = 50 * time.Millisecond // between two steps
	work = 20 * time.Microsecond // of a step
)

// laps is how many turns of spin's loop take as long as work does.
var laps = sync.OnceValue(func() int {
	const n = 1 << 20
	best := time.Hour
	for range 5 { // the quickest is the one that nothing has interrupted
		start := time.Now()
		spin(n)
		best = min(best, time.Since(start))
	}
	return int(work * n / best)
})

// spun keeps spin from being optimised away.
var spun uint64

// spin works so many turns. It is processor time, not time on the clock: an interruption does not make it less work.
func spin(n int) {
	x := uint64(n) | 1
	for range n {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	if x == 0 {
		spun++
	}
}

// labour is a game whose step is work and nothing else. It notes how late each step begins.
type labour struct {
	state struct{ Ticks int }
	match *game.Match
	due   time.Duration // when this step was
	next  time.Duration // when the one is that comes after the steps that run now
	late  []time.Duration
}

func (g *labour) Join(*game.Player) error     { return nil }
func (g *labour) Leave(*game.Player)          {}
func (g *labour) State() *struct{ Ticks int } { return &g.state }

func (g *labour) Update(*game.Tick[int]) error {
	now, next := game.Clock(g.match)
	if next == g.next { // another one of those that are caught up
		g.due += beat
	} else {
		g.due, g.next = g.next, next
	}
	if g.due > 0 { // before the first nothing told when it would be
		g.late = append(g.late, now-g.due)
	}
	g.state.Ticks++
	spin(laps())
	return nil
}

// crew is so many matches of labour, each on a goroutine of its own.
type crew struct {
	games []*labour
	end   func()
}

// hire starts n matches, with a player in each or with nobody; room is for how many steps they can note.
func hire(b *testing.B, n int, played bool, room int) *crew {
	b.Helper()
	c := &crew{games: make([]*labour, 0, n)}
	kind := game.Define("labour", func() *labour {
		g := &labour{next: -time.Hour, late: make([]time.Duration, 0, room)}
		c.games = append(c.games, g)
		return g
	})
	var matches []*game.Match
	for i := range n {
		m := kind.NewMatch(fmt.Sprint("room-", i), 1, nil)
		c.games[i].match = m
		if played {
			join(b, m, "ada")
		}
		matches = append(matches, m)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	c.end = func() {
		cancel()
		running.Wait()
	}
	for _, m := range matches {
		running.Go(func() { _ = m.Run(ctx) })
	}
	return c
}

// matchLateness returns how late the steps of n matches begin that run together for d.
func matchLateness(b *testing.B, n int, d time.Duration) (late []time.Duration) {
	b.Helper()
	c := hire(b, n, true, int(d/beat)+1)
	time.Sleep(d)
	c.end()
	for _, g := range c.games {
		late = append(late, g.late...)
	}
	return late
}

// tickerLateness is matchLateness for the same work done by n goroutines with a time.Ticker each. What a ticker sends
// is when it was due.
func tickerLateness(n int, d time.Duration) (all []time.Duration) {
	var mu sync.Mutex
	var running sync.WaitGroup
	stop := make(chan struct{})
	for range n {
		ticker := time.NewTicker(beat)
		late := make([]time.Duration, 0, int(d/beat)+1)
		running.Go(func() {
			defer ticker.Stop()
			for {
				select {
				case due := <-ticker.C:
					late = append(late, time.Since(due))
					spin(laps())
				case <-stop:
					mu.Lock()
					defer mu.Unlock()
					all = append(all, late...)
					return
				}
			}
		})
	}
	time.Sleep(d)
	close(stop)
	running.Wait()
	return all
}

// oneCore gives the benchmark one processor.
func oneCore(b *testing.B) {
	before := runtime.GOMAXPROCS(1)
	b.Cleanup(func() { runtime.GOMAXPROCS(before) })
}

// lateness is what some turns of a benchmark have shown.
type lateness struct {
	all   []time.Duration
	quiet time.Duration // p99 of the turn that the machine has disturbed least
}

func (l *lateness) add(turn []time.Duration) {
	slices.Sort(turn)
	if p99 := turn[len(turn)*99/100]; l.all == nil || p99 < l.quiet {
		l.quiet = p99
	}
	l.all = append(l.all, turn...)
}

// report reports in milliseconds.
func (l *lateness) report(b *testing.B, who string) {
	b.Helper()
	slices.Sort(l.all)
	b.ReportMetric(float64(l.all[len(l.all)/2])/1e6, who+"-p50-ms")
	b.ReportMetric(float64(l.all[len(l.all)*99/100])/1e6, who+"-p99-ms")
	b.ReportMetric(float64(l.all[len(l.all)-1])/1e6, who+"-max-ms")
	b.ReportMetric(float64(l.quiet)/1e6, who+"-quiet-p99-ms")
}

// BenchmarkLateness runs 1,000 matches with steps of 20 µs on one core, 40 % of it, and tells how late the steps begin;
// and the same with 1,000 tickers that start together, in turns, since what else the machine does makes both late: the
// quiet figures are those of the best turn of each. Target: p99 of the matches 3 ms. (Tickers: 24 ms.)
func BenchmarkLateness(b *testing.B) {
	const matches, turns, turn = 1000, 5, time.Second
	oneCore(b)
	laps()
	var ours, theirs lateness
	for b.Loop() {
		for range turns {
			ours.add(matchLateness(b, matches, turn))
			theirs.add(tickerLateness(matches, turn))
		}
	}
	b.ReportMetric(0, "ns/op") // the time is given
	ours.report(b, "match")
	theirs.report(b, "ticker")
	b.ReportMetric(float64(ours.quiet)/float64(theirs.quiet), "quiet-p99-ratio")
}

// usage returns the process' processor time.
func usage() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// held returns the bytes of the heap and of the stacks in use.
func held() float64 {
	var m runtime.MemStats
	debug.FreeOSMemory() // all at once: nothing is left to be given back while the processor time is measured
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) + float64(m.StackInuse)
}

// BenchmarkIdle runs 100 matches with a player and steps of 20 µs, alone and beside 9,900 matches with nobody there, in
// turns: the processor time of both, in % of a core, and the memory of an idle match. Target: the same processor time.
func BenchmarkIdle(b *testing.B) {
	const active, idle, turns, turn = 100, 9900, 4, time.Second
	laps()
	busy := hire(b, active, true, 1<<12)
	defer busy.end()
	spend := func() time.Duration {
		start := usage()
		time.Sleep(turn)
		return usage() - start
	}
	var alone, beside time.Duration
	var bytes float64
	rounds := 0
	for b.Loop() {
		for range turns {
			before := held()
			alone += spend()
			others := hire(b, idle, false, 0)
			bytes += held() - before
			beside += spend()
			others.end()
			for _, g := range others.games {
				require.Zero(b, g.state.Ticks)
			}
			rounds++
		}
	}
	core := float64(rounds) * float64(turn)
	b.ReportMetric(0, "ns/op") // the time is given
	b.ReportMetric(100*float64(alone)/core, "alone-cpu-%")
	b.ReportMetric(100*float64(beside)/core, "beside-cpu-%")
	b.ReportMetric(float64(beside)/float64(alone), "ratio")
	b.ReportMetric(bytes/float64(rounds)/idle, "B/idle")
}
