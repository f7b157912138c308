package transport

import (
	"fmt"
	"net"
	"sync"
)

// The names by which the tests of the external package reach what is not exported.

// Codec is codec.
type Codec = codec

// The codecs.
const (
	CodecJSON    = codecJSON
	CodecMsgpack = codecMsgpack
	CodecCompact = codecCompact
)

// The bounds.
const (
	MaxDepth       = maxDepth
	MaxNodes       = maxNodes
	MaxAttachments = maxAttachments
	StateMark      = stateMark
)

// Decoder decodes one connection's messages.
type Decoder struct{ d decoder }

// NewDecoder makes a decoder with a limit for JSON packets and their attachments.
func NewDecoder(limit int) *Decoder { return &Decoder{decoder{max: limit}} }

// Decode returns a copy of the packet that data completes, or nil. Text goes in as it is behind Engine.IO's 4.
func (d *Decoder) Decode(data []byte, binary bool) (p *Packet, err error) {
	err = d.d.decode(data, binary, func(q *Packet) {
		c := *q
		if c.Data != nil {
			c.Data = append([]byte{}, c.Data...)
		}
		p = &c
	})
	return p, err
}

// Measure decodes without copying.
func (d *Decoder) Measure(data []byte, binary bool, f func(*Packet)) error {
	return d.d.decode(data, binary, f)
}

// Scan checks one value and what follows it, as the codecs do.
func Scan(b []byte) error {
	var s scanner
	n, err := s.value(b, maxDepth)
	if err == nil && n != len(b) {
		err = errTrailing
	}
	return err
}

// FromJSON and ToJSON transcode one value.
func FromJSON(b []byte) ([]byte, error) { return fromJSON(nil, b, nil) }

// ToJSON is the way back; binary values become base64.
func ToJSON(b []byte) ([]byte, error) { return appendJSON(nil, b, nil) }

// Frames returns a message's bytes on a WebSocket.
func (m *Message) Frames(c Codec) ([]byte, error) { return m.encoded(c, framingWebSocket) }

// Base64Frames returns a message's bytes on a WebSocket without binary frames.
func (m *Message) Base64Frames(c Codec) ([]byte, error) { return m.encoded(c, framingBase64) }

// Payload returns a message's bytes in a polling payload.
func (m *Message) Payload(c Codec) ([]byte, error) { return m.encoded(c, framingPolling) }

// Outbox is an outbox with its methods in reach.
type Outbox struct {
	*outbox
	work sync.WaitGroup
}

// The outbox's bounds.
const (
	MaxQueued     = maxQueued
	PortableSlack = portableSlack
	WriteTimeout  = writeTimeout
	WriteChunk    = writeChunk
	CloseTimeout  = closeTimeout
)

// ErrTooMuch is errTooMuch.
var ErrTooMuch = errTooMuch

// NewOutbox makes an outbox of c, from which replay was read already.
func NewOutbox(c net.Conn, replay []byte, maxBytes int) *Outbox {
	o := new(Outbox)
	o.outbox = newOutbox(c, replay, maxBytes, 1<<20, &pollers{run: func(f func()) { go f() }})
	o.run = o.work.Go
	return o
}

// Send, Shut, End and Wait are what sessions do with an outbox; Wait waits for its flusher.
func (o *Outbox) Send(b []byte, class Class) error { return o.send(b, class) }

// Shut queues the close frame.
func (o *Outbox) Shut(code int, text string) { o.shut(code, text) }

// End is the reader's end.
func (o *Outbox) End(gone bool) { o.end(gone) }

// Wait waits for the flusher.
func (o *Outbox) Wait() { o.work.Wait() }

// Waiting returns the messages in the queue.
func (o *Outbox) Waiting() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.queue)
}

// Ready is ready.
func (o *Outbox) Ready() bool { return o.ready() }

// Portions are what gws gets to read of a stream that comes in these pieces.
func Portions(maxPayload int, pieces ...[]byte) (portions []string) {
	in := &intake{max: maxPayload}
	for _, b := range pieces {
		own := len(in.held) > 0
		if own {
			in.held = append(in.held, b...)
			b = in.held
		}
		for n := in.next(b); n > 0; n = in.next(b) {
			portions = append(portions, string(b[:n]))
			b = b[n:]
		}
		in.keep(b, own)
	}
	return portions
}

// BinaryOf is what a portion that is one binary frame unmasks to, without gws; nil of any other.
func BinaryOf(max int, portion []byte) []byte { return (&intake{max: max}).binary(portion) }

// SplitArgs is CutArgs for Data that nobody has checked: what one accepts, the other cuts in the same places.
func SplitArgs(data []byte) (Args, error) {
	h, err := readHead(data)
	if err != nil {
		return nil, err
	}
	if h.kind != kindArray || h.n > len(data)-h.body {
		return nil, fmt.Errorf("%w: not an array", ErrMalformed)
	}
	args, rest := make(Args, 0, h.n), data[h.body:]
	var s scanner
	for range h.n {
		n, err := s.value(rest, maxDepth-1)
		if err != nil {
			return nil, err
		}
		args, rest = append(args, rest[:n:n]), rest[n:]
	}
	if len(rest) != 0 {
		return nil, errTrailing
	}
	return args, nil
}
