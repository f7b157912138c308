package lobby

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"ninepin/game"
	"ninepin/transport"
)

// Path is where Socket.IO clients look for their server.
const Path = "/socket.io/"

// Server is a Socket.IO server and, once games are registered, a game server. The methods of its main namespace, "/", are
// its own. It is safe for concurrent use. It is an http.Handler for Path; mount it there, or use ListenAndServe.
// Shutdown ends it.
type Server struct {
	*Namespace // the main one

	o         Options
	began     time.Time
	log       *slog.Logger
	transport *transport.Server
	tasks     tasks
	rooms     *rooms
	sweeper   sweeper
	rate      atomic.Int32          // events a second of one connection; 0: no limit
	admin     atomic.Pointer[admin] // nil: off

	// Guarded by mu.
	mu         sync.RWMutex
	namespaces map[string]*Namespace
	parents    []*ParentNamespace // only grows
	dynamic    int                // namespaces that they have made
}

// New makes a server. o may be nil, and is copied.
func New(o *Options) *Server {
	srv := &Server{o: o.withDefaults(), began: time.Now(), namespaces: map[string]*Namespace{}}
	srv.log = srv.o.Logger
	srv.Namespace = srv.Of("/")
	srv.rooms = newRooms(srv)
	srv.rate.Store(int32(max(srv.o.RateLimit, 0)))
	srv.transport = transport.NewServer(&srv.o.Transport, srv.accept)
	return srv
}

// Handle registers games: from then on clients can open rooms of these kinds. It panics, as http.ServeMux does, if a
// kind's fields are wrong or its name is taken. Register before serving.
func (srv *Server) Handle(kinds ...*game.Kind) {
	for _, k := range kinds {
		if err := srv.rooms.register(k); err != nil {
			panic(fmt.Sprintf("lobby: Handle: %v", err))
		}
	}
	if len(kinds) > 0 && srv.o.RateLimit == 0 {
		srv.rate.Store(int32(srv.rooms.defaultRate()))
	}
}

// Of returns a namespace, which exists from then on: clients may connect to it. The leading slash may be left out.
func (srv *Server) Of(name string) *Namespace {
	name = cleanName(name)
	srv.mu.Lock()
	defer srv.mu.Unlock()
	n := srv.namespaces[name]
	if n == nil {
		n = newNamespace(srv, name, srv.newHistory())
		srv.namespaces[name] = n
	}
	n.pinned = true
	return n
}

// find returns a namespace that exists, else nil.
func (srv *Server) find(name string) *Namespace {
	srv.mu.RLock()
	defer srv.mu.RUnlock()
	return srv.namespaces[cleanName(name)]
}

// ServeHTTP answers the requests of Socket.IO clients at Path, serves them the official client below it, and no more.
func (srv *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != Path {
		srv.serveBundle(w, r)
		return
	}
	srv.transport.ServeHTTP(w, r)
}

// Connections returns the number of open connections.
func (srv *Server) Connections() int { return srv.transport.Conns() }

// RoomCount returns the number of game rooms.
func (srv *Server) RoomCount() int { return srv.rooms.count() }

// Room returns the game room with that id, nil if there is none.
func (srv *Server) Room(id string) *Room { return srv.rooms.find(id) }

// stopping is the argument of the event "server:stopping".
type stopping struct {
	Message string `msgpack:"message"`
	Retry   int    `msgpack:"retry"`
}

// retryAfterStop is when a client may look for the next server, in seconds.
const retryAfterStop = 5

// Shutdown ends the server in good order: clients of a game server hear "server:stopping", the members of each room
// "room:left" with the code stopping, matches end, connections close with transport.ErrShutdown once what is queued has
// gone out, and no goroutine is left. If ctx ends first, connections are cut and the error says so. A server that is
// shut down cannot be used again.
func (srv *Server) Shutdown(ctx context.Context) error {
	if srv.rooms.stop() {
		_ = srv.Emit("server:stopping", stopping{"the server restarts; it will be back in a moment", retryAfterStop})
	}
	return errors.Join(
		bounded(ctx, func() error { srv.rooms.endAll(); return nil }),
		bounded(ctx, func() error { return srv.transport.Shutdown(ctx) }),
		bounded(ctx, func() error { srv.sweeper.stop(); return nil }),
		bounded(ctx, srv.tasks.close),
	)
}

// cutTime is what a step of Shutdown gets after its context has ended: connections that were cut need a moment.
const cutTime = time.Second

// bounded waits for a step of Shutdown, but not for ever: a game or handler that does not return cannot be ended.
func bounded(ctx context.Context, step func() error) error {
	done := make(chan error, 1)
	go func() { done <- step() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-done:
		return err
	case <-time.After(cutTime):
		return fmt.Errorf("lobby: shutdown: a game or handler does not return: %w", context.Cause(ctx))
	}
}

// ListenAndServe serves Socket.IO clients and the games on addr, with default options, and blocks. The error is never
// nil. To mount it beside a page, to stop it or to set options, use New.
func ListenAndServe(addr string, kinds ...*game.Kind) error {
	srv := New(nil)
	srv.Handle(kinds...)
	mux := http.NewServeMux()
	mux.Handle(Path, srv)
	web := &http.Server{
		Addr: addr, Handler: mux,
		ReadHeaderTimeout: 10 * time.Second, // connections live long: no other timeouts
		MaxHeaderBytes:    32 << 10,
	}
	err := web.ListenAndServe()
	return errors.Join(fmt.Errorf("lobby: %w", err), srv.Shutdown(context.Background()))
}
