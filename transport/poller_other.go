//go:build !linux || !(amd64 || arm64 || arm || riscv64 || loong64)

package transport

import (
	"errors"
	"net"
	"time"
)

// pollers are what this system lacks: each WebSocket has a goroutine that reads, and the outbox's flusher writes
// everything.
type pollers struct{ run func(func()) }

func (*pollers) adopt(net.Conn) *socket { return nil }

var errAgain = errors.New("transport: nothing to read")

// socket is never made here.
type socket struct{ reader reader }

type reader interface {
	ready(buf []byte, closing bool)
}

type gates struct{ readable, writable chan struct{} }

const sweepBuffer = 4 << 10

func (*socket) send([]byte) (int, error)   { panic(noSocket) }
func (*socket) ready() bool                { panic(noSocket) }
func (*socket) recv([]byte) (int, error)   { panic(noSocket) }
func (*socket) shutdown(bool)              { panic(noSocket) }
func (*socket) close()                     { panic(noSocket) }
func (*socket) park() bool                 { panic(noSocket) }
func (*socket) waiting() *gates            { panic(noSocket) }
func (*socket) employ(job)                 { panic(noSocket) }
func (*socket) discard(int, time.Duration) { panic(noSocket) }

const noSocket = "unreachable: no socket is ever made"
