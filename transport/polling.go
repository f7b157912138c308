package transport

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	// closeWait is how long the last words of a session wait for a client that does not poll at the moment.
	closeWait = 30 * time.Second
	// noopWait is how long a poll that its client's own goodbye has overtaken, on another connection, is waited for.
	noopWait = time.Second
	// releaseWait is how long a poll is held after a probe: a client that does not wait for its end may send the upgrade.
	releaseWait = 10 * time.Millisecond
)

var (
	payloadClose = []byte{packetClose}
	payloadNoop  = []byte{packetNoop}
)

// polling is what a session has while its client polls. All of it is guarded by the Conn's mu.
type polling struct {
	queue   []queued // bounded as an outbox's
	bytes   int
	wait    chan []byte // the GET that is held; it takes one payload, nil if the client has upgraded
	posting bool        // a POST is at work

	probing bool  // a WebSocket is being, or has been, opened
	probe   *link // it
	probed  bool  // its probe was answered
	timeout *time.Timer

	farewell [][]byte // when the session is over: what the next GETs get
	burial   *time.Timer
}

// queued is a packet that waits for a poll: a message, or the text of an Engine.IO packet of our own. It stays
// unencoded since it may leave over a WebSocket after all.
type queued struct {
	message *Message
	text    []byte
	size    int // in a payload
}

// push queues a packet, or answers the GET that waits for one. A volatile one is dropped if others wait; reliable ones
// have the bounds of an outbox.
func (p *polling) push(c codec, q queued, class Class, maxBytes int) error {
	if behind := len(p.queue) - 1; behind >= 0 {
		if class.slack() > 0 {
			return ErrDropped
		}
		if behind >= maxQueued || p.bytes-p.queue[0].size >= maxBytes {
			return errTooMuch
		}
	}
	p.queue = append(p.queue, q)
	p.bytes += q.size
	if p.wait != nil {
		p.answer(p.take(c))
	}
	return nil
}

// take empties the queue into one payload.
func (p *polling) take(c codec) []byte {
	var b []byte
	for i, q := range p.queue {
		if i > 0 {
			b = append(b, separator)
		}
		if q.message == nil {
			b = append(b, q.text...)
			continue
		}
		m, _ := q.message.encoded(c, framingPolling) // it was encoded before it was queued
		b = append(b, m...)
	}
	p.queue, p.bytes = nil, 0
	return b
}

func (p *polling) answer(payload []byte) {
	p.wait <- payload
	p.wait = nil
}

// bury prepares what the client of a session that is over still gets, and reports whether something is left for later
// polls. mu is held.
//
// Where we close the session, the queue and the close packet go in different payloads: a DISCONNECT and the close packet
// in one make the JavaScript client see the close first, so that it takes the kick for an accident and comes back. Where
// the client closed it, its poll gets the noop it waits for. Else the poll that is held is ended, and that is all.
func (c *Conn) bury(reason error) bool {
	p, keep := c.poll, closeWait
	if p.timeout != nil {
		p.timeout.Stop()
	}
	switch reason {
	case ErrTransportClose:
		p.farewell, keep = [][]byte{payloadNoop}, noopWait
	case ErrTransportError, ErrPingTimeout, ErrParse, ErrTooSlow:
		if p.wait != nil {
			p.answer(payloadClose)
		}
		p.queue, p.bytes = nil, 0
	default:
		if len(p.queue) > 0 {
			p.farewell = append(p.farewell, p.take(c.codecNow()))
		}
		p.farewell = append(p.farewell, payloadClose)
	}
	if p.wait != nil {
		p.answer(p.farewell[0])
		p.farewell = p.farewell[1:]
	}
	if len(p.farewell) == 0 {
		return false
	}
	c.srv.work.Add(1)
	p.burial = time.AfterFunc(keep, c.reap)
	return true
}

// reap ends a buried session's last trace.
func (c *Conn) reap() {
	c.mu.Lock()
	burial := c.poll.burial
	c.poll.burial, c.poll.farewell = nil, nil
	c.mu.Unlock()
	if burial == nil {
		return
	}
	burial.Stop()
	c.srv.mu.Lock()
	delete(c.srv.graves, c.id)
	c.srv.mu.Unlock()
	c.srv.work.Done()
}

// openPolling opens a session that begins with polling.
func (s *Server) openPolling(w http.ResponseWriter, r *http.Request, q url.Values) {
	if !s.enter(w) {
		return
	}
	defer s.work.Done()
	c := newConn(s, r, q)
	c.poll = new(polling)
	if !s.register(c) {
		refuse(w, errShuttingDown)
		return
	}
	s.cookie(w, c.id)
	upgrades := `"websocket"`
	if s.o.NoUpgrades {
		upgrades = ""
	}
	c.open(upgrades)
	s.servePoll(w, r, c)
}

// expire ends a session whose pong is overdue: the timer may be late, and a request must not see it alive.
func (c *Conn) expire() {
	c.mu.Lock()
	late := c.reason == nil && c.pinged && !time.Now().Before(c.due)
	c.mu.Unlock()
	if late {
		c.finish(ErrPingTimeout, false)
	}
}

// servePoll answers a GET: with what is queued, or as soon as there is something.
func (s *Server) servePoll(w http.ResponseWriter, r *http.Request, c *Conn) {
	c.expire()
	c.mu.Lock()
	p := c.poll
	switch {
	case p == nil: // upgraded
		c.mu.Unlock()
		fail(w, codeRequest, "")
	case c.reason != nil:
		s.serveFarewell(w, c)
	case p.wait != nil: // two at once: the first is told the end
		c.mu.Unlock()
		c.finish(ErrTransportError, false)
		fail(w, codeRequest, "")
	case len(p.queue) > 0:
		b := p.take(c.codecNow())
		c.mu.Unlock()
		writePayload(w, b)
	default:
		wait := make(chan []byte, 1)
		p.wait = wait
		if p.probed {
			time.AfterFunc(releaseWait, func() { c.release(wait) })
		}
		c.mu.Unlock()
		hold(w, r, c, wait)
	}
}

// hold waits for the payload of a GET.
func hold(w http.ResponseWriter, r *http.Request, c *Conn, wait chan []byte) {
	select {
	case b := <-wait:
		if b == nil {
			fail(w, codeRequest, "")
			return
		}
		writePayload(w, b)
	case <-r.Context().Done():
		if c.link.Load() == nil { // what the poll may have been given is lost
			c.finish(ErrTransportError, false)
		}
	}
}

// serveFarewell gives out the next of a finished session's last words. mu is held, and released.
func (s *Server) serveFarewell(w http.ResponseWriter, c *Conn) {
	words := c.poll.farewell
	if len(words) == 0 {
		c.mu.Unlock()
		fail(w, codeSession, "")
		return
	}
	c.poll.farewell = words[1:]
	c.mu.Unlock()
	writePayload(w, words[0])
	if len(words) == 1 {
		c.reap()
	}
}

// release ends a held poll with a noop, unless it has ended already.
func (c *Conn) release(wait chan []byte) {
	c.mu.Lock()
	if c.poll != nil && c.poll.wait == wait {
		c.poll.answer(payloadNoop)
	}
	c.mu.Unlock()
}

// servePost hands on the packets of a POST, and answers when that is done: the client sends nothing else before, which
// keeps the order over an upgrade.
func (s *Server) servePost(w http.ResponseWriter, r *http.Request, c *Conn) {
	c.expire()
	c.mu.Lock()
	p := c.poll
	switch {
	case p == nil:
		c.mu.Unlock()
		fail(w, codeRequest, "")
		return
	case c.reason != nil && len(p.farewell) > 0: // we closed it; an error would keep the client from reading why
		c.mu.Unlock()
		writeOK(w)
		return
	case c.reason != nil:
		c.mu.Unlock()
		fail(w, codeSession, "")
		return
	case p.posting || strings.HasPrefix(r.Header.Get("Content-Type"), "application/octet-stream"):
		c.mu.Unlock()
		c.finish(ErrTransportError, false)
		fail(w, codeRequest, "")
		return
	}
	p.posting = true
	c.mu.Unlock()
	status, reason := c.post(w, r)
	c.mu.Lock()
	p.posting = false
	c.mu.Unlock()
	if reason != nil {
		c.finish(reason, false)
	}
	switch status {
	case http.StatusOK:
		writeOK(w)
	case http.StatusBadRequest:
		fail(w, codeRequest, "")
	default:
		answer(w, status, "", nil)
	}
}

// post reads a payload and handles its packets, in order. It returns why the session has to end, if it has to, and the
// status of the answer.
func (c *Conn) post(w http.ResponseWriter, r *http.Request) (status int, reason error) {
	o := &c.srv.o
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(o.PingInterval + o.PingTimeout))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, int64(o.MaxPayload)))
	_ = control.SetReadDeadline(time.Time{})
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		c.srv.complain.about(complainLarge, c.handshake.Address)
		return http.StatusRequestEntityTooLarge, ErrTransportClose
	case err != nil:
		return http.StatusBadRequest, ErrTransportError
	case !utf8.Valid(body):
		return http.StatusBadRequest, ErrParse
	}
	for packet := range bytes.SplitSeq(body, []byte{separator}) {
		switch reason := c.receive(packet, false); reason {
		case nil:
		case ErrParse, ErrTransportError:
			return http.StatusBadRequest, reason
		default:
			return http.StatusOK, reason
		}
	}
	return http.StatusOK, nil
}
