package transport

import (
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"

	"github.com/lxzan/gws"
)

// The sizes of gws' buffer per connection, in bytes: inputs are small, and an idle connection pays for it. What a poller
// has read needs no second buffer, but gws will have one.
const (
	readBuffer   = 256
	polledBuffer = 16
)

// link is a WebSocket: one that carries a session, or probes whether it could, or is closed at once since its session
// has another. It is also the storage that gws keeps for each connection, which is how gws' callbacks find it.
type link struct {
	noStorage
	srv     *Server
	out     *outbox
	ws      *gws.Conn
	conn    *Conn // nil if it is nobody's
	framing framing

	// The reader's.
	main   bool  // it carries the session
	closed error // what gws found at the end
	deep   bool  // the goroutine has handled more than pongs
}

func newUpgrader(maxPayload, buffer int) *gws.Upgrader {
	return gws.NewUpgrader(events{}, &gws.ServerOption{
		ReadMaxPayloadSize: maxPayload,
		ReadBufferSize:     buffer,
		ParallelGolimit:    1, // of a queue that is made even though parallel reading, which loses the order, is off
		CheckUtf8Enabled:   true,
		Recovery:           gws.Recovery,
		NewSession:         func() gws.SessionStorage { return new(link) },
	})
}

// events are gws' callbacks. Messages are pulled, so that there is no OnMessage.
type events struct{ gws.BuiltinEventHandler }

// OnClose notes what ended the connection: a *gws.CloseError if the peer said goodbye.
func (events) OnClose(ws *gws.Conn, err error) { ws.Session().(*link).closed = err }

// noStorage is a gws.SessionStorage that stores nothing.
type noStorage struct{}

func (noStorage) Len() int                           { return 0 }
func (noStorage) Load(string) (any, bool)            { return nil, false }
func (noStorage) Delete(string)                      {}
func (noStorage) Store(string, any)                  {}
func (noStorage) Range(func(key string, v any) bool) {}

// upgrade makes a WebSocket of a request. An error has been answered.
func (s *Server) upgrade(w http.ResponseWriter, r *http.Request) (*link, error) {
	out, err := s.hijack(w)
	if err != nil {
		fail(w, codeRequest, "")
		return nil, err
	}
	out.header = w.Header()
	upgrader := s.upgrader
	if out.sock != nil {
		upgrader = s.polledUpgrader
	}
	ws, err := upgrader.Upgrade(hijacked{w, out}, r)
	if err != nil {
		out.end(true)
		return nil, err
	}
	l := ws.Session().(*link)
	l.srv, l.out, l.ws = s, out, ws
	s.mu.Lock()
	s.links[l] = struct{}{}
	s.mu.Unlock()
	return l, nil
}

// hangUp closes the link, behind what is queued.
func (l *link) hangUp(reason error) {
	var r *CloseReason
	if !errors.As(reason, &r) {
		r = ErrForcedClose
	}
	l.out.shut(r.Code, r.Text)
}

// openWebSocket opens a session that begins on a WebSocket.
func (s *Server) openWebSocket(w http.ResponseWriter, r *http.Request, q url.Values) {
	if !s.enter(w) {
		return
	}
	defer s.work.Done()
	c := newConn(s, r, q)
	s.cookie(w, c.id)
	l, err := s.upgrade(w, r)
	if err != nil {
		return
	}
	l.conn, l.main = c, true
	if l.conn.base64 {
		l.framing = framingBase64
	}
	l.conn.link.Store(l)
	defer l.start() // also if the receiver could not be made: it sees to the end
	if !s.register(l.conn) {
		l.conn.reason = ErrShutdown
		l.hangUp(ErrShutdown)
		return
	}
	l.conn.open("")
}

// start begins to read.
func (l *link) start() {
	l.srv.work.Add(1)
	if l.out.sock != nil {
		l.attend()
		return
	}
	go l.read()
}

// read is the goroutine of a link without a socket: it reads until the connection ends, and sees to its end whatever happens.
//
// The stack of a goroutine that has handled a packet never gets as small again as it was before. Therefore another
// goroutine takes over at the first pong after a packet: a connection that idles from then on takes 2 KiB less. For the
// same reason the frames from here to where the goroutine waits are kept small: together they just fit.
func (l *link) read() {
	if reason := l.readAll(); reason != nil {
		l.over(reason)
		return
	}
	go l.read()
}

// over is the end of the link, and of the session that it carries.
func (l *link) over(reason error) {
	gone := reason == ErrTransportClose
	defer func() {
		l.srv.mu.Lock()
		delete(l.srv.links, l)
		l.srv.mu.Unlock()
		l.out.end(gone)
		l.srv.work.Done()
	}()
	if l.out.slow() {
		reason = ErrTooSlow
	}
	switch {
	case l.main:
		l.conn.finish(reason, true)
	case l.conn != nil:
		l.conn.abandon(l)
	}
}

// receive handles one message: the session's, a probe's, or one on a link that nothing needs.
func (l *link) receive(data []byte, binary bool) {
	switch {
	case l.main:
		l.conn.accept(data, binary)
	case l.conn != nil:
		l.main = l.conn.probe(l, data, binary)
	}
}

// readAll pulls messages until there are no more, or returns nil where a new goroutine should go on. A frame whose
// declared length is negative panics inside gws, outside of its own Recovery: it ends this connection only.
func (l *link) readAll() (reason error) {
	defer l.survive(&reason)
	for {
		m, err := l.ws.ReadMessage()
		if err != nil {
			return l.ended(err)
		}
		if l.handle(m) {
			return nil
		}
	}
}

func (l *link) survive(reason *error) {
	if recover() != nil {
		*reason = ErrTransportError
		l.out.shut(ErrTransportError.Code, "")
	}
}

// handle handles one message, and tells whether a new goroutine should go on.
func (l *link) handle(m *gws.Message) (fresh bool) {
	pong := m.Opcode == gws.OpcodeText && m.Data.Len() == 1 && m.Bytes()[0] == packetPong
	l.receive(m.Bytes(), m.Opcode == gws.OpcodeBinary)
	_ = m.Close()
	fresh = pong && l.deep
	l.deep = !pong
	return fresh
}

// ended tells apart a peer that is gone, or has said so, from one that broke the protocol.
func (l *link) ended(err error) error {
	var bye *gws.CloseError
	var network net.Error
	if errors.As(l.closed, &bye) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, io.ErrClosedPipe) || errors.As(err, &network) {
		return ErrTransportClose
	}
	if l.conn != nil {
		what := complainParse
		var code interface{ Uint16() uint16 }
		if errors.As(l.closed, &code) && code.Uint16() == messageTooBig {
			what = complainLarge
		}
		l.srv.complain.about(what, l.conn.handshake.Address, slog.Any("err", l.closed))
	}
	return ErrTransportError
}

const messageTooBig = 1009 // the WebSocket close code
