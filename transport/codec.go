package transport

import (
	"fmt"
	"sync"
)

// codec is the encoding that a client uses for Socket.IO packets, told by the first that it sends.
type codec uint8

const (
	codecNone codec = iota // nothing received yet: nothing may be sent
	codecJSON
	codecMsgpack
	codecCompact
)

// detect tells the codec of a client from its first packet.
func detect(data []byte, binary bool) (codec, error) {
	switch {
	case !binary:
		return codecJSON, nil
	case len(data) > 0 && (data[0]&0xf0 == 0x80 || data[0] == 0xde || data[0] == 0xdf):
		return codecMsgpack, nil
	case len(data) > 0 && (data[0]&0xf0 == 0x90 || data[0] == 0xdc):
		return codecCompact, nil
	}
	return codecNone, fmt.Errorf("%w: no known encoding", ErrMalformed)
}

// decoder turns one connection's incoming messages into packets. It belongs to the connection's reader.
type decoder struct {
	codec   codec
	max     int // bytes of a JSON packet with its attachments
	p       Packet
	buf     []byte // what p is transcoded into, borrowed from buffers during decode
	pending *pending
}

// pending is a JSON packet that waits for attachments.
type pending struct {
	text []byte
	at   int // where the JSON begins
	want int
	bins [][]byte
	size int
}

// buffers are borrowed for a packet on its way in or out.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

const keepBuffer = 64 << 10 // bytes; a larger buffer is left to the garbage collector

func giveBack(p *[]byte, b []byte) {
	if cap(b) <= keepBuffer {
		*p = b[:0]
		buffers.Put(p)
	}
}

// decode handles one message. If it completes a packet, handle gets it; its Data is valid until handle returns.
func (d *decoder) decode(data []byte, binary bool, handle func(*Packet)) error {
	if d.codec == codecNone {
		c, err := detect(data, binary)
		if err != nil {
			return err
		}
		d.codec = c
	}
	borrowed := buffers.Get().(*[]byte)
	d.buf = *borrowed
	defer func() {
		giveBack(borrowed, d.buf)
		d.buf, d.p.Data = nil, nil
	}()
	complete, err := d.packet(data, binary)
	if err != nil || !complete {
		return err
	}
	if err := d.p.check(); err != nil {
		return err
	}
	handle(&d.p)
	return nil
}

func (d *decoder) packet(data []byte, binary bool) (complete bool, err error) {
	switch {
	case d.codec == codecJSON:
		return d.json(data, binary)
	case !binary:
		return false, fmt.Errorf("%w: text from a client that speaks MessagePack", ErrMalformed)
	case d.codec == codecMsgpack:
		return true, d.msgpack(data)
	}
	return true, d.compact(data)
}

// canonical checks the value that b begins with, and returns it in canonical form, as it stands if it is that already,
// and its length in b.
func (d *decoder) canonical(s *scanner, b []byte) (v []byte, n int, err error) {
	s.foreign = false
	if n, err = s.value(b, maxDepth); err != nil {
		return nil, 0, err
	}
	if !s.foreign {
		return b[:n], n, nil
	}
	d.buf, err = toCanonical(d.buf[:0], b[:n])
	return d.buf, n, err
}

// namespace returns the name as a string, without an allocation when it is the last packet's.
func (d *decoder) namespace(b []byte) string {
	switch {
	case len(b) == 0, string(b) == "/":
		return "/"
	case string(b) == d.p.Namespace:
		return d.p.Namespace
	}
	return string(b)
}
