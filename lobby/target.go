package lobby

import (
	"context"
	"slices"
	"sync"

	"ninepin/transport"
)

// Target is an audience: some of the sockets of a namespace. It is an immutable value: its methods that narrow or widen
// it return a new one, so a Target can be kept, shared between goroutines, and used any number of times.
type Target struct {
	n     *Namespace
	to    audience
	class transport.Class
}

// To adds rooms to the audience, which is their union: nobody is in it twice. A Target that names no room at all is
// everyone in the namespace, as in Node.
func (t Target) To(rooms ...string) Target {
	t.to.rooms = slices.Concat(t.to.rooms, rooms)
	return t
}

// In is the same as To.
func (t Target) In(rooms ...string) Target { return t.To(rooms...) }

// Except leaves out those who are in any of the rooms.
func (t Target) Except(rooms ...string) Target {
	t.to.except = slices.Concat(t.to.except, rooms)
	return t
}

// Volatile makes the messages droppable: a recipient whose connection is behind does not get them.
func (t Target) Volatile() Target {
	t.class = transport.Volatile
	return t
}

// Local narrows the audience to the sockets that are connected to this node: all of them, as long as there is one node.
func (t Target) Local() Target { return t }

// Emit sends an event to everyone in the audience. It never blocks, and encodes at most once for each codec. The error
// is that of arguments that cannot be encoded.
func (t Target) Emit(event string, args ...any) error {
	if t.n.adapter.history != nil && t.class == transport.Reliable {
		return t.n.publish(t.to, nil, event, args)
	}
	m, err := t.n.message(transport.NoID, event, args)
	if err != nil {
		return err
	}
	t.announce(event, args)
	t.n.adapter.broadcast(t.to, m, t.class)
	return nil
}

// EmitAck sends an event and waits until everyone in the audience has answered or gone, or ctx ends: give it a timeout.
// It returns the answers that came, in the order they came, and an error if any is missing. It must not be called from
// a handler: its connection's other packets wait for the handler, and the answer may be one of them.
func (t Target) EmitAck(ctx context.Context, event string, args ...any) ([]*Reply, error) {
	id := t.n.nextAck()
	m, err := t.n.message(id, event, args)
	if err != nil {
		return nil, err
	}
	t.announce(event, args)
	g := &gathering{complete: make(chan struct{})}
	n, forget := t.n.adapter.ask(t.to, id, m, g.add)
	g.expect(n)
	select {
	case <-g.complete:
	case <-ctx.Done():
		forget()
	}
	return g.result(ctx)
}

// gathering collects the answers of many.
type gathering struct {
	complete chan struct{} // closed when everyone has answered

	// Guarded by mu.
	mu      sync.Mutex
	replies []*Reply
	missing error
	came    int
	wanted  int
	asked   bool // wanted is known
}

// add takes one answer, or the news that there will be none.
func (g *gathering) add(r *Reply, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.came++
	if err != nil {
		g.missing = err
	} else {
		g.replies = append(g.replies, r)
	}
	g.check()
}

// expect tells how many have been asked.
func (g *gathering) expect(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.wanted, g.asked = n, true
	g.check()
}

func (g *gathering) check() {
	if g.asked && g.came == g.wanted {
		close(g.complete)
	}
}

func (g *gathering) result(ctx context.Context) ([]*Reply, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.came < g.wanted {
		return slices.Clone(g.replies), context.Cause(ctx)
	}
	return g.replies, g.missing
}

// Sockets returns the sockets of the audience.
func (t Target) Sockets() []*Socket { return t.n.adapter.members(t.to) }

// Join makes everyone in the audience join rooms.
func (t Target) Join(rooms ...string) {
	for _, s := range t.Sockets() {
		s.Join(rooms...)
	}
}

// Leave makes everyone in the audience leave rooms.
func (t Target) Leave(rooms ...string) {
	for _, s := range t.Sockets() {
		s.Leave(rooms...)
	}
}

// Disconnect disconnects everyone in the audience, as Socket.Disconnect does.
func (t Target) Disconnect(closeConn bool) {
	for _, s := range t.Sockets() {
		s.Disconnect(closeConn)
	}
}
