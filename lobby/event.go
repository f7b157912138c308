package lobby

import (
	"slices"
	"sync/atomic"
	"time"

	"ninepin/transport"
)

// Event is something a client has emitted. It may be kept and answered later, from any goroutine.
type Event struct {
	Name   string
	socket *Socket
	args   transport.Args
	id     int64
	acked  atomic.Bool
}

// Socket returns the sender.
func (e *Event) Socket() *Socket { return e.socket }

// Len returns the number of arguments.
func (e *Event) Len() int { return len(e.args) }

// Bind decodes the arguments into dst, each a pointer; missing ones leave dst as it is. The error says which argument is
// wrong and how.
func (e *Event) Bind(dst ...any) error { return e.args.Bind(0, dst...) }

// WantsAck tells whether the client waits for an answer.
func (e *Event) WantsAck() bool { return e.id != transport.NoID }

// Ack answers the event. Only the first answer goes out, and only if the client wants one. The error is that of
// arguments that cannot be encoded.
func (e *Event) Ack(args ...any) error {
	if !e.WantsAck() || e.acked.Swap(true) {
		return nil
	}
	m, err := e.ackMessage(args)
	if err != nil {
		e.acked.Store(false)
		return err
	}
	_ = e.socket.send(m, transport.Reliable) // whoever has gone needs no answer
	return nil
}

func (e *Event) ackMessage(args []any) (*transport.Message, error) {
	data, err := transport.EncodeArgs(args...)
	if err != nil {
		return nil, err
	}
	return transport.NewMessage(transport.Packet{
		Type: transport.Ack, Namespace: e.socket.n.name, ID: e.id, Data: data,
	}), nil
}

// Fail tells the sender, and nobody else, that the event could not be done: by the ack {ok: false, error} if it wants
// one, else by the event "error", at most once a second for the same code. err is best an *Error; another one's text is
// sent under the code "refused".
func (e *Event) Fail(err error) {
	refused := asError(err)
	if e.WantsAck() {
		_ = e.Ack(refusal{Error: refused})
		return
	}
	e.socket.sendError(refused, e.Name)
}

// sendError emits the "error" event, unless the client has just had one of the same code.
func (s *Socket) sendError(e *Error, event string) {
	now := time.Now()
	s.mu.Lock()
	if last, told := s.told[e.Code]; told && now.Sub(last) < time.Second {
		s.mu.Unlock()
		return
	}
	if s.told == nil || len(s.told) > 64 { // an author's codes may be many
		s.told = map[string]time.Time{}
	}
	s.told[e.Code] = now
	s.mu.Unlock()
	_ = s.Emit("error", errorEvent{Code: e.Code, Message: e.Message, Event: event, Retry: e.Retry})
}

// On adds a handler for an event. Handlers of the same event run in the order they were added. The events that the
// lobby answers itself (see the package comment) do not reach handlers once the server has games.
func (s *Socket) On(event string, f func(*Event)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.on == nil {
		s.on = map[string][]func(*Event){}
	}
	s.on[event] = append(slices.Clip(s.on[event]), f)
}

// Once adds a handler that runs for the next event of that name only.
func (s *Socket) Once(event string, f func(*Event)) {
	var ran atomic.Bool
	s.On(event, func(e *Event) {
		if !ran.Swap(true) {
			f(e)
		}
	})
}

// Off removes all the handlers of an event.
func (s *Socket) Off(event string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.on, event)
}

// OnAny adds a handler for every event, which runs before those of On.
func (s *Socket) OnAny(f func(*Event)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onAny = append(slices.Clip(s.onAny), f)
	s.watched.Store(true)
}

// OffAny removes the handlers of OnAny.
func (s *Socket) OffAny() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onAny = nil
	s.watched.Store(len(s.use) > 0)
}

// OnDisconnecting adds a handler for the end of the socket that runs while it is still in its rooms.
func (s *Socket) OnDisconnecting(f func(reason error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.disconnecting = append(slices.Clip(s.disconnecting), f)
}

// OnDisconnect adds a handler for the end of the socket, which has left all its rooms by then. The reason is one of the
// values of package transport, ErrClientDisconnect or ErrServerDisconnect; its text is the one that Node reports. The
// handler runs on the connection's reader, or within the call of Disconnect.
func (s *Socket) OnDisconnect(f func(reason error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.disconnect = append(slices.Clip(s.disconnect), f)
}

// Typed makes a handler of a function that takes the event's first argument as a T. An argument that is no T is
// answered with the error bad_arguments and does not reach f.
func Typed[T any](f func(*Socket, T)) func(*Event) {
	return func(e *Event) {
		var arg T
		if err := e.Bind(&arg); err != nil {
			e.Fail(badArguments(e.Name, err))
			return
		}
		f(e.socket, arg)
	}
}

// Answer makes a handler of a function that takes the event's first argument as a T and whose result is the ack: the
// value R, or {ok: false, error} for an error.
func Answer[T, R any](f func(*Socket, T) (R, error)) func(*Event) {
	return func(e *Event) {
		var arg T
		if err := e.Bind(&arg); err != nil {
			e.Fail(badArguments(e.Name, err))
			return
		}
		r, err := f(e.socket, arg)
		if err != nil {
			e.Fail(err)
			return
		}
		if err := e.Ack(r); err != nil {
			e.Fail(internalError())
		}
	}
}

func badArguments(event string, err error) *Error {
	return errorf(codeBadArguments, "%s: %v", quote(event), err)
}

// receive handles one event of the client's, on the reader.
func (s *Socket) receive(p *transport.Packet) error {
	var few [6][]byte // an input has five
	args, err := transport.CutArgs(few[:0], p.Data)
	if err != nil || len(args) == 0 {
		return transport.ErrForcedClose
	}
	name := rawName(args[0])
	games := s.n.games()
	if games != nil && string(name) == eventInput && !s.watched.Load() {
		games.input(s, args[1:], p.ID)
		return nil
	}
	s.mu.Lock()
	on, onAny, use := s.on[string(name)], s.onAny, s.use
	s.mu.Unlock()
	s.n.srv.admin.Load().received(s, name, p.Data)
	own := games != nil && builtin(string(name))
	if len(on)+len(onAny)+len(use) == 0 && games == nil {
		return nil // as Node does
	}
	e := newEvent(s, string(name), p)
	for _, f := range onAny {
		e.run(f)
	}
	switch {
	case !e.passes(use):
	case own:
		e.run(games.handle)
	case len(on)+len(onAny) == 0 && games != nil:
		e.Fail(errorf(codeUnknownEvent, "nobody listens to the event %s here", quote(e.Name)))
	default:
		for _, f := range on {
			e.run(f)
		}
	}
	return nil
}

// newEvent makes an event that outlives its packet.
func newEvent(s *Socket, name string, p *transport.Packet) *Event {
	args, _ := transport.CutArgs(nil, slices.Clone(p.Data)) // has just been cut
	return &Event{Name: name, socket: s, args: args[1:], id: p.ID}
}

// run calls a handler. A panic ends nothing but this event.
func (e *Event) run(f func(*Event)) {
	err := e.socket.n.guard(e.socket, e.Name, func() error { f(e); return nil })
	if err != nil && e.WantsAck() {
		e.Fail(err)
	}
}
