package transport_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"syscall"
	"testing"

	"github.com/lxzan/gws"
	"github.com/stretchr/testify/require"

	"ninepin/transport"
)

// batch is how many events a client sends in one write, so that its own cost is small beside the server's.
const batch = 64

// BenchmarkWire measures the processor time of one event over a real socket, in, and in and out again, system calls and a
// 64th of the client's included. The metric x-gws is the ratio to the same bytes through plain gws in the same run.
func BenchmarkWire(b *testing.B) {
	for name, c := range codecs {
		if name == "compact" {
			continue
		}
		frames, err := transport.NewMessage(input(b)).Frames(c)
		require.NoError(b, err)
		payload, binary := unframe(b, frames)[0].bytes(b)
		for _, echo := range []bool{false, true} {
			way := map[bool]string{false: "in", true: "echo"}[echo]
			b.Run(name+"/"+way, func(b *testing.B) {
				ours := newWire(b, c == transport.CodecJSON, echo, payload, binary)
				plain := newPlainWire(b, echo, payload, binary)
				var cpu [2]int64
				n := 0
				for b.Loop() {
					for i, w := range []*wire{ours, plain} {
						start := processor()
						w.round(b)
						cpu[i] += processor() - start
					}
					n += batch
				}
				b.ReportMetric(float64(cpu[0])/float64(n), "cpu-ns/event")
				b.ReportMetric(float64(cpu[0])/float64(cpu[1]), "x-gws")
			})
		}
	}
}

// processor returns the time that the process has used, in nanoseconds.
func processor() int64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Utime.Nano() + u.Stime.Nano()
}

// wire is a client that sends batches and reads what comes back.
type wire struct {
	peer  *peer
	batch []byte
	back  []byte // what a batch is answered with is as long
}

func (w *wire) round(b *testing.B) {
	w.peer.write(w.batch)
	_, err := io.ReadFull(w.peer.br, w.back)
	require.NoError(b, err)
}

// frames are what a client sends: a batch, the last of which is answered if the others are not.
func (w *wire) frames(echo bool, payload []byte, binary bool) {
	op := byte(1)
	if binary {
		op = 2
	}
	one := w.peer.frame(op, string(payload))
	w.batch = bytes.Repeat(one, batch)
	answers := 1
	if echo {
		answers = batch
	}
	w.back = make([]byte, answers*(len(one)-4))
}

func newWire(b *testing.B, json, echo bool, payload []byte, binary bool) *wire {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	h := &host{dial: func() net.Conn {
		c, err := net.Dial("tcp", l.Addr().String())
		require.NoError(b, err)
		return c
	}}
	n := 0
	server := transport.NewServer(nil, func(c *transport.Conn) transport.Receiver {
		return receiver(func(p *transport.Packet) error {
			if p.Type != transport.Event {
				return nil
			}
			if n++; !echo && n%batch != 0 {
				return nil
			}
			q := *p
			q.Data = bytes.Clone(p.Data)
			return c.Send(transport.NewMessage(q), transport.Reliable)
		})
	})
	stop := serveTCP(l, server)
	b.Cleanup(func() { stop(); _ = server.Shutdown(b.Context()) })
	w := new(wire)
	w.peer, _ = h.open(b)
	b.Cleanup(func() { _ = w.peer.conn.Close() })
	if json {
		w.peer.send("40")
		w.frames(echo, append([]byte("4"), payload...), false)
	} else {
		w.peer.binary([]byte("\x82\xa4type\x00\xa3nsp\xa1/"))
		w.frames(echo, payload, binary)
	}
	return w
}

// receiver is a Receiver that only handles packets.
type receiver func(*transport.Packet) error

func (f receiver) Packet(p *transport.Packet) error { return f(p) }
func (receiver) Closed(error)                       {}

func serveTCP(l net.Listener, h http.Handler) (stop func()) {
	server := &http.Server{Handler: h}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l)
	}()
	return func() {
		_ = server.Close()
		<-done
	}
}

// plainEvents is a gws server that does nothing but answer.
type plainEvents struct {
	gws.BuiltinEventHandler
	echo bool
	n    int
}

func (e *plainEvents) OnMessage(c *gws.Conn, m *gws.Message) {
	defer m.Close()
	if e.n++; e.echo || e.n%batch == 0 {
		_ = c.WriteMessage(m.Opcode, m.Bytes())
	}
}

func newPlainWire(b *testing.B, echo bool, payload []byte, binary bool) *wire {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	upgrader := gws.NewUpgrader(&plainEvents{echo: echo}, nil)
	ended := make(chan struct{})
	stop := serveTCP(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := upgrader.Upgrade(w, r)
		if err != nil {
			return
		}
		go func() {
			defer close(ended)
			c.ReadLoop()
		}()
	}))
	h := &host{dial: func() net.Conn {
		c, err := net.Dial("tcp", l.Addr().String())
		require.NoError(b, err)
		return c
	}}
	w := new(wire)
	w.peer, _ = h.request(b, "", "", "")
	b.Cleanup(func() {
		_ = w.peer.conn.Close()
		<-ended
		stop()
	})
	if !binary {
		payload = append([]byte("4"), payload...)
	}
	w.frames(echo, payload, binary)
	return w
}
