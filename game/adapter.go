package game

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"sync"
	"time"

	"ninepin/game/internal/statesync"
)

// adapter erases the type parameters of one kind of Game, so that Match and the lobby are not generic. This file is the
// only place that knows Game's types and its optional interfaces.
type adapter interface {
	// open makes the game of a new match.
	open() instance
	// decode reads one input by d into memory, which is nil or what decode has returned before: a pointer to the kind's
	// Input. It is returned in any case.
	decode(d *decoder, raw []byte, memory any) (any, error)
	// plans returns how states are sent in matches of this step length; an error names what cannot be sent in a State.
	plans(step time.Duration) (*statesync.Plans, error)
	// types returns the kind's State and Input.
	types() (state, input reflect.Type)
	// botType returns nil if the game has a Bot method, else an error that names what is missing.
	botType() error
}

// instance is one Game, its types erased. Its methods are called under the match's mutex.
type instance interface {
	join(p *Player) error
	leave(p *Player)
	update(t Tick[any]) error
	// bot asks for a bot's input, a pointer to the kind's Input, in memory, which is nil or what bot has returned before;
	// nil if the game has no bots.
	bot(p *Player, rnd *rand.Rand, memory any) any
	// state returns the game's own *State.
	state() any
	// viewer returns the game as a Viewer, nil if it is none.
	viewer() Viewer
}

type kindOf[G Game[State, Input], State, Input any] struct {
	newGame func() G
	inputs  *node
	byStep  sync.Map // time.Duration to *statesync.Plans
}

func (k *kindOf[G, State, Input]) plans(step time.Duration) (*statesync.Plans, error) {
	known, ok := k.byStep.Load(step)
	if !ok {
		known, _ = k.byStep.LoadOrStore(step, statesync.NewPlans(step))
	}
	plans := known.(*statesync.Plans)
	_, err := plans.Of(reflect.TypeFor[State]())
	return plans, err
}

func (k *kindOf[G, State, Input]) open() instance {
	g := k.newGame()
	i := &instanceOf[State, Input]{game: g}
	i.botter, _ = any(g).(Botter[Input])
	i.views, _ = any(g).(Viewer)
	return i
}

func (k *kindOf[G, State, Input]) decode(d *decoder, raw []byte, memory any) (any, error) {
	in, _ := memory.(*Input)
	if in == nil {
		in = new(Input)
	} else {
		var zero Input
		*in = zero
	}
	return in, k.inputs.decodeAll(d, raw, reflect.ValueOf(in).Elem())
}

func (k *kindOf[G, State, Input]) types() (state, input reflect.Type) {
	return reflect.TypeFor[State](), reflect.TypeFor[Input]()
}

func (k *kindOf[G, State, Input]) botType() error {
	g := reflect.TypeFor[G]()
	if g.Kind() == reflect.Interface || g.Implements(reflect.TypeFor[Botter[Input]]()) {
		return nil
	}
	return fmt.Errorf("%v has no method Bot(*game.Player, *rand.Rand) %v; write it, or leave Bots at 0", g, reflect.TypeFor[Input]())
}

type instanceOf[State, Input any] struct {
	game   Game[State, Input]
	botter Botter[Input] // nil without bots
	views  Viewer        // nil without views
	tick   Tick[Input]
}

func (i *instanceOf[State, Input]) join(p *Player) error { return i.game.Join(p) }

func (i *instanceOf[State, Input]) leave(p *Player) { i.game.Leave(p) }

func (i *instanceOf[State, Input]) update(t Tick[any]) error {
	i.tick = Tick[Input](t)
	return i.game.Update(&i.tick)
}

func (i *instanceOf[State, Input]) bot(p *Player, rnd *rand.Rand, memory any) any {
	if i.botter == nil {
		return nil
	}
	in, _ := memory.(*Input)
	if in == nil {
		in = new(Input)
	}
	*in = i.botter.Bot(p, rnd)
	return in
}

func (i *instanceOf[State, Input]) state() any { return i.game.State() }

func (i *instanceOf[State, Input]) viewer() Viewer { return i.views }
