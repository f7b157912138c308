package lobby

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"time"

	"github.com/vmihailenco/msgpack/v5"
	"golang.org/x/crypto/bcrypt"
)

// AdminOptions let the official Admin UI (npm package @socket.io/admin-ui, hosted at https://admin.socket.io) look into a
// Server. Username and PasswordHash are required; the zero value of each other field means the default of its comment.
type AdminOptions struct {
	Username     string
	PasswordHash string // bcrypt
	ReadOnly     bool   // look, but touch nothing: no emit, join, leave or disconnect
	Development  bool   // show each socket, room and event as it comes, not only numbers: for servers with few clients
	Namespace    string // where the UI connects; default "/admin"
	ServerID     string // tells servers apart in the UI; default the host's name
}

// check returns a copy of o with nothing left out, or what is wrong with it.
func (o AdminOptions) check() (AdminOptions, error) {
	if o.Username == "" || o.PasswordHash == "" {
		return o, errors.New("lobby: Admin: Username and PasswordHash must both be set")
	}
	if _, err := bcrypt.Cost([]byte(o.PasswordHash)); err != nil {
		return o, fmt.Errorf("lobby: Admin: PasswordHash must be a bcrypt hash, as htpasswd -nBC 10 prints behind the colon: %w", err)
	}
	if o.Namespace == "" {
		o.Namespace = "/admin"
	}
	o.Namespace = cleanName(o.Namespace)
	if o.ServerID == "" {
		o.ServerID, _ = os.Hostname() // a host without a name is shown without one
	}
	return o, nil
}

// Admin opens a namespace for the official Admin UI. Its page must be among the allowed origins. Five wrong passwords
// from one address, or sixty from all, close the door to passwords for the rest of a minute; whoever has been in comes
// back without one for a day.
//
// The UI gets what it gets from the Node server, with these differences. What a socket's Data is shows only if it is a
// single number, text, truth value or time: anything else may change while it is read. Cookies and credentials are left
// out of the request's header. The inputs and states of game rooms, of which there are some every tick, do not show, and
// of other events at most a hundred in a tenth of a second.
//
// The error says which option is wrong, or that the namespace exists already. Call it once, before serving.
func (srv *Server) Admin(o AdminOptions) error {
	o, err := o.check()
	if err != nil {
		return err
	}
	a := &admin{srv: srv, o: o, started: time.Now(), logins: newLogins(o.Username, o.PasswordHash), closed: map[string]int{}, polling: map[*Socket]struct{}{}}
	a.n = newNamespace(srv, o.Namespace, nil)
	a.n.Use(a.admit)
	a.n.OnConnect(a.greet)
	srv.mu.Lock()
	defer srv.mu.Unlock()
	if srv.namespaces[o.Namespace] != nil {
		return fmt.Errorf("lobby: Admin: there is a namespace %s already; set another one", o.Namespace)
	}
	if !srv.admin.CompareAndSwap(nil, a) {
		return errors.New("lobby: Admin: it has been called already")
	}
	srv.namespaces[o.Namespace] = a.n
	return nil
}

// adminAuth is the payload of the UI's CONNECT: a session that it has kept, or what someone typed.
type adminAuth struct {
	SessionID string `msgpack:"sessionId"`
	Username  string `msgpack:"username"`
	Password  string `msgpack:"password"`
}

// admit is the namespace's middleware.
func (a *admin) admit(s *Socket) error {
	var auth adminAuth
	if err := s.Handshake().Auth(&auth); err != nil {
		return errCredentials
	}
	if a.logins.resume(auth.SessionID, time.Now()) {
		return nil
	}
	address := hostOf(s.Handshake().Address)
	err := a.logins.check(auth, address, time.Now())
	if err != nil {
		a.srv.log.Warn("an admin was refused", "address", address, "err", err)
	}
	return err
}

// greet is the namespace's connect handler.
func (a *admin) greet(s *Socket) error {
	var auth adminAuth
	_ = s.Handshake().Auth(&auth) // admit has read it
	if !a.logins.resume(auth.SessionID, time.Now()) {
		_ = s.Emit("session", a.logins.open(time.Now()))
	}
	features := []string{}
	if !a.o.ReadOnly {
		features = append(features, "EMIT", "JOIN", "LEAVE", "DISCONNECT", "MJOIN", "MLEAVE", "MDISCONNECT")
		s.On("emit", a.command(a.emit))
		s.On("join", a.command(a.join))
		s.On("leave", a.command(a.leave))
		s.On("_disconnect", a.command(a.disconnect))
	}
	features = append(features, "AGGREGATED_EVENTS")
	if a.o.Development {
		features = append(features, "ALL_EVENTS")
	}
	_ = s.Emit("config", map[string]any{"supportedFeatures": features})
	a.welcome(s)
	return nil
}

// command makes a handler of something that an admin can do, and keeps a record of who did it. What cannot be done is
// answered with an error, for which the official UI has no eyes.
func (a *admin) command(f func(*Event) (*order, error)) func(*Event) {
	return func(e *Event) {
		o, err := f(e)
		if err != nil {
			e.Fail(err)
			return
		}
		a.srv.log.Info("an admin's command", slog.String("command", e.Name), slog.String("namespace", o.namespace),
			slog.String("filter", o.filter), slog.String("what", o.what), slog.String("address", hostOf(e.socket.Handshake().Address)))
		_ = e.Ack(done{OK: true})
	}
}

// order is what a command asks for.
type order struct {
	namespace string
	filter    string // a room or a socket's id; "": everyone
	what      string // the event or room
	close     bool
	to        Target
}

// read binds a command's arguments to the fields of an order and looks up whom it is for.
func (a *admin) read(e *Event, o *order, dst ...any) error {
	if err := e.Bind(dst...); err != nil {
		return badArguments(e.Name, err)
	}
	n := a.srv.find(o.namespace)
	if o.namespace == "" || n == nil {
		return errorf(codeBadArguments, "there is no namespace %s", quote(o.namespace))
	}
	o.to = n.everyone()
	if o.filter != "" {
		o.to = o.to.To(o.filter)
	}
	return nil
}

func (a *admin) emit(e *Event) (*order, error) {
	var o order
	if err := a.read(e, &o, &o.namespace, &o.filter, &o.what); err != nil {
		return nil, err
	}
	if o.what == "" || slices.Contains(reservedEvents, o.what) {
		return nil, errorf(codeBadArguments, "%s cannot be the name of an event", quote(o.what))
	}
	var args []any
	for _, arg := range e.args[min(3, len(e.args)):] {
		args = append(args, msgpack.RawMessage(arg))
	}
	return &o, o.to.Emit(o.what, args...)
}

// reservedEvents are names that clients take for their own events: one that gets a packet with such a name breaks the
// connection off.
var reservedEvents = []string{"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"}

func (a *admin) join(e *Event) (*order, error) {
	o, err := a.room(e)
	if err == nil {
		o.to.Join(o.what)
	}
	return o, err
}

func (a *admin) leave(e *Event) (*order, error) {
	o, err := a.room(e)
	if err == nil {
		o.to.Leave(o.what)
	}
	return o, err
}

// room reads the arguments that join and leave have in common.
func (a *admin) room(e *Event) (*order, error) {
	var o order
	if err := a.read(e, &o, &o.namespace, &o.what, &o.filter); err != nil {
		return nil, err
	}
	if o.what == "" {
		return nil, errorf(codeBadArguments, "%s needs the name of a room", e.Name)
	}
	return &o, nil
}

func (a *admin) disconnect(e *Event) (*order, error) {
	var o order
	if err := a.read(e, &o, &o.namespace, &o.close, &o.filter); err != nil {
		return nil, err
	}
	o.to.Disconnect(o.close)
	return &o, nil
}
