package transport

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Class says what may happen to a message while its recipient is slow.
type Class uint8

const (
	Reliable Class = iota // waits in the queue; a queue that is full closes the connection with ErrTooSlow
	Volatile              // is dropped while anything else waits; Send then returns ErrDropped
)

// ErrClosed is what Send returns once the connection is closing.
var ErrClosed = errors.New("transport: connection closed")

// PanicError is the reason of a connection that closed because its Receiver panicked.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("transport: receiver panicked: %v", e.Value) }

// Unwrap makes it a forced close to the client.
func (e *PanicError) Unwrap() error { return ErrForcedClose }

// Conn is one client's Engine.IO session. Its methods are safe for concurrent use. It has no goroutine: its carrier's
// reader drives it, and one timer for the heartbeat.
type Conn struct {
	srv       *Server
	id        string
	handshake Handshake
	receiver  Receiver
	codec     atomic.Uint32 // set by the reader with the first packet

	in decoder // the reader's

	link atomic.Pointer[link] // the carrier

	// Guarded by mu.
	mu     sync.Mutex
	reason error // not nil: closing or closed
	busy   bool  // the receiver is at work; whoever set it tells it of a close
	timer  *time.Timer
	pinged bool      // a ping is out, and due is when the session ends without the pong
	due    time.Time // of the timer: it may be late, this is exact
}

func newConn(s *Server, r *http.Request, q url.Values) *Conn {
	return &Conn{
		srv: s,
		id:  newID(),
		handshake: Handshake{
			Header: r.Header, Query: q, Address: r.RemoteAddr, Time: time.Now(), Secure: r.TLS != nil,
		},
		in:   decoder{max: s.o.MaxPayload},
		busy: true, // until there is a receiver
	}
}

// ID returns the secret Engine.IO session id, not the public socket id.
func (c *Conn) ID() string { return c.id }

// Handshake returns what is known of the request that opened the connection. It must not be changed.
func (c *Conn) Handshake() *Handshake { return &c.handshake }

// Send hands m to the client. It never blocks. The error is ErrClosed, ErrDropped for a volatile message, ErrTooSlow if
// the queue was full, in which case the connection closes, or that of the encoding.
func (c *Conn) Send(m *Message, class Class) error {
	l := c.link.Load()
	b, err := m.encoded(codec(c.codec.Load()), l.framing)
	if err != nil {
		return err
	}
	return c.sent(l.out.send(b, class))
}

// sent turns an outbox's answer into that of Send.
func (c *Conn) sent(err error) error {
	switch {
	case err == nil || err == ErrDropped:
		return err
	case err == errTooMuch:
		c.finish(ErrTooSlow, false)
		return ErrTooSlow
	}
	return ErrClosed
}

// Close ends the connection with a reason, which its Receiver is told and, if it is a *CloseReason, the client. It lets
// queued messages out first, and never blocks.
func (c *Conn) Close(reason error) { c.finish(reason, false) }

// open starts the session: the handshake answer goes out, then the receiver is made, then packets may come.
func (c *Conn) open(upgrades string) {
	o := &c.srv.o
	b := fmt.Appendf(nil, `0{"sid":"%s","upgrades":[%s],"pingInterval":%d,"pingTimeout":%d,"maxPayload":%d}`,
		c.id, upgrades, o.PingInterval.Milliseconds(), o.PingTimeout.Milliseconds(), o.MaxPayload)
	c.control(b)
	c.mu.Lock()
	if c.reason == nil {
		c.due = time.Now().Add(o.PingInterval)
		c.timer = time.AfterFunc(o.PingInterval, c.beat)
	}
	c.mu.Unlock()
	defer c.idle()
	defer func() {
		if v := recover(); v != nil {
			c.finish(&PanicError{v, debug.Stack()}, false)
			panic(v)
		}
	}()
	c.receiver = c.srv.accept(c)
}

// control sends an Engine.IO packet of our own: the handshake answer, a ping.
func (c *Conn) control(text []byte) {
	l := c.link.Load()
	_ = c.sent(l.out.send(append(appendFrameHead(nil, opText, len(text)), text...), Reliable))
}

// beat is the heartbeat's timer: it pings, or finds that the pong did not come.
func (c *Conn) beat() {
	c.mu.Lock()
	switch {
	case c.reason != nil:
		c.mu.Unlock()
	case c.pinged:
		c.mu.Unlock()
		c.finish(ErrPingTimeout, false)
	default:
		c.pinged = true
		c.due = c.due.Add(c.srv.o.PingTimeout)
		c.timer.Reset(time.Until(c.due))
		c.mu.Unlock()
		c.control([]byte{packetPing})
	}
}

func (c *Conn) pong() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reason == nil && c.pinged {
		c.pinged = false
		c.due = time.Now().Add(c.srv.o.PingInterval)
		c.timer.Reset(c.srv.o.PingInterval)
	}
}

// The types of Engine.IO packets, as they stand on the wire.
const (
	packetClose   = '1'
	packetPing    = '2'
	packetPong    = '3'
	packetMessage = '4'
	packetUpgrade = '5'
	packetNoop    = '6'
	packetBase64  = 'b'
)

// receive handles one incoming Engine.IO packet, on the reader. It returns why the session has to end, if it has to.
func (c *Conn) receive(data []byte, binary bool) error {
	if binary {
		return c.message(data, true)
	}
	if len(data) == 0 {
		return ErrParse
	}
	switch data[0] {
	case packetMessage:
		return c.message(data[1:], false)
	case packetBase64:
		b, err := base64.StdEncoding.AppendDecode(nil, data[1:])
		if err != nil {
			return ErrParse
		}
		return c.message(b, true)
	case packetPong:
		c.pong()
	case packetClose:
		return ErrTransportClose
	case packetPing: // only the server pings
		return ErrTransportError
	case packetUpgrade, packetNoop:
	default:
		return ErrParse
	}
	return nil
}

// message hands a Socket.IO message on.
func (c *Conn) message(data []byte, binary bool) (reason error) {
	if !c.begin() {
		return nil
	}
	defer func() {
		if v := recover(); v != nil {
			reason = &PanicError{v, debug.Stack()}
		}
		if reason != nil {
			c.finish(reason, false)
		}
		c.idle()
	}()
	var refused error
	err := c.in.decode(data, binary, func(p *Packet) {
		c.codec.Store(uint32(c.in.codec))
		refused = c.receiver.Packet(p)
	})
	if err != nil {
		return ErrForcedClose
	}
	return refused
}

// begin takes the receiver, unless the session is over.
func (c *Conn) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy = c.reason == nil
	return c.busy
}

// idle lets go of the receiver, and tells it if the session ended meanwhile.
func (c *Conn) idle() {
	c.mu.Lock()
	c.busy = false
	reason := c.reason
	c.mu.Unlock()
	if reason != nil && c.receiver != nil {
		c.receiver.Closed(reason)
	}
}

// finish ends the session once: no packet goes in or out any more. Its receiver is told by whoever has it in use, else
// by the caller if it is the reader (inline), else on a goroutine, since the caller may hold locks that the receiver
// wants.
func (c *Conn) finish(reason error, inline bool) {
	if reason == nil {
		reason = ErrForcedClose
	}
	c.mu.Lock()
	if c.reason != nil {
		c.mu.Unlock()
		return
	}
	c.reason = reason
	if c.timer != nil {
		c.timer.Stop()
	}
	busy := c.busy
	if !busy && !inline {
		c.srv.work.Add(1) // the reader, which is counted, cannot end before it has had mu
	}
	c.mu.Unlock()
	c.srv.forget(c)
	c.hangUp(reason)
	switch {
	case busy:
	case inline:
		c.receiver.Closed(reason)
	default:
		go func() {
			defer c.srv.work.Done()
			c.receiver.Closed(reason)
		}()
	}
}

// hangUp closes the carrier, behind what is queued.
func (c *Conn) hangUp(reason error) {
	var r *CloseReason
	if !errors.As(reason, &r) {
		r = ErrForcedClose
	}
	c.link.Load().out.shut(r.Code, r.Text)
}

// String names the connection in logs, without its secret.
func (c *Conn) String() string { return strconv.Quote(c.handshake.Address) }
