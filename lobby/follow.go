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
	// Guarded by mu, which is held while sending.
	mu     sync.Mutex
	room   *Room // nil: none
	player game.PlayerID
	patch  bool // plain clients: what changed alone
	cursor game.Cursor
	sight  sight
	timer  *timer // will try again
}

// begin makes the socket follow a room in a role. Following it already goes on where it is.
func (f *follow) begin(room *Room, player game.PlayerID, patch bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.room != room {
		f.room, f.cursor, f.sight = room, game.Cursor{}, sight{}
	}
	f.player, f.patch = player, patch
}

// patches tells whether the socket's client wants merge patches.
func (f *follow) patches() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
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

// deliver sends what brings the socket to a frame of the room it follows.
func (f *follow) deliver(s *Socket, fs *frames) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.room != fs.room || f.sight.holds() {
		return
	}
	piece, next := fs.frame.Next(f.cursor, f.player)
	if piece == nil {
		return
	}
	err := s.client.conn.Send(fs.message(piece, f.patch), transport.Volatile)
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
	r.match.Show(func(f *game.Frame) { s.follow.deliver(s, &frames{room: r, frame: f}) })
}

// frames makes the messages of one frame, each once.
type frames struct {
	room  *Room
	frame *game.Frame
	made  []madeFrame // few: nearly everybody is at the same place of the chain
}

type madeFrame struct {
	piece   *game.Piece
	patch   bool
	message *transport.Message
}

// message returns the message of a piece. Clients of our SDK get its bytes as they are; the others the event "state".
func (fs *frames) message(p *game.Piece, patch bool) *transport.Message {
	for i := range fs.made {
		if m := &fs.made[i]; m.piece == p && m.patch == patch {
			return m.message
		}
	}
	name := fs.room.rooms.srv.Namespace.name
	m := transport.NewStateMessage(p.Wire(), func() transport.Packet {
		plain := p.Full
		if patch {
			plain = p.Patch
		}
		return transport.Packet{Type: transport.Event, Namespace: name, ID: transport.NoID, Data: named("state", plain())}
	})
	fs.made = append(fs.made, madeFrame{p, patch, m})
	return m
}

// named puts an event's name, of up to 31 bytes, before its two arguments, an array that is encoded already.
func named(event string, two []byte) []byte {
	data := append(make([]byte, 0, len(two)+len(event)+1), 0x93, 0xa0|byte(len(event)))
	return append(append(data, event...), two[1:]...)
}
