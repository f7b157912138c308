package lobby

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"

	"ninepin/transport"
)

// Namespace is one of the channels that share each connection: it has its own sockets, rooms, middlewares and connect
// handlers. The main one is "/"; Server has its methods. They are safe for concurrent use.
type Namespace struct {
	name     string
	srv      *Server
	adapter  *adapter
	acks     atomic.Int64
	observed atomic.Bool // some socket has handlers of OnAnyOutgoing
	hooks    hooks
	parent   *ParentNamespace // that has made it; nil: Of has

	// Guarded by the Server's mu.
	users  int  // sockets, and those that want to be
	pinned bool // stays without any
}

func newNamespace(srv *Server, name string, h *history) *Namespace {
	return &Namespace{name: name, srv: srv, adapter: newAdapter(name, h)}
}

// Name returns the namespace's name, with its leading slash.
func (n *Namespace) Name() string { return n.name }

// Use adds a middleware. Middlewares run in order for each socket that wants to connect, before it is connected; an
// error refuses the socket, which gets the text, or a *ConnectError with data.
func (n *Namespace) Use(f func(*Socket) error) {
	n.hooks.use(f)
}

// OnConnect adds a handler for each socket that has connected: the place to register the socket's own handlers. It runs
// on the connection's reader, before any of the socket's events. An error disconnects the socket and is logged.
func (n *Namespace) OnConnect(f func(*Socket) error) {
	n.hooks.onConnect(f)
}

// handlers returns the parent's hooks, then the namespace's own.
func (n *Namespace) handlers() (middleware, connect []func(*Socket) error) {
	middleware, connect = n.hooks.all()
	if n.parent == nil {
		return middleware, connect
	}
	m, c := n.parent.hooks.all()
	return slices.Concat(m, middleware), slices.Concat(c, connect)
}

func (n *Namespace) everyone() Target { return Target{n: n} }

// Emit sends an event to every socket of the namespace.
func (n *Namespace) Emit(event string, args ...any) error { return n.everyone().Emit(event, args...) }

// EmitAck asks every socket of the namespace, as Target.EmitAck.
func (n *Namespace) EmitAck(ctx context.Context, event string, args ...any) ([]*Reply, error) {
	return n.everyone().EmitAck(ctx, event, args...)
}

// To returns the audience of everyone in the rooms, a sender too. A socket's id is the room of that socket alone.
func (n *Namespace) To(rooms ...string) Target { return n.everyone().To(rooms...) }

// In is the same as To.
func (n *Namespace) In(rooms ...string) Target { return n.To(rooms...) }

// Except returns the audience of everyone who is in none of the rooms.
func (n *Namespace) Except(rooms ...string) Target { return n.everyone().Except(rooms...) }

// Volatile returns the audience of everyone, for messages that may be dropped.
func (n *Namespace) Volatile() Target { return n.everyone().Volatile() }

// Local returns the audience of everyone who is connected to this node.
func (n *Namespace) Local() Target { return n.everyone().Local() }

// Sockets returns the namespace's sockets.
func (n *Namespace) Sockets() []*Socket { return n.everyone().Sockets() }

// JoinAll makes every socket of the namespace join rooms.
func (n *Namespace) JoinAll(rooms ...string) { n.everyone().Join(rooms...) }

// LeaveAll makes every socket of the namespace leave rooms.
func (n *Namespace) LeaveAll(rooms ...string) { n.everyone().Leave(rooms...) }

// DisconnectAll disconnects every socket of the namespace, as Socket.Disconnect.
func (n *Namespace) DisconnectAll(closeConn bool) { n.everyone().Disconnect(closeConn) }

// nextAck returns a fresh ack id. Ids are per namespace, so that one encoded message can ask many sockets.
func (n *Namespace) nextAck() int64 { return n.acks.Add(1) - 1 }

// encode makes the data of an event.
func (n *Namespace) encode(event string, args []any) ([]byte, error) {
	if slices.Contains(reservedEvents, event) {
		return nil, fmt.Errorf("lobby: event %q: clients take this name for an event of their own; use another one", event)
	}
	all := append(make([]any, 0, 8), event)
	data, err := transport.EncodeArgs(append(all, args...)...)
	if err != nil {
		return nil, fmt.Errorf("lobby: event %q: %w", event, err)
	}
	return data, nil
}

// message makes the outgoing message of an event.
func (n *Namespace) message(id int64, event string, args []any) (*transport.Message, error) {
	data, err := n.encode(event, args)
	if err != nil {
		return nil, err
	}
	return transport.NewMessage(transport.Packet{
		Type: transport.Event, Namespace: n.name, ID: id, Data: data,
	}), nil
}

// packet makes the outgoing message of a packet whose data is a map.
func (n *Namespace) packet(typ transport.PacketType, data any) *transport.Message {
	p := transport.Packet{Type: typ, Namespace: n.name, ID: transport.NoID}
	if data != nil {
		b, err := transport.EncodeArgs(data)
		if err != nil { // only a ConnectError's Data can be wrong
			n.srv.log.Error("a connect error's data cannot be encoded", "namespace", n.name, "err", err)
			b, _ = transport.EncodeArgs(map[string]string{"message": "refused"})
		}
		p.Data = b[1:] // the one item of the array
	}
	return transport.NewMessage(p)
}

// admit runs the middlewares. The answer is what the client gets if it is refused.
func (n *Namespace) admit(s *Socket, middleware []func(*Socket) error) (refused map[string]any) {
	for _, f := range middleware {
		err := n.guard(s, "middleware", func() error { return f(s) })
		if err == nil {
			continue
		}
		refused = map[string]any{"message": err.Error()}
		if c, ok := err.(*ConnectError); ok && c.Data != nil {
			refused["data"] = c.Data
		}
		return refused
	}
	return nil
}

// guard runs an author's function. A panic is logged, and becomes an internal error.
func (n *Namespace) guard(s *Socket, what string, f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			n.srv.log.LogAttrs(context.Background(), slog.LevelError, "a handler panicked",
				slog.String("handler", what), slog.String("namespace", n.name), slog.String("socket", s.id),
				slog.Any("panic", v), slog.String("stack", string(debug.Stack())))
			err = internalError()
		}
	}()
	return f()
}

// rawName returns the name of an event, which is a string, or a number that is used like one. The bytes alias the
// packet's.
func rawName(b []byte) []byte {
	switch {
	case len(b) == 0:
	case b[0] >= 0xa0 && b[0] <= 0xbf:
		return b[1:]
	case b[0] == 0xd9:
		return b[2:]
	case b[0] == 0xda:
		return b[3:]
	case b[0] == 0xdb:
		return b[5:]
	}
	var v any
	if err := (transport.Args{b}).Bind(0, &v); err != nil {
		return nil
	}
	return fmt.Append(nil, v)
}

// cleanName makes the name that Of and CONNECT agree on: with a leading slash.
func cleanName(name string) string {
	if !strings.HasPrefix(name, "/") {
		return "/" + name
	}
	return name
}

// games returns the game rooms that the namespace's sockets may use, nil for a plain Socket.IO server.
func (n *Namespace) games() *rooms {
	if n == n.srv.Namespace && n.srv.rooms.open.Load() {
		return n.srv.rooms
	}
	return nil
}
