package lobby

import (
	queue "container/list"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ninepin/game"
)

const (
	maxSessions  = 10_000  // clients that are away, in each namespace; the oldest goes first
	eventExtra   = 128     // bytes that an event costs beside its data
	defaultQueue = 1 << 20 // of the transport
	offsetLength = 9
	offsetBase   = 36
)

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
	patch  bool // it got the state as merge patches
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
