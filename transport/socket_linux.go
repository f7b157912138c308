//go:build amd64 || arm64 || arm || riscv64 || loong64

package transport

import (
	"errors"
	"io"
	"net"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// notSentLowWater is how much may lie in the kernel unsent before a socket counts as full. Without it the kernel alone
// takes megabytes of state that is stale when it arrives.
const notSentLowWater = 4 << 10

const tcpNotSentLowAt = 25 // TCP_NOTSENT_LOWAT of linux/tcp.h

// errAgain tells that nothing more has come.
var errAgain = errors.New("transport: nothing to read")

// socket is a TCP socket of our own. The Go runtime does not know it: its poller would wake up for each packet that comes,
// and each call would have to go by way of its locks. Calls on it never wait. They are raw system calls for that reason:
// the scheduler need not hand the processor on, which saves a third of the cost of net.Conn's Write.
//
// The descriptor is valid until close. That is called under the outbox's mutex by the one who reads, last of all; so
// whoever has that mutex, and sees that it is not closed, may send, and the one who reads needs no lock to receive. No
// descriptor that has become another connection's can be hit.
type socket struct {
	fd     int // -1 once closed
	poller *poller
	slot   int32
	state  atomic.Uint32
	reader reader                // set before it is parked the first time
	gates  atomic.Pointer[gates] // of those who wait; nil as long as nobody has
}

// reader is who reads a socket.
type reader interface {
	// ready is called on the poller's goroutine, with the poller's buffer, when something may have come for a socket that
	// was parked. The socket is the reader's from then on, until it parks it. closing tells that the connection ends.
	ready(buf []byte, closing bool)
}

// Who has the reading of a socket.
const (
	parked uint32 = iota // nobody: the poller calls its reader when something comes
	owned                // its reader
	missed               // its reader, and something has come since
)

// gates are where goroutines wait for a socket, at most one at each.
type gates struct {
	readable, writable chan struct{}
}

// adopt takes a socket away from the Go runtime, closing c, and gives it to a poller. It is owned then. nil: it cannot
// be done, and c is as it was.
func (ps *pollers) adopt(c net.Conn) *socket {
	tcp, ok := c.(*net.TCPConn)
	if !ok || ps == nil {
		return nil
	}
	rc, err := tcp.SyscallConn()
	if err != nil {
		return nil
	}
	s := &socket{fd: -1}
	s.state.Store(owned)
	_ = rc.Control(func(fd uintptr) {
		if dup, _, e := syscall.Syscall(syscall.SYS_FCNTL, fd, syscall.F_DUPFD_CLOEXEC, 0); e == 0 {
			s.fd = int(dup)
		}
	})
	if s.fd < 0 {
		return nil
	}
	_ = syscall.SetsockoptInt(s.fd, syscall.IPPROTO_TCP, tcpNotSentLowAt, notSentLowWater)
	if !ps.attach(s) {
		_ = syscall.Close(s.fd)
		return nil
	}
	_ = c.Close()
	return s
}

// send writes what the socket takes at once; if it is full that is nothing. The outbox's mutex is held.
func (s *socket) send(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	for {
		n, _, e := syscall.RawSyscall6(syscall.SYS_SENDTO, uintptr(s.fd), uintptr(unsafe.Pointer(unsafe.SliceData(b))),
			uintptr(len(b)), syscall.MSG_DONTWAIT|syscall.MSG_NOSIGNAL, 0, 0)
		switch e {
		case 0:
			return int(n), nil
		case syscall.EINTR:
		case syscall.EAGAIN:
			return 0, nil
		default:
			return 0, e
		}
	}
}

// pollFD is struct pollfd.
type pollFD struct {
	fd              int32
	events, revents int16
}

const pollOut = 4 // POLLOUT of linux/poll.h

// ready tells whether the socket takes anything. The kernel says so once half of notSentLowWater is free. The outbox's
// mutex is held.
func (s *socket) ready() bool {
	var now syscall.Timespec
	p := pollFD{fd: int32(s.fd), events: pollOut}
	n, _, e := syscall.RawSyscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&p)), 1, uintptr(unsafe.Pointer(&now)), 0, 0, 0)
	return n > 0 || e != 0
}

// recv reads what has come, at least one byte. The error is errAgain, io.EOF or what became of the connection. It is for
// the owner.
func (s *socket) recv(b []byte) (int, error) {
	for {
		n, _, e := syscall.RawSyscall6(syscall.SYS_RECVFROM, uintptr(s.fd), uintptr(unsafe.Pointer(unsafe.SliceData(b))),
			uintptr(len(b)), syscall.MSG_DONTWAIT, 0, 0)
		switch {
		case e == syscall.EINTR:
		case e == syscall.EAGAIN:
			return 0, errAgain
		case e != 0:
			return 0, &net.OpError{Op: "read", Net: "tcp", Err: e}
		case n == 0:
			return 0, io.EOF
		default:
			return int(n), nil
		}
	}
}

// shutdown ends both directions, or only ours. Whoever reads then finds the end.
func (s *socket) shutdown(onlyOurs bool) {
	how := syscall.SHUT_RDWR
	if onlyOurs {
		how = syscall.SHUT_WR
	}
	_ = syscall.Shutdown(s.fd, how)
}

// close is the owner's last call, under the outbox's mutex.
func (s *socket) close() {
	if s.fd < 0 {
		return
	}
	s.poller.detach(s)
	_ = syscall.Close(s.fd)
	s.fd = -1
	s.open(syscall.EPOLLIN | syscall.EPOLLOUT)
}

// happened takes an event, on the poller's goroutine.
func (s *socket) happened(events uint32, buf []byte) {
	s.open(events)
	if events&^syscall.EPOLLOUT != 0 && s.claim() {
		s.reader.ready(buf, events&(syscall.EPOLLRDHUP|syscall.EPOLLHUP|syscall.EPOLLERR) != 0)
	}
}

// claim makes a parked socket owned. If it is that already its owner will look once more.
func (s *socket) claim() bool {
	for {
		switch {
		case s.state.CompareAndSwap(parked, owned):
			return true
		case s.state.CompareAndSwap(owned, missed) || s.state.Load() == missed:
			return false
		}
	}
}

// park gives the socket back to the poller. If something may have come meanwhile it stays owned, and the answer is no.
func (s *socket) park() bool {
	if s.state.CompareAndSwap(owned, parked) {
		return true
	}
	s.state.Store(owned) // was missed, and only the owner changes that
	return false
}

// waiting returns where to wait. What happens from then on opens a gate, so that the call that it is about is tried after
// this.
func (s *socket) waiting() *gates {
	if g := s.gates.Load(); g != nil {
		return g
	}
	s.gates.CompareAndSwap(nil, &gates{readable: make(chan struct{}, 1), writable: make(chan struct{}, 1)})
	return s.gates.Load()
}

func (s *socket) open(events uint32) {
	g := s.gates.Load()
	if g == nil {
		return
	}
	const ended = syscall.EPOLLRDHUP | syscall.EPOLLHUP | syscall.EPOLLERR
	if events&(syscall.EPOLLOUT|ended) != 0 {
		unlock(g.writable)
	}
	if events&(syscall.EPOLLIN|ended) != 0 {
		unlock(g.readable)
	}
}

func unlock(gate chan struct{}) {
	select {
	case gate <- struct{}{}:
	default:
	}
}

// discard reads and throws away until the connection ends, limit bytes have come or the time is over. It is for the
// owner.
func (s *socket) discard(limit int, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	gate := s.waiting().readable
	for buf := make([]byte, 4<<10); limit > 0; {
		n, err := s.recv(buf)
		limit -= n
		if err == nil {
			continue
		}
		if err != errAgain {
			return
		}
		select {
		case <-gate:
		case <-timer.C:
			return
		}
	}
}
