package transport

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// Bounds of an outbox. MaxQueue of the Options is one more.
const (
	maxQueued     = 4096             // messages that wait for a slow client: a handler may well emit hundreds at once, and a polling client takes none meanwhile
	portableSlack = 16 << 10         // bytes that may wait before volatile messages are dropped, where the flusher writes everything …
	freshSlack    = 4 << 10          // … and before fresh ones are
	writeChunk    = 64 << 10         // bytes that must go out within writeTimeout
	writeTimeout  = 10 * time.Second // for each chunk
	closeTimeout  = 5 * time.Second  // for the peer's answer to our close frame
	drainLimit    = 4 << 20          // bytes read and thrown away while a peer that broke the protocol takes note
)

// ErrDropped is what Send returns for a volatile message that was dropped because others wait.
var ErrDropped = errors.New("transport: dropped, the client is slow")

var errTooMuch = errors.New("transport: too much waits for the client")

// unbounded is the class of what an upgrade brings along: its bounds were those of the polling queue.
const unbounded Class = 255

// outbox is the net.Conn that gws gets in place of the real one. All that leaves the connection goes through it, gws' own
// pongs and close frames too, and nothing that enters it blocks:
//
//   - a connection that keeps up is written by the sender itself with one non-blocking system call: no queue, no copy,
//     no goroutine;
//   - when the kernel's buffer is full, the rest of the message is queued and one flusher goroutine lives until the queue
//     is empty. While it does, volatile messages are dropped; reliable ones queue until 4,096 of them or maxBytes wait
//     behind the one being written, then the connection is cut; the last one may be of any size;
//   - each 64 KiB must go out within ten seconds, else the connection is cut;
//   - where there is no raw socket (TLS, net.Pipe, other systems) the flusher writes everything, and volatile messages are
//     dropped once 16 KiB wait, fresh ones once 4 KiB do.
//
// One close frame leaves at most, behind the queue; after it nothing else does.
type outbox struct {
	net.Conn         // nil if there is a socket
	sock     *socket // nil: the flusher writes everything
	in       *intake // of what comes from the socket
	maxBytes int
	run      func(func()) // starts the flusher on a goroutine that the server waits for

	replay []byte      // what net/http had read already, if there is no socket; the reader's
	header http.Header // what the answer to the handshake has more; nil once that is out

	// Guarded by mu.
	mu       sync.Mutex
	queue    [][]byte // the first may be the rest of a message that is partly out
	bytes    int      // of queue
	flushing bool
	closing  bool // the close frame is queued or out
	hangup   bool // close the connection, or our half of it, once the queue is out
	half     bool
	dead     bool
	unread   bool        // the reader is done: a socket that is dead is closed
	stalled  bool        // it was the peer's slowness that ended it
	expiry   *time.Timer // of the peer's answer to our close frame, on a socket
}

// newOutbox makes the outbox of a connection from which net/http has read buffered. If a poller adopts it the outbox has
// a socket, and messages of up to maxPayload can be read from it; else the connection is used as it is.
func newOutbox(c net.Conn, buffered []byte, maxBytes, maxPayload int, ps *pollers) *outbox {
	o := &outbox{maxBytes: maxBytes, run: ps.run}
	if o.sock = ps.adopt(c); o.sock != nil {
		o.in = &intake{max: maxPayload, held: buffered}
	} else {
		o.Conn, o.replay = c, buffered
	}
	return o
}

// send takes one whole, immutable message.
func (o *outbox) send(b []byte, class Class) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closing || o.dead {
		return net.ErrClosed
	}
	if o.flushing || o.sock == nil {
		return o.enqueue(b, class)
	}
	n, err := o.sock.send(b)
	switch {
	case n == len(b):
		return nil
	case err != nil:
		o.cut()
		return err
	case n == 0 && class.slack() > 0:
		return ErrDropped
	}
	o.push(b[n:])
	return nil
}

// slack is how many bytes may wait in front of a message that may be dropped; 0: it may not.
func (c Class) slack() int {
	switch c {
	case Volatile:
		return portableSlack
	case Fresh:
		return freshSlack
	}
	return 0
}

func (o *outbox) enqueue(b []byte, class Class) error {
	if slack := class.slack(); slack > 0 && (o.sock != nil || o.bytes >= slack) {
		return ErrDropped
	}
	if behind := len(o.queue) - 1; behind >= 0 && class != unbounded &&
		(behind >= maxQueued || o.bytes-len(o.queue[0]) >= o.maxBytes) {
		o.stalled = true
		o.cut()
		return errTooMuch
	}
	o.push(b)
	return nil
}

func (o *outbox) push(b []byte) {
	o.queue = append(o.queue, b)
	o.bytes += len(b)
	if !o.flushing {
		o.flushing = true
		o.run(o.flush)
	}
}

// cut ends the connection at once. mu is held, so the alert that tls.Conn.Close would write must not be waited for.
func (o *outbox) cut() {
	o.dead = true
	if o.sock != nil {
		o.cutSocket()
		return
	}
	if t, ok := o.Conn.(*tls.Conn); ok {
		_ = t.NetConn().Close()
		return
	}
	_ = o.Conn.Close()
}

// cutSocket ends a socket. As long as it has a reader that is told by the end of what it reads, and closes the descriptor.
func (o *outbox) cutSocket() {
	if o.expiry != nil {
		o.expiry.Stop()
	}
	if o.unread {
		o.sock.close()
	} else {
		o.sock.shutdown(false)
	}
}

func (o *outbox) abort() {
	o.mu.Lock()
	o.cut()
	o.mu.Unlock()
}

// flush writes the queue until it is empty; it is the only one that may block on the connection, and holds no lock then.
func (o *outbox) flush() {
	for {
		o.mu.Lock()
		if len(o.queue) == 0 || o.dead {
			o.rest()
			o.mu.Unlock()
			return
		}
		b := o.queue[0]
		o.mu.Unlock()
		err := o.writeOut(b)
		o.mu.Lock()
		o.queue[0] = nil
		o.queue = o.queue[1:]
		o.bytes -= len(b)
		if err != nil {
			o.stalled = o.stalled || errors.Is(err, os.ErrDeadlineExceeded)
			o.cut()
		}
		o.mu.Unlock()
	}
}

// slow reports whether the connection was cut because the peer took nothing for too long.
func (o *outbox) slow() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.stalled
}

func (o *outbox) writeOut(b []byte) error {
	for len(b) > 0 {
		n := min(len(b), writeChunk)
		if err := o.writeChunk(b[:n]); err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

// writeChunk writes b within writeTimeout.
func (o *outbox) writeChunk(b []byte) error {
	if o.sock == nil {
		_ = o.Conn.SetWriteDeadline(time.Now().Add(writeTimeout))
		_, err := o.Conn.Write(b)
		return err
	}
	timer := time.NewTimer(writeTimeout)
	defer timer.Stop()
	for gate := o.sock.waiting().writable; ; {
		n, err := o.trySocket(b)
		if b = b[n:]; err != nil || len(b) == 0 {
			return err
		}
		if n > 0 {
			continue
		}
		select {
		case <-gate:
		case <-timer.C:
			return os.ErrDeadlineExceeded
		}
	}
}

// trySocket is the flusher's attempt to write.
func (o *outbox) trySocket(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.dead {
		return 0, net.ErrClosed
	}
	return o.sock.send(b)
}

// rest ends the flusher's life, and the connection's if it was waited for.
func (o *outbox) rest() {
	o.flushing, o.queue, o.bytes = false, nil, 0
	if o.dead {
		return
	}
	if o.sock == nil {
		_ = o.Conn.SetWriteDeadline(time.Time{})
	}
	switch {
	case o.hangup && o.half:
		o.closeWrite()
	case o.hangup:
		o.cut()
	case o.closing:
		o.expire()
	}
}

// expire lets the peer have closeTimeout to answer our close frame, before the reader gets an error. mu is held.
func (o *outbox) expire() {
	if o.sock == nil {
		_ = o.Conn.SetReadDeadline(time.Now().Add(closeTimeout))
	} else if !o.unread && o.expiry == nil {
		o.expiry = time.AfterFunc(closeTimeout, o.abort)
	}
}

// shut queues the connection's close frame. Then the peer has closeTimeout to answer, before the reader gets an error.
func (o *outbox) shut(code int, text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closing || o.dead {
		return
	}
	o.closing = true
	frame := appendFrameHead(nil, opClose, 2+len(text))
	frame = append(binary.BigEndian.AppendUint16(frame, uint16(code)), text...)
	if !o.flushing && o.sock != nil {
		n, err := o.sock.send(frame)
		if err != nil {
			o.cut()
			return
		}
		frame = frame[n:]
	}
	if len(frame) > 0 {
		o.push(frame)
		return
	}
	o.expire()
}

// Write takes what gws itself sends: the handshake answer, pongs and close frames. The bytes are gws' own, so they are
// copied. A close frame loses its text, which tells of our internals, and goes out only if it is the first.
func (o *outbox) Write(b []byte) (int, error) {
	if len(b) > 0 && b[0] == final|opClose {
		code := 1000
		if len(b) >= 4 {
			code = int(binary.BigEndian.Uint16(b[2:]))
		}
		o.shut(code, "")
		return len(b), nil
	}
	if err := o.send(o.withHeader(b), Reliable); err != nil {
		return 0, err
	}
	return len(b), nil
}

// withHeader copies b; the first time, that is the answer to the handshake, which gets what our handlers have added to its
// header.
func (o *outbox) withHeader(b []byte) []byte {
	own := append([]byte(nil), b...)
	if o.header == nil {
		return own
	}
	if head, complete := bytes.CutSuffix(own, []byte("\r\n")); complete {
		more := bytes.NewBuffer(head)
		_ = o.header.WriteSubset(more, map[string]bool{"Connection": true, "Upgrade": true, "Content-Length": true, "Content-Type": true})
		own = append(more.Bytes(), "\r\n"...)
	}
	o.header = nil
	return own
}

// Read gives out what net/http had read ahead, first. From a socket it gives what the poller's reader has prepared.
func (o *outbox) Read(b []byte) (int, error) {
	if o.sock != nil {
		return o.in.read(b)
	}
	if len(o.replay) > 0 {
		n := copy(b, o.replay)
		if o.replay = o.replay[n:]; len(o.replay) == 0 {
			o.replay = nil
		}
		return n, nil
	}
	return o.Conn.Read(b)
}

// Close is gws' wish to close the connection right behind its close frame. The reader does it in its own time: see end.
func (o *outbox) Close() error { return nil }

// SetDeadline and its relatives are gws' wishes too: the outbox has deadlines of its own.
func (o *outbox) SetDeadline(time.Time) error      { return nil }
func (o *outbox) SetReadDeadline(time.Time) error  { return nil }
func (o *outbox) SetWriteDeadline(time.Time) error { return nil }

// end is the reader's last act. A peer that is gone, or has said goodbye, needs no more than what is queued. One that
// broke the protocol may still be sending: closing then would reset the connection before it has read our close frame,
// so our half is closed and its bytes are thrown away until it closes its own.
func (o *outbox) end(gone bool) {
	o.mu.Lock()
	o.closing, o.hangup, o.half = true, true, !gone
	o.unread = gone || o.dead
	switch {
	case o.unread && (o.dead || !o.flushing):
		o.cut()
	case !o.flushing:
		o.closeWrite()
	}
	done := o.unread
	o.mu.Unlock()
	if done {
		return
	}
	o.drain()
	o.mu.Lock()
	o.unread = true
	o.cut()
	o.mu.Unlock()
}

// drain throws away what a peer that broke the protocol still sends.
func (o *outbox) drain() {
	if o.sock != nil {
		o.sock.discard(drainLimit, closeTimeout)
		return
	}
	_ = o.Conn.SetReadDeadline(time.Now().Add(closeTimeout))
	_, _ = io.CopyN(io.Discard, o.Conn, drainLimit)
}

// closeWrite sends the end of our half, where the connection knows such a thing. TLS' own goodbye could block; the
// WebSocket close frame before has said it. mu is held.
func (o *outbox) closeWrite() {
	if o.sock != nil {
		o.sock.shutdown(true)
		return
	}
	c := o.Conn
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.CloseWrite()
	}
}

// hijack takes the connection from net/http, with what net/http has read of it already.
func (s *Server) hijack(w http.ResponseWriter) (*outbox, error) {
	c, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, err
	}
	_ = c.SetDeadline(time.Time{})
	var buffered []byte
	if n := rw.Reader.Buffered(); n > 0 {
		b, _ := rw.Reader.Peek(n)
		buffered = append(buffered, b...)
	}
	return newOutbox(c, buffered, s.o.MaxQueue, s.o.MaxPayload, &s.pollers), nil
}

// hijacked is the http.ResponseWriter that gws gets, to hijack the outbox from.
type hijacked struct {
	http.ResponseWriter
	out *outbox
}

func (h hijacked) Hijack() (net.Conn, *bufio.ReadWriter, error) { return h.out, nil, nil }
