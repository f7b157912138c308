package lobby

import (
	"ninepin/game"
	"ninepin/transport"
)

// looked is the moment of the match that a client looks at whose picture lies behind the last tick it has: 0 if it does
// not say by how much. Ahead of that tick it has carried the motion on, by a second at most.
func looked(k *game.Kind, tick uint32, behind transport.Args) float64 {
	if len(behind) == 0 || k.OnInput {
		return 0
	}
	ms, ok := milliseconds(behind[0])
	if !ok {
		return 0
	}
	return float64(tick) - float64(min(max(ms, -1000), 10_000))*float64(k.TickRate)/1000
}

// milliseconds reads a whole number in any of MessagePack's integer forms.
func milliseconds(b []byte) (int64, bool) {
	if len(b) == 0 {
		return 0, false
	}
	if c := b[0]; c < 0x80 || c >= 0xe0 {
		return int64(int8(c)), true
	}
	if b[0] < 0xcc || b[0] > 0xd3 {
		return 0, false
	}
	n := int64(0)
	if b[0] >= 0xd0 && len(b) > 1 {
		n = int64(int8(b[1])) >> 7 // its sign
	}
	for _, c := range b[1:] {
		n = n<<8 | int64(c)
	}
	return n, true
}
