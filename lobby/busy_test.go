package lobby_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/game"
	"ninepin/lobby/lobbytest"
)

// busy is a game whose frames are some 2 kB each, 40 kB/s: rows change, come and go in each tick.
type busy struct {
	state busyState
	log   *busyLog
	rows  int
	next  int
}

type busyState struct {
	Ticks int            `msgpack:"ticks" json:"ticks"`
	Rows  []*busyRow     `msgpack:"rows" json:"rows" sync:"key=id"`
	Sums  map[string]int `msgpack:"sums" json:"sums"`
}

type busyRow struct {
	ID int `msgpack:"id" json:"id"`
	A  int `msgpack:"a" json:"a"`
	B  int `msgpack:"b" json:"b"`
	C  int `msgpack:"c" json:"c"`
	D  int `msgpack:"d" json:"d"`
}

// busyLog is what really happened: each tick's state, as JSON, and its time.
type busyLog struct {
	mu     sync.Mutex
	states map[int64]string
	times  map[int64]time.Time
	last   int64
}

func (l *busyLog) note(s *busyState) {
	b, _ := json.Marshal(s)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = int64(s.Ticks)
	l.states[l.last], l.times[l.last] = string(b), time.Now()
}

// at returns the state and the time of a tick.
func (l *busyLog) at(tick int64) (string, time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.states[tick], l.times[tick]
}

// present returns the last tick.
func (l *busyLog) present() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}

func (g *busy) Join(p *game.Player) error { g.state.Sums[string(p.ID)] = 0; return nil }
func (g *busy) Leave(p *game.Player)      { delete(g.state.Sums, string(p.ID)) }
func (g *busy) State() *busyState         { return &g.state }

func (g *busy) Update(t *game.Tick[probeInput]) error {
	g.state.Ticks = int(t.Number)
	for p, in := range t.Inputs() {
		g.state.Sums[string(p.ID)] += in.N
	}
	if len(g.state.Rows) >= g.rows {
		g.state.Rows = g.state.Rows[1:]
	}
	for len(g.state.Rows) < g.rows {
		g.next++
		g.state.Rows = append(g.state.Rows, &busyRow{ID: g.next})
	}
	for _, r := range g.state.Rows {
		r.A, r.B, r.C, r.D = t.Rand.IntN(1<<30), t.Rand.IntN(1<<30), t.Rand.IntN(1<<30), t.Rand.IntN(100)
	}
	g.log.note(&g.state)
	return nil
}

// busyKind defines the game with so many rows.
func busyKind(rows int) (*game.Kind, *busyLog) {
	log := &busyLog{states: map[int64]string{}, times: map[int64]time.Time{}}
	k := game.Define("busy", func() *busy {
		return &busy{log: log, rows: rows, state: busyState{Sums: map[string]int{}}}
	})
	k.MaxPlayers, k.Grace = 8, 5*time.Minute
	return k, log
}

// follower checks what a client is sent, state by state. One that asked for patches applies them.
type follower struct {
	*lobbytest.Client
	log   *busyLog
	state any
	tick  int64 // of the last state, 0 before
	count int
	full  int   // of count: not a patch
	gaps  int   // ticks left out
	acked int64 // our input
	seat  int64
	id    string
	other []lobbytest.Event
}

// look takes in what has come.
func (f *follower) look(t *testing.T) {
	t.Helper()
	for _, e := range f.Events() {
		if e.Name != "state" {
			f.other = append(f.other, e)
			continue
		}
		meta := e.Args[1].(map[string]any)
		tick := meta["tick"].(int64)
		require.Greater(t, tick, f.tick, "ticks go forward")
		if f.tick > 0 {
			f.gaps += int(tick - f.tick - 1)
		}
		if meta["full"] == true {
			f.state = e.Args[0]
			f.full++
		} else {
			require.Equal(t, f.tick+1, tick, "a patch to the state before")
			f.state = mergePatch(f.state, e.Args[0])
		}
		f.count++
		f.tick = tick
		f.ack(meta["acks"])
		want, _ := f.log.at(tick)
		got, err := json.Marshal(f.state)
		require.NoError(t, err)
		require.JSONEq(t, want, string(got), "tick %d", tick)
	}
}

// ack keeps the input that was acknowledged: compact clients are told by seat, the others by id.
func (f *follower) ack(acks any) {
	f.acked = 0
	switch acks := acks.(type) {
	case map[string]any:
		if seq, ok := acks[f.id].(int64); ok {
			f.acked = seq
		}
	case []any:
		for _, a := range acks {
			if pair := a.([]any); pair[0] == f.seat {
				f.acked = pair[1].(int64)
			}
		}
	}
}

// mergePatch applies RFC 7396.
func mergePatch(target, patch any) any {
	p, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	t, ok := target.(map[string]any)
	if !ok {
		t = map[string]any{}
	}
	for k, v := range p {
		if v == nil {
			delete(t, k)
		} else {
			t[k] = mergePatch(t[k], v)
		}
	}
	return t
}

// follow joins a room as its follower.
func follow(t *testing.T, c *lobbytest.Client, log *busyLog, room string, more ...map[string]any) (*follower, joined) {
	t.Helper()
	j := join(t, c, room, more...)
	return &follower{Client: c, log: log, seat: int64(j.You.Seat), id: j.You.ID}, j
}

func patches() map[string]any { return map[string]any{"patch": true} }

// anyClient makes a random client of a random speed.
func anyClient(r *rand.Rand) (lobbytest.Config, []map[string]any) {
	more := []map[string]any{}
	if r.IntN(2) == 0 {
		more = append(more, spectator())
	}
	if r.IntN(2) == 0 {
		more = append(more, patches())
	}
	rates := []int{0, 0, 8 << 10, 16 << 10, 32 << 10, 64 << 10}
	return lobbytest.Config{Codec: lobbytest.Codecs[r.IntN(len(lobbytest.Codecs))], Rate: rates[r.IntN(len(rates))]}, more
}

func (f *follower) String() string {
	return fmt.Sprintf("%d states, %d whole, %d left out", f.count, f.full, f.gaps)
}
