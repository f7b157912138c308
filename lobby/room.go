package lobby

import (
	"context"
	"crypto/subtle"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"ninepin/game"
	"ninepin/transport"
)

// The shortest time between two "room:update" events of a room, and the delay of the first, which lets a newcomer have
// the state before it.
const (
	updateEvery = 100 * time.Millisecond
	updateDelay = 10 * time.Millisecond
)

// Room is one game room: a match and its audience, the sockets in the Socket.IO room of the same id. It knows its
// members by the ids of their sockets, never by the sockets themselves. Its methods are safe for concurrent use. One
// goroutine runs its match; it ends with the room.
type Room struct {
	id     string
	key    string // of a private room; "": public
	kind   *game.Kind
	rooms  *rooms
	match  *game.Match
	cancel context.CancelFunc

	// door serialises everyone who comes or goes. It is held while the match is called, and never taken by the match.
	door sync.Mutex
	// Guarded by door.
	members map[string]*member // by socket id
	seats   map[game.PlayerID]*seat
	lastID  int
	empty   *timer // ends the room; nil while somebody is there
	closed  bool

	frames frames // guarded by the match's mutex

	humans atomic.Int32 // seats that people hold; set with door held
	people atomic.Int32 // connected members

	// Guarded by mu, which the match's Output takes: never call the match while holding it.
	mu         sync.Mutex
	roster     []game.Player
	routes     map[game.PlayerID]string // socket ids of the players who are there
	spectators int
	update     *timer // pending room:update
	updated    time.Time
	quiet      bool // the room has ended
	complained bool // of events that cannot be encoded
}

// RoomInfo is what everybody in a room may know of it.
type RoomInfo struct {
	ID         string        `msgpack:"id"`
	Game       string        `msgpack:"game"`
	Title      string        `msgpack:"title"`
	Private    bool          `msgpack:"private"`
	Players    []game.Player `msgpack:"players"` // bots and held seats included, in seat order
	People     int           `msgpack:"people"`  // connected, players and spectators
	Spectators int           `msgpack:"spectators"`
	Max        int           `msgpack:"max"` // seats
	Running    bool          `msgpack:"running"`
}

// ID returns the room's id, five characters that people can read to each other.
func (r *Room) ID() string { return r.id }

// Kind returns the kind of game that is played.
func (r *Room) Kind() *game.Kind { return r.kind }

// Info returns what is known of the room now.
func (r *Room) Info() RoomInfo {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.info()
}

func (r *Room) info() RoomInfo {
	people := int(r.people.Load())
	return RoomInfo{
		ID: r.id, Game: r.kind.Name, Title: r.kind.Title, Private: r.key != "",
		Players: r.roster, People: people, Spectators: r.spectators, Max: r.kind.MaxPlayers,
		Running: people > 0 && len(r.roster) >= r.kind.MinPlayers,
	}
}

// End closes the room: its members hear "room:left" with the code ended and this message.
func (r *Room) End(message string) { r.end(leftEnded, message) }

// The codes of "room:left".
const (
	leftMoved    = "moved"
	leftEnded    = "ended"
	leftOver     = "over"
	leftCrashed  = "crashed"
	leftStopping = "stopping"
)

// left is the argument of "room:left".
type left struct {
	Room    string `msgpack:"room"`
	Code    string `msgpack:"code"`
	Message string `msgpack:"message"`
}

// evict takes members out of the room and tells them why.
func (r *Room) evict(ids []string, code, message string) {
	if len(ids) == 0 {
		return
	}
	n := r.rooms.srv.Namespace
	m, err := n.message(transport.NoID, "room:left", []any{left{r.id, code, message}})
	if err == nil { // three strings
		n.adapter.evict(r.id, ids, m)
	}
}

// run runs the match until it ends, or the room does.
func (r *Room) run(ctx context.Context) {
	err := r.match.Run(ctx)
	if fault := r.match.Fault(); fault != nil {
		r.rooms.srv.log.Warn("a game's state could not be sent as it was", "room", r.id, "game", r.kind.Name, "err", fault)
	}
	switch {
	case ctx.Err() != nil:
	case err == nil:
		r.end(leftOver, "the match is over")
	default:
		attrs := []slog.Attr{slog.String("room", r.id), slog.String("game", r.kind.Name), slog.Any("err", err)}
		var p *game.PanicError
		if errors.As(err, &p) {
			attrs = append(attrs, slog.String("stack", string(p.Stack)))
		}
		r.rooms.srv.log.LogAttrs(ctx, slog.LevelError, "a match crashed; the other rooms go on", attrs...)
		r.end(leftCrashed, "this match broke and had to end; it has been logged. Join another one")
	}
}

func (r *Room) end(code, message string) {
	r.door.Lock()
	defer r.door.Unlock()
	r.endLocked(code, message)
}

// endLocked ends the room, once. Call with door held.
func (r *Room) endLocked(code, message string) {
	if r.closed {
		return
	}
	r.closed = true
	r.empty.stop()
	for _, s := range r.seats {
		s.hold.stop()
	}
	r.mu.Lock()
	r.update.stop()
	r.routes, r.quiet = nil, true
	r.mu.Unlock()
	ids := make([]string, 0, len(r.members))
	for id := range r.members {
		ids = append(ids, id)
	}
	r.evict(ids, code, message)
	r.members, r.seats = nil, nil
	r.cancel()
	r.rooms.remove(r)
}

// settle follows everything that changes who is there. Call with door held.
func (r *Room) settle() {
	routes := make(map[game.PlayerID]string, len(r.seats))
	for id, s := range r.seats {
		if s.socket != "" {
			routes[id] = s.socket
		}
	}
	people := len(r.members)
	r.people.Store(int32(people))
	r.humans.Store(int32(len(r.seats)))
	r.mu.Lock()
	r.routes, r.spectators = routes, people-len(routes)
	r.touch()
	r.mu.Unlock()
	r.match.Watch(people)
	switch {
	case people > 0 || len(r.seats) > 0:
		r.empty.stop()
		r.empty = nil
	case r.empty == nil:
		r.empty = r.rooms.srv.tasks.after(r.rooms.srv.o.EmptyRoom, r.reap)
	}
	r.rooms.list.changed()
}

// reap ends the room if it is still empty.
func (r *Room) reap() {
	r.door.Lock()
	defer r.door.Unlock()
	if len(r.members) == 0 && len(r.seats) == 0 && r.empty != nil {
		r.endLocked(leftEnded, "the room was empty")
	}
}

// touch has the members told of a change, soon. Call with mu held.
func (r *Room) touch() {
	if r.update == nil && !r.quiet {
		wait := max(updateDelay, updateEvery-time.Since(r.updated))
		r.update = r.rooms.srv.tasks.after(wait, r.pushUpdate)
	}
}

// pushUpdate tells the members who is there. Whoever is just coming in is let in first, and told too.
func (r *Room) pushUpdate() {
	r.door.Lock()
	r.mu.Lock()
	r.update, r.updated = nil, time.Now()
	info := r.info()
	r.mu.Unlock()
	r.door.Unlock()
	_ = r.rooms.srv.To(r.id).Emit("room:update", info) // it may run handlers of OnAnyOutgoing: no lock is held
}

// opens tells whether key opens the room.
func (r *Room) opens(key string) bool {
	return r.key == "" || subtle.ConstantTimeCompare([]byte(key), []byte(r.key)) == 1
}

// output is the Room as the Output of its match. It runs with the match's mutex held: it takes mu and what comes after
// it in the lock order, and nothing else.
type output Room

// State sends a frame to all who follow the room; each form of it is encoded once.
func (o *output) State(f *game.Frame) {
	o.rooms.srv.Namespace.adapter.state(o.id, o.frames.of(f))
}

// Emit sends an event of the game to the room or to one player.
func (o *output) Emit(to game.PlayerID, event string, args []any) {
	n := o.rooms.srv.Namespace
	room := o.id
	o.mu.Lock()
	if to != "" {
		room = o.routes[to]
	}
	o.mu.Unlock()
	if room == "" {
		return // a bot, or away
	}
	if err := n.To(room).Emit(event, args...); err != nil {
		o.complain(err)
	}
}

// complain logs the first event of a match that cannot be sent: the others would be the same, twenty times a second.
func (o *output) complain(err error) {
	o.mu.Lock()
	first := !o.complained
	o.complained = true
	o.mu.Unlock()
	if first {
		o.rooms.srv.log.Error("a game emits what cannot be encoded", "room", o.id, "game", o.kind.Name, "err", err)
	}
}

// Roster keeps who is seated.
func (o *output) Roster(players []game.Player) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.roster = players
	(*Room)(o).touch()
}
