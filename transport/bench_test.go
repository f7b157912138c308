package transport_test

import (
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/transport"
)

var codecs = map[string]transport.Codec{"json": transport.CodecJSON, "msgpack": transport.CodecMsgpack, "compact": transport.CodecCompact}

// input is what a game's client sends with each tick.
func input(b testing.TB) transport.Packet {
	data, err := transport.EncodeArgs("input", 1234, map[string]any{"dx": 0.5, "dy": -1, "fire": true}, 1230)
	require.NoError(b, err)
	return transport.Packet{Type: transport.Event, Namespace: "/", ID: transport.NoID, Data: data}
}

func BenchmarkDecode(b *testing.B) {
	for name, c := range codecs {
		b.Run(name, func(b *testing.B) {
			frames, err := transport.NewMessage(input(b)).Frames(c)
			require.NoError(b, err)
			data, binary := unframe(b, frames)[0].bytes(b)
			d := transport.NewDecoder(1e6)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if err := d.Measure(data, binary, func(*transport.Packet) {}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	for name, c := range codecs {
		b.Run(name, func(b *testing.B) {
			p := input(b)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := transport.NewMessage(p).Frames(c); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkEncodeArgs(b *testing.B) {
	type move struct {
		DX, DY float64
		Fire   bool
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := transport.EncodeArgs("input", 1234, move{0.5, -1, true}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkScan checks one input.
func BenchmarkScan(b *testing.B) {
	data := input(b).Data
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if err := transport.Scan(data); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBroadcast sends a new message of 200 bytes to ten WebSocket clients over real sockets. One operation is one
// broadcast: a tenth of it, system calls included, is a delivery.
func BenchmarkBroadcast(b *testing.B) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	h := &host{dial: func() net.Conn {
		c, err := net.Dial("tcp", l.Addr().String())
		require.NoError(b, err)
		return c
	}}
	joined := make(chan *transport.Conn)
	stop := h.serve(l, nil, func(c *transport.Conn, p *transport.Packet) error { joined <- c; return nil })
	defer stop()
	var conns []*transport.Conn
	for range 10 {
		p := h.joined(b)
		conns = append(conns, <-joined)
		go func() { _, _ = io.Copy(io.Discard, p.conn) }()
	}
	data, err := transport.EncodeArgs("state", make([]int, 190))
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		m := transport.NewMessage(transport.Packet{Type: transport.Event, Namespace: "/", ID: transport.NoID, Data: data})
		for _, c := range conns {
			if err := c.Send(m, transport.Volatile); err != nil && err != transport.ErrDropped {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkIdleConnection reports what an idle WebSocket session that has joined a namespace holds: heap and stack, and
// resident memory, which has the runtime's own share too. The client's ends are bare descriptors.
func BenchmarkIdleConnection(b *testing.B) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	h := &host{dial: func() net.Conn {
		c, err := net.Dial("tcp", l.Addr().String())
		require.NoError(b, err)
		return c
	}}
	h.Server = transport.NewServer(nil, func(*transport.Conn) transport.Receiver {
		return receiver(func(*transport.Packet) error { return nil })
	})
	stop := serveTCP(l, h.Server)
	before, resident := held(), rss(b)
	var peers []int
	for b.Loop() {
		if len(peers) < 2000 { // more would need more descriptors than a process has by default
			peers = append(peers, descriptor(b, h.joined(b).conn))
		}
	}
	for range 2 { // pongs, as in the course of the first minute
		for _, fd := range peers {
			_, err := syscall.Write(fd, []byte{0x81, 0x81, 0, 0, 0, 0, '3'})
			require.NoError(b, err)
		}
		time.Sleep(time.Second) // until they are read
	}
	b.ReportMetric(float64(held()-before)/float64(len(peers)), "B/connection")
	b.ReportMetric(float64(rss(b)-resident)/float64(len(peers)), "RSS-B/connection")
	for _, fd := range peers {
		_ = syscall.Close(fd)
	}
	stop()
	require.NoError(b, h.Shutdown(b.Context()))
}

// descriptor takes the descriptor out of a connection.
func descriptor(b *testing.B, c net.Conn) (fd int) {
	raw, err := c.(*net.TCPConn).SyscallConn()
	require.NoError(b, err)
	require.NoError(b, raw.Control(func(own uintptr) { fd, err = syscall.Dup(int(own)) }))
	require.NoError(b, err)
	require.NoError(b, c.Close())
	return fd
}

// rss is the process' resident memory after what is free has gone back to the system; 0 where that is not told.
func rss(b *testing.B) int {
	debug.FreeOSMemory()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var size, resident int
	_, err = fmt.Sscan(string(text), &size, &resident)
	require.NoError(b, err)
	return resident * os.Getpagesize()
}

func held() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}
