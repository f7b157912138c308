//go:build amd64 || arm64 || arm || riscv64 || loong64

package transport

import (
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

const (
	// pulse is how long a poller rests after a sweep that found several sockets ready: whatever comes meanwhile is
	// handled in one go. With little to do there is no rest, and no delay.
	pulse = time.Millisecond
	// sweepBuffer is how much a poller reads of a socket at a time. Who has sent more is served by a goroutine, so that the
	// others do not wait.
	sweepBuffer = 4 << 10
	// sweepSize is how many sockets a poller handles before it lets other goroutines have the processor.
	sweepSize = 128
	// idleWorkers is how many goroutines wait for the next packet that the poller does not handle itself. A new one would
	// do as well, but has to grow its stack first.
	idleWorkers = 64
	// processorsPerPoller is how many processors share a poller.
	processorsPerPoller = 4
)

// pollers are a server's. Each lives as long as it has sockets.
type pollers struct {
	run func(func()) // starts a goroutine that the server waits for

	// Guarded by mu.
	mu   sync.Mutex
	all  []*poller // nil where none lives
	next int       // gets the next socket
}

// poller is a goroutine that waits for many sockets and calls their readers. It has an epoll instance of its own, edge
// triggered: one registration for the life of a socket, and one event for what has come since the last.
//
// How it waits: the epoll instance is watched by another, the alarm, which is watched by the Go runtime like any file. So
// the goroutine parks as all others do, and no thread is blocked. While the poller rests between two sweeps the alarm is
// off: otherwise each packet would wake up the runtime.
type poller struct {
	of    *pollers
	epoll int
	alarm *os.File
	wait  syscall.RawConn // of alarm
	jobs  chan job        // to idle workers; closed by the poller when it ends
	idle  atomic.Int32    // workers

	// The goroutine's.
	armed  bool
	found  int
	events [sweepSize]syscall.EpollEvent
	batch  [sweepSize]*socket
	buf    [sweepBuffer]byte

	// Guarded by the pollers' mu.
	slots []*socket // by the number that the kernel gives back with an event; nil: free
	free  []int32
	count int
}

// attach gives a socket to a poller.
func (ps *pollers) attach(s *socket) bool {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if ps.all == nil {
		ps.all = make([]*poller, (runtime.GOMAXPROCS(0)+processorsPerPoller-1)/processorsPerPoller)
	}
	ps.next = (ps.next + 1) % len(ps.all)
	p := ps.all[ps.next]
	if p == nil {
		if p = newPoller(ps); p == nil {
			return false
		}
		ps.all[ps.next] = p
		ps.run(p.loop)
	}
	return p.add(s)
}

// newPoller returns nil if there are no descriptors left.
func newPoller(ps *pollers) *poller {
	epoll, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil
	}
	alarm, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		_ = syscall.Close(epoll)
		return nil
	}
	_ = syscall.SetNonblock(alarm, true) // os.NewFile takes it for the runtime's poller then
	p := &poller{of: ps, epoll: epoll, alarm: os.NewFile(uintptr(alarm), "epoll"), jobs: make(chan job)}
	p.wait, err = p.alarm.SyscallConn()
	if err == nil {
		err = syscall.EpollCtl(alarm, syscall.EPOLL_CTL_ADD, epoll, &syscall.EpollEvent{})
	}
	if err != nil {
		_ = p.alarm.Close()
		_ = syscall.Close(epoll)
		return nil
	}
	return p
}

// add registers a socket. The pollers' mu is held.
func (p *poller) add(s *socket) bool {
	if n := len(p.free); n > 0 {
		s.slot, p.free = p.free[n-1], p.free[:n-1]
		p.slots[s.slot] = s
	} else {
		s.slot = int32(len(p.slots))
		p.slots = append(p.slots, s)
	}
	s.poller = p
	p.count++
	edge := syscall.EPOLLET
	event := syscall.EpollEvent{Events: syscall.EPOLLIN | syscall.EPOLLOUT | syscall.EPOLLRDHUP | uint32(edge), Fd: s.slot}
	if syscall.EpollCtl(p.epoll, syscall.EPOLL_CTL_ADD, s.fd, &event) != nil {
		p.forget(s)
		return false
	}
	return true
}

// detach lets go of a socket. An event of it that the poller has at hand already may be taken for the next one's in its
// slot, which does no harm: that one finds nothing to read.
func (p *poller) detach(s *socket) {
	p.of.mu.Lock()
	defer p.of.mu.Unlock()
	_ = syscall.EpollCtl(p.epoll, syscall.EPOLL_CTL_DEL, s.fd, nil)
	p.forget(s)
}

// forget frees a socket's slot, and ends the poller if it was the last. The pollers' mu is held.
func (p *poller) forget(s *socket) {
	p.slots[s.slot] = nil
	p.free = append(p.free, s.slot)
	if p.count--; p.count > 0 {
		return
	}
	for i, other := range p.of.all {
		if other == p {
			p.of.all[i] = nil
		}
	}
	_ = p.alarm.Close()
}

// loop is the poller's goroutine.
func (p *poller) loop() {
	collect := p.collect
	for p.wait.Read(collect) == nil {
		p.sweep()
		switch p.found {
		case 1:
		case sweepSize:
			runtime.Gosched()
		default:
			time.Sleep(pulse)
		}
	}
	_ = syscall.Close(p.epoll)
	close(p.jobs)
}

// employ has a worker serve a link. It is called on the poller's goroutine.
func (s *socket) employ(j job) {
	p := s.poller
	select {
	case p.jobs <- j:
	default:
		p.of.run(func() { p.work(j) })
	}
}

// work is a worker's goroutine.
func (p *poller) work(j job) {
	for more := true; more; {
		j.link.serve(j.first, j.dry)
		if p.idle.Add(1) <= idleWorkers {
			j = job{} // keeps nobody
			j, more = <-p.jobs
		} else {
			more = false
		}
		p.idle.Add(-1)
	}
}

// collect finds out which sockets are ready. If there are none it sets the alarm, and the poller waits for that.
func (p *poller) collect(alarm uintptr) bool {
	n, _, e := syscall.RawSyscall6(syscall.SYS_EPOLL_PWAIT, uintptr(p.epoll), uintptr(unsafe.Pointer(&p.events)), sweepSize, 0, 0, 0)
	if p.found = int(n); e != 0 {
		p.found = 0
	}
	if armed := p.found < 2; armed != p.armed {
		p.armed = armed
		var event syscall.EpollEvent
		if armed {
			event.Events = syscall.EPOLLIN // what is ready already sets it off
		}
		_ = syscall.EpollCtl(int(alarm), syscall.EPOLL_CTL_MOD, p.epoll, &event)
	}
	return p.found > 0
}

// sweep calls the readers of the sockets that are ready.
func (p *poller) sweep() {
	p.of.mu.Lock()
	for i, e := range p.events[:p.found] {
		p.batch[i] = p.slots[e.Fd]
	}
	p.of.mu.Unlock()
	for i, s := range p.batch[:p.found] {
		if s != nil {
			s.happened(p.events[i].Events, p.buf[:])
		}
		p.batch[i] = nil
	}
}
