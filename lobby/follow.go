package lobby

import (
	"errors"
	"sync"
	"time"

	"ninepin/game"
	"ninepin/transport"
)

// retryState is how long a recipient that was behind is left alone before the newest frame is tried again. It matters
// where no next tick comes to replace the frame: in turn-based games.
const retryState = 100 * time.Millisecond

// follow is which game room's state a socket gets. Ticks only go forward, and once stop has returned no frame of that
// room comes any more.
type follow struct {
	// Guarded by mu, which is held while sending.
	mu     sync.Mutex
	room   string // "": none
	any    bool   // a frame has been sent
	tick   uint64
	behind *transport.Message // the newest frame, which the connection had no room for
	timer  *timer             // will try behind again
}

// begin makes the socket follow a room. Following it already changes nothing.
func (f *follow) begin(room string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.room != room {
		f.room, f.any, f.tick, f.behind = room, false, 0, nil
	}
}

// stop ends following a room.
func (f *follow) stop(room string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.room == room {
		f.room, f.behind = "", nil
		f.timer.stop()
		f.timer = nil
	}
}

// deliver sends a frame, unless the socket does not follow that room or has had a newer one.
func (f *follow) deliver(s *Socket, room string, tick uint64, m *transport.Message) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.room != room || f.any && tick <= f.tick {
		return
	}
	f.any, f.tick = true, tick
	f.send(s, m)
}

// send tries to send m; if there is no room for it, it will be tried again until a newer one replaces it. Call with mu
// held.
func (f *follow) send(s *Socket, m *transport.Message) {
	f.behind = nil
	if err := s.client.conn.Send(m, transport.Volatile); !errors.Is(err, transport.ErrDropped) {
		return
	}
	f.behind = m
	if f.timer == nil {
		f.timer = s.n.srv.tasks.after(retryState, func() { f.retry(s) })
	}
}

func (f *follow) retry(s *Socket) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.timer = nil
	if f.behind != nil {
		f.send(s, f.behind)
	}
}

// stateMessage makes the message of a frame.
func stateMessage(n *Namespace, f *game.Frame) *transport.Message {
	return transport.NewStateMessage(f.Wire(), func() transport.Packet {
		return transport.Packet{
			Type: transport.Event, Namespace: n.name, ID: transport.NoID, Data: named("state", f.Plain()),
		}
	})
}

// named puts an event's name, of up to 31 bytes, before its two arguments, an array that is encoded already.
func named(event string, two []byte) []byte {
	data := append(make([]byte, 0, len(two)+len(event)+1), 0x93, 0xa0|byte(len(event)))
	return append(append(data, event...), two[1:]...)
}
