package lobby

import (
	"errors"
	"slices"
	"time"

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

// leaveTime is how long a socket may take to end when its client is back on another connection.
const leaveTime = 2 * time.Second

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
			pid: s.pid, id: s.id, rooms: slices.Clone(s.rooms), heard: s.heard, at: a.history.last(),
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
		s.follow.begin(old.room, old.player, old.patch)
		old.room.show(s)
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
