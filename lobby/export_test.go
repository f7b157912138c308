package lobby

import (
	"ninepin/game"
	"ninepin/transport"
)

// PlayerName is playerName.
var PlayerName = playerName

// FrameSize returns the bytes of the present state for a newcomer with the compact codec.
func (r *Room) FrameSize() (n int) {
	r.match.Show(func(f *game.Frame) {
		p, _ := f.Next(game.Cursor{}, "")
		n = len(p.Wire())
	})
	return n
}

// Tick runs one step of the room's match. The kind should be OnInput, so that nothing else does.
func (r *Room) Tick() error { return r.match.Step() }

// Packet hands a packet to the socket's connection, as its reader does.
func (s *Socket) Packet(p *transport.Packet) error { return s.client.Packet(p) }
