package transport

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"

	"github.com/lxzan/gws"
)

// readBuffer is gws' per connection, in bytes: inputs are small, and an idle connection pays for it.
const readBuffer = 512

// link is the WebSocket that carries a session. It is also the storage that gws keeps for each connection, which is how
// gws' callbacks find it.
type link struct {
	noStorage
	out     *outbox
	ws      *gws.Conn
	conn    *Conn
	framing framing
	closed  error // what gws found at the end; the reader's
}

func newUpgrader(maxPayload int) *gws.Upgrader {
	return gws.NewUpgrader(events{}, &gws.ServerOption{
		ReadMaxPayloadSize: maxPayload,
		ReadBufferSize:     readBuffer,
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
	out, err := hijack(w, s.o.MaxQueue, s.work.Go)
	if err != nil {
		fail(w, codeRequest, "")
		return nil, err
	}
	ws, err := s.upgrader.Upgrade(hijacked{w, out}, r)
	if err != nil {
		out.end(true)
		return nil, err
	}
	l := ws.Session().(*link)
	l.out, l.ws = out, ws
	s.mu.Lock()
	s.links[l] = struct{}{}
	s.mu.Unlock()
	return l, nil
}

func (s *Server) drop(l *link) {
	s.mu.Lock()
	delete(s.links, l)
	s.mu.Unlock()
}

// openWebSocket opens a session that begins on a WebSocket.
func (s *Server) openWebSocket(w http.ResponseWriter, r *http.Request, q url.Values) {
	if !s.enter() {
		http.Error(w, errShuttingDown.Error(), http.StatusServiceUnavailable)
		return
	}
	defer s.work.Done()
	l, err := s.upgrade(w, r)
	if err != nil {
		return
	}
	if q.Get("b64") != "" {
		l.framing = framingBase64
	}
	l.conn = newConn(s, r, q)
	l.conn.link.Store(l)
	defer s.work.Go(l.read) // also if the receiver could not be made: it sees to the end
	if !s.register(l.conn) {
		l.conn.reason = ErrShutdown
		l.conn.hangUp(ErrShutdown)
		return
	}
	l.conn.open("")
}

// read is the carrier's goroutine: it reads until the connection ends, and sees to its end whatever happens.
func (l *link) read() {
	gone := false
	defer func() {
		l.conn.srv.drop(l)
		l.out.end(gone)
	}()
	reason := l.readAll()
	gone = reason == ErrTransportClose
	if l.out.slow() {
		reason = ErrTooSlow
	}
	l.conn.finish(reason, true)
}

// readAll pulls messages until there are no more. A frame whose declared length is negative panics inside gws, outside
// of its own Recovery: it ends this connection only.
func (l *link) readAll() (reason error) {
	defer func() {
		if recover() != nil {
			reason = ErrTransportError
			l.out.shut(reason.(*CloseReason).Code, "")
		}
	}()
	for {
		m, err := l.ws.ReadMessage()
		if err != nil {
			return l.ended(err)
		}
		reason := l.conn.receive(m.Bytes(), m.Opcode == gws.OpcodeBinary)
		_ = m.Close()
		if reason != nil {
			l.conn.finish(reason, true)
		}
	}
}

// ended tells apart a peer that is gone, or has said so, from one that broke the protocol.
func (l *link) ended(err error) error {
	var bye *gws.CloseError
	var network net.Error
	if errors.As(l.closed, &bye) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, io.ErrClosedPipe) || errors.As(err, &network) {
		return ErrTransportClose
	}
	return ErrTransportError
}
