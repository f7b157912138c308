package lobby

import (
	"errors"
	"slices"
)

// ErrNoCluster is the error of calls that speak to the other nodes of a cluster, on a server that is the only one.
var ErrNoCluster = errors.New("lobby: this server is no part of a cluster: there is nobody to send this to")

// ServerSideEmit is reserved for sending an event to the other nodes of a cluster. There are none yet: the error is
// ErrNoCluster, so that nobody waits for what cannot arrive.
func (n *Namespace) ServerSideEmit(_ string, _ ...any) error { return ErrNoCluster }

// Use adds a middleware for the events of this client. Middlewares run in order, after the handlers of OnAny and before
// those of On and what the lobby does with the events of games; an error ends the event there and is told to the client
// as by Event.Fail.
func (s *Socket) Use(f func(*Event) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.use = append(slices.Clip(s.use), f)
	s.watched.Store(true)
}

// passes runs the middlewares.
func (e *Event) passes(use []func(*Event) error) bool {
	for _, f := range use {
		if err := e.socket.n.guard(e.socket, e.Name+" middleware", func() error { return f(e) }); err != nil {
			e.Fail(err)
			return false
		}
	}
	return true
}

// OnAnyOutgoing adds a handler for every event that this client is sent, those of broadcasts too; not for acks and for
// the state of games, room:left and rooms. It runs before the event is sent, on the goroutine that sends, maybe on
// several at once, and must not change args. For an event of a game that is the match's step, so it must not call into
// game rooms or disconnect anybody there; start a goroutine for that.
func (s *Socket) OnAnyOutgoing(f func(event string, args []any)) {
	s.mu.Lock()
	s.onAnyOutgoing = append(slices.Clip(s.onAnyOutgoing), f)
	s.mu.Unlock()
	s.n.observed.Store(true)
}

// OffAnyOutgoing removes the handlers of OnAnyOutgoing.
func (s *Socket) OffAnyOutgoing() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onAnyOutgoing = nil
}

// announce tells those who observe it of an event that is about to be sent to one socket.
func (s *Socket) announce(event string, args []any) {
	s.n.srv.admin.Load().sent(s, event, args)
	if s.n.observed.Load() && s.Connected() {
		s.observe(event, args)
	}
}

// announce tells those who observe it of an event that is about to be sent to an audience.
func (t Target) announce(event string, args []any) {
	t.n.srv.admin.Load().sentAll(t, event, args)
	if t.n.observed.Load() {
		for _, s := range t.Sockets() {
			s.observe(event, args)
		}
	}
}

func (s *Socket) observe(event string, args []any) {
	s.mu.Lock()
	handlers := s.onAnyOutgoing
	s.mu.Unlock()
	for _, f := range handlers {
		_ = s.n.guard(s, event+" outgoing", func() error { f(event, args); return nil })
	}
}

// Transport returns how the client is connected at this moment: "polling" or "websocket".
func (s *Socket) Transport() string { return s.client.conn.Transport() }
