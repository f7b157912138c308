package transport_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/transport"
)

const many = 2000

// allGone is the default time after which a client that says nothing is gone: a ping, its pong, and a close frame's
// answer.
const allGone = 25*time.Second + 20*time.Second + transport.CloseTimeout + time.Second

// heap is what is in use, rubbish apart.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

// goroutines counts those of the bubble; the runtime's own count is off while others end.
func goroutines() int {
	b := make([]byte, 8<<20)
	b = b[:runtime.Stack(b, true)]
	first, _, _ := bytes.Cut(b, []byte("\n"))
	_, bubble, _ := bytes.Cut(first, []byte(", ")) // "synctest bubble 7]:"
	return bytes.Count(b, bubble)
}

// abused runs a test with a quiet server, and requires that after it and the timeouts no session and no goroutine of the
// server's is left, while the server still serves.
func abused(t *testing.T, o transport.Options, f func(t *testing.T, h *host, log *journal)) {
	var log journal
	o.Logger = log.logger()
	virtual(t, &o, nil, func(t *testing.T, h *host) {
		synctest.Wait()
		before := goroutines()
		f(t, h, &log)
		time.Sleep(allGone)
		synctest.Wait()
		require.Zero(t, h.Conns())
		require.LessOrEqual(t, goroutines(), before)
		p := h.joined(t)
		synctest.Wait()
		_ = p.conn.Close()
	})
}

func TestAbuseOfPollingHandshakes(t *testing.T) {
	abused(t, transport.Options{}, func(t *testing.T, h *host, _ *journal) {
		before, memory := goroutines(), heap()
		for range many {
			require.Equal(t, 200, (<-h.do(t, "GET", "", "", "").done).status)
		}
		synctest.Wait()
		require.Equal(t, many, h.Conns())
		require.LessOrEqual(t, goroutines(), before, "a client that does not poll has no goroutine")
		require.Less(t, int(heap()-memory)/many, 4<<10, "bytes for each")
	})
}

func TestAbuseOfWebSocketHandshakes(t *testing.T) {
	abused(t, transport.Options{}, func(t *testing.T, h *host, _ *journal) {
		before := goroutines()
		for range many / 2 {
			h.open(t)
		}
		require.Equal(t, many/2, h.Conns())
		require.LessOrEqual(t, goroutines(), before+many/2)
	})
}

func TestAbuseOfHandshakesIsBoundedByMaxConns(t *testing.T) {
	abused(t, transport.Options{MaxConns: 100}, func(t *testing.T, h *host, log *journal) {
		for range many {
			<-h.do(t, "GET", "", "", "").done
		}
		require.Equal(t, 100, h.Conns())
		require.Len(t, log.lines("MaxConns are open"), 1)
	})
}

func TestAbuseOfProbes(t *testing.T) {
	abused(t, transport.Options{}, func(t *testing.T, h *host, _ *journal) {
		p := h.polls(t)
		for range 500 { // one of them may probe; none says a word
			h.request(t, "&sid="+p.sid, "", "")
		}
		synctest.Wait()
		time.Sleep(10*time.Second + transport.CloseTimeout)
		synctest.Wait()
		require.Equal(t, 1, h.Conns(), "the session goes on polling")
	})
}

// trickle sends a request's head and then a byte every ten seconds.
func trickle(h *host, head string) net.Conn {
	c := h.dial()
	go func() {
		b := []byte(head)
		for {
			if _, err := c.Write(b); err != nil {
				return
			}
			b = []byte{'x'}
			time.Sleep(10 * time.Second)
		}
	}()
	go func() { _, _ = io.Copy(io.Discard, c) }()
	return c
}

func TestAbuseBySlowBodies(t *testing.T) {
	abused(t, transport.Options{}, func(t *testing.T, h *host, _ *journal) {
		memory := heap()
		for range 200 {
			p := h.polls(t)
			trickle(h, "POST /?EIO=4&transport=polling&sid="+p.sid+" HTTP/1.1\r\nHost: game.test\r\nConnection: close\r\nContent-Length: 900000\r\n\r\n")
		}
		synctest.Wait()
		require.Less(t, int(heap()-memory)/200, 64<<10, "what has not come takes no memory")
	})
}

func TestAbuseByPollsWhoseAnswerNobodyReads(t *testing.T) {
	abused(t, transport.Options{}, func(t *testing.T, h *host, _ *journal) {
		for range 200 {
			p := h.polls(t)
			c := h.dial()
			_, err := fmt.Fprintf(c, "GET /?EIO=4&transport=polling&sid=%s HTTP/1.1\r\nHost: game.test\r\n\r\n", p.sid)
			require.NoError(t, err)
		}
		synctest.Wait()
		require.Equal(t, 200, h.Conns())
	})
}

func TestAbuseByRequestsWhoseErrorNobodyReads(t *testing.T) {
	abused(t, transport.Options{}, func(t *testing.T, h *host, _ *journal) {
		for range 200 {
			c := h.dial()
			_, err := fmt.Fprint(c, "GET /?EIO=4&transport=polling&sid=no HTTP/1.1\r\nHost: game.test\r\n\r\n")
			require.NoError(t, err)
		}
	})
}

func TestAbuseByUnknownSessions(t *testing.T) {
	abused(t, transport.Options{}, func(t *testing.T, h *host, _ *journal) {
		memory := heap()
		for i := range many {
			a := <-h.do(t, "GET", fmt.Sprintf("&sid=%020d", i), "", "").done
			require.Equal(t, 400, a.status)
			require.Equal(t, unknownSession, a.body)
		}
		synctest.Wait()
		require.Less(t, (int(heap())-int(memory))/many, 2<<10, "bytes for each")
	})
}

func TestAbuseByOversizedBodies(t *testing.T) {
	abused(t, transport.Options{MaxPayload: 1000}, func(t *testing.T, h *host, log *journal) {
		for range 200 {
			p := h.polls(t)
			require.Equal(t, 413, p.send("4"+strings.Repeat("x", 1000)).status)
		}
		require.Zero(t, h.Conns())
		require.Len(t, log.lines("larger than MaxPayload"), 1)
	})
}

func TestAbuseByOversizedFrames(t *testing.T) {
	abused(t, transport.Options{MaxPayload: 1000}, func(t *testing.T, h *host, log *journal) {
		for range 200 {
			p := h.joined(t)
			p.write([]byte{0x82, 0xff, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0})
			op, text := p.read()
			require.Equal(t, byte(8), op)
			require.Equal(t, "\x03\xf1", text, "1009 and no more")
		}
		synctest.Wait()
		require.Zero(t, h.Conns())
		require.Len(t, log.lines("larger than MaxPayload"), 1)
	})
}

func TestAbuseByForgedOrigins(t *testing.T) {
	abused(t, transport.Options{AllowedOrigins: []string{"https://friend.test"}}, func(t *testing.T, h *host, log *journal) {
		for i := range many {
			a := <-h.do(t, "GET", "", fmt.Sprintf("Origin: https://foe%d.test\r\n", i), "").done
			require.Equal(t, 403, a.status)
		}
		require.Zero(t, h.Conns())
		require.Len(t, log.lines("add it to AllowedOrigins"), 1)
	})
}
