package game

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"time"
)

// maxRewind bounds Kind.Rewind: whoever is shot half a second after it took cover has reason to complain.
const maxRewind = 500 * time.Millisecond

// Saw tells which moment of the match p looked at when it gave this tick's input: a tick, with its fraction, at most
// Number-1, the world before this step. It is false, and 0, if p has given no input or does not say, and for all in a
// kind without Rewind. It is false as well if p claims a moment further back than Kind.Rewind, which is counted in Stats;
// then tick is the furthest that is granted, for a game that prefers to judge by that instead of by the present. Bots
// look at the world before this step.
func (t *Tick[Input]) Saw(p *Player) (tick float64, ok bool) {
	if t.step == nil || t.step.past == nil {
		return 0, false
	}
	if p.Bot {
		return float64(t.Number - 1), t.Number > 1
	}
	of := func(g given) bool { return g.player.ID == p.ID }
	at := t.step.at // of two inputs, the one that is being looked at
	if at >= len(t.step.inputs) || !of(t.step.inputs[at]) {
		at = slices.IndexFunc(t.step.inputs, of)
	}
	if at < 0 {
		return 0, false
	}
	g := &t.step.inputs[at]
	return g.saw, g.saw > 0 && !g.refused
}

// Rewind returns the world as p saw it when it gave this tick's input, for judging what p hits: RewindTo of Tick.Saw.
// If it is false there is no telling, or p claims what Kind.Rewind does not grant: judge by the present world.
func Rewind[State, Input any](t *Tick[Input], p *Player) (*State, bool) {
	tick, ok := t.Saw(p)
	if !ok {
		return nil, false
	}
	return RewindTo[State](t, tick)
}

// RewindTo returns a copy of the State as it was after the given tick. Between two ticks it is what a client draws there:
// the rows and values of the later tick, with each float on the straight line from its value in the earlier tick; rows
// are the same if they have the same map key, the same field of the tag key=, or else the same index. So an angle that
// has passed from π to -π is better asked for at whole ticks, which costs nothing: no copy is made then.
//
// A moment after the last tick is the last tick; further back than Kind.Rewind, or before the first tick, it is false.
// The copy is read-only, valid until Update returns, and the same for all who ask for the same moment. It has the
// game's own numbers, not those rounded by q=. Of what is never sent (sync:"-", and raw) it has only plain values:
// numbers, booleans, strings, and structs and arrays of these; unexported fields are zero.
//
// State must be the State of the kind's game: RewindTo panics if it is not.
func RewindTo[State, Input any](t *Tick[Input], tick float64) (*State, bool) {
	if t.step == nil || t.step.past == nil {
		return nil, false
	}
	known, ok := t.step.past.at(tick)
	if !ok {
		return nil, false
	}
	state, ok := known.(*State)
	if !ok {
		panic(fmt.Sprintf("game: RewindTo is asked for a %T of a match whose State is a %T; name the game's own type", state, known))
	}
	return state, true
}

// past is what a match knows of its last states. Guarded by the match's mutex.
type past struct {
	shape *shape
	span  int      // ticks that can be gone back from the last one
	last  uint64   // the last tick; 0: none
	ring  []moment // those of the last ticks, each at its number modulo the length

	between []moment // those between two ticks that the present step has asked for …
	used    int      // … how many of them; the others are memory for later ones
}

// moment is a copy of a state.
type moment struct {
	tick  float64 // 0: of none
	value reflect.Value
	state any // the same, as a *State
}

// newPast keeps as many ticks as a kind's Rewind asks for; nil if it asks for none.
func newPast(state reflect.Type, rewind, delta time.Duration) *past {
	if rewind == 0 {
		return nil
	}
	p := &past{shape: shapeOf(state), span: int((rewind + delta - 1) / delta)}
	p.ring = make([]moment, p.span+1)
	for i := range p.ring {
		p.ring[i] = newMoment(state)
	}
	return p
}

func newMoment(state reflect.Type) moment {
	s := reflect.New(state)
	return moment{value: s.Elem(), state: s.Interface()}
}

// keep copies the state after a step. The copies that the step before was given are used again.
func (p *past) keep(tick uint64, state any) {
	p.last, p.used = tick, 0
	m := &p.ring[tick%uint64(len(p.ring))]
	m.tick = 0
	if v := reflect.ValueOf(state); !v.IsNil() {
		p.shape.copy(m.value, v.Elem())
		m.tick = float64(tick)
	}
}

// clamp brings a claimed moment to one that can be gone back to, false if it is too far back.
func (p *past) clamp(tick float64) (float64, bool) {
	last := float64(p.last)
	first := max(last-float64(p.span), 1)
	return max(min(tick, last), first), tick >= first // false for NaN
}

// at returns the *State of a moment.
func (p *past) at(tick float64) (any, bool) {
	tick, ok := p.clamp(tick)
	if !ok || p.last == 0 {
		return nil, false
	}
	whole := math.Floor(tick)
	from := p.whole(whole)
	if from == nil || whole == tick {
		return from.shown()
	}
	to := p.whole(whole + 1)
	if to == nil {
		return nil, false
	}
	for i := range p.used {
		if m := &p.between[i]; m.tick == tick {
			return m.state, true
		}
	}
	if p.used == len(p.between) {
		p.between = append(p.between, newMoment(from.value.Type()))
	}
	m := &p.between[p.used]
	p.used++
	m.tick = tick
	p.shape.copy(m.value, to.value)
	p.shape.blend(m.value, from.value, tick-whole)
	return m.state, true
}

// whole returns the copy of a tick, nil if there is none.
func (p *past) whole(tick float64) *moment {
	if m := &p.ring[uint64(tick)%uint64(len(p.ring))]; m.tick == tick {
		return m
	}
	return nil
}

func (m *moment) shown() (any, bool) {
	if m == nil {
		return nil, false
	}
	return m.state, true
}

// remember keeps a copy of the state that has just been published. Call with mu held.
func (m *Match) remember() error {
	if m.step.past == nil {
		return nil
	}
	return m.guard(func() error {
		m.step.past.keep(m.tick, m.game.state())
		return nil
	})
}

// grant replaces what the players of a step claim to have seen by what Kind.Rewind lets them.
func (m *Match) grant(inputs []given) {
	for i := range inputs {
		g := &inputs[i]
		if g.saw == 0 || g.saw != g.saw || m.step.past == nil || m.step.past.last == 0 {
			g.saw = 0
			continue
		}
		var granted bool
		g.saw, granted = m.step.past.clamp(g.saw)
		if g.refused = !granted; g.refused {
			m.stats.RewindsRefused++
		}
	}
}
