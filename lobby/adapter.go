package lobby

import (
	"slices"
	"sync"

	"ninepin/transport"
)

// adapter knows which sockets of a namespace are in which rooms and delivers to them. It is the only place that takes a
// room's sockets to be on this node: everything else names sockets and rooms by id and goes through its methods, so
// that an adapter on a bus can hand the same calls, with the message already encoded, to other nodes.
//
// Deliveries happen under the read lock: once leave or remove has returned, nothing addressed to that room follows. That
// is cheap since sending never blocks. Only a broadcast to the whole namespace takes a copy first, so that ten thousand
// sends do not hold up those who come and go.
type adapter struct {
	namespace string

	// Guarded by mu. rooms and each socket's own list are each other's mirror image.
	mu      sync.RWMutex
	sockets map[string]*Socket
	rooms   map[string]*group
	history *history // nil: nobody can come back
}

// audience says to whom a message goes: the union of rooms, everyone if there are none, but for those in except.
type audience struct {
	rooms, except []string
}

func newAdapter(namespace string, h *history) *adapter {
	return &adapter{
		namespace: namespace, history: h,

		sockets: map[string]*Socket{},
		rooms:   map[string]*group{},
	}
}

// add makes a socket known, in the room of its own id, those it joined before it was connected and those it was in if it
// comes back. It is sent what it missed, then the answer to CONNECT, before anything else can reach it.
func (a *adapter) add(s *Socket) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !s.state.CompareAndSwap(stateNew, stateConnected) {
		return false
	}
	a.sockets[s.id] = s
	for _, room := range slices.Concat([]string{s.id}, s.early, a.restore(s)) {
		a.joinLocked(s, room)
	}
	s.early = nil
	_ = s.client.conn.Send(s.greeting(), transport.Reliable)
	s.n.srv.admin.Load().connected(s, s.rooms)
	return true
}

// remove forgets a socket, which leaves all its rooms. It tells whether the socket was connected until now.
func (a *adapter) remove(s *Socket) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if s.state.Swap(stateClosed) != stateConnected {
		return false
	}
	a.leaveBehind(s)
	for len(s.rooms) > 0 {
		a.leaveLocked(s, s.rooms[len(s.rooms)-1])
	}
	delete(a.sockets, s.id)
	return true
}

// join adds a socket to rooms. One that is not connected yet joins them when it is.
func (a *adapter) join(s *Socket, rooms ...string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch s.state.Load() {
	case stateNew:
		s.early = append(s.early, rooms...)
	case stateConnected:
		for _, room := range rooms {
			a.joinLocked(s, room)
		}
	}
}

// enter adds a connected socket to a room and sends it m, if any, before anything of the room can reach it.
func (a *adapter) enter(s *Socket, room string, m *transport.Message) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if s.state.Load() != stateConnected {
		return false
	}
	a.joinLocked(s, room)
	if m != nil {
		_ = s.client.conn.Send(m, transport.Reliable)
	}
	return true
}

func (a *adapter) leave(s *Socket, rooms ...string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, room := range rooms {
		a.leaveLocked(s, room)
	}
}

func (a *adapter) joinLocked(s *Socket, room string) {
	g := a.rooms[room]
	if g == nil {
		g = &group{}
		a.rooms[room] = g
	}
	if g.has(s) {
		return
	}
	g.add(s)
	s.rooms = append(s.rooms, room)
	s.n.srv.admin.Load().joined(s, room)
}

func (a *adapter) leaveLocked(s *Socket, room string) {
	g := a.rooms[room]
	i := g.place(s)
	if i < 0 {
		return
	}
	at := len(s.rooms) - 1 // remove takes the last one, so that leaving many costs no more than one each
	for s.rooms[at] != room {
		at--
	}
	s.rooms = slices.Delete(s.rooms, at, at+1)
	if g.remove(i); len(g.list) == 0 {
		delete(a.rooms, room)
	}
	s.n.srv.admin.Load().left(s, room)
}

// roomsOf returns the rooms of a socket, sorted.
func (a *adapter) roomsOf(s *Socket) []string {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return slices.Sorted(slices.Values(s.rooms))
}

// each calls f once for every socket of the audience. Call with mu held.
func (a *adapter) each(to audience, f func(*Socket)) {
	if len(to.rooms) == 0 {
		for _, s := range a.sockets {
			if !a.inAny(s, to.except) {
				f(s)
			}
		}
		return
	}
	for i, room := range to.rooms {
		g := a.rooms[room]
		if g == nil {
			continue
		}
		for _, s := range g.list {
			if !a.inAny(s, to.except) && !a.inAny(s, to.rooms[:i]) {
				f(s)
			}
		}
	}
}

func (a *adapter) inAny(s *Socket, rooms []string) bool {
	for _, room := range rooms {
		if a.rooms[room].has(s) {
			return true
		}
	}
	return false
}

// members returns the sockets of an audience.
func (a *adapter) members(to audience) []*Socket {
	a.mu.RLock()
	defer a.mu.RUnlock()
	var all []*Socket
	a.each(to, func(s *Socket) { all = append(all, s) })
	return all
}

// broadcast sends m to an audience. It is encoded once for each codec that is there.
func (a *adapter) broadcast(to audience, m *transport.Message, class transport.Class) {
	if len(to.rooms) == 0 {
		for _, s := range a.members(to) {
			_ = s.client.conn.Send(m, class)
		}
		return
	}
	a.mu.RLock()
	defer a.mu.RUnlock()
	a.each(to, func(s *Socket) { _ = s.client.conn.Send(m, class) })
}

// ask sends m, which carries the ack id, to an audience; answered is called once for each recipient, with an error for
// those that went. It returns the number of recipients, and a function that stops waiting for those still silent.
func (a *adapter) ask(to audience, id int64, m *transport.Message, answered func(*Reply, error)) (n int, forget func()) {
	members := a.members(to)
	for _, s := range members {
		s.expect(id, answered)
		if err := s.send(m, transport.Reliable); err != nil {
			s.answer(id, nil, err)
		}
	}
	return len(members), func() {
		for _, s := range members {
			s.take(id)
		}
	}
}

// state delivers one state frame of a game room to the sockets that follow it.
func (a *adapter) state(room string, fs *frames) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	g := a.rooms[room]
	if g == nil {
		return
	}
	for _, s := range g.list {
		s.follow.deliver(s, fs)
	}
}

// evict takes sockets out of a game room and tells them with m, the last they hear of it.
func (a *adapter) evict(room string, ids []string, m *transport.Message) {
	for _, id := range ids {
		a.mu.RLock()
		s := a.sockets[id]
		a.mu.RUnlock()
		if s == nil {
			continue
		}
		s.vacate(room)
		a.leave(s, room)
		_ = s.send(m, transport.Reliable)
	}
}
