package transport

import (
	"net/http"
	"time"
)

// The texts of the exchange that tries a WebSocket before a polling session moves to it.
const (
	probePing = "2probe"
	probePong = "3probe"
)

// serveProbe opens a WebSocket for a polling session. A second one, and one for a session that needs none, is accepted
// and closed: an HTTP error would be an unhandled event in the official client.
func (s *Server) serveProbe(w http.ResponseWriter, r *http.Request, c *Conn) {
	c.expire()
	if s.o.NoUpgrades {
		fail(w, codeRequest, "")
		return
	}
	if !s.enter(w) {
		return
	}
	defer s.work.Done()
	c.mu.Lock()
	wanted := c.reason == nil && c.poll != nil && !c.poll.probing
	if wanted {
		c.poll.probing = true
	}
	c.mu.Unlock()
	l, err := s.upgrade(w, r)
	if err != nil {
		if wanted {
			c.abandon(nil)
		}
		return
	}
	if wanted {
		if c.base64 || r.URL.Query().Get("b64") != "" {
			l.framing = framingBase64
		}
		l.conn = c
		c.mu.Lock()
		wanted = c.reason == nil
		if wanted {
			c.poll.probe = l
			c.poll.timeout = time.AfterFunc(s.o.UpgradeTimeout, func() { c.abandon(l) })
		}
		c.mu.Unlock()
	}
	if !wanted {
		l.hangUp(ErrTransportClose)
	}
	l.start()
}

// abandon ends a probe; the session goes on polling. A probe that could not be opened is nil.
func (c *Conn) abandon(l *link) {
	c.mu.Lock()
	p := c.poll
	current := p != nil && p.probing && p.probe == l
	if current {
		p.probing, p.probe, p.probed = false, nil, false
		if p.timeout != nil {
			p.timeout.Stop()
		}
	}
	c.mu.Unlock()
	if current && l != nil {
		l.hangUp(ErrTransportClose)
	}
}

// probe handles a message on a probe, on its reader, and reports whether the link carries the session from now on.
func (c *Conn) probe(l *link, data []byte, binary bool) (main bool) {
	c.mu.Lock()
	p := c.poll
	if c.reason != nil || p == nil || p.probe != l {
		c.mu.Unlock()
		return false
	}
	switch {
	case !binary && string(data) == probePing:
		p.probed = true
		_ = l.out.send(textFrame([]byte(probePong)), unbounded)
		if wait := p.wait; wait != nil {
			time.AfterFunc(releaseWait, func() { c.release(wait) })
		}
		c.mu.Unlock()
	case !binary && len(data) == 1 && data[0] == packetUpgrade && !p.posting:
		c.move(l)
		c.mu.Unlock()
		return true
	default:
		c.mu.Unlock()
		c.abandon(l)
	}
	return false
}

// move makes a link the session's carrier: what is queued leaves on it first, in one piece. mu is held.
func (c *Conn) move(l *link) {
	p := c.poll
	p.timeout.Stop()
	var b []byte
	for _, q := range p.queue {
		if q.message == nil {
			b = append(b, textFrame(q.text)...)
			continue
		}
		m, _ := q.message.encoded(c.codecNow(), l.framing) // it is encodable: it was, for the queue
		b = append(b, m...)
	}
	if len(b) > 0 {
		_ = l.out.send(b, unbounded)
	}
	if p.wait != nil {
		p.answer(nil)
	}
	c.poll = nil
	c.link.Store(l)
}
