// Package gametest plays a game without sockets and without waiting: join players, feed inputs, step, look at the
// state. Time is the tick number, so a test of ten minutes of play takes milliseconds, and says the same each time.
//
//	h := gametest.New[State, Input](t, Kind())
//	ada := h.Join("Ada")
//	h.Input(ada, Input{DX: 1})
//	h.Step(1)
//	require.Equal(t, 1, h.State().Players[ada.ID].X)
//
// [Twin] holds together a step that a client repeats, to predict its own player, in another language.
//
// A Harness belongs to the test's goroutine and starts none.
package gametest

import (
	"bytes"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/vmihailenco/msgpack/v5"

	"ninepin/game"
)

// Event is one captured Tick.Emit or Tick.EmitTo.
type Event struct {
	Tick uint64
	To   game.PlayerID // "" for everyone in the room
	Name string
	Args []any
}

// Harness is one match under test. Whatever goes wrong that the test has not asked about fails the test.
type Harness[State, Input any] struct {
	Match *game.Match // for what the Harness has no method for

	tb     testing.TB
	kind   *game.Kind
	people int
	seqs   map[game.PlayerID]uint32
	out    recorder
	over   bool
}

// recorder is the match's Output.
type recorder struct {
	tick   uint64
	cursor game.Cursor
	wire   []byte
	frames int
	events []Event
}

func (r *recorder) State(f *game.Frame) {
	piece, next := f.Next(r.cursor, "")
	r.tick, r.cursor, r.wire = f.Tick, next, piece.Wire()
	r.frames++
}

func (r *recorder) Emit(to game.PlayerID, event string, args []any) {
	r.events = append(r.events, Event{Tick: r.tick, To: to, Name: event, Args: args})
}

func (r *recorder) Roster([]game.Player) {}

// New makes a match of kind. The seed is 1 unless one is given. State must be the State of the kind's game.
func New[State, Input any](tb testing.TB, kind *game.Kind, seed ...uint64) *Harness[State, Input] {
	tb.Helper()
	h := &Harness[State, Input]{tb: tb, kind: kind, seqs: make(map[game.PlayerID]uint32)}
	s := uint64(1)
	if len(seed) > 0 {
		s = seed[0]
	}
	h.Match = kind.NewMatch("TEST", s, &h.out)
	tb.Cleanup(func() {
		if err := h.Match.Fault(); err != nil {
			tb.Errorf("gametest: a state could not be sent as it was: %v", err)
		}
	})
	h.State()
	return h
}

// Join seats a person with this name and fails the test if the game refuses. The ids are p1, p2 and so on.
func (h *Harness[State, Input]) Join(name string) *game.Player {
	h.tb.Helper()
	p, err := h.TryJoin(name)
	if err != nil {
		h.tb.Fatalf("gametest: %s cannot join: %v", name, err)
	}
	return p
}

// TryJoin is Join for a test that expects a refusal.
func (h *Harness[State, Input]) TryJoin(name string) (*game.Player, error) {
	h.people++
	p := &game.Player{ID: game.PlayerID("p" + strconv.Itoa(h.people)), Name: name}
	return p, h.Match.Join(p)
}

// Leave takes p's seat away.
func (h *Harness[State, Input]) Leave(p *game.Player) { h.Match.Leave(p.ID) }

// Away drops p's connection or brings it back.
func (h *Harness[State, Input]) Away(p *game.Player, away bool) {
	h.Match.Away(p.ID, away)
	if !away {
		delete(h.seqs, p.ID)
	}
}

// Input queues in for p's next free step, in the form in which a client sends it, with the next sequence number.
func (h *Harness[State, Input]) Input(p *game.Player, in Input) {
	h.tb.Helper()
	if err := h.TryInput(p, in); err != nil {
		h.tb.Fatalf("gametest: input of %s: %v", p.Name, err)
	}
}

// TryInput is Input for a test that expects a refusal.
func (h *Harness[State, Input]) TryInput(p *game.Player, in Input) error {
	return h.put(p, in, 0)
}

// InputAt is Input of somebody who looks at the match as it was at a tick, with its fraction: see game.Tick.Saw. After
// the n-th step a player with no delay at all looks at tick n.
func (h *Harness[State, Input]) InputAt(p *game.Player, in Input, saw float64) {
	h.tb.Helper()
	if err := h.put(p, in, saw); err != nil {
		h.tb.Fatalf("gametest: input of %s: %v", p.Name, err)
	}
}

func (h *Harness[State, Input]) put(p *game.Player, in Input, saw float64) error {
	raw, err := encode(in)
	if err != nil {
		return err
	}
	h.seqs[p.ID]++
	return h.Match.InputAt(p.ID, h.seqs[p.ID], raw, saw)
}

// encode gives a value the form in which a client sends it.
func encode(v any) ([]byte, error) {
	var raw bytes.Buffer
	enc := msgpack.NewEncoder(&raw)
	enc.SetCustomStructTag("json")
	enc.UseCompactInts(true)
	err := enc.Encode(v)
	return raw.Bytes(), err
}

// Step runs n steps, fewer if the match ends in good order: see Over. Any other error of the game fails the test.
func (h *Harness[State, Input]) Step(n int) {
	h.tb.Helper()
	for range n {
		if h.over {
			return
		}
		err := h.Match.Step()
		var panicked *game.PanicError
		switch {
		case errors.Is(err, game.ErrOver):
			h.over = true
		case errors.As(err, &panicked):
			h.tb.Fatalf("gametest: %v\n%s", err, panicked.Stack)
		case err != nil:
			h.tb.Fatalf("gametest: %v", err)
		}
	}
}

// StepFor runs as many steps as the kind makes in d.
func (h *Harness[State, Input]) StepFor(d time.Duration) {
	h.tb.Helper()
	h.Step(int(d.Seconds() * float64(h.kind.TickRate)))
}

// State returns the game's own state; it changes with each step.
func (h *Harness[State, Input]) State() *State {
	h.tb.Helper()
	s, ok := h.Match.State().(*State)
	if !ok {
		h.tb.Fatalf("gametest: the state of %q is a %T, not a %T; use New with the game's own types", h.kind.Name, h.Match.State(), s)
	}
	return s
}

// Events returns what the game has emitted so far, in order.
func (h *Harness[State, Input]) Events() []Event { return h.out.events }

// Over tells whether the match has ended in good order.
func (h *Harness[State, Input]) Over() bool { return h.over }

// Frames returns how many frames the match has sent.
func (h *Harness[State, Input]) Frames() int { return h.out.frames }

// LastFrame returns the bytes of the last frame, as a spectator gets them who has followed from the first.
func (h *Harness[State, Input]) LastFrame() []byte { return h.out.wire }
