package netsim

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"sync"
	"time"
)

// Proxy passes connections on to a server. Its methods are safe for concurrent use and take effect at once, on the
// connections that exist as well.
type Proxy struct {
	listener net.Listener
	dial     func() (net.Conn, error)
	wg       sync.WaitGroup // of all goroutines

	// Guarded by mu.
	mu       sync.Mutex
	c        Conditions
	seed     uint64
	served   uint64        // connections so far
	open     chan struct{} // closed unless stalled
	refusing bool
	links    map[*link]struct{}
}

// Listen makes a proxy on a free port of the loopback interface, in front of the TCP server at addr.
func Listen(addr string) (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return New(l, func() (net.Conn, error) { return net.Dial("tcp", addr) }), nil
}

// New makes a proxy that takes connections from l and passes each on to one that dial makes. The proxy owns l.
func New(l net.Listener, dial func() (net.Conn, error)) *Proxy {
	p := &Proxy{listener: l, dial: dial, seed: rand.Uint64(), open: make(chan struct{}), links: map[*link]struct{}{}}
	close(p.open)
	p.wg.Go(p.accept)
	return p
}

// Addr is where clients connect.
func (p *Proxy) Addr() net.Addr { return p.listener.Addr() }

// Set makes the link what c says, in place of what it was.
func (p *Proxy) Set(c Conditions) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.c = c
}

// Delay makes every byte take latency plus a random part of jitter, each way, and leaves the other conditions as they
// are. Bytes never overtake each other.
func (p *Proxy) Delay(latency, jitter time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.c.RTT, p.c.Jitter = 2*latency, jitter
}

// Seed makes what is random about the connections to come the same in every run: the first of them, the second, and so
// on each have their own. Without it every run differs.
func (p *Proxy) Seed(seed uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seed, p.served = seed, 0
}

// Stall holds all bytes back, both ways, and breaks nothing: a phone in a tunnel. Resume lets them through again.
func (p *Proxy) Stall() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.stalled() {
		p.open = make(chan struct{})
	}
}

// Resume ends a stall; what was held back arrives.
func (p *Proxy) Resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stalled() {
		close(p.open)
	}
}

// stalled tells whether bytes are held back. The caller holds mu.
func (p *Proxy) stalled() bool {
	select {
	case <-p.open:
		return false
	default:
		return true
	}
}

// Refuse makes the proxy break new connections at once, or take them again.
func (p *Proxy) Refuse(refusing bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refusing = refusing
}

// Reset breaks all connections, both ends of each with a TCP reset, and returns how many there were. Bytes on the way
// are lost.
func (p *Proxy) Reset() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	for l := range p.links {
		l.cut()
	}
	return len(p.links)
}

// Shutdown stops listening and waits until the connections have ended by themselves, so that what is on the way arrives;
// those that are left when ctx ends are broken. It waits for every goroutine.
func (p *Proxy) Shutdown(ctx context.Context) error {
	p.Refuse(true)
	err := p.listener.Close()
	stop := context.AfterFunc(ctx, func() { p.Reset() })
	defer stop()
	p.wg.Wait()
	return err
}

// Close breaks all connections, stops listening and waits for every goroutine.
func (p *Proxy) Close() error {
	p.Refuse(true)
	err := p.listener.Close()
	p.Reset()
	p.wg.Wait()
	return err
}

// acceptAgain is how long the proxy waits after a connection that it could not take: of what stands in the way, too many
// open files, there is no word when it is over.
const acceptAgain = 50 * time.Millisecond

// accept takes connections until the listener is closed.
func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		switch {
		case err == nil:
			p.wg.Go(func() { p.serve(client) })
		case errors.Is(err, net.ErrClosed):
			return
		default:
			time.Sleep(acceptAgain)
		}
	}
}

// serve passes one connection on until both ways have ended. Reset finds it from the moment before the server hears of
// it.
func (p *Proxy) serve(client net.Conn) {
	l := &link{client: client, gone: make(chan struct{}), start: time.Now()}
	if !p.add(l) {
		reset(client)
		return
	}
	defer p.remove(l)
	server, err := p.dial()
	if err != nil || !l.connect(server) {
		l.cut()
		return
	}
	var both sync.WaitGroup
	both.Go(func() { p.pass(l, &l.line.up, client, server) })
	both.Go(func() { p.pass(l, &l.line.down, server, client) })
	both.Wait()
	_ = client.Close() // both have ended; an error tells of a cut
	_ = server.Close()
}

// add takes a connection in, unless connections are refused.
func (p *Proxy) add(l *link) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refusing {
		return false
	}
	l.line = newLine(p.seed, p.served)
	p.served++
	p.links[l] = struct{}{}
	return true
}

// remove forgets a connection that has ended.
func (p *Proxy) remove(l *link) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.links, l)
}

// conditions returns what the link is like now.
func (p *Proxy) conditions() Conditions {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.c
}

// gate returns a channel that is closed as long as, or as soon as, bytes may pass.
func (p *Proxy) gate() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.open
}
