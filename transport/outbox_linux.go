//go:build amd64 || arm64 || arm || riscv64 || loong64

package transport

import (
	"io"
	"net"
	"syscall"
	"unsafe"
)

// notSentLowWater is how much may lie in the kernel unsent before a socket counts as full. Without it the kernel alone
// takes megabytes of state that is stale when it arrives.
const notSentLowWater = 16 << 10

const tcpNotSentLowAt = 25 // TCP_NOTSENT_LOWAT of linux/tcp.h

// rawSender writes to a TCP socket without ever waiting. It belongs to its outbox's mutex.
type rawSender struct {
	conn  syscall.RawConn
	call  func(fd uintptr) bool // made once: a closure per send would be an allocation
	buf   []byte
	n     int
	errno syscall.Errno
}

func newRawSender(c net.Conn) *rawSender {
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		return nil
	}
	rc, err := tcp.SyscallConn()
	if err != nil {
		return nil
	}
	r := &rawSender{conn: rc}
	r.call = r.sendto
	_ = rc.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpNotSentLowAt, notSentLowWater)
	})
	return r
}

// try writes what the socket takes at once. A full socket is no error. The flusher must not be running: it holds the
// descriptor's write lock while it waits, and its deadline would count.
func (r *rawSender) try(b []byte) (int, error) {
	r.buf = b
	err := r.conn.Write(r.call)
	r.buf = nil
	switch {
	case err != nil:
		return 0, err
	case r.errno != 0 && r.errno != syscall.EAGAIN:
		return 0, r.errno
	}
	return r.n, nil
}

// sendto is a raw system call because it never blocks: the scheduler need not hand the processor on, which saves a third
// of the cost of net.Conn's Write.
func (r *rawSender) sendto(fd uintptr) bool {
	for {
		n, _, e := syscall.RawSyscall6(syscall.SYS_SENDTO, fd, uintptr(unsafe.Pointer(unsafe.SliceData(r.buf))),
			uintptr(len(r.buf)), syscall.MSG_DONTWAIT|syscall.MSG_NOSIGNAL, 0, 0)
		if e == syscall.EINTR {
			continue
		}
		if r.errno, r.n = e, 0; e == 0 {
			r.n = int(n)
		}
		return true
	}
}

// rawReader reads from a TCP socket as rawSender writes to it. It belongs to the reader. The call does not go by way of
// the scheduler, and it needs so little stack that a goroutine that waits in it keeps the 2 KiB that it began with.
type rawReader struct {
	conn  syscall.RawConn
	call  func(fd uintptr) bool
	buf   []byte
	n     int
	errno syscall.Errno
}

func newRawReader(c net.Conn) *rawReader {
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		return nil
	}
	rc, err := tcp.SyscallConn()
	if err != nil {
		return nil
	}
	r := &rawReader{conn: rc}
	r.call = r.recvfrom
	return r
}

// read waits until there is something, as net.Conn's Read does, and heeds the same deadline.
func (r *rawReader) read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	r.buf = b
	err := r.conn.Read(r.call)
	r.buf = nil
	switch {
	case err != nil:
		return 0, err
	case r.errno != 0:
		return 0, &net.OpError{Op: "read", Net: "tcp", Err: r.errno}
	case r.n == 0:
		return 0, io.EOF
	}
	return r.n, nil
}

func (r *rawReader) recvfrom(fd uintptr) bool {
	for {
		n, _, e := syscall.RawSyscall6(syscall.SYS_RECVFROM, fd, uintptr(unsafe.Pointer(unsafe.SliceData(r.buf))),
			uintptr(len(r.buf)), syscall.MSG_DONTWAIT, 0, 0)
		switch e {
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
			return false
		}
		if r.errno, r.n = e, 0; e == 0 {
			r.n = int(n)
		}
		return true
	}
}
