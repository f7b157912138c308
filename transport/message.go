package transport

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"math"
	"sync"
	"sync/atomic"
)

// framing is how a carrier wants a message's bytes.
type framing uint8

const (
	framingWebSocket framing = iota // WebSocket frames with their headers, one behind the other
	framingBase64                   // the same for a client that asked for text frames only (query b64=1)
	framingPolling                  // Engine.IO packets joined by 0x1e
	framings
)

// Message is one outgoing packet, encoded and framed at most once for each codec and carrier, shared by all its
// recipients, its bytes immutable. It may be used by any number of goroutines.
type Message struct {
	content content
	forms   [3 * framings]atomic.Pointer[form]

	// Guarded by mu.
	mu     sync.Mutex
	first  form   // the form that was made first, usually the only one
	wire   []byte // of a state frame, once it was asked for; or all of an Engine.IO message
	packet Packet
	state  State // asked for wire, and for packet while plain is false
	plain  bool
	kept   bool // a recipient may hold the message itself: one that polls
}

// State is one state frame as a Message asks for it: each form at most once, when the first recipient needs it, within
// the call that sends it.
type State interface {
	// AppendWire appends what compact connections get, behind the byte 0xC1, as one raw binary frame.
	AppendWire(b []byte) []byte
	// Plain returns the packet that the others get, whose Data must not change afterwards.
	Plain() Packet
}

// content is what a Message is made of.
type content uint8

const (
	contentPacket content = iota
	contentText           // an Engine.IO message
	contentBinary
)

type form struct {
	bytes []byte
	err   error
}

// NewMessage makes a message of a packet, whose Data must not change afterwards.
func NewMessage(p Packet) *Message { return &Message{packet: p} }

// NewStateMessage makes a message of one state frame. The methods of s must not send.
func NewStateMessage(s State) *Message { return &Message{state: s} }

// Renew is NewStateMessage in the memory of m, a message whose sending is over, if no recipient holds it any more; m may
// be nil.
func (m *Message) Renew(s State) *Message {
	if m == nil || m.isKept() {
		return NewStateMessage(s)
	}
	*m = Message{state: s}
	return m
}

func (m *Message) isKept() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.kept
}

var errNoCodec = errors.New("transport: nothing can be sent before the client's first packet")

// encoded returns the message's bytes for a codec and a carrier.
func (m *Message) encoded(c codec, f framing) ([]byte, error) {
	if c == codecNone {
		if m.content == contentPacket {
			return nil, errNoCodec
		}
		c = codecJSON // any: it is the same in all
	}
	slot := &m.forms[int(c-codecJSON)*int(framings)+int(f)]
	if p := slot.Load(); p != nil {
		return p.bytes, p.err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if p := slot.Load(); p != nil {
		return p.bytes, p.err
	}
	p := &m.first
	if p.bytes != nil || p.err != nil {
		p = new(form)
	}
	p.bytes, p.err = m.encode(c, f)
	m.kept = m.kept || f == framingPolling
	slot.Store(p)
	return p.bytes, p.err
}

func (m *Message) encode(c codec, f framing) ([]byte, error) {
	borrowed := buffers.Get().(*[]byte)
	buf := (*borrowed)[:0]
	defer func() { giveBack(borrowed, buf) }()
	switch {
	case m.content == contentBinary:
		return pack(f, m.wire, true, nil), nil
	case m.content == contentText:
		buf = append(append(buf, packetMessage), m.wire...)
		return pack(f, buf, false, nil), nil
	case c == codecCompact && m.state != nil:
		buf = append(buf, stateMark)
		if m.wire == nil {
			buf = m.state.AppendWire(buf)
		} else {
			buf = append(buf, m.wire...)
		}
		b := pack(f, buf, true, nil)
		m.keepWire(b, buf[1:])
		return b, nil
	}
	if m.state != nil && !m.plain {
		m.packet, m.plain = m.state.Plain(), true
	}
	var attachments [][]byte
	var err error
	switch c {
	case codecJSON:
		buf, attachments, err = encodeJSON(append(buf, '4'), &m.packet)
	case codecMsgpack:
		buf, err = encodeMsgpack(buf, &m.packet)
	default:
		buf = encodeCompact(buf, &m.packet)
	}
	if err != nil {
		return nil, err
	}
	return pack(f, buf, c != codecJSON, attachments), nil
}

// keepWire keeps what the state is not asked for again: a client that polls may need it later, on a WebSocket. framed
// ends with it unless it is text.
func (m *Message) keepWire(framed, wire []byte) {
	switch {
	case m.wire != nil:
	case bytes.HasSuffix(framed, wire):
		m.wire = framed[len(framed)-len(wire):]
	default:
		m.wire = bytes.Clone(wire)
	}
}

// pack frames one Engine.IO message and the binary messages that must follow it at once.
func pack(f framing, first []byte, bin bool, attachments [][]byte) []byte {
	size := packedLen(f, first, bin)
	for _, a := range attachments {
		size += packedLen(f, a, true)
	}
	dst := appendPacked(make([]byte, 0, size), f, first, bin)
	for _, a := range attachments {
		dst = appendPacked(dst, f, a, true)
	}
	return dst
}

const (
	opContinuation = 0x0
	opText         = 0x1
	opBinary       = 0x2
	opClose        = 0x8
	opPing         = 0x9
	opPong         = 0xa
	final          = 0x80

	maxFrameHead = 10
	separator    = 0x1e
)

func packedLen(f framing, b []byte, bin bool) int {
	n := len(b)
	if bin && f != framingWebSocket {
		n = 1 + base64.StdEncoding.EncodedLen(n)
	}
	return n + maxFrameHead
}

func appendPacked(dst []byte, f framing, b []byte, bin bool) []byte {
	switch {
	case f == framingWebSocket && bin:
		return append(appendFrameHead(dst, opBinary, len(b)), b...)
	case f == framingPolling && len(dst) > 0:
		dst = append(dst, separator)
	case f == framingBase64 && bin:
		dst = appendFrameHead(dst, opText, 1+base64.StdEncoding.EncodedLen(len(b)))
	case f != framingPolling:
		dst = appendFrameHead(dst, opText, len(b))
	}
	if bin {
		return base64.StdEncoding.AppendEncode(append(dst, 'b'), b)
	}
	return append(dst, b...)
}

// appendFrameHead appends the header of an unmasked, final WebSocket frame.
func appendFrameHead(dst []byte, op byte, n int) []byte {
	dst = append(dst, final|op)
	switch {
	case n < 126:
		return append(dst, byte(n))
	case n <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(dst, 126), uint16(n))
	}
	return binary.BigEndian.AppendUint64(append(dst, 127), uint64(n))
}
