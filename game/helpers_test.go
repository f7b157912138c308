package game_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vmihailenco/msgpack/v5"

	"ninepin/game"
)

// probe is a game made of hooks; those left nil do nothing.
type probe struct {
	state  probeState
	join   func(p *game.Player) error
	leave  func(p *game.Player)
	update func(t *game.Tick[probeInput]) error
	bot    func(p *game.Player, rnd *rand.Rand) probeInput
	look   func()
}

type probeState struct {
	Count int            `msgpack:"count"`
	Got   map[string]int `msgpack:"got"`
	Order []string       `msgpack:"order"`
}

type probeInput struct {
	N int     `msgpack:"n"`
	F float64 `msgpack:"f"`
}

func (g *probe) Join(p *game.Player) error {
	if g.join != nil {
		return g.join(p)
	}
	return nil
}

func (g *probe) Leave(p *game.Player) {
	if g.leave != nil {
		g.leave(p)
	}
}

// Update counts, and adds up what each player has sent.
func (g *probe) Update(t *game.Tick[probeInput]) error {
	g.state.Count++
	if g.update != nil {
		return g.update(t)
	}
	for p, in := range t.Inputs() {
		g.state.Got[string(p.ID)] += in.N
		g.state.Order = append(g.state.Order, string(p.ID))
	}
	return nil
}

func (g *probe) Bot(p *game.Player, rnd *rand.Rand) probeInput {
	if g.bot != nil {
		return g.bot(p, rnd)
	}
	return probeInput{}
}

func (g *probe) State() *probeState {
	if g.look != nil {
		g.look()
	}
	return &g.state
}

// probeKind defines a kind whose games are set up by hook.
func probeKind(hook func(g *probe)) *game.Kind {
	return game.Define("probe", func() *probe {
		g := &probe{state: probeState{Got: map[string]int{}, Order: []string{}}}
		if hook != nil {
			hook(g)
		}
		return g
	})
}

// tape is an Output that keeps everything. It watches as a spectator from the first frame on.
type tape struct {
	spectator follower
	frames    []decoded
	wires     [][]byte
	fulls     [][]byte
	log       []string // "state" and the names of events, in order
	to        []game.PlayerID
	rosters   [][]game.Player
	onState   func(f *game.Frame) // instead of watching
}

// decoded is what a client has after a frame.
type decoded struct {
	Tick  uint64
	Acks  map[int]uint32
	State any
}

func (o *tape) State(f *game.Frame) {
	o.log = append(o.log, "state")
	if o.onState != nil {
		o.onState(f)
		return
	}
	p := o.spectator.take(f)
	o.wires = append(o.wires, p.Wire())
	o.fulls = append(o.fulls, p.Full())
	d := &o.spectator.decoder
	o.frames = append(o.frames, decoded{d.Tick(), d.Acks(), normal(d.State(""))})
}

func (o *tape) last() decoded { return o.frames[len(o.frames)-1] }

func (o *tape) Emit(to game.PlayerID, event string, _ []any) {
	o.log = append(o.log, event)
	o.to = append(o.to, to)
}

func (o *tape) Roster(players []game.Player) { o.rosters = append(o.rosters, players) }

// watch returns an Output that hands over each frame.
func watch(f func(f *game.Frame)) *tape { return &tape{onState: f} }

func join(t testing.TB, m *game.Match, id game.PlayerID) *game.Player {
	t.Helper()
	p := &game.Player{ID: id, Name: string(id)}
	require.NoError(t, m.Join(p))
	return p
}

func send(t testing.TB, m *game.Match, id game.PlayerID, seq uint32, n int) {
	t.Helper()
	require.NoError(t, m.Input(id, seq, encodeInput(t, probeInput{N: n})))
}

func encodeInput(t testing.TB, in any) []byte {
	t.Helper()
	raw, err := msgpack.Marshal(in)
	require.NoError(t, err)
	return raw
}

func step(t testing.TB, m *game.Match, n int) {
	t.Helper()
	for range n {
		require.NoError(t, m.Step())
	}
}

func got(m *game.Match) map[string]int { return m.State().(*probeState).Got }

func names(players []game.Player) []string {
	var list []string
	for _, p := range players {
		list = append(list, string(p.ID))
	}
	return list
}
