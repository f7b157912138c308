//go:build amd64 || arm64 || arm || riscv64 || loong64

package transport

import (
	"sync"
	"syscall"
	"unsafe"
)

const pollOut = 4 // POLLOUT of linux/poll.h

// pollFD is struct pollfd.
type pollFD struct {
	fd              int32
	events, revents int16
}

// poller asks about one socket at a time. It is kept for the next one, since what it hands over would be allocated anew.
type poller struct {
	ask   func(fd uintptr)
	ready bool
	p     pollFD
	wait  syscall.Timespec // not at all
}

var pollers = sync.Pool{New: func() any {
	p := new(poller)
	p.ask = p.poll
	return p
}}

func (p *poller) poll(fd uintptr) {
	p.p = pollFD{fd: int32(fd), events: pollOut}
	n, _, e := syscall.RawSyscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&p.p)), 1, uintptr(unsafe.Pointer(&p.wait)), 0, 0, 0)
	p.ready = n > 0 || e != 0
}

// ready tells whether the socket takes anything. The kernel says so once half of notSentLowWater is free.
func (r *rawSender) ready() bool {
	p := pollers.Get().(*poller)
	defer pollers.Put(p)
	return r.conn.Control(p.ask) == nil && p.ready
}
