package transport

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
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
	MaxQueue       int                         // bytes of reliable messages that wait for a slow client; default 1 MiB
	UpgradeTimeout time.Duration               // for a polling client to complete its change to WebSocket; default 10 s
	NoUpgrades     bool                        // polling clients stay with polling
	Cookie         string                      // name of a cookie with the session id, for load balancers that keep a polling client on one node; default none
	InitialPacket  string                      // a message that is sent right behind the handshake answer; default none
	MaxConns       int                         // open at a time, the next gets 503; default no bound
	Logger         *slog.Logger                // what peers do wrong, each kind at most every ten seconds; default slog.Default()

	// Headers, if not nil, may change the header of every answer before it is made, also of the one that opens a WebSocket.
	// A request without a sid in its query is a handshake.
	Headers func(h http.Header, r *http.Request)
}

// Receiver is the far side of a Conn: its methods are called one at a time and in order.
type Receiver interface {
	// Packet handles one incoming packet. p and p.Data are valid until it returns. An error that is not nil closes the
	// connection with that reason.
	Packet(p *Packet) error
	// Closed is called once, last.
	Closed(reason error)
}

// Prompt is a Receiver that can handle some packets without ever waiting for anything: a lock that is held for long, a
// channel, a disk, another client. It spares them a goroutine.
type Prompt interface {
	Receiver
	// Prompt handles p, if it is such a packet, and tells whether it was; otherwise it has changed nothing, and Packet gets
	// the same packet. Like Packet it is called one at a time and in order; p and p.Data are valid until it returns, and an
	// error closes the connection. It runs on the goroutine that reads for very many connections, and may not be called at
	// all.
	Prompt(p *Packet) (handled bool, err error)
}

// Server speaks Engine.IO v4 on any path that it is mounted at. Its methods are safe for concurrent use.
type Server struct {
	o              Options
	accept         func(*Conn) Receiver
	upgrader       *gws.Upgrader
	polledUpgrader *gws.Upgrader // for what is read by a poller
	pollers        pollers
	complain       complaints
	traffic        traffic
	work           sync.WaitGroup // readers, flushers and notices of closing; Add happens under mu, before closed is set, or by work that is counted already

	// Guarded by mu.
	mu     sync.Mutex
	conns  map[string]*Conn   // open
	graves map[string]*Conn   // closed, but a polling client may ask for the last words
	links  map[*link]struct{} // WebSockets, until their readers end
	closed bool
}

// NewServer makes a server; accept is called for each new connection, before its first packet, and returns its Receiver.
func NewServer(o *Options, accept func(*Conn) Receiver) *Server {
	s := &Server{accept: accept, conns: map[string]*Conn{}, graves: map[string]*Conn{}, links: map[*link]struct{}{}}
	if o != nil {
		s.o = *o
	}
	setDefault(&s.o.PingInterval, 25*time.Second)
	setDefault(&s.o.PingTimeout, 20*time.Second)
	setDefault(&s.o.UpgradeTimeout, 10*time.Second)
	setDefault(&s.o.MaxPayload, 1_000_000)
	setDefault(&s.o.MaxQueue, 1<<20)
	s.complain.log = cmp.Or(s.o.Logger, slog.Default())
	s.upgrader, s.polledUpgrader = newUpgrader(s.o.MaxPayload, readBuffer), newUpgrader(s.o.MaxPayload, polledBuffer)
	s.pollers.run = s.work.Go
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

// ServeHTTP answers the requests of Engine.IO clients. The order of the checks decides which error they get.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.cors(w, r) {
		return
	}
	if s.o.Headers != nil {
		s.o.Headers(w.Header(), r)
	}
	q := r.URL.Query()
	upgrade := strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
	polls := q.Get("transport") == "polling"
	sid := q.Get("sid")
	switch {
	case !polls && q.Get("transport") != "websocket":
		fail(w, codeTransport, "")
	case sid != "":
		s.serveSession(w, r, sid, polls, upgrade)
	case r.Method != http.MethodGet:
		fail(w, codeMethod, "")
	case polls == upgrade:
		fail(w, codeRequest, "")
	default:
		s.serveHandshake(w, r, q, polls)
	}
}

func (s *Server) serveHandshake(w http.ResponseWriter, r *http.Request, q url.Values, polls bool) {
	if !s.admits(w, r) {
		return
	}
	if s.o.AllowRequest != nil {
		if err := s.o.AllowRequest(r); err != nil {
			s.complain.about(complainHook, r.RemoteAddr, slog.Any("err", err))
			fail(w, codeForbidden, err.Error())
			return
		}
	}
	switch {
	case q.Get("EIO") != "4":
		fail(w, codeVersion, "")
	case s.full(w, r):
	case polls:
		s.openPolling(w, r, q)
	default:
		s.openWebSocket(w, r, q)
	}
}

func (s *Server) serveSession(w http.ResponseWriter, r *http.Request, sid string, polls, upgrade bool) {
	c := s.session(sid)
	switch {
	case c == nil:
		fail(w, codeSession, "")
	case !s.admits(w, r):
	case upgrade && !polls:
		s.serveProbe(w, r, c)
	case !polls:
		fail(w, codeRequest, "")
	case r.Method == http.MethodGet:
		s.servePoll(w, r, c)
	case r.Method == http.MethodPost:
		s.servePost(w, r, c)
	default:
		fail(w, codeRequest, "")
	}
}

func (s *Server) session(sid string) *Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.conns[sid]; c != nil {
		return c
	}
	return s.graves[sid]
}

// admits checks a request's origin: browsers send it, and let any page open a WebSocket to us. An error has been answered.
func (s *Server) admits(w http.ResponseWriter, r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	switch {
	case err != nil:
		fail(w, codeRequest, "")
	case strings.EqualFold(u.Host, r.Host) || s.allows(origin):
		return true
	default:
		s.complain.about(complainOrigin, r.RemoteAddr, slog.String("origin", origin), slog.String("host", r.Host))
		fail(w, codeForbidden, fmt.Sprintf("origin %s is not allowed: add it to AllowedOrigins", origin))
	}
	return false
}

// cors adds the headers that let pages of AllowedOrigins read our answers, and answers preflight requests: done.
func (s *Server) cors(w http.ResponseWriter, r *http.Request) (done bool) {
	if len(s.o.AllowedOrigins) == 0 {
		return false
	}
	h := w.Header()
	h.Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	switch {
	case origin == "":
	case slices.ContainsFunc(s.o.AllowedOrigins, func(a string) bool { return strings.EqualFold(a, origin) }):
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Allow-Credentials", "true")
	case s.allows(origin):
		h.Set("Access-Control-Allow-Origin", "*") // any page, hence none with the user's cookies
	}
	if r.Method != http.MethodOptions {
		return false
	}
	h.Set("Access-Control-Allow-Methods", "GET,HEAD,PUT,PATCH,POST,DELETE")
	if v := r.Header.Get("Access-Control-Request-Headers"); v != "" {
		h.Set("Access-Control-Allow-Headers", v)
		h.Add("Vary", "Access-Control-Request-Headers")
	}
	w.WriteHeader(http.StatusNoContent) // no body, no need to wait for a reader
	return true
}

func (s *Server) allows(origin string) bool {
	for _, a := range s.o.AllowedOrigins {
		if a == "*" || strings.EqualFold(a, origin) {
			return true
		}
	}
	return false
}

// enter counts a request that will need goroutines, unless the server shuts down: then it has been answered.
func (s *Server) enter(w http.ResponseWriter) bool {
	s.mu.Lock()
	open := !s.closed
	if open {
		s.work.Add(1)
	}
	s.mu.Unlock()
	if !open {
		refuse(w, errShuttingDown)
	}
	return open
}

// register makes a session known by its id, and counts it until its receiver is told of its end, unless the server shuts
// down.
func (s *Server) register(c *Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.work.Add(1)
		s.conns[c.id] = c
	}
	return !s.closed
}

// full tells whether there is no room for one more connection; the request has been answered then.
func (s *Server) full(w http.ResponseWriter, r *http.Request) bool {
	if s.o.MaxConns <= 0 || s.Conns() < s.o.MaxConns {
		return false
	}
	s.complain.about(complainFull, r.RemoteAddr, slog.Int("max", s.o.MaxConns))
	refuse(w, errFull)
	return true
}

// cookie sets the cookie of a handshake.
func (s *Server) cookie(w http.ResponseWriter, id string) {
	if s.o.Cookie != "" {
		http.SetCookie(w, &http.Cookie{Name: s.o.Cookie, Value: id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	}
}

// newID makes an unguessable id of 20 characters.
func newID() string {
	var b [15]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// forget takes a session that is over out of the open ones. If it is buried, its client may still ask for its last words.
func (s *Server) forget(c *Conn, buried bool) {
	s.mu.Lock()
	delete(s.conns, c.id)
	if buried {
		s.graves[c.id] = c
	}
	s.mu.Unlock()
}

// shutdownWait is how long a server that stops keeps the last words for polling clients: those that are there poll at
// once, and those that are gone must not hold it up.
const shutdownWait = time.Second

// Shutdown refuses new connections, closes the open ones with ErrShutdown once what is queued has gone out, and waits
// for their goroutines until ctx ends; then it cuts those that are left, and returns the context's error.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	conns := slices.Collect(maps.Values(s.conns))
	s.mu.Unlock()
	for _, c := range conns {
		c.Close(ErrShutdown)
	}
	done := make(chan struct{})
	go func() {
		s.work.Wait()
		close(done)
	}()
	lastWords := time.AfterFunc(shutdownWait, s.reapAll)
	defer lastWords.Stop()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	links := slices.Collect(maps.Keys(s.links))
	s.mu.Unlock()
	for _, l := range links {
		l.out.abort()
	}
	s.reapAll()
	<-done
	return fmt.Errorf("transport: shutdown: %w", context.Cause(ctx))
}

// reapAll ends the last traces of all buried sessions.
func (s *Server) reapAll() {
	s.mu.Lock()
	graves := slices.Collect(maps.Values(s.graves))
	s.mu.Unlock()
	for _, c := range graves {
		c.reap()
	}
}

// Conns returns the number of open connections.
func (s *Server) Conns() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

var (
	errShuttingDown = errors.New("transport: the server is shutting down")
	errFull         = errors.New("transport: the server is full")
)
