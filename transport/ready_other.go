//go:build !linux || !(amd64 || arm64 || arm || riscv64 || loong64)

package transport

func (*rawSender) ready() bool { panic("unreachable: no rawSender is ever made") }
