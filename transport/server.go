package transport

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/lxzan/gws"
)

// Options of a Server. The zero value of each field means the default of its comment.
type Options struct {
	PingInterval   time.Duration               // between server pings; default 25 s
	PingTimeout    time.Duration               // for the client's pong; default 20 s
	MaxPayload     int                         // bytes of one incoming message, attachments included; default 1e6
	AllowedOrigins []string                    // browsers' pages that may connect, besides our own host's; "*" for all
	AllowRequest   func(r *http.Request) error // an error refuses the handshake, with its text
	MaxQueue       int                         // bytes of reliable messages that wait for a slow client; default 64 KiB
}

// Handshake is what is known of the request that opened a connection.
type Handshake struct {
	Header  http.Header
	Query   url.Values
	Address string // remote address, host:port
	Time    time.Time
	Secure  bool
}

// Receiver is the far side of a Conn: its methods are called one at a time and in order.
type Receiver interface {
	// Packet handles one incoming packet. p and p.Data are valid until it returns. An error that is not nil closes the
	// connection with that reason.
	Packet(p *Packet) error
	// Closed is called once, last.
	Closed(reason error)
}

// Server speaks Engine.IO v4 on any path that it is mounted at. Its methods are safe for concurrent use.
type Server struct {
	o        Options
	accept   func(*Conn) Receiver
	upgrader *gws.Upgrader
	work     sync.WaitGroup // readers, flushers and notices of closing; Add happens under mu, before closed is set, or by work that is counted already

	// Guarded by mu.
	mu     sync.Mutex
	conns  map[string]*Conn
	links  map[*link]struct{} // WebSockets, until their readers end
	closed bool
}

// NewServer makes a server; accept is called for each new connection, before its first packet, and returns its Receiver.
func NewServer(o *Options, accept func(*Conn) Receiver) *Server {
	s := &Server{accept: accept, conns: map[string]*Conn{}, links: map[*link]struct{}{}}
	if o != nil {
		s.o = *o
	}
	setDefault(&s.o.PingInterval, 25*time.Second)
	setDefault(&s.o.PingTimeout, 20*time.Second)
	setDefault(&s.o.MaxPayload, 1_000_000)
	setDefault(&s.o.MaxQueue, 64<<10)
	s.upgrader = newUpgrader(s.o.MaxPayload)
	return s
}

func setDefault[T int | time.Duration](field *T, value T) {
	if *field <= 0 {
		*field = value
	}
}

// The errors of Engine.IO requests, by code.
const (
	codeTransport = iota
	codeSession
	codeMethod
	codeRequest
	codeForbidden
	codeVersion
)

var requestErrors = [...]string{
	codeTransport: "Transport unknown",
	codeSession:   "Session ID unknown",
	codeMethod:    "Bad handshake method",
	codeRequest:   "Bad request",
	codeForbidden: "Forbidden",
	codeVersion:   "Unsupported protocol version",
}

// fail answers a request with an Engine.IO error: the body has no newline at its end, since clients compare it.
func fail(w http.ResponseWriter, code int, text string) {
	if text == "" {
		text = requestErrors[code]
	}
	body := appendJSONString(fmt.Appendf(nil, `{"code":%d,"message":`, code), []byte(text))
	w.Header().Set("Content-Type", "application/json")
	status := http.StatusBadRequest
	if code == codeForbidden {
		status = http.StatusForbidden
	}
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '}'))
}

// ServeHTTP answers the requests of Engine.IO clients. The order of the checks decides which error they get.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	upgrade := strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
	transport := q.Get("transport")
	if transport != "websocket" {
		fail(w, codeTransport, "")
		return
	}
	if sid := q.Get("sid"); sid != "" {
		s.serveSession(w, r, sid)
		return
	}
	switch {
	case r.Method != http.MethodGet:
		fail(w, codeMethod, "")
		return
	case !upgrade:
		fail(w, codeRequest, "")
		return
	}
	if code, text := s.refuses(r); text != "" {
		fail(w, code, text)
		return
	}
	if q.Get("EIO") != "4" {
		fail(w, codeVersion, "")
		return
	}
	s.openWebSocket(w, r, q)
}

func (s *Server) serveSession(w http.ResponseWriter, _ *http.Request, sid string) {
	if s.session(sid) == nil {
		fail(w, codeSession, "")
		return
	}
	fail(w, codeRequest, "")
}

func (s *Server) session(sid string) *Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conns[sid]
}

// refuses checks a handshake's origin, and asks AllowRequest.
func (s *Server) refuses(r *http.Request) (code int, text string) {
	if origin := r.Header.Get("Origin"); origin != "" {
		u, err := url.Parse(origin)
		if err != nil {
			return codeRequest, requestErrors[codeRequest]
		}
		if !strings.EqualFold(u.Host, r.Host) && !s.allows(origin) {
			return codeForbidden, fmt.Sprintf("origin %s is not allowed: add it to AllowedOrigins", origin)
		}
	}
	if s.o.AllowRequest != nil {
		if err := s.o.AllowRequest(r); err != nil {
			return codeForbidden, err.Error()
		}
	}
	return 0, ""
}

func (s *Server) allows(origin string) bool {
	for _, a := range s.o.AllowedOrigins {
		if a == "*" || strings.EqualFold(a, origin) {
			return true
		}
	}
	return false
}

// enter counts a request that will need goroutines, unless the server shuts down.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.work.Add(1)
	}
	return !s.closed
}

// register makes a session known by its id, unless the server shuts down.
func (s *Server) register(c *Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.conns[c.id] = c
	}
	return !s.closed
}

// newID makes an unguessable id of 20 characters.
func newID() string {
	var b [15]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func (s *Server) forget(c *Conn) {
	s.mu.Lock()
	delete(s.conns, c.id)
	s.mu.Unlock()
}

// Shutdown refuses new connections, closes the open ones with ErrShutdown once what is queued has gone out, and waits
// for their goroutines until ctx ends; then it cuts those that are left, and returns the context's error.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	conns := make([]*Conn, 0, len(s.conns))
	for _, c := range s.conns {
		conns = append(conns, c)
	}
	s.mu.Unlock()
	for _, c := range conns {
		c.Close(ErrShutdown)
	}
	done := make(chan struct{})
	go func() {
		s.work.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	links := make([]*link, 0, len(s.links))
	for l := range s.links {
		links = append(links, l)
	}
	s.mu.Unlock()
	for _, l := range links {
		l.out.abort()
	}
	<-done
	return fmt.Errorf("transport: shutdown: %w", context.Cause(ctx))
}

// Conns returns the number of open connections.
func (s *Server) Conns() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

var errShuttingDown = errors.New("transport: the server is shutting down")
