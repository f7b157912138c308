package lobby

import (
	"ninepin/game"
	"ninepin/transport"
)

// keepMessages is how many messages' memory a room keeps from frame to frame: nearly everybody is at the same place of
// the chain, and sees the same.
const keepMessages = 8

// frames makes the messages of a room's last frame, each once.
type frames struct {
	room  *Room
	frame *game.Frame
	tick  uint64
	made  []*stateMessage // the first n are of this frame; the others' memory is free
	n     int
}

// of returns the messages of a frame, those that there are and those that it will take.
func (fs *frames) of(f *game.Frame) *frames {
	if fs.frame != f || fs.tick != f.Tick {
		fs.frame, fs.tick, fs.n = f, f.Tick, 0
		if len(fs.made) > keepMessages {
			clear(fs.made[keepMessages:])
			fs.made = fs.made[:keepMessages]
		}
	}
	return fs
}

// message returns the message of a piece.
func (fs *frames) message(p *game.Piece, patch bool) *transport.Message {
	for _, m := range fs.made[:fs.n] {
		if m.piece == p && m.patch == patch {
			return m.message
		}
	}
	if fs.n == len(fs.made) {
		fs.made = append(fs.made, &stateMessage{})
	}
	m := fs.made[fs.n]
	fs.n++
	m.piece, m.patch, m.namespace = p, patch, fs.room.rooms.srv.Namespace.name
	m.message = m.message.Renew(m)
	return m.message
}

// stateMessage is one of them: clients of our SDK get the piece's bytes as they are; the others the event "state".
type stateMessage struct {
	piece     *game.Piece
	patch     bool
	namespace string
	message   *transport.Message
}

// AppendWire appends the piece's wire form.
func (m *stateMessage) AppendWire(b []byte) []byte { return m.piece.AppendWire(b) }

// Plain returns the event "state".
func (m *stateMessage) Plain() transport.Packet {
	data := append(make([]byte, 0, 512), "\x93\xa5state"...)
	return transport.Packet{
		Type: transport.Event, Namespace: m.namespace, ID: transport.NoID, Data: m.piece.AppendPlain(data, m.patch),
	}
}
