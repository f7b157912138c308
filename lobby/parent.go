package lobby

import (
	"context"
	"errors"
	"log/slog"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
)

const (
	maxNamespaceName = 256 // bytes of a dynamic namespace's name
	maxJoined        = 100 // dynamic namespaces that one connection is in
	maxLeft          = 100 // names of namespaces that a connection's late packets are known by
)

// ParentNamespace makes namespaces of the names that it accepts, each when the first client wants it: rooms of a building
// that nobody has to list. A namespace that it has made is an ordinary one with the parent's middlewares and connect
// handlers, which tell it by Socket.Namespace. It goes with its last socket, unless Of was called for it. The methods are
// safe for concurrent use.
type ParentNamespace struct {
	srv   *Server
	match func(name string, h Handshake) bool
	hooks hooks

	children map[string]*Namespace // guarded by the Server's mu
}

// OfFunc returns a parent of the namespaces that match accepts. match is asked for each client that wants a namespace
// which does not exist, and knows the whole name, with its slash, and what the client has said. The parents are asked in
// the order they were made. Names are at most 256 bytes long; Options.MaxNamespaces bounds how many there are.
func (srv *Server) OfFunc(match func(name string, h Handshake) bool) *ParentNamespace {
	p := &ParentNamespace{srv: srv, match: match, children: map[string]*Namespace{}}
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.parents = append(slices.Clip(srv.parents), p)
	return p
}

// OfRegexp returns a parent of the namespaces whose name, with its slash, matches re. Anchor it: `^/room-\d+$`.
func (srv *Server) OfRegexp(re *regexp.Regexp) *ParentNamespace {
	return srv.OfFunc(func(name string, _ Handshake) bool { return re.MatchString(name) })
}

// Use adds a middleware to all of the parent's namespaces, those that exist too; see Namespace.Use.
func (p *ParentNamespace) Use(f func(*Socket) error) { p.hooks.use(f) }

// OnConnect adds a connect handler to all of the parent's namespaces, those that exist too; see Namespace.OnConnect.
func (p *ParentNamespace) OnConnect(f func(*Socket) error) { p.hooks.onConnect(f) }

// Namespaces returns the namespaces that exist now.
func (p *ParentNamespace) Namespaces() []*Namespace {
	p.srv.mu.RLock()
	defer p.srv.mu.RUnlock()
	all := make([]*Namespace, 0, len(p.children))
	for _, n := range p.children {
		all = append(all, n)
	}
	return all
}

// Emit sends an event to every socket of all the namespaces.
func (p *ParentNamespace) Emit(event string, args ...any) error {
	var err error
	for _, n := range p.Namespaces() {
		err = errors.Join(err, n.Emit(event, args...))
	}
	return err
}

// accepts asks the author's function.
func (p *ParentNamespace) accepts(name string, h Handshake) (ok bool) {
	defer func() {
		if v := recover(); v != nil {
			p.srv.log.LogAttrs(context.Background(), slog.LevelError, "a namespace function panicked",
				slog.String("namespace", name), slog.Any("panic", v), slog.String("stack", string(debug.Stack())))
			ok = false
		}
	}()
	return p.match(name, h)
}

// The texts of CONNECT_ERROR when there is no namespace. The first is the official one.
var (
	//lint:ignore ST1005 as it stands on the wire
	errInvalidNamespace  = errors.New("Invalid namespace")
	errTooManyNamespaces = errors.New("too many namespaces: leave one, or try again later")
)

// acquire returns the namespace that a new socket wants, and counts the socket in it until release.
func (srv *Server) acquire(name string, h Handshake) (*Namespace, error) {
	srv.mu.Lock()
	n, parents := srv.namespaces[name], srv.parents
	if n != nil {
		n.users++
	}
	srv.mu.Unlock()
	if n != nil {
		return n, nil
	}
	if len(name) > maxNamespaceName || !strings.HasPrefix(name, "/") {
		return nil, errInvalidNamespace
	}
	for _, p := range parents {
		if p.accepts(name, h) {
			return srv.child(p, name)
		}
	}
	return nil, errInvalidNamespace
}

// child makes a dynamic namespace, unless someone else just has.
func (srv *Server) child(p *ParentNamespace, name string) (*Namespace, error) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	n := srv.namespaces[name]
	if n == nil {
		if srv.dynamic >= srv.o.MaxNamespaces {
			return nil, errTooManyNamespaces
		}
		n = newNamespace(srv, name, srv.newHistory())
		n.parent = p
		srv.namespaces[name], p.children[name] = n, n
		srv.dynamic++
	}
	n.users++
	return n, nil
}

// release ends what acquire began, once for each socket.
func (s *Socket) release() {
	if s.released.Swap(true) {
		return
	}
	srv := s.n.srv
	srv.mu.Lock()
	defer srv.mu.Unlock()
	s.n.users--
	srv.tidy(s.n)
}

// tidy removes a dynamic namespace that nobody uses and nobody can come back to. Call with mu held.
func (srv *Server) tidy(n *Namespace) {
	if n.parent == nil || n.pinned || n.users > 0 || srv.namespaces[n.name] != n || n.adapter.awaits() {
		return
	}
	delete(srv.namespaces, n.name)
	delete(n.parent.children, n.name)
	srv.dynamic--
}

// awaits tells whether some client may come back.
func (a *adapter) awaits() bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.history != nil && len(a.history.sessions) > 0
}

// hooks are the functions that a namespace runs for each socket. Both lists only grow.
type hooks struct {
	// Guarded by mu.
	mu         sync.RWMutex
	middleware []func(*Socket) error
	connect    []func(*Socket) error
}

func (h *hooks) use(f func(*Socket) error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.middleware = append(slices.Clip(h.middleware), f)
}

func (h *hooks) onConnect(f func(*Socket) error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.connect = append(slices.Clip(h.connect), f)
}

func (h *hooks) all() (middleware, connect []func(*Socket) error) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.middleware, h.connect
}
