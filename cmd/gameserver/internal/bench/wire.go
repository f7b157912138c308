package bench

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/vmihailenco/msgpack/v5"
)

// WebSocket opcodes.
const (
	opText   = 0x1
	opBinary = 0x2
	opClose  = 0x8
	opPing   = 0x9
	opPong   = 0xa
)

// stateMark begins a state frame to a compact connection.
const stateMark = 0xc1

// maxFrame is the largest frame that a server may send us.
const maxFrame = 1 << 20

var (
	errFrame  = errors.New("the server sent a frame that we cannot read")
	errClosed = errors.New("the server closed the connection")
)

// frame is one WebSocket frame of a server.
type frame struct {
	op      byte
	payload []byte // within the bytes given
}

// closed is the error of a close frame: errClosed with the code and the text that the server gives.
func closed(payload []byte) error {
	if len(payload) < 2 {
		return errClosed
	}
	return fmt.Errorf("%w: %d %q", errClosed, binary.BigEndian.Uint16(payload), payload[2:])
}

// nextFrame reads the frame at the head of b and returns its length; 0 if there is only a part of it. Servers mask
// nothing, and ours fragments nothing.
func nextFrame(b []byte) (f frame, n int, err error) {
	if len(b) < 2 {
		return f, 0, nil
	}
	if b[0]&0xf0 != 0x80 || b[1]&0x80 != 0 {
		return f, 0, errFrame
	}
	head, size := 2, int(b[1])
	switch {
	case size == 126 && len(b) >= 4:
		head, size = 4, int(binary.BigEndian.Uint16(b[2:]))
	case size == 127 && len(b) >= 10:
		long := binary.BigEndian.Uint64(b[2:])
		if long > maxFrame {
			return f, 0, errFrame
		}
		head, size = 10, int(long)
	case size >= 126:
		return f, 0, nil
	}
	if len(b) < head+size {
		return f, 0, nil
	}
	return frame{op: b[0] & 0xf, payload: b[head : head+size]}, head + size, nil
}

// appendFrame appends a client's frame, masked.
func appendFrame(dst []byte, op byte, mask uint32, payload []byte) []byte {
	dst = append(dst, 0x80|op)
	switch n := len(payload); {
	case n < 126:
		dst = append(dst, 0x80|byte(n))
	case n < 1<<16:
		dst = binary.BigEndian.AppendUint16(append(dst, 0x80|126), uint16(n))
	default:
		dst = binary.BigEndian.AppendUint64(append(dst, 0x80|127), uint64(n))
	}
	var key [4]byte
	binary.BigEndian.PutUint32(key[:], mask)
	dst = append(dst, key[:]...)
	for i, c := range payload {
		dst = append(dst, c^key[i&3])
	}
	return dst
}

// appendInput appends the packet of one input in the compact codec: [2, 0, nil, ["input", seq, {vx, vy, f}]].
func appendInput(dst []byte, seq uint32, in ArenaInput) []byte {
	dst = append(dst, 0x94, 2, 0, 0xc0, 0x93, 0xa5, 'i', 'n', 'p', 'u', 't')
	dst = appendInt(dst, int(seq))
	if in.Fire {
		dst = append(dst, 0x83, 0xa1, 'f', 0xc3)
	} else {
		dst = append(dst, 0x82)
	}
	dst = appendInt(append(dst, 0xa2, 'v', 'x'), in.VX)
	return appendInt(append(dst, 0xa2, 'v', 'y'), in.VY)
}

// appendInt appends an integer of at most 32 bits in MessagePack's shortest form.
func appendInt(dst []byte, v int) []byte {
	switch {
	case v >= -32 && v < 128:
		return append(dst, byte(v))
	case v >= 0 && v < 1<<8:
		return append(dst, 0xcc, byte(v))
	case v >= 0 && v < 1<<16:
		return binary.BigEndian.AppendUint16(append(dst, 0xcd), uint16(v))
	case v >= 0:
		return binary.BigEndian.AppendUint32(append(dst, 0xce), uint32(v))
	case v >= -1<<7:
		return append(dst, 0xd0, byte(v))
	case v >= -1<<15:
		return binary.BigEndian.AppendUint16(append(dst, 0xd1), uint16(v))
	}
	return binary.BigEndian.AppendUint32(append(dst, 0xd2), uint32(v))
}

// The Socket.IO packet types.
const (
	sioConnect      = 0
	sioDisconnect   = 1
	sioEvent        = 2
	sioAck          = 3
	sioConnectError = 4
)

// request is the packet of an event that wants an ack.
func request(id int, event string, arg any) ([]byte, error) {
	return msgpack.Marshal([]any{sioEvent, 0, id, []any{event, arg}})
}

// readPacket splits a packet of the compact codec; id is -1 if it has none. The library makes nothing of a nil.
func readPacket(b []byte) (kind, id int, data msgpack.RawMessage, err error) {
	var items []msgpack.RawMessage
	if err := msgpack.Unmarshal(b, &items); err != nil || len(items) == 0 {
		return 0, -1, nil, fmt.Errorf("%w: a packet of %d bytes", errFrame, len(b))
	}
	id = -1
	err = msgpack.Unmarshal(items[0], &kind)
	if len(items) > 2 && len(items[2]) > 0 && items[2][0] != 0xc0 && err == nil {
		err = msgpack.Unmarshal(items[2], &id)
	}
	if len(items) > 3 {
		data = items[3]
	}
	return kind, id, data, err
}

// eventName returns the name of the event in a packet without an ack, "" if it is something else. It is what is done
// with everything but states while we measure.
func eventName(b []byte) string {
	if len(b) < 7 || b[0] != 0x94 || b[1] != sioEvent || b[2] != 0 || b[3] != 0xc0 || b[4]&0xf0 != 0x90 || b[5]&0xe0 != 0xa0 {
		return ""
	}
	n := int(b[5] & 0x1f)
	if len(b) < 6+n {
		return ""
	}
	return string(b[6 : 6+n])
}
