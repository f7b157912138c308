//go:build !linux || !(amd64 || arm64 || arm || riscv64 || loong64)

package transport

import "net"

// rawSender is what this system lacks: the outbox's flusher writes everything.
type rawSender struct{}

func newRawSender(net.Conn) *rawSender { return nil }

func (*rawSender) try([]byte) (int, error) { panic("unreachable: no rawSender is ever made") }

// rawReader is for Linux too.
type rawReader struct{}

func newRawReader(net.Conn) *rawReader { return nil }

func (*rawReader) read([]byte) (int, error) { panic("unreachable: no rawReader is ever made") }
