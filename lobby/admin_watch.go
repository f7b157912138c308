package lobby

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vmihailenco/msgpack/v5"

	"ninepin/transport"
)

const (
	tellEvery    = 100 * time.Millisecond
	maxNotices   = 200             // at a time, which a healthy connection can queue; if there are more, all sockets are shown anew
	showAgain    = 2 * time.Second // between two times that all sockets are shown anew
	maxShown     = 100             // events of clients at a time; the rest does not show
	maxShownSize = 4 << 10         // bytes of one event's arguments; of a larger one only the size shows
)

// admin tells the admins who are connected what happens on a Server. Its first methods are the hooks that sockets, rooms
// and connections call. They may be called on nil, which is what a Server without Admin has: then they cost a
// comparison, and little more while no admin is connected.
//
// Hooks never wait and never call back: they run under the locks of adapters. What they tell goes into a bounded queue
// that a timer empties. That timer, and the one of the numbers, are tasks of the Server, and stop with the last admin.
type admin struct {
	srv     *Server
	n       *Namespace
	o       AdminOptions
	logins  *logins
	started time.Time

	watchers atomic.Int32 // admins who are connected

	turn sync.Mutex // held while notices are taken and sent, to keep their order; outside all other locks

	// Guarded by mu, which is taken inside an adapter's.
	mu      sync.Mutex
	notices []notice
	shown   int                  // events of clients among them
	lost    bool                 // there were too many: none until all sockets are shown anew
	anew    time.Time            // when that was last
	teller  *timer               // empties notices; nil: there are none
	opened  int                  // connections since the last numbers
	closed  map[string]int       // and those that ended, by reason
	stats   *timer               // sends the numbers; nil: nobody is connected
	traffic transport.Traffic    // at the last numbers
	polling map[*Socket]struct{} // that polled when they were shown
}

// notice is one event for the admins.
type notice struct {
	event string
	args  []any
	class transport.Class
}

// watched tells whether anybody sees numbers.
func (a *admin) watched() bool { return a != nil && a.watchers.Load() > 0 }

// details tells whether anybody sees more than numbers.
func (a *admin) details() bool { return a != nil && a.o.Development && a.watchers.Load() > 0 }

// accepted notes a new connection.
func (a *admin) accepted() {
	if a.watched() {
		a.mu.Lock()
		a.opened++
		a.mu.Unlock()
	}
}

// ended notes the end of a connection.
func (a *admin) ended(reason error) {
	if a.watched() {
		a.mu.Lock()
		a.closed[reason.Error()]++
		a.mu.Unlock()
	}
}

// connected notes a new socket. It runs under the adapter's lock, so that no word of the socket comes before it.
func (a *admin) connected(s *Socket, rooms []string) {
	if a == nil {
		return
	}
	if s.n == a.n {
		a.watchers.Add(1)
	}
	if a.details() {
		a.tell("socket_connected", a.describe(s, slices.Sorted(slices.Values(rooms))), time.Now())
	}
}

// disconnected notes the end of a socket that was connected.
func (a *admin) disconnected(s *Socket, reason error) {
	if a == nil {
		return
	}
	if s.n == a.n && a.watchers.Add(-1) == 0 {
		a.rest()
	}
	if a.details() {
		a.mu.Lock()
		delete(a.polling, s)
		a.mu.Unlock()
		a.tell("socket_disconnected", s.n.name, s.id, reason.Error(), time.Now())
	}
}

// updated notes new Data.
func (a *admin) updated(s *Socket, data any) {
	if a.details() && s.Connected() {
		a.tell("socket_updated", map[string]any{"id": s.id, "nsp": s.n.name, "data": plainData(data)})
	}
}

func (a *admin) joined(s *Socket, room string) {
	if a.details() {
		a.tell("room_joined", s.n.name, room, s.id, time.Now())
	}
}

func (a *admin) left(s *Socket, room string) {
	if a.details() {
		a.tell("room_left", s.n.name, room, s.id, time.Now())
	}
}

// received notes an event of a client's. data, a canonical array with the name first, is not kept.
func (a *admin) received(s *Socket, name, data []byte) {
	if a.details() && s.n != a.n {
		a.show("event_received", s, string(name), slices.Clone(data))
	}
}

// sent notes an event for one client.
func (a *admin) sent(s *Socket, event string, args []any) {
	if a.details() && s.n != a.n && s.Connected() {
		a.show("event_sent", s, event, encodedEvent(event, args))
	}
}

// sentAll notes an event for many.
func (a *admin) sentAll(t Target, event string, args []any) {
	if !a.details() || t.n == a.n {
		return
	}
	data := encodedEvent(event, args)
	for _, s := range t.Sockets() {
		if !a.show("event_sent", s, event, data) {
			return
		}
	}
}

// encodedEvent encodes what has been encoded before, without an error.
func encodedEvent(event string, args []any) []byte {
	data, _ := transport.EncodeArgs(append([]any{event}, args...)...)
	return data
}

// show tells of an event of a client's, unless there were many just now. An admin who is behind does without.
func (a *admin) show(what string, s *Socket, event string, data []byte) bool {
	args := any(msgpack.RawMessage(data))
	if len(data) > maxShownSize {
		args = []any{event, fmt.Sprintf("(%d bytes)", len(data))}
	}
	now := time.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.shown >= maxShown {
		return false
	}
	a.shown++
	a.enqueue(notice{what, []any{s.n.name, s.id, args, now}, transport.Volatile})
	return true
}

func (a *admin) tell(event string, args ...any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.enqueue(notice{event, args, transport.Reliable})
}

// enqueue queues a notice. Call with mu held.
func (a *admin) enqueue(n notice) {
	if len(a.notices) >= maxNotices {
		a.notices, a.lost = nil, true
	}
	if !a.lost {
		a.notices = append(a.notices, n)
	}
	if a.teller == nil {
		a.teller = a.srv.tasks.after(tellEvery, a.deliver)
	}
}

// deliver sends the notices that are there to all admins.
func (a *admin) deliver() {
	a.turn.Lock()
	defer a.turn.Unlock()
	now := time.Now()
	a.mu.Lock()
	a.teller.stop()
	a.teller = nil
	notices, anew := a.notices, a.lost && now.Sub(a.anew) >= showAgain
	a.notices, a.shown = nil, 0
	switch {
	case anew:
		a.lost, a.anew = false, now
	case a.lost && a.watchers.Load() > 0:
		a.teller = a.srv.tasks.after(showAgain-now.Sub(a.anew), a.deliver)
	}
	a.mu.Unlock()
	if anew {
		_ = a.n.Emit("all_sockets", a.everySocket())
	}
	for _, n := range notices {
		t := a.n.everyone()
		t.class = n.class
		if err := t.Emit(n.event, n.args...); err != nil {
			a.srv.log.Error("the admins cannot be told", "event", n.event, "err", err)
		}
	}
}

// welcome shows an admin who has just come what there is, and lets the numbers come from now on.
func (a *admin) welcome(s *Socket) {
	if a.o.Development {
		a.deliver() // what has happened before
		a.turn.Lock()
		_ = s.Emit("all_sockets", a.everySocket())
		a.turn.Unlock()
	}
	a.mu.Lock()
	if a.stats == nil && a.watchers.Load() > 0 { // else it has gone again
		a.stats, a.traffic = a.srv.tasks.after(statsEvery, a.beat), a.srv.transport.Traffic()
	}
	a.mu.Unlock()
	_ = s.Emit("server_stats", a.numbers(time.Now(), nil))
}

// rest ends what runs for admins, when the last of them has gone.
func (a *admin) rest() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.watchers.Load() > 0 { // another one has come
		return
	}
	a.stats.stop()
	a.teller.stop()
	a.stats, a.teller = nil, nil
	a.notices, a.shown, a.lost, a.opened = nil, 0, false, 0
	clear(a.closed)
	clear(a.polling)
}

// describedSocket is a socket as the UI wants it.
type describedSocket struct {
	ID        string             `msgpack:"id"`
	ClientID  string             `msgpack:"clientId"`
	Transport string             `msgpack:"transport"`
	Nsp       string             `msgpack:"nsp"`
	Data      map[string]any     `msgpack:"data"`
	Handshake describedHandshake `msgpack:"handshake"`
	Rooms     []string           `msgpack:"rooms"`
}

type describedHandshake struct {
	Address string            `msgpack:"address"`
	Headers map[string]string `msgpack:"headers"`
	Query   map[string]string `msgpack:"query"`
	Issued  int64             `msgpack:"issued"` // Unix milliseconds
	Secure  bool              `msgpack:"secure"`
	Time    string            `msgpack:"time"`
	URL     string            `msgpack:"url"`
	XDomain bool              `msgpack:"xdomain"`
}

// everySocket describes the sockets of all namespaces.
func (a *admin) everySocket() []describedSocket {
	all := []describedSocket{}
	for _, n := range a.srv.allNamespaces() {
		for _, s := range n.Sockets() {
			all = append(all, a.describe(s, s.Rooms()))
		}
	}
	return all
}

// allNamespaces returns the namespaces, sorted by name.
func (srv *Server) allNamespaces() []*Namespace {
	srv.mu.RLock()
	defer srv.mu.RUnlock()
	return slices.SortedFunc(maps.Values(srv.namespaces), func(a, b *Namespace) int { return strings.Compare(a.name, b.name) })
}

func (a *admin) describe(s *Socket, rooms []string) describedSocket {
	h := s.Handshake()
	secret := sha256.Sum256([]byte(s.client.conn.ID()))
	d := describedSocket{
		ID:        s.id,
		ClientID:  base64.RawURLEncoding.EncodeToString(secret[:9]), // the same for all sockets of a connection
		Transport: "websocket",
		Nsp:       s.n.name,
		Data:      plainData(s.Data()),
		Rooms:     rooms,
		Handshake: describedHandshake{
			Headers: map[string]string{},
			Query:   map[string]string{},
			Issued:  h.Time.UnixMilli(),
			Secure:  h.Secure,
			Time:    h.Time.Format("Mon Jan 02 2006 15:04:05 GMT-0700"), // as JavaScript prints it
			URL:     Path,
			XDomain: h.Header.Get("Origin") != "",
		},
	}
	for name, values := range h.Header {
		switch name {
		case "Cookie", "Authorization", "Proxy-Authorization":
		default:
			d.Handshake.Headers[strings.ToLower(name)] = strings.Join(values, ", ")
		}
	}
	for name, values := range h.Query {
		d.Handshake.Query[name] = strings.Join(values, ", ")
	}
	if len(h.Query) > 0 {
		d.Handshake.URL += "?" + h.Query.Encode()
	}
	d.Handshake.Address = shownAddress(d.Handshake.Headers, h.Address)
	if s.client.conn.Polling() {
		d.Transport = "polling"
		a.mu.Lock()
		a.polling[s] = struct{}{}
		a.mu.Unlock()
	}
	return d
}

// shownAddress is what a proxy says of the client, else where the connection comes from. It is not to be relied on.
func shownAddress(headers map[string]string, address string) string {
	for _, name := range []string{"cf-connecting-ip", "x-forwarded-for"} {
		if headers[name] != "" {
			return headers[name]
		}
	}
	return withoutPort(address)
}

// plainData is what shows of a socket's Data: values that cannot change while they are encoded, or only the type.
func plainData(v any) map[string]any {
	switch k := reflect.ValueOf(v).Kind(); {
	case v == nil:
		return map[string]any{}
	case k >= reflect.Bool && k <= reflect.Float64 && k != reflect.Uintptr, k == reflect.String, isTime(v):
		return map[string]any{"value": v}
	}
	return map[string]any{"type": fmt.Sprintf("%T", v)}
}

func isTime(v any) bool {
	_, is := v.(time.Time)
	return is
}
