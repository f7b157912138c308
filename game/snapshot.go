package game

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"ninepin/game/internal/statesync"
)

// View names one part or version of a match's state: what a team, a player or a spectator may see. "" is the state
// itself, which everybody sees in a game that is no Viewer.
type View string

// Viewer is an optional interface of a Game with hidden information or a world too large for one message. Each distinct
// view is encoded once per tick, however many see it; what View does not return for it never leaves the server.
type Viewer interface {
	// Views returns what a player sees, each view once; p is nil for spectators. It is asked before each frame. Players
	// whose lists are equal, order included, share their messages. The slice may be used again for the next answer.
	Views(p *Player) []View
	// View returns a view's state: a pointer to a struct, of the same type each time for the same view, by the rules of
	// State types at Define. Rebuilding a filtered copy each time is fine: rows are told apart by their keys, not by their
	// addresses. Anything else, nil included, ends the match.
	View(v View) any
}

// Frame is one tick's state, ready to be sent to any number of clients, each of which is somewhere on the chain of
// frames: Next gives what it needs. Pieces are encoded when they are asked for and shared by all who need the same.
//
// It is valid inside Output.State and Match.Show, and only there: outside, Next panics, and so does asking a piece for
// bytes that it has not made yet. The frame after the next is made in the memory of this one and its pieces. Bytes once
// made are immutable and may be kept.
type Frame struct {
	Tick uint64

	match  *Match
	before uint64   // the tick of the frame before, 0: none
	pieces []*Piece // the first n are of this frame, the others' memory is free
	n      int
}

// Cursor is how far one client has followed a match. Its zero value is a client that knows nothing of it. When a piece
// could not be sent, keep the old cursor: the chain is broken, and the next piece starts it anew.
type Cursor struct {
	tick  uint64
	views *audience
}

// Tick returns the tick that the client has, 0 if none.
func (c Cursor) Tick() uint64 { return c.tick }

// audience is a distinct list of views. All in a match who see the same share one.
type audience struct {
	views []*statesync.View
	tick  uint64 // of the last frame that somebody saw so
}

func (a *audience) sees(names []View) bool {
	return slices.EqualFunc(a.views, names, func(v *statesync.View, name View) bool { return v.Name() == string(name) })
}

// Piece is what brings the clients that are at the same place of the chain to the frame's tick.
type Piece struct {
	frame    *Frame
	from, to *audience // from: what the client knows, nil for nothing
	chained  bool      // the client has the frame before
	wire     []byte
	full     []byte
	patch    []byte
}

// Next returns the piece that brings a client from c to this tick, and the cursor for when it has been sent. player is ""
// for a spectator. Equal needs get the same *Piece. A client that is there already gets nil.
func (f *Frame) Next(c Cursor, player PlayerID) (*Piece, Cursor) {
	m := f.live()
	if c.tick >= f.Tick {
		return nil, c
	}
	to := m.audienceOf(player)
	chained := c.views != nil && c.tick == f.before
	for _, p := range f.pieces[:f.n] {
		if p.from == c.views && p.to == to && p.chained == chained {
			return p, Cursor{f.Tick, to}
		}
	}
	if f.n == len(f.pieces) {
		f.pieces = append(f.pieces, new(Piece))
	}
	p := f.pieces[f.n]
	f.n++
	*p = Piece{frame: f, from: c.views, to: to, chained: chained}
	return p, Cursor{f.Tick, to}
}

// Whole tells whether the piece is all of the state, for a client that has lost the chain or has just come, and not what
// has changed.
func (p *Piece) Whole() bool { return !p.chained }

// Wire returns the piece for clients of our SDK, in the format of package statesync: what has changed since the frame
// before, or the whole for those who lost the chain, behind schemas and names for those who have just come.
func (p *Piece) Wire() []byte {
	if p.wire == nil {
		p.wire = p.AppendWire(nil)
	}
	return p.wire
}

// AppendWire appends what Wire returns.
func (p *Piece) AppendWire(b []byte) []byte {
	if p.wire != nil {
		return append(b, p.wire...)
	}
	return p.appendWire(b, p.frame.live().stream)
}

func (p *Piece) appendWire(b []byte, s *statesync.Stream) []byte {
	switch {
	case p.from == nil:
		return s.Keyframe(s.Prelude(b, p.to.views, nil), p.to.views...)
	case !p.chained && p.from == p.to:
		return s.Keyframe(b, p.to.views...)
	case !p.chained:
		return s.Keyframe(s.Prelude(b, p.to.views, p.from.views), p.to.views...)
	case p.from == p.to:
		return s.Delta(b, p.to.views...)
	}
	return s.Switch(b, p.from.views, p.to.views)
}

// Full returns the arguments of the ordinary "state" event for clients without the SDK, as one msgpack array
// [state, {tick, full: true, acks}]; acks maps player ids to the last input sequences that this state has consumed. A
// match with views gives an object of the views by name as the state, unless there is one view and its name is "".
func (p *Piece) Full() []byte {
	if p.full == nil {
		m := p.frame.live()
		p.full = m.keep(p.appendFull(appendArrayLen(m.scratch[:0], 2)))
	}
	return p.full
}

// Patch is Full for clients that want what changed alone: the state is then a JSON merge patch (RFC 7396) to the one
// before, and full is false. Who has lost the chain, or is the first to ask, gets the whole, with full: true.
func (p *Piece) Patch() []byte {
	if p.patch == nil {
		m := p.frame.live()
		p.patch = m.keep(p.appendPatch(appendArrayLen(m.scratch[:0], 2)))
	}
	return p.patch
}

// AppendPlain appends what Full or Patch returns without the head of the array: the two arguments alone.
func (p *Piece) AppendPlain(b []byte, patch bool) []byte {
	if patch {
		return p.appendPatch(b)
	}
	return p.appendFull(b)
}

func (p *Piece) appendFull(b []byte) []byte {
	m := p.frame.live()
	return m.appendMeta(m.stream.Full(b, p.to.views...), p.frame.Tick, true)
}

func (p *Piece) appendPatch(b []byte) []byte {
	m := p.frame.live()
	m.wantPatch = true
	if !m.patching || !p.chained || p.from != p.to {
		return p.appendFull(b)
	}
	return m.appendMeta(m.stream.Patch(b, p.to.views...), p.frame.Tick, false)
}

// live returns the match while it shows the frame.
func (f *Frame) live() *Match {
	if m := f.match; m.showing && m.frame == f {
		return m
	}
	panic("game: a Frame or a Piece of it is used outside Output.State and Match.Show; ask for its bytes there, and keep those")
}

// keep returns a copy of b, which was appended to the scratch buffer.
func (m *Match) keep(b []byte) []byte {
	m.scratch = b
	return bytes.Clone(b)
}

// appendMeta appends what goes with a plain state.
func (m *Match) appendMeta(b []byte, tick uint64, full bool) []byte {
	seats := 0
	for _, s := range m.seats {
		if s != nil && s.acked > 0 {
			seats++
		}
	}
	b = appendMapLen(b, 3)
	b = appendUint(appendString(b, "tick"), tick)
	b = appendBool(appendString(b, "full"), full)
	b = appendMapLen(appendString(b, "acks"), seats)
	for _, s := range m.seats {
		if s != nil && s.acked > 0 {
			b = appendUint(appendString(b, string(s.player.ID)), uint64(s.acked))
		}
	}
	return b
}

// snapshots is the part of a Match that makes frames. Guarded by the match's mutex.
type snapshots struct {
	stream    *statesync.Stream
	frame     *Frame      // the last one, nil before the first
	frames    [2]Frame    // the memory of it and of the one before
	showing   bool        // the frame to somebody
	audiences []*audience // all who see something in the last frame
	watchers  *audience   // the one of spectators
	wantPatch bool        // somebody asked for a patch since the last frame was made
	patching  bool        // the last frame was made for patches too
	scratch   []byte      // for a message in the making
}

// publish takes in the state after a step and makes the frame of its tick. There is none if the game panics or returns
// what cannot be sent.
func (m *Match) publish() error {
	m.patching, m.wantPatch = m.wantPatch, false
	m.stream.Plain(m.patching)
	m.stream.Advance(m.tick)
	for i, s := range m.seats {
		seq := uint32(0)
		if s != nil {
			seq = s.acked
		}
		m.stream.Ack(i, seq)
	}
	if err := m.guard(m.look); err != nil {
		return err
	}
	f, before := &m.frames[0], uint64(0)
	if m.frame != nil {
		before = m.frame.Tick
	}
	if m.frame == f {
		f = &m.frames[1]
	}
	*f = Frame{Tick: m.tick, match: m, before: before, pieces: trimmed(f.pieces)}
	m.frame = f
	return nil
}

// keepPieces is how many pieces' memory a match keeps from frame to frame: nearly everybody is at the same place of the
// chain, and sees the same.
const keepPieces = 8

func trimmed(pieces []*Piece) []*Piece {
	if len(pieces) > keepPieces {
		clear(pieces[keepPieces:])
		return pieces[:keepPieces]
	}
	return pieces
}

// look asks who sees what, and updates each view that somebody sees.
func (m *Match) look() error {
	viewer := m.game.viewer()
	err := m.gather(viewer)
	for _, a := range m.audiences {
		for _, v := range a.views {
			if err == nil && v.Tick() != m.tick {
				err = v.Update(m.shown(viewer, v))
			}
		}
	}
	if err != nil {
		return fmt.Errorf("game: match %s at tick %d: %w", m.id, m.tick, err)
	}
	m.stream.Drop()
	return nil
}

// gather finds the audiences of this tick.
func (m *Match) gather(viewer Viewer) (err error) {
	if m.watchers, err = m.audience(viewer, nil, m.watchers); err != nil {
		return err
	}
	for _, s := range m.seats {
		if s == nil || s.player.Bot {
			continue
		}
		if s.views, err = m.audience(viewer, &s.player, s.views); err != nil {
			return err
		}
	}
	m.audiences = slices.DeleteFunc(m.audiences, func(a *audience) bool { return a.tick != m.tick })
	return nil
}

// audience returns the one that p, nil for spectators, is of now; before is the one of the last frame.
func (m *Match) audience(viewer Viewer, p *Player, before *audience) (*audience, error) {
	names := []View{""}
	if viewer != nil {
		names = viewer.Views(p)
	}
	a := before
	if a == nil || !a.sees(names) {
		i := slices.IndexFunc(m.audiences, func(a *audience) bool { return a.sees(names) })
		if i < 0 {
			i = len(m.audiences)
			m.audiences = append(m.audiences, &audience{})
		}
		a = m.audiences[i]
	}
	a.tick = m.tick
	for i, name := range names[len(a.views):] { // of a new one
		if slices.Contains(names[:i], name) {
			return nil, fmt.Errorf("view %q was named twice by Views for one player; name each once", name)
		}
		a.views = append(a.views, m.stream.View(string(name)))
	}
	return a, nil
}

// shown returns the state of a view.
func (m *Match) shown(viewer Viewer, v *statesync.View) any {
	if viewer == nil {
		return m.game.state()
	}
	return viewer.View(View(v.Name()))
}

// audienceOf returns what a client sees in the last frame: as a spectator if it has no seat, or had none then.
func (m *Match) audienceOf(player PlayerID) *audience {
	if player != "" {
		if s := m.find(player); s != nil && s.views != nil {
			return s.views
		}
	}
	return m.watchers
}

// Fault returns what in the states so far could not be sent as it was, with the field where it came up first and how
// often: a NaN, a number beyond what JavaScript holds, a nil element, the same key= twice. nil if there was nothing. The
// match goes on; it is the game that has a bug.
func (m *Match) Fault() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, a := range m.audiences {
		for _, v := range a.views {
			if err := v.Fault(); err != nil {
				return fmt.Errorf("game: match %s: %w", m.id, err)
			}
		}
	}
	return nil
}

// Show calls f with the frame of the last step, for somebody who has just come, unless there was none yet or the match
// has failed. f is called like Output.State and must heed the same.
func (m *Match) Show(f func(*Frame)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	failed := m.ended != nil && !errors.Is(m.ended, ErrOver)
	if m.frame != nil && !failed {
		m.show(f)
	}
}

// show calls f with the last frame. Call with mu held.
func (m *Match) show(f func(*Frame)) {
	m.showing = true
	defer func() { m.showing = false }()
	f(m.frame)
}
