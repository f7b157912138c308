package game

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"ninepin/game/internal/statesync"
)

// Output receives what a match sends. Its methods are called one at a time with the match's mutex held: State and Emit
// from the step; Roster from the Join, Leave or Away that caused it. So they must not block, must not
// call back into the Match, and must not take a lock that is held anywhere while the Match is called.
type Output interface {
	// State carries one frame: after each step, to every player, the mover too, and every spectator.
	State(f *Frame)
	// Emit carries an event of the game; to is "" for everyone in the room. args are encoded before Emit returns or are
	// values that nobody changes any more.
	Emit(to PlayerID, event string, args []any)
	// Roster tells that the players, bots included, have changed. The slice is the callee's to keep.
	Roster(players []Player)
}

// Errors of Match; each says what happened and what to do.
var (
	ErrFull     = errors.New("game: all seats are taken; watch, or take the next free seat")
	ErrSeated   = errors.New("game: this player already has a seat")
	ErrNoSeat   = errors.New("game: only a seated player may send input; join as a player first")
	ErrBadInput = errors.New("game: bad input")                                     // wrapped with the reason
	ErrOldInput = errors.New("game: input sequence is not newer than the last one") // duplicate or reordered; harmless
	ErrEnded    = errors.New("game: the match has ended")
)

// PanicError ends a match whose game panicked. Other matches go on.
type PanicError struct {
	Value any    // what was passed to panic
	Stack []byte // of the goroutine at the panic
	Tick  uint64 // the step that ran, or the last one before the Join or Leave that panicked
	Match string // the match's id
}

func (e *PanicError) Error() string {
	return fmt.Sprintf("game: match %s panicked at tick %d: %v", e.Match, e.Tick, e.Value)
}

// Unwrap returns Value if it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Stats counts what happened in a match since it was made.
type Stats struct {
	Ticks    uint64 // steps run
	Overruns uint64 // times that more than five steps were due at once
	Dropped  uint64 // steps dropped by overruns

	InputsDropped    uint64 // the oldest of a full queue of 32
	InputsCaughtUp   uint64 // given to the game beside another one, to shorten a queue that stayed long
	InputsSuperseded uint64 // by a newer one, for the same end, of a client that sends more inputs than there are ticks
	InputsOld        uint64 // refused with ErrOldInput
	InputsBad        uint64 // refused with ErrBadInput

	RewindsRefused uint64 // inputs that claimed to see the match further back than Kind.Rewind
}

// Match is one running game. All its methods are safe for concurrent use. It owns no goroutine: whoever calls Run does,
// and Run ends with its ctx or with the match. A Match that is not referred to any more needs no closing.
type Match struct {
	id     string
	kind   Kind // a copy: the caller's may change
	out    Output
	delta  time.Duration // 0 for OnInput kinds
	phase  time.Duration
	born   time.Time
	wake   chan struct{} // of capacity 1; something has changed that may bring the next step nearer
	inbox  inbox         // has its own mutex
	seed   uint64
	window int // ticks after which a long queue is drained; 0: never

	running atomic.Bool // Run is

	mu    sync.Mutex // held for a step, a Join and so on; never while anything blocks
	game  instance   // nil only if it panicked when it was made
	seats []*seat    // by number; nil: free
	rand  *rand.Rand
	tick  uint64
	step  step
	snapshots
	watching int
	ended    error         // nil; ErrOver; or what went wrong
	next     time.Duration // of a step on the clock, or never
	deadline time.Duration // set by Wake, or never
	changed  bool          // OnInput kinds: somebody came or went since the last step
	stats    Stats
}

// NewMatch makes a match and seats its bots. Nothing runs until Run or Step. It panics with k.Check's error if a field
// of k is wrong. A game that panics while it is made has ended: Run and Step return the error. out may be nil.
func (k *Kind) NewMatch(id string, seed uint64, out Output) *Match {
	if err := k.Check(); err != nil {
		panic(err.Error())
	}
	if out == nil {
		out = discard{}
	}
	m := &Match{
		id: id, kind: *k, out: out, seed: seed, born: time.Now(),
		wake:  make(chan struct{}, 1),
		seats: make([]*seat, k.MaxPlayers),
		rand:  rand.New(rand.NewPCG(seed, seed^0x9e3779b97f4a7c15)),
		next:  never, deadline: never, changed: true,
	}
	if !k.OnInput {
		m.delta = k.step()
		m.phase = phase(id, m.delta)
		m.window = k.TickRate
	}
	plans, _ := k.adapter.plans(m.delta) // Check knows its error
	m.stream = statesync.NewStream(plans)
	state, _ := k.Types()
	m.step.past = newPast(state, k.Rewind, m.delta)
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.guard(func() error { m.game = k.adapter.open(); return nil }); err != nil {
		m.end(err)
		return m
	}
	m.fillWithBots()
	return m
}

type discard struct{}

func (discard) State(*Frame)                 {}
func (discard) Emit(PlayerID, string, []any) {}
func (discard) Roster([]Player)              {}

// ID returns the match's id, as given to NewMatch.
func (m *Match) ID() string { return m.id }

// Step runs one tick, instead of Run: for tests, replays and tools. Nobody need be there. It returns ErrOver for the
// step that ends the match in good order, a *PanicError or the game's error for one that fails, and ErrEnded after
// that. In an OnInput match, a step that no input, join or leave has caused is the one that Wake has asked for.
func (m *Match) Step() error {
	return m.stepOnce(m.kind.OnInput)
}

// stepOnce runs one step. idleWakes: if nothing else has caused it, the deadline of Wake has.
func (m *Match) stepOnce(idleWakes bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ended != nil {
		return ErrEnded
	}
	return m.tickOnce(idleWakes && m.deadline != never && m.enough() && !m.changed && !m.inbox.pending())
}

// tickOnce is the step. Call with mu held and the match not ended.
func (m *Match) tickOnce(woken bool) error {
	m.tick++
	m.stats.Ticks++
	m.changed = false
	if woken {
		m.deadline = never
	}
	m.step.reset()
	m.step.inputs = m.inbox.take(m.seats, m.window, m.step.inputs)
	over := false
	if m.enough() {
		err := m.guard(func() error { return m.update(woken) })
		over = errors.Is(err, ErrOver)
		if err != nil && !over {
			m.end(err)
			return m.ended
		}
	}
	if m.step.wakeSet && m.kind.OnInput {
		m.deadline = never
		if m.step.wake > 0 {
			m.deadline = m.now() + m.step.wake
		}
	}
	m.deliver()
	if over {
		m.end(ErrOver)
	}
	return m.ended
}

// update asks the bots and then runs the game.
func (m *Match) update(woken bool) error {
	inputs := m.step.inputs[:0]
	for _, g := range m.step.inputs {
		if g.player.Bot {
			s := m.seats[g.player.Seat]
			s.input = m.game.bot(g.player, m.rand, s.input)
			g.input = s.input
		}
		if g.input != nil {
			inputs = append(inputs, g)
		}
	}
	m.step.inputs = inputs
	m.grant(inputs)
	err := m.game.update(Tick[any]{Number: m.tick, Delta: m.delta, Rand: m.rand, Woken: woken, step: &m.step})
	if err != nil && !errors.Is(err, ErrOver) {
		return fmt.Errorf("game: match %s failed at tick %d: %w", m.id, m.tick, err)
	}
	return err
}

// deliver hands over the state, then the events. A state that cannot be sent ends the match.
func (m *Match) deliver() {
	err := m.publish()
	if err == nil {
		err = m.remember()
	}
	if err != nil {
		m.end(err)
		return
	}
	m.show(m.out.State)
	for _, e := range m.step.emits {
		m.out.Emit(e.to, e.event, e.args)
	}
}

// guard calls into the game; a panic becomes a *PanicError.
func (m *Match) guard(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: debug.Stack(), Tick: m.tick, Match: m.id}
		}
	}()
	return f()
}

// end ends the match, the first reason stays. Call with mu held.
func (m *Match) end(err error) {
	if m.ended == nil {
		m.ended = err
		m.inbox.end()
		m.notify()
	}
}

// outcome is what Run returns for a match that has ended.
func (m *Match) outcome() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if errors.Is(m.ended, ErrOver) {
		return nil
	}
	return m.ended
}

// Input queues one input: seq must be above the last one of this player; raw is one msgpack value of the kind's Input
// type. It never waits for a step, keeps nothing of raw and decodes at once, so a bad one costs only its sender. Of
// more than 32 waiting inputs of a player the oldest is dropped.
func (m *Match) Input(id PlayerID, seq uint32, raw []byte) error {
	return m.InputAt(id, seq, raw, 0)
}

// InputAt is Input with what the player looked at when it gave the input: a tick, with its fraction; 0 does not say. It
// is a part of the input, and comes back from Tick.Saw if Kind.Rewind lets it; a wrong one harms only its sender.
func (m *Match) InputAt(id PlayerID, seq uint32, raw []byte, saw float64) error {
	f, err := m.Feed(id)
	if err != nil {
		return err
	}
	return f.Put(seq, raw, saw)
}

// Watch tells how many people see this match, players and spectators. At 0, and with no player seated whose connection
// stands, the match does not tick, and costs nothing.
func (m *Match) Watch(people int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.watching = people
	m.notify()
}

// State returns the game's own *State, nil if the game panicked when it was made: for tests and tools that drive the
// match by Step. It must not be read while a step may run.
func (m *Match) State() any {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.game == nil {
		return nil
	}
	return m.game.state()
}

// Stats returns the counts so far.
func (m *Match) Stats() Stats {
	m.mu.Lock()
	s := m.stats
	m.mu.Unlock()
	c := m.inbox.stats()
	s.InputsDropped, s.InputsCaughtUp, s.InputsSuperseded = c.dropped, c.caughtUp, c.superseded
	s.InputsOld, s.InputsBad = c.old, c.bad
	return s
}
