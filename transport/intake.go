package transport

import (
	"encoding/binary"
	"errors"
	"math"
)

// errNoMore is what gws gets when it asks for more than there is: the connection is given up. It must not happen but
// where a peer has sent more fragments than a message can have.
var errNoMore = errors.New("transport: a message in too many pieces")

// fragmentRoom is how much the headers of a message's fragments, and control frames between them, may take.
const fragmentRoom = 64 << 10

// intake hands gws what has come in portions that it can read without waiting: gws' ReadMessage does not return before
// there is a message, and cannot be told to come again later. The frames' contents are gws' business, broken rules too.
// It belongs to the reader of its link.
type intake struct {
	max  int    // bytes of a message
	held []byte // what has come of a portion that is not whole
	at   int    // offset in it of the first frame that was not looked at; those before wait for their message's end
	open bool   // a message's fragments wait

	portion []byte // what gws reads
	alone   bool   // the portion is a control frame: emptyMessage follows
}

// emptyMessage is a frame that makes ReadMessage return when it has handled a control frame.
const emptyMessage = "\x82\x80\x00\x00\x00\x00"

// next returns the length of the portion that b begins with, 0 if it is not whole yet. b is what it was at the last call,
// and maybe more, unless that has returned a portion.
func (in *intake) next(b []byte) int {
	for {
		f := readFrameHead(b[in.at:])
		size := len(b) - in.at
		switch {
		case f.size == 0: // not even the header
			return in.unfinished(b)
		case f.bad || f.payload > uint64(in.max):
			return in.portionOf(len(b)) // gws finds fault with the header
		case f.payload > uint64(size-f.size):
			return in.unfinished(b)
		}
		end := in.at + f.size + int(f.payload)
		switch f.op {
		case opPing, opPong:
			if !in.open {
				in.alone = true
				return in.portionOf(end)
			}
		case opContinuation, opText, opBinary:
			begins := f.op != opContinuation
			if f.final || begins == in.open {
				return in.portionOf(end)
			}
			in.open = true
		default: // a close frame, or one that does not exist
			return in.portionOf(end)
		}
		in.at = end
	}
}

// binary returns the message of a portion that is one binary frame and nothing else, unmasked in place; nil of any other
// portion. All inputs come so, and gws would make a Message of each.
func (in *intake) binary(portion []byte) []byte {
	f := readFrameHead(portion)
	if f.op != opBinary || !f.final || f.bad || f.payload > uint64(in.max) || len(portion) != f.size+int(f.payload) {
		return nil
	}
	data := portion[f.size:]
	unmask(data, [4]byte(portion[f.size-4:]))
	return data
}

// unmask undoes a client's masking (RFC 6455, 5.3).
func unmask(data []byte, key [4]byte) {
	wide := uint64(binary.LittleEndian.Uint32(key[:]))
	wide |= wide << 32
	for len(data) >= 8 {
		binary.LittleEndian.PutUint64(data, binary.LittleEndian.Uint64(data)^wide)
		data = data[8:]
	}
	for i := range data {
		data[i] ^= key[i&3]
	}
}

func (in *intake) portionOf(n int) int {
	in.at, in.open = 0, false
	return n
}

// unfinished is no portion, unless it is too long to become one.
func (in *intake) unfinished(b []byte) int {
	if len(b) > in.max+fragmentRoom {
		return in.portionOf(len(b))
	}
	return 0
}

// keep holds back what is not whole yet. Unless it was held before it is copied.
func (in *intake) keep(b []byte, own bool) {
	switch {
	case len(b) == 0:
		in.held = nil
	case own:
		in.held = b
	default:
		in.held = append([]byte(nil), b...)
	}
}

// read is gws' reading.
func (in *intake) read(b []byte) (int, error) {
	n := copy(b, in.portion)
	in.portion = in.portion[n:]
	if n == 0 && in.alone {
		in.alone = false
		in.portion = []byte(emptyMessage)
		return in.read(b)
	}
	if n == 0 && len(b) > 0 {
		return 0, errNoMore
	}
	return n, nil
}

// frameHead is a WebSocket frame's header, as a client sends it.
type frameHead struct {
	op      byte
	final   bool
	bad     bool // gws refuses it without looking further
	size    int  // of the header; 0: it is not whole
	payload uint64
}

func readFrameHead(b []byte) (f frameHead) {
	if len(b) < 2 {
		return f
	}
	size, short := 2, b[1]&0x7f
	switch short {
	case 126:
		size = 4
	case 127:
		size = 10
	}
	masked := b[1]&0x80 != 0
	if masked {
		size += 4
	}
	if len(b) < size {
		return f
	}
	f.op, f.final, f.size, f.payload = b[0]&0x0f, b[0]&final != 0, size, uint64(short)
	switch short {
	case 126:
		f.payload = uint64(binary.BigEndian.Uint16(b[2:]))
	case 127:
		f.payload = binary.BigEndian.Uint64(b[2:])
	}
	control := f.op > opBinary
	f.bad = !masked || b[0]&0x70 != 0 || f.payload > math.MaxInt64 || control && (!f.final || short > 125)
	return f
}
