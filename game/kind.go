package game

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// Defaults and bounds of a Kind.
const (
	defaultTickRate   = 20
	defaultMaxPlayers = 8
	defaultGrace      = 30 * time.Second
	maxTickRate       = 128
	maxSeats          = 64
	maxNameLen        = 32
)

// Kind is a registered sort of game. Define makes it with the documented defaults; change its fields before the first
// match is made, not after.
type Kind struct {
	Name       string        // of the kind in events and links: 1 to 32 of a-z 0-9 -
	Title      string        // for people; default: Name
	TickRate   int           // steps per second, 1 to 128; default 20
	MinPlayers int           // seats taken, bots included, below which Update is not called; default 1
	MaxPlayers int           // seats, 1 to 64; default 8
	Bots       int           // seats kept filled with bots when fewer people play; needs a Botter; default 0
	OnInput    bool          // step when an input, a join or a leave comes or a Wake deadline passes, not on a clock
	Grace      time.Duration // a seat is held this long after its connection dropped; default 30 s; 0: not at all
	Rewind     time.Duration // how far back Rewind and Tick.Saw go, 0 to 500 ms, in whole ticks, rounded up; default 0: not at all

	adapter adapter
}

// Define registers a game. State and Input are inferred from newGame. It panics if a type cannot be sent, with the path
// of the field and what to do, as regexp.MustCompile does: kinds are defined at start-up.
//
// State is a struct; State, the states of views, and Input are made of booleans, integers, floats, strings, structs,
// pointers, slices, arrays and maps with string or integer keys. Only exported fields are sent; a field is named by its
// msgpack tag, else its json tag, else its Go name, and left out by the tag "-"; embedded structs are flattened. A field
// tagged sync:"-" is the server's own: it may have any type in a State, and is never sent nor taken from players.
//
// More sync tags say how a State's field is sent; without any it is exact, and sent whenever it changes:
//
//	X, Y  float64 `sync:"q=0.1"`          // to the nearest tenth, in one to three bytes instead of nine
//	X     float64 `sync:"q=0.1,rate=VX"`  // predicted from VX, in units per second: costs nothing while that is right
//	X     float64 `sync:"q=0.1,rate=VX,tol=1"` // and errors of up to one quantum are left alone
//	Shots []Shot  `sync:"key=ID"`         // an element is the same as long as its ID is; arrives in the order of the IDs
//	Seed  uint64  `sync:"str"`            // as decimal text: JavaScript's numbers end at 2^53
//	Extra any     `sync:"raw"`            // of any type, sent whole whenever it changes; slow
//
// A slice without key goes by index: removing its first element sends all others again. Use a map or a key for what
// comes and goes. A pointer may be nil in a field and in an array, not in a slice. Integers beyond 2^53 are clamped; so
// are infinities in fields with q, where NaN becomes 0. An Input float is never NaN or infinite.
func Define[G Game[State, Input], State, Input any](name string, newGame func() G) *Kind {
	fail := func(err error) { panic(fmt.Sprintf("game: Define(%q): %v", name, err)) }
	if err := checkName(name); err != nil {
		fail(err)
	}
	if newGame == nil {
		fail(fmt.Errorf("newGame is nil; pass the function that makes a new match's game"))
	}
	state := reflect.TypeFor[State]()
	if state.Kind() != reflect.Struct {
		fail(fmt.Errorf("State is %v; make it a struct, so that its parts have names", state))
	}
	k := &kindOf[G, State, Input]{newGame: newGame}
	if _, err := k.plans(time.Second / defaultTickRate); err != nil {
		fail(err)
	}
	inputs, err := compile(reflect.TypeFor[Input](), "Input")
	if err != nil {
		fail(err)
	}
	k.inputs = inputs
	return &Kind{
		Name: name, Title: name, TickRate: defaultTickRate, MinPlayers: 1, MaxPlayers: defaultMaxPlayers, Grace: defaultGrace,
		adapter: k,
	}
}

// Check tells what is wrong with the fields of k, nil if nothing. NewMatch panics with the same error; a server calls
// Check when it starts.
func (k *Kind) Check() error {
	if k.adapter == nil {
		return fmt.Errorf("game: this Kind was not made by Define; use game.Define(name, newGame)")
	}
	if err := checkName(k.Name); err != nil {
		return fmt.Errorf("game: kind: %w", err)
	}
	bad := func(field string, value any, want string) error {
		return fmt.Errorf("game: kind %q: %s is %v; set it to %s", k.Name, field, value, want)
	}
	switch {
	case k.TickRate < 1 || k.TickRate > maxTickRate:
		return bad("TickRate", k.TickRate, "1 to 128 steps per second")
	case k.MaxPlayers < 1 || k.MaxPlayers > maxSeats:
		return bad("MaxPlayers", k.MaxPlayers, "1 to 64 seats")
	case k.MinPlayers < 0 || k.MinPlayers > k.MaxPlayers:
		return bad("MinPlayers", k.MinPlayers, fmt.Sprintf("0 to MaxPlayers, which is %d", k.MaxPlayers))
	case k.Bots < 0 || k.Bots > k.MaxPlayers:
		return bad("Bots", k.Bots, fmt.Sprintf("0 to MaxPlayers, which is %d", k.MaxPlayers))
	case k.Grace < 0:
		return bad("Grace", k.Grace, "0 or more")
	case k.Rewind < 0 || k.Rewind > maxRewind:
		return bad("Rewind", k.Rewind, fmt.Sprintf("0 to %v: who is shot later than that has long been out of sight", maxRewind))
	case k.Rewind > 0 && k.OnInput:
		return bad("Rewind", k.Rewind, "0: a kind with OnInput has no clock to go back on")
	}
	if _, err := k.adapter.plans(k.step()); err != nil {
		return fmt.Errorf("game: kind %q with a TickRate of %d: %w", k.Name, k.TickRate, err)
	}
	if k.Bots > 0 {
		if err := k.adapter.botType(); err != nil {
			return fmt.Errorf("game: kind %q: Bots is %d, but %w", k.Name, k.Bots, err)
		}
	}
	return nil
}

// step is the time between two ticks, 0 for OnInput kinds.
func (k *Kind) step() time.Duration {
	if k.OnInput {
		return 0
	}
	return time.Second / time.Duration(k.TickRate)
}

// Types returns the State and the Input that the kind was defined with, for tools that describe them: see package
// typescript.
func (k *Kind) Types() (state, input reflect.Type) { return k.adapter.types() }

// checkName holds the rule for names that stand in links.
func checkName(name string) error {
	if name == "" || len(name) > maxNameLen || strings.ContainsFunc(name, notInName) {
		return fmt.Errorf("name %q cannot stand in a link; use 1 to 32 of a-z, 0-9 and -", name)
	}
	return nil
}

func notInName(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-'
}
