package transport

import (
	"sync"

	"github.com/lxzan/gws"
)

// A link with a socket has no goroutine of its own while nothing comes: it is parked at a poller, which calls ready. What
// takes no time is handled there and then. Whatever else comes begins a goroutine, serve, which lives until there is
// nothing to read; then the link is parked again. One of the two has the link at any time, so that all of its packets
// are handled in order.

// sweepBuffers are what serve reads into.
var sweepBuffers = sync.Pool{New: func() any { return new([sweepBuffer]byte) }}

// attend begins to read a link with a socket.
func (l *link) attend() {
	l.out.sock.reader = l
	if len(l.out.in.held) > 0 || !l.out.sock.park() {
		go l.serve(nil, false)
	}
}

// job is what a worker of the poller gets to do: to serve a link.
type job struct {
	link  *link
	first func()
	dry   bool
}

// ready reads what has come, on the poller's goroutine.
func (l *link) ready(buf []byte, closing bool) {
	n, err := l.out.sock.recv(buf)
	if err == errAgain {
		l.rest()
		return
	}
	if err != nil {
		go l.over(l.ended(err))
		return
	}
	later, reason := l.digest(buf[:n], true)
	dry := n < len(buf) && !closing // all that had come is read; an event tells of more
	switch {
	case reason != nil:
		go l.over(reason)
	case later != nil || !dry:
		l.out.sock.employ(job{l, later, dry})
	default:
		l.rest()
	}
}

// rest parks the link.
func (l *link) rest() {
	if !l.out.sock.park() {
		go l.serve(nil, false)
	}
}

// serve handles what is left to do and what is held, and then reads until there is nothing more, on a goroutine of the
// link's own, which a handler may keep waiting. dry tells that there was nothing more to read when it began.
func (l *link) serve(first func(), dry bool) {
	if first != nil {
		first()
	}
	_, reason := l.digest(nil, false)
	if reason == nil && !(dry && l.out.sock.park()) {
		reason = l.digestAll()
	}
	if reason != nil {
		l.over(reason)
	}
}

// digestAll reads until there is nothing more and the link is parked, or is over for a reason.
func (l *link) digestAll() (reason error) {
	buf := sweepBuffers.Get().(*[sweepBuffer]byte)
	defer sweepBuffers.Put(buf)
	for {
		n, err := l.out.sock.recv(buf[:])
		switch {
		case err == errAgain:
			if l.out.sock.park() {
				return nil
			}
		case err != nil:
			return l.ended(err)
		default:
			if _, reason = l.digest(buf[:n], false); reason != nil {
				return reason
			}
		}
	}
}

// digest handles the messages that have come whole with b, and holds back the rest. If prompt is set it stops where a
// message cannot be handled at once, and returns what is left to do with that. A panic inside gws ends the link.
func (l *link) digest(b []byte, prompt bool) (later func(), reason error) {
	defer l.survive(&reason)
	in := l.out.in
	own := len(in.held) > 0
	if own {
		in.held = append(in.held, b...)
		b = in.held
	}
	for later == nil {
		n := in.next(b)
		if n == 0 {
			break
		}
		if data := in.binary(b[:n]); data != nil {
			b, later = b[n:], l.hand(data, true, prompt)
			continue
		}
		alone := in.alone
		in.portion = b[:n]
		m, err := l.ws.ReadMessage()
		in.portion = nil
		if err != nil {
			return nil, l.ended(err)
		}
		if b = b[n:]; !alone {
			later = l.hand(m.Bytes(), m.Opcode == gws.OpcodeBinary, prompt)
		}
		_ = m.Close()
	}
	in.keep(b, own)
	return later, nil
}

// hand hands on one message, whose bytes are not its own.
func (l *link) hand(data []byte, binary, prompt bool) (later func()) {
	if prompt && l.main {
		return l.conn.offer(data, binary)
	}
	l.receive(data, binary)
	return nil
}
