package lobby

import (
	"errors"
	"sync"
	"time"

	"ninepin/game"
	"ninepin/transport"
)

// retryState is how long a recipient that was behind is left alone before the present state is tried again, where no
// next tick brings it: in turn-based games.
const retryState = 100 * time.Millisecond

// follow is which game room's state a socket gets, and how far it has got. A client that cannot keep up misses frames;
// the first one that it has room for again brings the whole state. Ticks only go forward, and once stop has returned no
// frame of that room comes any more.
type follow struct {
	mu   *sync.RWMutex // the adapter's
	conn *transport.Conn
	hint hint // from the socket's reader

	// Guarded by mu. Whoever delivers holds it read-locked.
	room   *Room // nil: none
	player game.PlayerID
	patch  bool // plain clients: what changed alone

	// Owned by whoever delivers, one at a time since the mutex of room's match is held then; or by one who has mu locked.
	cursor game.Cursor
	sight  sight
	timer  *timer // will try again
}

// begin makes the socket follow a room in a role. Following it already goes on where it is.
func (f *follow) begin(room *Room, player game.PlayerID, patch bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.room != room {
		f.room, f.cursor, f.sight = room, game.Cursor{}, sight{told: f.hint.Load()}
	}
	f.player, f.patch = player, patch
}

// patches tells whether the socket's client wants merge patches.
func (f *follow) patches() bool {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.patch
}

// stop ends following a room.
func (f *follow) stop(room string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.room != nil && f.room.id == room {
		f.room = nil
		f.timer.stop()
		f.timer = nil
	}
}

// deliver sends what brings the socket to a frame of the room it follows. Call with mu read-locked and the match's mutex
// held. Whether the client has room is asked before a whole state is made for it, which would be thrown away in each tick.
func (f *follow) deliver(s *Socket, fs *frames) {
	if f.room != fs.room || f.behind() {
		return
	}
	piece, next := fs.frame.Next(f.cursor, f.player)
	if piece == nil {
		return
	}
	err := transport.ErrDropped
	if !piece.Whole() || f.conn.Ready() {
		err = f.conn.Send(fs.message(piece, f.patch), transport.Fresh)
	}
	switch {
	case err == nil:
		if f.cursor = next; f.sight.first == 0 {
			f.sight.first = next.Tick()
		}
	case errors.Is(err, transport.ErrDropped) && fs.room.kind.OnInput && f.timer == nil:
		f.timer = s.n.srv.tasks.after(retryState, func() { f.retry(s) })
	}
}

// retry sends the present state to a socket that had no room for it.
func (f *follow) retry(s *Socket) {
	f.mu.Lock()
	room := f.room
	f.timer = nil
	f.mu.Unlock()
	if room != nil {
		room.show(s)
	}
}

// show sends the present state to one socket, if there is any yet.
func (r *Room) show(s *Socket) {
	r.match.Show(func(f *game.Frame) {
		s.follow.mu.RLock()
		defer s.follow.mu.RUnlock()
		s.follow.deliver(s, r.frames.of(f))
	})
}
