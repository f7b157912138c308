package game

import (
	"errors"
	"iter"
	"math/rand/v2"
	"time"
)

// Game is one match, written by a game author. A new value is made for each match. Its methods are called one at a
// time, never concurrently, so a game needs no locks and starts no goroutines. Everything that matters between ticks is
// in the exported fields of State: a game reads no clock, no global and no map order, so that the same inputs and the
// same seed always give the same match.
type Game[State, Input any] interface {
	// Join seats a player. An error refuses the player, who is told its text.
	Join(p *Player) error
	// Leave is called once for each player who goes before the match ends, after the reconnect grace.
	Leave(p *Player)
	// Update is one fixed step. ErrOver ends the match in good order; any other error ends it as a failure.
	Update(t *Tick[Input]) error
	// State returns everything that matters between ticks, never nil. It is read after each Update, before the next one,
	// and sent to everybody, unless the game is a Viewer.
	State() *State
}

// Botter is an optional interface of a Game: with it and Kind.Bots, free seats are filled with bots. A bot is a player
// whose input is asked for before each Update, in seat order; rnd is the Tick's Rand, so bots replay as well.
type Botter[Input any] interface {
	Bot(p *Player, rnd *rand.Rand) Input
}

// ErrOver is returned by Update when the match has ended in good order.
var ErrOver = errors.New("game: match over")

// PlayerID names a player for as long as the seat is held, reconnects included. It is unique within a match.
type PlayerID string

// Player is a member of a match. Its fields do not change while the player is seated, but for Away.
type Player struct {
	ID   PlayerID `msgpack:"id"`
	Name string   `msgpack:"name"` // for people; not unique
	Seat int      `msgpack:"seat"` // 0-based, the lowest free one at Join; set by Match.Join
	Bot  bool     `msgpack:"bot"`  // set by the match
	Away bool     `msgpack:"away"` // the connection dropped and the seat is held for Kind.Grace
}

// Tick is what a Game sees of one fixed step. It is valid until Update returns.
type Tick[Input any] struct {
	Number uint64        // of this step; the first is 1; steps below Kind.MinPlayers count too
	Delta  time.Duration // length of one step: one second over Kind.TickRate; 0 for OnInput kinds
	Rand   *rand.Rand    // seeded by the match
	Woken  bool          // OnInput kinds: this step comes because the deadline set by Wake has passed

	step *step
}

// Inputs yields the inputs of this tick in seat order: one for each player who has sent one, as a rule. A player whose
// queue is empty is not yielded: hold, that is, do not repeat the last input. Inputs that pile up behind a bad
// connection are taken one per tick, and while a queue stays long a tick now and then yields two of the same player, in
// their order, for one that had none: step the player once for each, and a client that predicts its own player is
// right. There never are more inputs of a player than there were ticks; who sends more loses the oldest, so an input
// should say what is held down, not what has changed.
func (t *Tick[Input]) Inputs() iter.Seq2[*Player, Input] {
	return func(yield func(*Player, Input) bool) {
		if t.step == nil {
			return
		}
		for i, g := range t.step.inputs {
			t.step.at = i
			if !yield(g.player, *g.input.(*Input)) {
				return
			}
		}
	}
}

// Emit sends an event to everyone in the room, spectators too, after this tick's state. The arguments are encoded after
// Update has returned, so hand over values, not pointers to what Update goes on changing.
func (t *Tick[Input]) Emit(event string, args ...any) {
	if t.step != nil {
		t.step.emits = append(t.step.emits, emission{event: event, args: args})
	}
}

// EmitTo sends an event to one player, in order with Emit. Events to bots are dropped.
func (t *Tick[Input]) EmitTo(p *Player, event string, args ...any) {
	if t.step != nil && !p.Bot {
		t.step.emits = append(t.step.emits, emission{to: p.ID, event: event, args: args})
	}
}

// Wake asks an OnInput match for a step after d even if no input comes, and that step's Woken is true; it replaces an
// earlier deadline. At 0 or below there is none any more. Kinds that tick on a clock ignore it.
func (t *Tick[Input]) Wake(d time.Duration) {
	if t.step != nil {
		t.step.wake, t.step.wakeSet = d, true
	}
}

// step is the part of a Tick that does not depend on the game's types. It is reused from tick to tick.
type step struct {
	inputs  []given
	at      int // the last of inputs that Inputs has yielded
	emits   []emission
	wake    time.Duration
	wakeSet bool
	past    *past // of the match; nil without Kind.Rewind
}

// given is one player's input for this tick; input is a pointer to the kind's Input type.
type given struct {
	player  *Player
	input   any
	saw     float64 // the tick that it looked at; 0: it does not say
	refused bool    // it claims to have looked further back than it may
}

// emission is an event to be sent after the state.
type emission struct {
	to    PlayerID
	event string
	args  []any
}

// reset forgets the last tick, and lets go of what it pointed to.
func (s *step) reset() {
	clear(s.inputs)
	clear(s.emits)
	*s = step{inputs: s.inputs[:0], emits: s.emits[:0], past: s.past}
}
