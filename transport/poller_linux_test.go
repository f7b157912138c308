package transport_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/transport"
)

// overTCP serves over real sockets, which pollers read.
func overTCP(t *testing.T, o *transport.Options, accept func(c *transport.Conn) transport.Receiver) *host {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	h := &host{dial: func() net.Conn {
		c, err := net.Dial("tcp", l.Addr().String())
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close() })
		return c
	}}
	if o == nil {
		o = new(transport.Options)
	}
	o.Logger = slog.New(slog.DiscardHandler)
	h.Server = transport.NewServer(o, accept)
	stop := serveTCP(l, h.Server)
	t.Cleanup(func() {
		stop()
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		_ = h.Shutdown(ended)
	})
	return h
}

// told is a Receiver whose functions may be nil.
type told struct {
	packet func(text string) error
	prompt func(text string) bool // nil: nothing is
	closed func(reason error)
}

func jsonOf(p *transport.Packet) string {
	b, _ := transport.ToJSON(p.Data)
	return string(b)
}

func (r *told) Packet(p *transport.Packet) error {
	if p.Type != transport.Event || r.packet == nil {
		return nil
	}
	return r.packet(jsonOf(p))
}

func (r *told) Prompt(p *transport.Packet) (bool, error) {
	if p.Type != transport.Event || r.prompt == nil {
		return false, nil
	}
	return r.prompt(jsonOf(p)), nil
}

func (r *told) Closed(reason error) {
	if r.closed != nil {
		r.closed(reason)
	}
}

// echo answers each event with itself.
func echo(t *testing.T) func(c *transport.Conn) transport.Receiver {
	return func(c *transport.Conn) transport.Receiver {
		return &told{packet: func(text string) error { return c.Send(event(t, text), transport.Reliable) }}
	}
}

func sayN(p *peer, n int) string { return string(p.frame(1, fmt.Sprintf("42[%d]", n))) }

func answerN(n int) string { return fmt.Sprintf(`42["[%d]"]`, n) }

func TestSocketIsReadByteByByte(t *testing.T) {
	p := overTCP(t, nil, echo(t)).joined(t)
	for _, frames := range []string{sayN(p, 1), string(p.frame(9, "x")) + sayN(p, 1)} {
		for _, b := range []byte(frames) {
			p.write([]byte{b})
		}
		op, text := p.read()
		if op == 10 {
			require.Equal(t, "x", text)
			op, text = p.read()
		}
		require.Equal(t, byte(1), op)
		require.Equal(t, answerN(1), text)
	}
}

func TestSocketTakesManyFramesOfOneSegmentInOrder(t *testing.T) {
	p := overTCP(t, nil, echo(t)).joined(t)
	var all strings.Builder
	for i := range 2000 { // more than a poller takes at a time
		all.WriteString(sayN(p, i))
	}
	go func() { _, _ = p.conn.Write([]byte(all.String())) }()
	for i := range 2000 {
		require.Equal(t, answerN(i), p.text())
	}
}

func TestSocketTakesAMessageLargerThanAnyBuffer(t *testing.T) {
	size := make(chan int, 1)
	h := overTCP(t, nil, func(*transport.Conn) transport.Receiver {
		return &told{packet: func(text string) error { size <- len(text); return nil }}
	})
	p := h.joined(t)
	p.send(`42["` + strings.Repeat("x", 900_000) + `"]`)
	require.Equal(t, 900_004, <-size)
	first := p.frame(1, `42["`+strings.Repeat("y", 300_000))
	first[0] = 1
	p.write(first)
	p.write(p.frame(9, "still there?"))
	p.write(p.frame(0, `y"]`))
	require.Equal(t, 300_005, <-size, "fragments")
	op, text := p.read()
	require.Equal(t, byte(10), op)
	require.Equal(t, "still there?", text)
}

func TestPingIsAnsweredWhileNothingElseComes(t *testing.T) {
	p := overTCP(t, nil, echo(t)).joined(t)
	for _, text := range []string{"", "a", strings.Repeat("b", 125)} {
		p.write(p.frame(9, text))
		op, got := p.read()
		require.Equal(t, byte(10), op)
		require.Equal(t, text, got)
	}
}

func TestBlockedHandlerHoldsUpNobodyElse(t *testing.T) {
	release, inside := make(chan struct{}), make(chan struct{})
	h := overTCP(t, nil, func(c *transport.Conn) transport.Receiver {
		return &told{packet: func(text string) error {
			if text == "[0]" {
				close(inside)
				<-release
			}
			return c.Send(event(t, text), transport.Reliable)
		}}
	})
	stuck, other := h.joined(t), h.joined(t)
	stuck.write([]byte(sayN(stuck, 0) + sayN(stuck, 1)))
	<-inside
	stuck.write([]byte(sayN(stuck, 2)))
	for i := range 100 {
		other.write([]byte(sayN(other, 1+i)))
		require.Equal(t, answerN(1+i), other.text())
	}
	close(release)
	for i := range 3 {
		require.Equal(t, answerN(i), stuck.text(), "its own packets come in order")
	}
}

func TestPromptPacketsKeepTheirPlaceAmongOthers(t *testing.T) {
	done := make(chan []string)
	h := overTCP(t, nil, func(*transport.Conn) transport.Receiver {
		var seen []string // without a lock: one at a time
		note := func(by, text string) {
			if seen = append(seen, by+text); len(seen) == 300 {
				done <- seen
			}
		}
		return &told{
			packet: func(text string) error {
				runtime.Gosched()
				note("packet ", text)
				return nil
			},
			prompt: func(text string) bool {
				if strings.HasSuffix(text, "7]") {
					return false
				}
				note("any ", text)
				return true
			},
		}
	})
	p := h.joined(t)
	for i := range 300 {
		p.write([]byte(sayN(p, i)))
	}
	for i, got := range <-done {
		_, got, _ = strings.Cut(got, " ")
		require.Equal(t, fmt.Sprintf("[%d]", i), got)
	}
}

func TestPromptPacketsNeedNoGoroutine(t *testing.T) {
	h := overTCP(t, nil, func(c *transport.Conn) transport.Receiver {
		answer := func(by string) error { return c.Send(event(t, by), transport.Reliable) }
		return &told{
			packet: func(string) error { return answer("goroutine") },
			prompt: func(string) bool { return answer("poller") == nil },
		}
	})
	p := h.joined(t)
	for range 1000 { // the goroutine that has handled CONNECT may still be at work
		p.write([]byte(sayN(p, 1)))
		if p.text() == `42["poller"]` {
			return
		}
	}
	t.Fatal("all of them were left to a goroutine")
}

func TestPanicEndsItsConnectionOnly(t *testing.T) {
	for name, frame := range map[string]string{
		"in Prompt":  sayN(plain, 1),
		"in Packet":  sayN(plain, 2),
		"inside gws": "\x82\xff\xff\xff\xff\xff\xff\xff\xff\xffabcd",
	} {
		t.Run(name, func(t *testing.T) {
			reasons := make(chan error, 2)
			h := overTCP(t, nil, func(c *transport.Conn) transport.Receiver {
				return &told{
					prompt: func(text string) bool {
						if text == "[1]" {
							panic("prompt")
						}
						return false
					},
					packet: func(text string) error {
						if text != "[3]" { // also [1], if a goroutine was still at work for the connection
							panic("packet")
						}
						return c.Send(event(t, text), transport.Reliable)
					},
					closed: func(reason error) { reasons <- reason },
				}
			})
			bad, good := h.joined(t), h.joined(t)
			bad.write([]byte(frame))
			reason := <-reasons
			var panicked *transport.PanicError
			require.True(t, errors.As(reason, &panicked) || errors.Is(reason, transport.ErrTransportError), "%v", reason)
			op, _ := bad.read()
			require.Equal(t, byte(8), op)
			good.write([]byte(sayN(good, 3)))
			require.Equal(t, answerN(3), good.text())
		})
	}
}

func TestFloodDoesNotStarveOthers(t *testing.T) {
	h := overTCP(t, nil, func(c *transport.Conn) transport.Receiver {
		return &told{
			prompt: func(text string) bool { return text == "[0]" },
			packet: func(text string) error { return c.Send(event(t, text), transport.Reliable) },
		}
	})
	flooding, calm := h.joined(t), h.joined(t)
	flood := []byte(strings.Repeat(sayN(flooding, 0), 5000))
	var end atomic.Bool
	var work sync.WaitGroup
	begun := make(chan struct{})
	work.Go(func() {
		for i := 0; !end.Load(); i++ {
			if _, err := flooding.conn.Write(flood); err != nil {
				return
			}
			if i == 0 {
				close(begun)
			}
		}
	})
	<-begun
	for i := range 200 {
		calm.write([]byte(sayN(calm, 1+i)))
		require.Equal(t, answerN(1+i), calm.text())
	}
	end.Store(true)
	work.Wait()
}

func TestParkedConnectionIsClosedByTheServer(t *testing.T) {
	conns, reasons := make(chan *transport.Conn, 1), make(chan error, 1)
	h := overTCP(t, nil, func(c *transport.Conn) transport.Receiver {
		conns <- c
		return &told{closed: func(reason error) { reasons <- reason }}
	})
	p := h.joined(t)
	(<-conns).Close(transport.ErrTooMany)
	require.ErrorIs(t, <-reasons, transport.ErrTooMany)
	_, text := p.closeFrame()
	require.Equal(t, "too many messages", text)
}

func TestParkedConnectionThatDoesNotAnswerACloseFrameIsCut(t *testing.T) {
	t.Parallel() // it takes as long as the peer has to answer
	conns := make(chan *transport.Conn, 1)
	h := overTCP(t, nil, func(c *transport.Conn) transport.Receiver {
		conns <- c
		return &told{}
	})
	p := h.joined(t)
	(<-conns).Close(transport.ErrForcedClose)
	op, _ := p.read()
	require.Equal(t, byte(8), op)
	p.end()
}

func TestParkedConnectionWithoutPongIsClosed(t *testing.T) {
	reasons := make(chan error, 1)
	h := overTCP(t, &transport.Options{PingInterval: 100 * time.Millisecond, PingTimeout: 100 * time.Millisecond},
		func(*transport.Conn) transport.Receiver {
			return &told{closed: func(reason error) { reasons <- reason }}
		})
	p := h.joined(t)
	require.ErrorIs(t, <-reasons, transport.ErrPingTimeout)
	require.Equal(t, "2", p.text())
}

func TestParkedConnectionIsCutAtTheEndOfShutdown(t *testing.T) {
	reasons := make(chan error, 1)
	h := overTCP(t, nil, func(*transport.Conn) transport.Receiver {
		return &told{closed: func(reason error) { reasons <- reason }}
	})
	p := h.joined(t)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, h.Shutdown(ended), context.Canceled)
	require.ErrorIs(t, <-reasons, transport.ErrShutdown)
	op, _ := p.read()
	require.Equal(t, byte(8), op)
	p.end()
}

// Many idle connections have no goroutines but their poller's.
func TestIdleConnectionsHaveNoGoroutine(t *testing.T) {
	const n = 1500
	h := overTCP(t, nil, func(*transport.Conn) transport.Receiver { return &told{} })
	before := runtime.NumGoroutine()
	var fds []int
	defer func() {
		for _, fd := range fds {
			_ = syscall.Close(fd)
		}
	}()
	for range n {
		p := h.joined(t)
		raw, err := p.conn.(*net.TCPConn).SyscallConn()
		require.NoError(t, err)
		require.NoError(t, raw.Control(func(own uintptr) {
			fd, e := syscall.Dup(int(own))
			require.NoError(t, e)
			fds = append(fds, fd)
		}))
		require.NoError(t, p.conn.Close()) // of which fd is left
	}
	require.Equal(t, n, h.Conns())
	for runtime.NumGoroutine() > before+100 { // handshakes may still be at work; a poller keeps some for its next packets
		runtime.Gosched()
	}
	require.Equal(t, n, h.Conns())
}
