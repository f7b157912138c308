package bench

import (
	"context"
	"errors"
	"io"
	"net"
	"runtime"
	"syscall"
	"time"
)

// sweepEvery is how often the connections are looked at.
const sweepEvery = time.Millisecond

// poller reads the connections of a shard on one thread, without the Go runtime's own poller.
type poller struct {
	shard  *shard
	epoll  int
	events [256]syscall.EpollEvent
	buf    []byte
}

// newEngine returns the engine of a shard, for plain TCP connections.
func newEngine(s *shard) (engine, error) {
	fd, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil, err
	}
	return &poller{shard: s, epoll: fd, buf: make([]byte, 64<<10)}, nil
}

// fdLink is a socket of our own.
type fdLink int

func (l fdLink) send(b []byte) (int, error) {
	for {
		n, err := syscall.Write(int(l), b)
		switch err {
		case nil:
			return n, nil
		case syscall.EAGAIN:
			return 0, nil
		case syscall.EINTR:
		default:
			return 0, err
		}
	}
}

func (l fdLink) close() { _ = syscall.Close(int(l)) }

// adopt takes the socket away from the Go runtime.
func (p *poller) adopt(c *client, conn net.Conn) (link, error) {
	defer conn.Close()
	raw, err := conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		return nil, err
	}
	fd := -1
	cause := raw.Control(func(old uintptr) {
		syscall.ForkLock.RLock()
		defer syscall.ForkLock.RUnlock()
		if fd, err = syscall.Dup(int(old)); err == nil {
			syscall.CloseOnExec(fd)
		}
	})
	if err = errors.Join(cause, err); err != nil {
		return nil, err
	}
	event := syscall.EpollEvent{Events: syscall.EPOLLIN | syscall.EPOLLRDHUP, Fd: int32(c.index)}
	if err := syscall.EpollCtl(p.epoll, syscall.EPOLL_CTL_ADD, fd, &event); err != nil {
		_ = syscall.Close(fd)
		return nil, err
	}
	return fdLink(fd), nil
}

func (p *poller) run(ctx context.Context) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	s := p.shard
	for due := s.now(); ctx.Err() == nil; {
		s.mu.Lock()
		s.look(s.now())
		p.sweep()
		s.step(s.now())
		s.mu.Unlock()
		due += sweepEvery
		if now := s.now(); due <= now {
			due = now // no rest: we are late
		} else {
			rest := syscall.NsecToTimespec(int64(due - now))
			_ = syscall.Nanosleep(&rest, nil)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.clients {
		if c.link != nil {
			c.link.close()
			c.link = nil
		}
	}
	_ = syscall.Close(p.epoll)
}

// sweep reads all that has come. Call with the shard's mu held.
func (p *poller) sweep() {
	for range 1 + len(p.shard.clients)/len(p.events) {
		n, err := syscall.EpollWait(p.epoll, p.events[:], 0)
		if err != nil {
			return
		}
		for _, e := range p.events[:n] {
			p.read(p.shard.clients[e.Fd])
		}
		if n < len(p.events) {
			return
		}
		p.shard.step(p.shard.now())
	}
}

func (p *poller) read(c *client) {
	if c.link == nil {
		return
	}
	n, err := syscall.Read(int(c.link.(fdLink)), p.buf)
	switch {
	case err == syscall.EAGAIN || err == syscall.EINTR:
		return
	case err == nil && n == 0:
		err = io.EOF
	case err == nil:
		err = c.feed(p.buf[:n], p.shard.now())
	}
	if err != nil {
		c.lose(err)
	}
}
