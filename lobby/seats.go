package lobby

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"strconv"

	"ninepin/game"
)

// member is somebody connected to a room. Guarded by the room's door.
type member struct {
	name string
	seat *seat // nil: a spectator
	back bool  // recovered, and has not asked for its place since
}

// seat is held by a person until they leave, or until the grace after a dropped connection is over. Guarded by the
// room's door.
type seat struct {
	id     game.PlayerID
	number int
	name   string
	token  string
	socket string // id; "": away
	hold   *timer // while away
	drops  int    // of the connection, so that a late timer knows that it is
}

// admission is a wish to come in.
type admission struct {
	socket    string
	spectator bool
	name      string // checked; "": none given
	token     string
	key       string
	creator   bool // needs no key
	patch     bool // the state as merge patches
}

// joinResult is the ack of "room:join" and its sisters.
type joinResult struct {
	OK       bool     `msgpack:"ok"`
	Room     RoomInfo `msgpack:"room"`
	You      you      `msgpack:"you"`
	Key      string   `msgpack:"key,omitempty"`
	TickRate int      `msgpack:"tickRate"`
	OnInput  bool     `msgpack:"onInput"`
}

// you is the recipient's own part in a room.
type you struct {
	ID      game.PlayerID `msgpack:"id"` // "" for spectators
	Name    string        `msgpack:"name"`
	Seat    int           `msgpack:"seat"` // -1 for spectators
	Role    string        `msgpack:"role"`
	Token   string        `msgpack:"token,omitempty"`
	Resumed bool          `msgpack:"resumed"`
}

const (
	rolePlayer    = "player"
	roleSpectator = "spectator"
	guest         = "Guest"
)

// join lets a socket in, as a player or a spectator, or changes its role. let is called with the result while nobody
// else can come or go.
func (r *Room) join(q admission, let func(*joinResult)) error {
	r.door.Lock()
	defer r.door.Unlock()
	if r.closed {
		return unknownRoom(r.id)
	}
	now := r.members[q.socket]
	if s := r.seatOf(q.token); s != nil && !q.spectator && (now == nil || now.seat == nil) {
		r.resume(s, q.socket)
		let(r.result(q.socket, true))
		return nil
	}
	switch {
	case now != nil && (now.seat == nil) == q.spectator && now.back:
		now.back = false
		let(r.result(q.socket, true))
		return nil
	case now != nil && (now.seat == nil) == q.spectator:
		return errorf(codeAlreadyJoined, "you are in this room already, as a %s", role(now))
	case now == nil && !q.creator && !r.opens(q.key):
		return errorf(codeBadKey, "room %s is private: open it by the link that you were given", r.id)
	}
	if q.name == "" {
		q.name = guest
		if now != nil {
			q.name = now.name
		}
	}
	next := &member{name: q.name}
	if q.spectator {
		if now != nil {
			r.giveUp(now.seat)
		}
	} else {
		s, err := r.take(q)
		if err != nil {
			return err
		}
		next.seat = s
	}
	r.members[q.socket] = next
	r.settle()
	let(r.result(q.socket, false))
	return nil
}

func role(m *member) string {
	if m.seat == nil {
		return roleSpectator
	}
	return rolePlayer
}

// take gives the newcomer a seat in the match.
func (r *Room) take(q admission) (*seat, error) {
	r.lastID++
	p := game.Player{ID: game.PlayerID("p" + strconv.Itoa(r.lastID)), Name: q.name}
	switch err := r.match.Join(&p); {
	case errors.Is(err, game.ErrFull):
		return nil, errorf(codeRoomFull, "all %d seats of room %s are taken: watch, or try again when one is free", r.kind.MaxPlayers, r.id).after(5)
	case errors.Is(err, game.ErrEnded):
		return nil, unknownRoom(r.id)
	case err != nil:
		return nil, &Error{Code: codeRefused, Message: err.Error()}
	}
	s := &seat{id: p.ID, number: p.Seat, name: q.name, token: newSecret(16), socket: q.socket}
	r.seats[s.id] = s
	return s, nil
}

// resume gives a held seat back. Whoever still sits there on an older connection is out.
func (r *Room) resume(s *seat, socket string) {
	old := s.socket
	s.hold.stop()
	s.hold = nil
	s.socket = socket
	if old != "" {
		delete(r.members, old)
		r.evict([]string{old}, leftMoved, "you continue on another connection")
	}
	r.members[socket] = &member{name: s.name, seat: s}
	r.match.Away(s.id, false)
	r.settle()
}

// seatOf returns the seat that a token holds.
func (r *Room) seatOf(token string) *seat {
	if token == "" {
		return nil
	}
	for _, s := range r.seats {
		if subtle.ConstantTimeCompare([]byte(s.token), []byte(token)) == 1 {
			return s
		}
	}
	return nil
}

// giveUp frees a seat for good.
func (r *Room) giveUp(s *seat) {
	s.hold.stop()
	delete(r.seats, s.id)
	r.match.Leave(s.id)
}

// leave takes a socket out of the room for good.
func (r *Room) leave(socket string) error {
	r.door.Lock()
	defer r.door.Unlock()
	m := r.members[socket]
	if m == nil {
		return notInRoom()
	}
	delete(r.members, socket)
	if m.seat != nil {
		r.giveUp(m.seat)
	}
	r.settle()
	return nil
}

// drop takes a socket out whose connection is gone. A player's seat is held for the kind's grace, if hold says so. It
// returns the person's name.
func (r *Room) drop(socket string, hold bool) (name string) {
	r.door.Lock()
	defer r.door.Unlock()
	m := r.members[socket]
	if m == nil {
		return ""
	}
	delete(r.members, socket)
	if s := m.seat; s != nil {
		if hold && r.kind.Grace > 0 {
			s.socket = ""
			s.drops++
			drops := s.drops
			s.hold = r.rooms.srv.tasks.after(r.kind.Grace, func() { r.expire(s, drops) })
			r.match.Away(s.id, true)
		} else {
			r.giveUp(s)
		}
	}
	r.settle()
	return m.name
}

// expire frees a seat whose grace is over.
func (r *Room) expire(s *seat, drops int) {
	r.door.Lock()
	defer r.door.Unlock()
	if r.closed || r.seats[s.id] != s || s.socket != "" || s.drops != drops {
		return
	}
	r.giveUp(s)
	r.settle()
}

func (r *Room) result(socket string, resumed bool) *joinResult {
	m := r.members[socket]
	j := &joinResult{
		OK: true, Room: r.Info(), Key: r.key, TickRate: r.kind.TickRate, OnInput: r.kind.OnInput,
		You: you{Name: m.name, Seat: -1, Role: role(m), Resumed: resumed},
	}
	if s := m.seat; s != nil {
		j.You.ID, j.You.Seat, j.You.Token = s.id, s.number, s.token
	}
	return j
}

// newSecret makes an unguessable text of characters that can stand in a link, n*4/3 of them.
func newSecret(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}
