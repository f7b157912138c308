package lobby

import (
	queue "container/list"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ninepin/game"
	"ninepin/transport"
)

// Recovery lets a client whose connection broke go on where it was: with the same socket id, rooms, Data and place in a
// game room, and with the events that it missed, in order. It is Socket.IO's connection state recovery: the official
// clients do their part by themselves, and tell by socket.recovered. For it, every event that is neither volatile nor
// asks for an ack gets one more argument, a string, which handlers of clients see.
//
// A client that goes away for good, or is sent away, starts anew, and so does one that has missed more than is kept. The
// zero value of each field means the default of its comment.
type Recovery struct {
	MaxDuration     time.Duration // that a client may be away; default 120 s
	SkipMiddlewares bool          // for those who come back; default: they run again, since what they checked may not hold any more
	MaxEvents       int           // kept in each namespace, the oldest go first; default 10,000
	MaxBytes        int           // of these events; default 16 MiB
}

const (
	maxSessions  = 10_000          // clients that are away, in each namespace; the oldest goes first
	leaveTime    = 2 * time.Second // that a socket may take to end when its client is back on another connection
	eventExtra   = 128             // bytes that an event costs beside its data
	defaultQueue = 1 << 20         // of the transport
	offsetLength = 9
	offsetBase   = 36
)

func (r *Recovery) withDefaults() *Recovery {
	if r == nil {
		return nil
	}
	d := *r
	if d.MaxDuration <= 0 {
		d.MaxDuration = 120 * time.Second
	}
	if d.MaxEvents <= 0 {
		d.MaxEvents = 10_000
	}
	if d.MaxBytes <= 0 {
		d.MaxBytes = 16 << 20
	}
	return &d
}

// recoverable tells whether a client that is gone for that reason may come back. After a shutdown there is nothing to
// come back to, and one that was too slow would only be so again.
func recoverable(reason error) bool {
	for _, r := range []error{
		transport.ErrTransportClose, transport.ErrTransportError, transport.ErrForcedClose, transport.ErrPingTimeout,
	} {
		if errors.Is(reason, r) {
			return true
		}
	}
	return false
}

// history is what an adapter keeps for clients who come back. All of it is guarded by the adapter's mutex, under which
// events are numbered, kept and sent: what a client gets is in the order of the numbers, so the last one that it has seen
// says which it has not.
type history struct {
	o        Recovery
	most     int    // bytes that one client is sent at once
	events   []past // numbered without a gap, the oldest first
	bytes    int
	dropped  uint64             // number of the newest event that is not kept any more; 0: none
	live     map[string]*Socket // connected, or still ending, by pid
	sessions map[string]*session
	order    queue.List // of the sessions, the first to expire in front
}

// past is one event that was sent.
type past struct {
	to   audience
	only string // not "": for the socket of that id, whoever else is in the room of that name
	data []byte
	at   time.Time
}

// session is a client that is away.
type session struct {
	pid, id string
	rooms   []string
	data    any
	heard   uint64 // number of the last event that was sent to it
	at      uint64 // number of the newest event when it left its rooms
	expires time.Time
	place   *oldPlace      // in a game room; nil: it had none
	entry   *queue.Element // in order
}

// oldPlace is a part in a game room that has ended, but may be taken up again.
type oldPlace struct {
	room   *Room
	player game.PlayerID // "": a spectator
	name   string
}

// newHistory makes the history of a namespace, nil without Recovery.
func (srv *Server) newHistory() *history {
	if srv.o.Recovery == nil {
		return nil
	}
	room := srv.o.Transport.MaxQueue
	if room <= 0 {
		room = defaultQueue
	}
	return &history{o: *srv.o.Recovery, most: room / 2, live: map[string]*Socket{}, sessions: map[string]*session{}}
}

// last returns the number of the newest event.
func (h *history) last() uint64 { return h.dropped + uint64(len(h.events)) }

// keep numbers and keeps an event, whose data ends with room for the offset.
func (h *history) keep(p past) uint64 {
	h.events = append(h.events, p)
	h.bytes += p.size()
	h.forget(p.at)
	copy(p.data[len(p.data)-offsetLength:], offset(h.last()))
	return h.last()
}

func (p *past) size() int {
	n := len(p.data) + eventExtra
	for _, room := range p.to.rooms {
		n += len(room)
	}
	for _, room := range p.to.except {
		n += len(room)
	}
	return n
}

// forget drops the events that are too many, too large or too old.
func (h *history) forget(now time.Time) {
	n := 0
	for n < len(h.events) && (len(h.events)-n > h.o.MaxEvents || h.bytes > h.o.MaxBytes || now.Sub(h.events[n].at) > h.o.MaxDuration) {
		h.bytes -= h.events[n].size()
		n++
	}
	clear(h.events[:n])
	h.events = h.events[n:]
	h.dropped += uint64(n)
	if len(h.events) == 0 {
		h.events = nil // and the array with it
	}
}

// offset writes an event's number as clients see it, parseOffset reads it.
func offset(n uint64) string {
	s := strconv.FormatUint(n, offsetBase)
	return strings.Repeat("0", max(0, offsetLength-len(s))) + s
}

func parseOffset(s string) (uint64, bool) {
	n, err := strconv.ParseUint(s, offsetBase, 64)
	return n, err == nil && len(s) == offsetLength
}

// missed returns what a client whose last event was number seen has to get, and the number of the last event that it
// then has. ok is false if not all of it is there.
func (h *history) missed(s *session, seen uint64) (events []past, heard uint64, ok bool) {
	if seen > s.heard {
		return nil, 0, false
	}
	heard = seen
	if seen == s.heard {
		seen = s.at // it had everything when it went
	}
	if seen < h.dropped {
		return nil, 0, false
	}
	size := 0
	for i, p := range h.events[seen-h.dropped:] {
		if !s.wants(&p) {
			continue
		}
		if size += len(p.data); size > h.most {
			return nil, 0, false
		}
		events, heard = append(events, p), seen+uint64(i)+1
	}
	return events, heard, true
}

// wants tells whether an event was for a client that is away.
func (s *session) wants(p *past) bool {
	if p.only != "" {
		return p.only == s.id
	}
	in := func(room string) bool { return slices.Contains(s.rooms, room) }
	return (len(p.to.rooms) == 0 || slices.ContainsFunc(p.to.rooms, in)) && !slices.ContainsFunc(p.to.except, in)
}

// away keeps a session.
func (h *history) away(s *session) {
	h.sessions[s.pid] = s
	s.entry = h.order.PushBack(s)
	if len(h.sessions) > maxSessions {
		h.end(h.order.Front().Value.(*session))
	}
}

func (h *history) end(s *session) {
	delete(h.sessions, s.pid)
	h.order.Remove(s.entry)
}

// expire ends what is too old, and tells whether anything is left that will be.
func (h *history) expire(now time.Time) bool {
	for e := h.order.Front(); e != nil && !now.Before(e.Value.(*session).expires); e = h.order.Front() {
		h.end(e.Value.(*session))
	}
	h.forget(now)
	return len(h.sessions) > 0 || len(h.events) > 0
}

// publish sends an event that clients may miss and get later: to an audience, or to one socket only.
func (n *Namespace) publish(to audience, only *Socket, event string, args []any) error {
	all := append(make([]any, 0, len(args)+1), args...)
	data, err := n.encode(event, append(all, offset(0)))
	if err != nil {
		return err
	}
	p := past{to: to, data: data, at: time.Now()}
	if only != nil {
		p.only = only.id
		only.announce(event, args)
	} else {
		Target{n: n, to: to}.announce(event, args)
	}
	err = n.adapter.publish(only, p)
	n.srv.sweeper.arm(n.srv)
	return err
}

// publish keeps an event and sends it, to only if that is not nil.
func (a *adapter) publish(only *Socket, p past) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if only != nil && only.state.Load() != stateConnected {
		return ErrNotConnected
	}
	number := a.history.keep(p)
	m := transport.NewMessage(transport.Packet{
		Type: transport.Event, Namespace: a.namespace, ID: transport.NoID, Data: p.data,
	})
	if only != nil {
		only.heard = number
		return only.client.conn.Send(m, transport.Reliable)
	}
	a.each(p.to, func(s *Socket) {
		s.heard = number
		_ = s.client.conn.Send(m, transport.Reliable)
	})
	return nil
}

// restore makes a new socket what it was before, if it can, and sends it what it missed. Call with mu held, before the
// socket is in any room.
func (a *adapter) restore(s *Socket) (rooms []string) {
	h := a.history
	if h == nil {
		return nil
	}
	if s.back != nil {
		if s.back.place != nil && !s.reseated {
			room := s.back.place.room.id
			s.back.rooms = slices.DeleteFunc(s.back.rooms, func(r string) bool { return r == room })
		}
		if events, heard, ok := h.missed(s.back, s.seen); ok {
			for _, p := range events {
				_ = s.client.conn.Send(transport.NewMessage(transport.Packet{
					Type: transport.Event, Namespace: a.namespace, ID: transport.NoID, Data: p.data,
				}), transport.Reliable)
			}
			s.pid, s.heard, rooms = s.back.pid, heard, s.back.rooms
		} else { // forgotten since reclaim
			s.recovered.Store(false)
			s.mu.Lock()
			s.data = nil
			s.mu.Unlock()
		}
		s.back = nil
	}
	if s.pid == "" {
		s.pid = newSecret(15)
	}
	s.ended = make(chan struct{})
	h.live[s.pid] = s
	return rooms
}

// leaveBehind notes what a socket that leaves its rooms was. Call with mu held.
func (a *adapter) leaveBehind(s *Socket) {
	if a.history != nil {
		s.behind = &session{
			pid: s.pid, id: s.id, rooms: slices.Collect(maps.Keys(a.joined[s])), heard: s.heard, at: a.history.last(),
		}
	}
}

// depart ends a socket for good, or keeps what it was for when its client comes back. It is the last step of a socket
// that was connected: until then a client that is back has to wait.
func (s *Socket) depart(reason error, place *oldPlace) {
	b := s.behind
	if b == nil {
		return
	}
	keep := recoverable(reason)
	if keep {
		b.data, b.place = s.Data(), place
	}
	a := s.n.adapter
	a.mu.Lock()
	delete(a.history.live, b.pid)
	if keep {
		b.expires = time.Now().Add(a.history.o.MaxDuration)
		a.history.away(b)
	}
	a.mu.Unlock()
	close(s.ended)
	s.n.srv.sweeper.arm(s.n.srv)
}

// recoveryAuth is what an official client that was here before adds to its auth payload.
type recoveryAuth struct {
	PID    string `msgpack:"pid"`
	Offset string `msgpack:"offset"`
}

// reclaim finds what the client of a new socket has left, and makes the socket its owner. Its old connection, if the
// server has not noticed its end yet, ends now.
func (s *Socket) reclaim() {
	a := s.n.adapter
	if a.history == nil {
		return
	}
	var auth recoveryAuth
	if err := s.Handshake().Auth(&auth); err != nil || auth.PID == "" {
		return
	}
	a.mu.RLock()
	old := a.history.live[auth.PID]
	a.mu.RUnlock()
	if old != nil && !old.outlasted(s.client) {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	b := a.history.sessions[auth.PID]
	if b == nil || !time.Now().Before(b.expires) {
		return
	}
	seen, ok := parseOffset(auth.Offset)
	if !ok && (auth.Offset != "" || b.heard != 0) {
		return
	}
	if _, _, ok := a.history.missed(b, seen); !ok {
		return
	}
	a.history.end(b)
	s.id, s.back, s.seen, s.data = b.id, b, seen, b.data
	s.recovered.Store(true)
}

// outlasted closes the connection of a socket whose client is back on another one, and waits until the socket has ended.
func (s *Socket) outlasted(next *client) bool {
	if s.client == next {
		return false
	}
	s.client.conn.Close(transport.ErrForcedClose)
	t := time.NewTimer(leaveTime)
	defer t.Stop()
	select {
	case <-s.ended:
		return true
	case <-t.C:
		return false // a handler that does not return
	}
}

// abandon puts back what a socket has reclaimed that was not let in after all.
func (s *Socket) abandon() {
	b := s.back
	if b == nil {
		return
	}
	s.back = nil
	a := s.n.adapter
	a.mu.Lock()
	defer a.mu.Unlock()
	a.history.away(b)
}

// Recovered tells whether the socket continues an earlier one, with its id, rooms, Data and place in a game room. The
// connect handlers run all the same: handlers of events are registered there.
func (s *Socket) Recovered() bool { return s.recovered.Load() }

// let makes a socket connected. One that comes back gets its place in the game room too, while nobody else can come or
// go there.
func (s *Socket) let() bool {
	a := s.n.adapter
	if s.back == nil || s.back.place == nil {
		return a.add(s)
	}
	old, entered := s.back.place, false
	seated := old.room.takeBack(s.id, old, func() {
		s.reseated = true
		s.place.Store(&place{room: old.room, player: old.player})
		if entered = a.add(s); !entered || !s.Recovered() {
			if s.place.Swap(nil) != nil {
				s.n.srv.tasks.spawn(func() { old.room.drop(s.id, true) })
			}
			return
		}
		s.follow.begin(old.room.id)
		f := old.room.match.Frame()
		s.follow.deliver(s, old.room.id, f.Tick, stateMessage(s.n, f))
	})
	if seated {
		return entered
	}
	if entered = a.add(s); entered && s.Recovered() {
		m, err := s.n.message(transport.NoID, "room:left", []any{left{old.room.id, leftEnded, "you were away for too long"}})
		if err == nil { // three strings
			_ = s.send(m, transport.Reliable)
		}
	}
	return entered
}

// takeBack gives a socket the part that it had, if it is still free. let is called while nobody else can come or go.
func (r *Room) takeBack(socket string, old *oldPlace, let func()) bool {
	r.door.Lock()
	defer r.door.Unlock()
	if r.closed || r.members[socket] != nil {
		return false
	}
	if old.player == "" {
		r.members[socket] = &member{name: old.name, back: true}
		r.settle()
	} else {
		s := r.seats[old.player]
		if s == nil || s.socket != "" { // the grace is over, or the token was quicker
			return false
		}
		r.resume(s, socket)
		r.members[socket].back = true
	}
	let()
	return true
}

// sweeper is the timer that forgets what nobody has come back for.
type sweeper struct {
	armed atomic.Bool // there is a timer, or will never be one again

	// Guarded by mu.
	mu      sync.Mutex
	timer   *timer
	stopped bool
}

func (w *sweeper) arm(srv *Server) {
	if w.armed.Load() {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer == nil && !w.stopped {
		w.armed.Store(true)
		w.timer = srv.tasks.after(srv.o.Recovery.MaxDuration/4, func() { w.sweep(srv) })
	}
}

func (w *sweeper) sweep(srv *Server) {
	w.mu.Lock()
	w.timer = nil
	w.armed.Store(w.stopped)
	w.mu.Unlock()
	more := false
	for _, n := range srv.allNamespaces() {
		if n.adapter.expire(time.Now()) {
			more = true
		}
		srv.mu.Lock()
		srv.tidy(n)
		srv.mu.Unlock()
	}
	if more {
		w.arm(srv)
	}
}

func (w *sweeper) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = true
	w.armed.Store(true)
	w.timer.stop()
	w.timer = nil
}

// expire forgets what is too old, and tells whether anything is left that will be.
func (a *adapter) expire(now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.history != nil && a.history.expire(now)
}
