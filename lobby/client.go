package lobby

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"ninepin/transport"
)

// answerAlone is how long the answer to CONNECT is on its way alone, before a connect handler can emit. The official
// server takes a turn of its event loop there, and clients exist, the official protocol's own tests among them, that
// wait for one message at a time and miss the second of two that come in one read.
const answerAlone = 2 * time.Millisecond

// client is one connection and its sockets, one for each namespace that it has joined. It is the transport.Receiver:
// Packet, Prompt and Closed run on the connection's reader, one at a time.
type client struct {
	srv  *Server
	conn *transport.Conn

	// Owned by the reader.
	limit limiter
	left  []string // namespaces that it is or was in: their late packets are dropped
	timer *timer   // closes a connection that joins nothing

	// Guarded by mu.
	mu      sync.Mutex
	sockets []*Socket // one for each namespace, few

	latest atomic.Pointer[Socket] // of sockets, the one that a packet was for last; nil: not known. Set under mu
}

// accept makes the receiver of a new connection.
func (srv *Server) accept(conn *transport.Conn) transport.Receiver {
	srv.admin.Load().accepted()
	c := &client{srv: srv, conn: conn, limit: newLimiter(srv.rate.Load())}
	c.timer = srv.tasks.after(srv.o.ConnectTimeout, func() {
		if len(c.all()) == 0 {
			conn.Close(transport.ErrForcedClose)
		}
	})
	return c
}

// all returns the connection's sockets.
func (c *client) all() []*Socket {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.sockets)
}

// socket returns the socket of a namespace, nil if there is none.
func (c *client) socket(namespace string) *Socket {
	if s := c.latest.Load(); s != nil && s.n.name == namespace {
		return s
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.sockets {
		if s.n.name == namespace {
			c.latest.Store(s)
			return s
		}
	}
	return nil
}

func (c *client) forget(s *Socket) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := slices.Index(c.sockets, s); i >= 0 {
		c.sockets = slices.Delete(c.sockets, i, i+1)
		c.latest.Store(nil)
	}
}

// Packet handles one packet of the client's.
func (c *client) Packet(p *transport.Packet) error {
	s := c.socket(p.Namespace)
	if p.Type == transport.Ack && s != nil {
		if s.acknowledge(p) {
			return nil // asked for, so it does not count
		}
	}
	if !c.limit.allow(time.Since(c.srv.began)) {
		if s != nil {
			s.sendError(errorf(codeTooMany, "more than %d events a second: the connection is closed", c.limit.rate), "")
		}
		return transport.ErrTooMany
	}
	switch {
	case s == nil && p.Type == transport.Connect:
		c.connect(p)
		return nil
	case s != nil && p.Type == transport.Event:
		return s.receive(p)
	case s != nil && p.Type == transport.Ack:
		return nil // late or unknown
	case s != nil && p.Type == transport.Disconnect:
		c.remember(p.Namespace)
		s.close(ErrClientDisconnect)
		return nil
	case s == nil && slices.Contains(c.left, p.Namespace):
		return nil // on its way when the socket was disconnected
	}
	return transport.ErrForcedClose
}

// Prompt handles an input, the one packet that comes with every tick, where no handler of the application's sees it or
// what it is answered with. That never waits.
func (c *client) Prompt(p *transport.Packet) (handled bool, err error) {
	if p.Type != transport.Event || !isInput(p.Data) {
		return false, nil
	}
	s := c.socket(p.Namespace)
	if s == nil || s.watched.Load() || s.n.observed.Load() {
		return false, nil
	}
	games := s.n.games()
	var few [6][]byte // an input has five
	args, err := transport.CutArgs(few[:0], p.Data)
	if games == nil || err != nil || !c.limit.allow(time.Since(c.srv.began)) {
		return false, nil // a limit that is reached is so at the second look too
	}
	games.input(s, args[1:], p.ID)
	return true, nil
}

// isInput tells whether data is the event "input".
func isInput(data []byte) bool {
	const name = "\xa5" + eventInput
	return len(data) > len(name) && data[0]&0xf0 == 0x90 && string(data[1:1+len(name)]) == name
}

// remember notes that the client is or was in a namespace. If that is more than a few, those it has left are forgotten.
func (c *client) remember(name string) {
	if slices.Contains(c.left, name) {
		return
	}
	if len(c.left) >= maxLeft {
		c.left = slices.DeleteFunc(c.left, func(name string) bool { return c.socket(name) == nil })
	}
	c.left = append(c.left, name)
}

// crowded tells whether the connection is in as many namespaces as it may.
func (c *client) crowded() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.sockets) >= maxJoined
}

// refuse answers CONNECT with an error.
func (c *client) refuse(namespace, message string) {
	n := Namespace{name: namespace, srv: c.srv}
	_ = c.conn.Send(n.packet(transport.ConnectError, map[string]any{"message": message}), transport.Reliable)
}

// connect lets the client into a namespace, or tells it why not.
func (c *client) connect(p *transport.Packet) {
	n, err := c.srv.acquire(p.Namespace, Handshake{c.conn.Handshake(), p.Data})
	if err != nil {
		c.refuse(p.Namespace, err.Error())
		return
	}
	s := newSocket(n, c, p.Data)
	if n.parent != nil && c.crowded() {
		s.release()
		c.refuse(p.Namespace, errTooManyNamespaces.Error())
		return
	}
	s.reclaim()
	middleware, connect := n.handlers()
	if s.Recovered() && c.srv.o.Recovery.SkipMiddlewares {
		middleware = nil
	}
	if refused := n.admit(s, middleware); refused != nil {
		s.abandon()
		s.release()
		_ = c.conn.Send(n.packet(transport.ConnectError, refused), transport.Reliable)
		return
	}
	c.mu.Lock()
	c.sockets = append(c.sockets, s)
	c.latest.Store(s)
	c.mu.Unlock()
	c.remember(n.name)
	c.timer.stop()
	c.timer = nil
	if !s.let() {
		s.abandon()
		s.release()
		c.forget(s) // a middleware has disconnected it
		c.refuse(n.name, "refused")
		return
	}
	if len(connect) > 0 {
		time.Sleep(answerAlone)
		if !s.Connected() {
			return // someone has disconnected it meanwhile: it never was here
		}
	}
	for _, f := range connect {
		if err := n.guard(s, "connect", func() error { return f(s) }); err != nil {
			c.srv.log.Warn("a connect handler refused a socket", "namespace", n.name, "socket", s.id, "err", err)
			s.Disconnect(false)
			return
		}
	}
}

// Closed ends the connection's sockets.
func (c *client) Closed(reason error) {
	c.timer.stop()
	c.srv.admin.Load().ended(reason)
	for _, s := range c.all() {
		s.close(reason)
	}
}

// acknowledge hands an ack to whoever waits for it.
func (s *Socket) acknowledge(p *transport.Packet) bool {
	f := s.take(p.ID)
	if f == nil {
		return false
	}
	args, err := transport.CutArgs(nil, slices.Clone(p.Data))
	if err != nil {
		f(nil, err)
		return true
	}
	f(&Reply{args}, nil)
	return true
}

// limiter is a token bucket: rate events a second, bursts of twice that. Not safe for concurrent use.
type limiter struct {
	rate   int // 0: no limit
	tokens float64
	last   time.Duration // when tokens was right
}

func newLimiter(rate int32) limiter {
	return limiter{rate: int(rate), tokens: 2 * float64(rate)}
}

// allow tells whether there may be one more; now is a time since any fixed moment, which costs half of what the time of
// day does.
func (l *limiter) allow(now time.Duration) bool {
	if l.rate <= 0 {
		return true
	}
	l.tokens = min(l.tokens+(now-l.last).Seconds()*float64(l.rate), 2*float64(l.rate))
	l.last = now
	if l.tokens < 1 {
		return false
	}
	l.tokens--
	return true
}
