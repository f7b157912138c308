package statesync

import (
	"fmt"
	"reflect"
	"slices"
)

// Stream makes the messages of one room. Each tick: Advance, Ack for each seat, Update of each view that somebody sees;
// then, for each distinct list of views, Delta once for all who follow, and Keyframe once for all who fell behind. It
// belongs to the goroutine of the match; what it appends may be shared and kept.
type Stream struct {
	plans *Plans
	tick  uint64
	adv   int64 // ticks since the message before; 0 before the first Advance
	acks  acks
	head  []byte // adv and acks of the present message; empty: not yet written
	plain bool
	views map[string]*View
}

// View is what some of a room's clients see: the public state, a team's, a player's hand, a cell of a map. Its encoder
// works once per tick, however many see it.
type View struct {
	name     string
	stream   *Stream
	enc      *Encoder // nil: before the first Update
	tick     uint64   // of the last Update
	delta    []byte   // of that tick
	keyframe []byte   // of that tick; empty: not yet written
}

// NewStream returns the stream of a room that has not ticked yet.
func NewStream(plans *Plans) *Stream {
	return &Stream{plans: plans, views: map[string]*View{}}
}

// Advance begins the message of a tick, which must be above the one before. Ticks may be left out; clients move
// predicted fields over them.
func (s *Stream) Advance(tick uint64) {
	if s.adv > 0 && tick <= s.tick {
		panic(fmt.Sprintf("statesync: tick %d after tick %d", tick, s.tick))
	}
	s.seal()
	s.adv = max(1, int64(tick-s.tick))
	s.tick = tick
	s.head = s.head[:0]
}

// Tick returns the tick of the present message.
func (s *Stream) Tick() uint64 { return s.tick }

// Ack says which input sequence of a seat the state of this tick has consumed last; 0: none yet, or nobody sits there.
func (s *Stream) Ack(seat int, seq uint32) { s.acks.set(seat, seq) }

// Plain says whether anybody needs Patch. It takes effect with the next Update of a view.
func (s *Stream) Plain(on bool) { s.plain = on }

// View returns the view of a name, new if there is none. The name is sent to those who see it.
func (s *Stream) View(name string) *View {
	v := s.views[name]
	if v == nil {
		v = &View{name: name, stream: s}
		s.views[name] = v
	}
	return v
}

// Drop forgets the views that were not updated in the present tick: nobody sees them.
func (s *Stream) Drop() {
	for name, v := range s.views {
		if !v.current() {
			delete(s.views, name)
		}
	}
}

// Name returns the name of the view.
func (v *View) Name() string { return v.name }

// Tick returns the tick of the last Update.
func (v *View) Tick() uint64 { return v.tick }

// Update takes in the state of this tick, a pointer to a struct, always of the same type; once per tick, before anything
// is appended for those who see the view. One that was not updated in the tick before has to reach everybody as a
// keyframe: see [Stream.Switch].
func (v *View) Update(state any) error {
	if v.current() {
		return fmt.Errorf("view %q: statesync: updated twice in tick %d", v.name, v.tick)
	}
	if v.enc == nil {
		p, err := v.stream.plan(state)
		if err != nil {
			return fmt.Errorf("view %q: %w", v.name, err)
		}
		v.enc = NewEncoder(p)
	}
	v.enc.Plain(v.stream.plain)
	if err := v.enc.Diff(state, int(min(v.stream.adv, maxAdvance))); err != nil {
		return fmt.Errorf("view %q: %w", v.name, err)
	}
	v.tick = v.stream.tick
	v.keyframe = v.keyframe[:0]
	v.delta = v.delta[:0]
	if v.enc.Changed() {
		v.delta = v.enc.AppendDelta(v.delta)
	}
	return nil
}

// current tells whether the view was updated in the present tick.
func (v *View) current() bool { return v.enc != nil && v.tick == v.stream.tick }

// require panics if a view would be sent as it was in an earlier tick: its clients would never be right again.
func (s *Stream) require(views []*View) {
	for _, v := range views {
		if !v.current() {
			panic(fmt.Sprintf("statesync: view %q was not updated in tick %d", v.name, s.tick))
		}
	}
}

func (s *Stream) plan(state any) (*Plan, error) {
	t := reflect.TypeOf(state)
	if t == nil || t.Kind() != reflect.Pointer {
		return nil, fmt.Errorf("statesync: a state is a pointer to a struct, not %T", state)
	}
	return s.plans.Of(t.Elem())
}

// Fault returns what could not be sent as it was; see [Encoder.Fault].
func (v *View) Fault() error {
	if v.enc == nil {
		return nil
	}
	return v.enc.Fault()
}

// seal writes the header of the present message, once.
func (s *Stream) seal() {
	if len(s.head) == 0 && s.adv > 0 {
		s.head = s.acks.appendDelta(appendInt(s.head, s.adv), s.adv)
	}
}

// Delta appends the message for all who see these views and have the message before.
func (s *Stream) Delta(b []byte, views ...*View) []byte {
	s.require(views)
	s.seal()
	b = append(b, s.head...)
	for i, v := range views {
		if len(v.delta) != 0 {
			b = append(appendInt(b, int64(i)), v.delta...)
		}
	}
	return b
}

// Keyframe appends the message for those who see these views but have lost the chain. For one who has just come, put
// Prelude before it.
func (s *Stream) Keyframe(b []byte, views ...*View) []byte {
	s.require(views)
	s.seal()
	b = appendUint(append(b, 0), s.tick)
	b = s.acks.appendAll(b)
	for i, v := range views {
		b = append(appendInt(b, int64(i)), v.key()...)
	}
	return b
}

// key returns the keyframe of the view's last update.
func (v *View) key() []byte {
	if len(v.keyframe) == 0 {
		v.keyframe = v.enc.AppendKeyframe(v.keyframe)
	}
	return v.keyframe
}

// Prelude appends the schemas and names of these views, which a client has to know before a message with them. Schemas
// of the views in known are left out: the client has them.
func (s *Stream) Prelude(b []byte, views, known []*View) []byte {
	for i, v := range views {
		same := func(w *View) bool { return w.enc.plan.hash == v.enc.plan.hash }
		if !slices.ContainsFunc(known, same) && !slices.ContainsFunc(views[:i], same) {
			b = append(appendUint(append(b, 0xfe), uint64(v.enc.plan.hash)), v.enc.plan.schema...)
		}
	}
	b = appendInt(append(b, 0xff), int64(len(views)))
	for _, v := range views {
		b = appendUint(appendString(b, v.name), uint64(v.enc.plan.hash))
	}
	return b
}

// Switch appends the message for those who have the message before it, with the views in from, and see other ones from
// now on: deltas of those that stay, keyframes of the new ones.
func (s *Stream) Switch(b []byte, from, to []*View) []byte {
	s.require(to)
	s.seal()
	b = append(s.Prelude(b, to, from), s.head...)
	for i, v := range to {
		switch {
		case !slices.Contains(from, v):
			b = append(appendInt(b, int64(-1-i)), v.key()...)
		case len(v.delta) != 0:
			b = append(appendInt(b, int64(i)), v.delta...)
		}
	}
	return b
}

// Full appends the whole views for plain clients: the view itself if it is the only one and has no name, else an object
// of the views by name.
func (s *Stream) Full(b []byte, views ...*View) []byte {
	s.require(views)
	if bare(views) {
		return views[0].enc.AppendFull(b)
	}
	b = appendMapLen(b, len(views))
	for _, v := range views {
		b = v.enc.AppendFull(appendString(b, v.name))
	}
	return b
}

// Patch appends the merge patch (RFC 7396) from the Full of the tick before to that of this one, for plain clients with
// the same list of views then and now. Plain(true) must have been called before the views were updated.
func (s *Stream) Patch(b []byte, views ...*View) []byte {
	s.require(views)
	if bare(views) {
		return views[0].enc.AppendPatch(b)
	}
	n := 0
	for _, v := range views {
		if v.enc.changedPlain() {
			n++
		}
	}
	b = appendMapLen(b, n)
	for _, v := range views {
		if v.enc.changedPlain() {
			b = v.enc.AppendPatch(appendString(b, v.name))
		}
	}
	return b
}

func bare(views []*View) bool { return len(views) == 1 && views[0].name == "" }

func (e *Encoder) changedPlain() bool { return e.root.changed || e.root.moved }
