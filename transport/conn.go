package transport

import (
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// Class says what may happen to a message while its recipient is slow.
type Class uint8

const (
	Reliable Class = iota // waits in the queue; a queue that is full closes the connection with ErrTooSlow
	Volatile              // is dropped while anything else waits; Send then returns ErrDropped
	Fresh                 // is Volatile, and worth nothing late: less may wait in front of it where the flusher writes everything
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
// reader drives it, a WebSocket's or the requests of a polling client, and one timer for the heartbeat.
type Conn struct {
	srv       *Server
	id        string
	handshake Handshake
	base64    bool // the client wants no binary frames
	receiver  Receiver
	codec     atomic.Uint32 // set by the reader with the first packet

	in decoder // the reader's

	link atomic.Pointer[link] // the carrier; nil while the client polls. Set under mu

	// Guarded by mu.
	mu     sync.Mutex
	poll   *polling // nil once there is a link
	reason error    // not nil: closing or closed
	busy   bool     // the receiver is at work; whoever set it tells it of a close
	timer  *time.Timer
	pinged bool      // a ping is out, and due is when the session ends without the pong
	due    time.Time // of the timer: it may be late, this is exact
}

func newConn(s *Server, r *http.Request, q url.Values) *Conn {
	return &Conn{
		srv: s,
		id:  newID(),
		handshake: Handshake{
			Header: ownHeader(r.Header), Query: ownQuery(q), URL: r.RequestURI, Address: r.RemoteAddr, Time: time.Now(), Secure: r.TLS != nil,
		},
		base64: q.Get("b64") != "",
		in:     decoder{max: s.o.MaxPayload},
		busy:   true, // until there is a receiver
	}
}

// ID returns the secret Engine.IO session id, not the public socket id.
func (c *Conn) ID() string { return c.id }

// Transport returns how the client is connected at this moment, as the query of its requests says it: "polling" or
// "websocket".
func (c *Conn) Transport() string {
	if c.link.Load() != nil {
		return "websocket"
	}
	return "polling"
}

// Handshake returns what is known of the request that opened the connection. It must not be changed.
func (c *Conn) Handshake() *Handshake { return &c.handshake }

// Send hands m to the client. It never blocks. The error is ErrClosed, ErrDropped for a volatile message, ErrTooSlow if
// the queue was full, in which case the connection closes, or that of the encoding.
func (c *Conn) Send(m *Message, class Class) error {
	if l := c.link.Load(); l != nil {
		return c.sendOn(l, m, class)
	}
	b, err := m.encoded(c.codecNow(), framingPolling)
	if err != nil {
		return err
	}
	return c.enqueue(queued{message: m, size: len(b)}, class)
}

func (c *Conn) sendOn(l *link, m *Message, class Class) error {
	b, err := m.encoded(c.codecNow(), l.framing)
	if err != nil {
		return err
	}
	err = l.out.send(b, class)
	if err == nil {
		c.srv.traffic.out.add(len(b))
	}
	return c.sent(err)
}

// enqueue puts a packet into the queue of a polling client, or on the link that it got meanwhile.
func (c *Conn) enqueue(q queued, class Class) error {
	c.mu.Lock()
	switch l := c.link.Load(); {
	case l != nil && q.message != nil:
		c.mu.Unlock()
		return c.sendOn(l, q.message, class)
	case l != nil:
		c.mu.Unlock()
		return c.sent(l.out.send(textFrame(q.text), class))
	case c.reason != nil:
		c.mu.Unlock()
		return ErrClosed
	}
	err := c.poll.push(c.codecNow(), q, class, c.srv.o.MaxQueue)
	if err == nil && q.message != nil {
		c.srv.traffic.out.add(q.size)
	}
	c.mu.Unlock()
	return c.sent(err)
}

func (c *Conn) codecNow() codec { return codec(c.codec.Load()) }

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
	c.control(fmt.Appendf(nil, `0{"sid":"%s","upgrades":[%s],"pingInterval":%d,"pingTimeout":%d,"maxPayload":%d}`,
		c.id, upgrades, o.PingInterval.Milliseconds(), o.PingTimeout.Milliseconds(), o.MaxPayload))
	if o.InitialPacket != "" {
		c.control(append([]byte{packetMessage}, o.InitialPacket...))
	}
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
func (c *Conn) control(text []byte) { _ = c.enqueue(queued{text: text, size: len(text)}, Reliable) }

func textFrame(text []byte) []byte { return append(appendFrameHead(nil, opText, len(text)), text...) }

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
	c.srv.traffic.in.add(len(data))
	defer c.settle(&reason)
	if raw, ok := c.receiver.(rawReceiver); ok {
		return raw.Message(data, binary)
	}
	var refused error
	err := c.in.decode(data, binary, func(p *Packet) {
		c.codec.Store(uint32(c.in.codec))
		refused = c.receiver.Packet(p)
	})
	if err != nil {
		return c.undecoded(err)
	}
	return refused
}

func (c *Conn) undecoded(err error) error {
	c.srv.complain.about(complainParse, c.handshake.Address, slog.Any("err", err))
	return ErrForcedClose
}

// settle is deferred to the receiver's work on a message.
func (c *Conn) settle(reason *error) {
	if v := recover(); v != nil {
		*reason = &PanicError{v, debug.Stack()}
	}
	if *reason != nil {
		c.finish(*reason, false)
	}
	c.idle()
}

// begin takes the receiver, unless the session is over.
func (c *Conn) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reason != nil {
		return false
	}
	c.busy = true
	return true
}

// idle lets go of the receiver, and tells it if the session ended meanwhile.
func (c *Conn) idle() {
	if c.letGo() {
		c.tell()
	}
}

// letGo lets go of the receiver. The caller sees to it that it is told if the session has ended meanwhile.
func (c *Conn) letGo() (over bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy = false
	return c.reason != nil
}

// tell is the receiver's last call, and ends what the server counts as this session's work.
func (c *Conn) tell() {
	defer c.srv.work.Done()
	if c.receiver != nil {
		c.receiver.Closed(c.reason)
	}
}

// regret logs the ends that the operator should know of.
func (c *Conn) regret(reason error) {
	var p *PanicError
	switch {
	case reason == ErrParse:
		c.srv.complain.about(complainParse, c.handshake.Address, slog.Any("err", reason))
	case reason == ErrTooSlow:
		c.srv.complain.about(complainSlow, c.handshake.Address)
	case errors.As(reason, &p):
		c.srv.complain.about(complainPanic, c.handshake.Address, slog.Any("panic", p.Value), slog.String("stack", string(p.Stack)))
	}
}

// finish ends the session once: no packet goes in or out any more. Its receiver is told by whoever has it in use, else
// by the caller if it is the link's reader (inline), else on a goroutine, since the caller may hold locks that the
// receiver wants.
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
	busy, l, buried := c.busy, c.link.Load(), false
	if c.poll != nil {
		buried = c.bury(reason)
		l = c.poll.probe
	}
	c.mu.Unlock()
	c.srv.forget(c, buried)
	c.regret(reason)
	if l != nil {
		l.hangUp(reason)
	}
	switch {
	case busy:
	case inline:
		c.tell()
	default:
		go c.tell()
	}
}
