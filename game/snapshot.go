package game

import "errors"

// Frame is one tick's state, ready to send. Its bytes are immutable. This file is the seam behind which deltas come.
//
// A frame is encoded when it is asked for, at most once for each form, from the game's live state: so inside
// Output.State, and only there, Wire and Plain may be called for the first time. What was encoded then stays valid and
// may be read from any goroutine; asking for a form afterwards that was not asked for then is a bug and panics. The
// Frame that Match.Frame returns has both forms already.
type Frame struct {
	Tick uint64

	match       *Match // while it may be encoded, else nil
	wire, plain []byte
}

// Wire returns the frame for clients of our SDK: one msgpack array [tick, acks, state], where acks is an array of
// [seat, seq] pairs: the last input of each seat that this state has consumed. Seats that have sent none are left out.
func (f *Frame) Wire() []byte {
	if f.wire == nil {
		f.wire = f.owner().encodeWire(f.Tick)
	}
	return f.wire
}

// Plain returns the arguments of the ordinary "state" event for clients without the SDK, as one msgpack array
// [state, {tick, full, acks}]: full is true when state is whole, acks maps player ids to input sequences.
func (f *Frame) Plain() []byte {
	if f.plain == nil {
		f.plain = f.owner().encodePlain(f.Tick)
	}
	return f.plain
}

func (f *Frame) owner() *Match {
	if f.match == nil {
		panic("game: this form of the Frame was not asked for inside Output.State, and the state has moved on")
	}
	return f.match
}

// snapshots encodes the frames of one match. Guarded by the match's mutex.
type snapshots struct {
	enc   encoder
	state []byte // the encoded state of the present frame; nil: not yet
	room  []byte // behind state, reused
}

// begin opens a new frame.
func (s *snapshots) begin() { s.state = nil }

// encodeWire builds Frame.Wire.
func (m *Match) encodeWire(tick uint64) []byte {
	state := m.encodeState()
	seats := 0
	for _, s := range m.seats {
		if s != nil && s.acked > 0 {
			seats++
		}
	}
	b := make([]byte, 0, len(state)+16+8*seats)
	b = appendArrayLen(b, 3)
	b = appendUint(b, tick)
	b = appendArrayLen(b, seats)
	for i, s := range m.seats {
		if s != nil && s.acked > 0 {
			b = appendArrayLen(b, 2)
			b = appendInt(b, int64(i))
			b = appendUint(b, uint64(s.acked))
		}
	}
	return append(b, state...)
}

// encodePlain builds Frame.Plain.
func (m *Match) encodePlain(tick uint64) []byte {
	state := m.encodeState()
	seats, size := 0, len(state)+32
	for _, s := range m.seats {
		if s != nil && s.acked > 0 {
			seats++
			size += len(s.player.ID) + 8
		}
	}
	b := make([]byte, 0, size)
	b = appendArrayLen(b, 2)
	b = append(b, state...)
	b = appendMapLen(b, 3)
	b = appendUint(appendString(b, "tick"), tick)
	b = appendBool(appendString(b, "full"), true)
	b = appendMapLen(appendString(b, "acks"), seats)
	for _, s := range m.seats {
		if s != nil && s.acked > 0 {
			b = appendUint(appendString(b, string(s.player.ID)), uint64(s.acked))
		}
	}
	return b
}

// encodeState encodes the state once per frame. If the game's State panics, the match ends; a game that has failed is
// not called again, its state is nil.
func (m *Match) encodeState() []byte {
	s := &m.snapshots
	if s.state != nil {
		return s.state
	}
	s.enc.buf = s.room[:0]
	if m.ended != nil && !errors.Is(m.ended, ErrOver) {
		s.state = appendNil(s.enc.buf)
		return s.state
	}
	if err := m.guard(func() error { m.game.encode(&s.enc); return nil }); err != nil {
		s.enc = encoder{buf: appendNil(s.room[:0])}
		m.end(err)
	}
	s.state, s.room = s.enc.buf, s.enc.buf
	return s.state
}
