package lobby

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"ninepin/transport"
)

// The states of a Socket. They change under the adapter's mutex.
const (
	stateNew uint32 = iota // before CONNECT is answered
	stateConnected
	stateClosed
)

// Socket is one client in one namespace. Its methods are safe for concurrent use. Its event handlers run on the
// connection's reader, in the order the events came, one at a time over all the namespaces of the connection: a handler
// that blocks holds up only its own client. Handlers are best registered in OnConnect, before any event can come.
type Socket struct {
	id     string
	n      *Namespace
	client *client
	auth   []byte // canonical map, or nil

	state    atomic.Uint32
	closing  atomic.Bool // someone runs close
	released atomic.Bool // its namespace counts it no more
	early    []string    // rooms joined before it was connected; guarded by the adapter's mutex
	rooms    []string    // that it is in; guarded by the adapter's mutex

	// Of a client that may come back, or has; back, seen and reseated are the reader's until add, the rest is guarded by
	// the adapter's mutex.
	recovered atomic.Bool
	pid       string        // its secret; "": there is no Recovery
	back      *session      // what it left and will take up again
	seen      uint64        // number of the last event that it has got, if back is not nil
	reseated  bool          // its place in a game room is its own again
	heard     uint64        // number of the last event that was sent to it
	behind    *session      // what it was when it went
	ended     chan struct{} // closed when it has gone

	place   atomic.Pointer[place] // in a game room; nil: in none
	follow  follow                // which state frames it gets
	watched atomic.Bool           // there are handlers in onAny or use, which see inputs too; set under mu

	// Guarded by mu.
	mu            sync.Mutex
	on            map[string][]func(*Event)
	onAny         []func(*Event)
	use           []func(*Event) error
	onAnyOutgoing []func(string, []any)
	disconnecting []func(error)
	disconnect    []func(error)
	waiting       map[int64]func(*Reply, error) // for acks
	told          map[string]time.Time          // when the client last got an error event, by code
	data          any
}

func newSocket(n *Namespace, c *client, auth []byte) *Socket {
	return &Socket{id: newSocketID(), n: n, client: c, auth: slices.Clone(auth), follow: follow{mu: &n.adapter.mu, conn: c.conn}}
}

// newSocketID makes an unguessable id of 20 characters. It is public, and has nothing to do with the session's secret.
func newSocketID() string {
	var b [15]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// ID returns the socket's public id, new with each connection. It is also the name of a room with only this socket.
func (s *Socket) ID() string { return s.id }

// Namespace returns the namespace that the socket belongs to.
func (s *Socket) Namespace() *Namespace { return s.n }

// Connected tells whether the socket is connected.
func (s *Socket) Connected() bool { return s.state.Load() == stateConnected }

// Handshake is what a client said when it connected.
type Handshake struct {
	*transport.Handshake
	auth []byte
}

// Auth decodes the client's auth payload into dst, a pointer to a struct or map. Without a payload dst stays as it is.
func (h Handshake) Auth(dst any) error {
	if len(h.auth) == 0 {
		return nil
	}
	return transport.Args{h.auth}.Bind(0, dst)
}

// Handshake returns what is known from when the client connected: the request's header, query and address, and the auth
// payload for this namespace.
func (s *Socket) Handshake() Handshake { return Handshake{s.client.conn.Handshake(), s.auth} }

// Data returns what SetData has stored.
func (s *Socket) Data() any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.data
}

// SetData keeps a value of the application's with the socket.
func (s *Socket) SetData(v any) {
	s.mu.Lock()
	s.data = v
	s.mu.Unlock()
	s.n.srv.admin.Load().updated(s, v)
}

// Join adds the socket to rooms.
func (s *Socket) Join(rooms ...string) { s.n.adapter.join(s, rooms...) }

// Leave takes the socket out of rooms. It does not give up a place in a game room.
func (s *Socket) Leave(rooms ...string) { s.n.adapter.leave(s, rooms...) }

// Rooms returns the rooms that the socket is in, its own among them, sorted.
func (s *Socket) Rooms() []string { return s.n.adapter.roomsOf(s) }

// Emit sends an event to this client. It never blocks.
func (s *Socket) Emit(event string, args ...any) error {
	return s.emit(transport.Reliable, event, args)
}

// EmitVolatile sends an event to this client unless its connection is behind; the error is then transport.ErrDropped.
func (s *Socket) EmitVolatile(event string, args ...any) error {
	return s.emit(transport.Volatile, event, args)
}

func (s *Socket) emit(class transport.Class, event string, args []any) error {
	if s.n.adapter.history != nil && class == transport.Reliable {
		return s.n.publish(audience{rooms: []string{s.id}}, s, event, args)
	}
	m, err := s.n.message(transport.NoID, event, args)
	if err != nil {
		return err
	}
	s.announce(event, args)
	return s.send(m, class)
}

func (s *Socket) send(m *transport.Message, class transport.Class) error {
	if !s.Connected() {
		return ErrNotConnected
	}
	return s.client.conn.Send(m, class)
}

// To returns the audience of everyone in the rooms but this socket.
func (s *Socket) To(rooms ...string) Target { return s.Broadcast().To(rooms...) }

// In is the same as To.
func (s *Socket) In(rooms ...string) Target { return s.To(rooms...) }

// Except returns the audience of everyone who is in none of the rooms, but this socket.
func (s *Socket) Except(rooms ...string) Target { return s.Broadcast().Except(rooms...) }

// Broadcast returns the audience of everyone in the namespace but this socket.
func (s *Socket) Broadcast() Target { return s.n.Except(s.id) }

// Reply is a client's answer to EmitAck.
type Reply struct{ args transport.Args }

// Len returns the number of arguments.
func (r *Reply) Len() int { return len(r.args) }

// Bind decodes the arguments into dst, each a pointer; missing ones leave dst as it is.
func (r *Reply) Bind(dst ...any) error { return r.args.Bind(0, dst...) }

// EmitAck sends an event and waits for the client's answer, until ctx ends: give it a timeout. The error is ctx's, or
// ErrNotConnected if the socket goes first. It must not be called from a handler of the same connection: the answer
// waits for the handler. Use EmitThen there, or a goroutine.
func (s *Socket) EmitAck(ctx context.Context, event string, args ...any) (*Reply, error) {
	type answer struct {
		reply *Reply
		err   error
	}
	answered := make(chan answer, 1)
	id, err := s.ask(func(r *Reply, err error) { answered <- answer{r, err} }, event, args)
	if err != nil {
		return nil, err
	}
	select {
	case a := <-answered:
		return a.reply, a.err
	case <-ctx.Done():
		s.take(id)
		return nil, context.Cause(ctx)
	}
}

// EmitThen sends an event and has f called once: with the client's answer on the connection's reader, or with an error
// when ctx ends or the socket goes.
func (s *Socket) EmitThen(ctx context.Context, f func(*Reply, error), event string, args ...any) error {
	ended := make(chan struct{})
	stop := func() bool { return true }
	id, err := s.ask(func(r *Reply, err error) {
		<-ended // stop is set
		stop()
		_ = s.n.guard(s, event+" ack", func() error { f(r, err); return nil })
	}, event, args)
	if err == nil {
		stop = context.AfterFunc(ctx, func() { s.answer(id, nil, context.Cause(ctx)) })
	}
	close(ended)
	return err
}

// ask sends an event that wants an ack.
func (s *Socket) ask(f func(*Reply, error), event string, args []any) (id int64, err error) {
	id = s.n.nextAck()
	m, err := s.n.message(id, event, args)
	if err != nil {
		return 0, err
	}
	s.expect(id, f)
	s.announce(event, args)
	if err := s.send(m, transport.Reliable); err != nil && s.take(id) != nil {
		return 0, err // otherwise f has had it
	}
	return id, nil
}

// expect registers f for the ack with that id.
func (s *Socket) expect(id int64, f func(*Reply, error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiting == nil {
		s.waiting = map[int64]func(*Reply, error){}
	}
	s.waiting[id] = f
}

// take removes and returns who waits for an ack, nil if nobody does, or not any more.
func (s *Socket) take(id int64) func(*Reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.waiting[id]
	delete(s.waiting, id)
	return f
}

// answer tells whoever waits for an ack, once. Late and unknown ones are ignored.
func (s *Socket) answer(id int64, r *Reply, err error) (known bool) {
	f := s.take(id)
	if f != nil {
		f(r, err)
	}
	return f != nil
}

// Disconnect takes the socket out of its namespace: the client hears "io server disconnect" and does not come back by
// itself. With closeConn the other namespaces of the connection go too, and the connection is closed. The disconnect
// handlers have run when it returns.
func (s *Socket) Disconnect(closeConn bool) {
	if !closeConn {
		s.close(ErrServerDisconnect)
		return
	}
	for _, other := range s.client.all() {
		other.close(ErrServerDisconnect)
	}
	s.client.conn.Close(transport.ErrForcedClose)
}

// close ends the socket, once. Handlers run on the caller's goroutine.
func (s *Socket) close(reason error) {
	if s.closing.Swap(true) {
		return
	}
	s.mu.Lock()
	disconnecting := s.disconnecting
	s.mu.Unlock()
	s.tell("disconnecting", disconnecting, reason)
	if s.n.adapter.remove(s) {
		s.n.srv.admin.Load().disconnected(s, reason)
		if reason == ErrServerDisconnect {
			_ = s.client.conn.Send(s.n.packet(transport.Disconnect, nil), transport.Reliable)
		}
	}
	s.client.forget(s)
	place := s.gone(reason)
	s.mu.Lock()
	waiting, disconnect := s.waiting, s.disconnect
	s.waiting = nil
	s.mu.Unlock()
	for _, f := range waiting {
		f(nil, ErrNotConnected)
	}
	s.tell("disconnect", disconnect, reason)
	s.depart(reason, place)
	s.release()
}

// greeting is the answer to CONNECT.
func (s *Socket) greeting() *transport.Message {
	data := map[string]any{"sid": s.id}
	if s.pid != "" {
		data["pid"] = s.pid
	}
	return s.n.packet(transport.Connect, data)
}

func (s *Socket) tell(what string, handlers []func(error), reason error) {
	for _, f := range handlers {
		_ = s.n.guard(s, what, func() error { f(reason); return nil })
	}
}
