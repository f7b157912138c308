package netsim

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

const (
	chunkSize = 16 << 10
	onTheWay  = 1024 // segments between reader and writer of one way; when they are full, the sender's TCP waits
)

// link is one connection: its end at the client and its end at the server.
type link struct {
	client net.Conn
	gone   chan struct{} // closed by cut
	start  time.Time

	// Guarded by mu.
	mu     sync.Mutex
	server net.Conn // nil until connected
	isCut  bool
	line   *line
}

// connect gives the link its end at the server; false means that the link was cut meanwhile, and server with it.
func (l *link) connect(server net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.isCut {
		reset(server)
		return false
	}
	l.server = server
	return true
}

// cut breaks both ends.
func (l *link) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.isCut {
		return
	}
	l.isCut = true
	close(l.gone)
	reset(l.client)
	if l.server != nil {
		reset(l.server)
	}
}

// chunk is bytes on their way; err is why no more come after them.
type chunk struct {
	data []byte
	due  time.Time
	err  error
}

// pass carries one way's bytes until it has ended. An end in good order is passed on as one; anything else cuts the
// link.
func (p *Proxy) pass(l *link, w *way, from, to net.Conn) {
	chunks := make(chan chunk, onTheWay)
	var reader sync.WaitGroup
	defer reader.Wait()
	reader.Go(func() { p.read(l, w, from, chunks) })
	for c := range chunks {
		if !p.hold(l, c.due) {
			break
		}
		if len(c.data) > 0 { // an empty write would wait for a reader on a net.Pipe
			if _, err := to.Write(c.data); err != nil {
				break
			}
		}
		if errors.Is(c.err, io.EOF) {
			endOf(to)
			return
		}
		if c.err != nil {
			break
		}
	}
	l.cut()
}

// read puts what comes from a connection on its way, until it ends or the link is cut.
func (p *Proxy) read(l *link, w *way, from net.Conn, chunks chan<- chunk) {
	defer close(chunks)
	for {
		data := make([]byte, chunkSize)
		n, err := from.Read(data)
		for data = data[:n]; len(data) > segment; data = data[segment:] {
			if !p.put(l, w, chunks, data[:segment], nil) {
				return
			}
		}
		if !p.put(l, w, chunks, data, err) || err != nil {
			return
		}
	}
}

// put sends a segment on its way and waits while the way is full; false means that the link was cut.
func (p *Proxy) put(l *link, w *way, chunks chan<- chunk, data []byte, err error) bool {
	due, ready, alive := l.send(p.conditions(), w, len(data))
	if !alive {
		l.cut()
		return false
	}
	select {
	case chunks <- chunk{data: data, due: due, err: err}:
		return wait(l, ready)
	case <-l.gone:
		return false
	}
}

// send asks the line when n bytes arrive, when the way takes more, and whether it has not broken by now.
func (l *link) send(c Conditions, w *way, n int) (due, ready time.Time, alive bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Since(l.start)
	if l.line.broken(c, now) {
		return due, ready, false
	}
	arrives := l.line.send(c, w, now, n)
	return l.start.Add(arrives), l.start.Add(w.ready()), true
}

// wait waits for a moment; false means that the link was cut.
func wait(l *link, until time.Time) bool {
	left := time.Until(until)
	if left <= 0 {
		return true
	}
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-l.gone:
		return false
	}
}

// hold waits until due and until no stall holds bytes back; false means that the link was cut.
func (p *Proxy) hold(l *link, due time.Time) bool {
	if !wait(l, due) {
		return false
	}
	select {
	case <-p.gate():
		return true
	case <-l.gone:
		return false
	}
}

// endOf ends one direction of a connection in good order; what cannot half close closes.
func endOf(c net.Conn) {
	if half, ok := c.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite() // if it is broken already, the other way will tell
		return
	}
	_ = c.Close()
}

// reset closes a connection so that its peer sees a reset, where the network has one.
func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}
