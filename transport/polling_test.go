package transport_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/transport"
)

// answer is what a request came back with.
type answer struct {
	status int
	body   string
	header http.Header
}

// poll is a GET under way.
type poll struct {
	conn net.Conn
	done chan answer
}

// abort is the client's end of it.
func (p *poll) abort() { _ = p.conn.Close() }

// poller makes requests for one polling session.
type poller struct {
	t   testing.TB
	h   *host
	sid string
}

// do sends a request on a connection of its own; the answer comes on the channel, unless the connection ends.
func (h *host) do(t testing.TB, method, query, header, body string) *poll {
	p := &poll{conn: h.dial(), done: make(chan answer, 1)}
	_, err := fmt.Fprintf(p.conn, "%s /socket.io/?EIO=4&transport=polling%s HTTP/1.1\r\nHost: game.test\r\nConnection: close\r\nContent-Length: %d\r\n%s\r\n",
		method, query, len(body), header)
	require.NoError(t, err)
	go func() {
		if body != "" { // net.Pipe delivers an empty write too, and net/http's watch for the end of the client takes it
			go func() { _, _ = io.WriteString(p.conn, body) }()
		}
		defer close(p.done)
		defer p.conn.Close()
		res, err := http.ReadResponse(bufio.NewReader(p.conn), nil)
		if err != nil {
			return
		}
		b, err := io.ReadAll(res.Body)
		if err == nil {
			p.done <- answer{res.StatusCode, string(b), res.Header}
		}
	}()
	return p
}

// polls opens a session by polling.
func (h *host) polls(t testing.TB) *poller {
	a := <-h.do(t, "GET", "", "", "").done
	require.Equal(t, 200, a.status, a.body)
	return &poller{t, h, sidOf(t, a.body)}
}

// pollsJoined opens a session and connects to the main namespace.
func (h *host) pollsJoined(t testing.TB) *poller {
	p := h.polls(t)
	p.post("40")
	return p
}

// start sends a GET and lets the server have it.
func (p *poller) start() *poll {
	g := p.h.do(p.t, "GET", "&sid="+p.sid, "", "")
	synctest.Wait()
	return g
}

func (p *poller) get() string {
	a := <-p.start().done
	require.Equal(p.t, 200, a.status, a.body)
	return a.body
}

func (p *poller) send(body string) answer { return <-p.h.do(p.t, "POST", "&sid="+p.sid, "", body).done }

func (p *poller) post(body string) {
	a := p.send(body)
	require.Equal(p.t, 200, a.status, a.body)
	require.Equal(p.t, "ok", a.body)
}

const (
	unknownSession = `{"code":1,"message":"Session ID unknown"}`
	badRequest     = `{"code":3,"message":"Bad request"}`
)

// gone expects that the session is.
func (p *poller) gone(reason error) {
	synctest.Wait()
	a := <-p.start().done
	require.Equal(p.t, 400, a.status)
	require.Equal(p.t, unknownSession, a.body)
	p.closed(reason)
}

func (p *poller) closed(reason error) {
	synctest.Wait()
	require.Equal(p.t, []error{reason}, p.h.last(p.t).closed())
	require.Zero(p.t, p.h.Conns())
}

func TestPollingHandshakeAnswer(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		a := <-h.do(t, "GET", "", "", "").done
		require.Equal(t, `0{"sid":"`+sidOf(t, a.body)+`","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`, a.body)
		require.Equal(t, "text/plain; charset=UTF-8", a.header.Get("Content-Type"))
		require.Equal(t, "no-store", a.header.Get("Cache-Control"))
		require.Empty(t, a.header.Values("Set-Cookie"))
		require.Equal(t, 1, h.Conns())
	})
}

func TestUpgradesMayBeForbidden(t *testing.T) {
	virtual(t, &transport.Options{NoUpgrades: true}, nil, func(t *testing.T, h *host) {
		a := <-h.do(t, "GET", "", "", "").done
		require.Contains(t, a.body, `"upgrades":[],`)
		_, res := h.request(t, "&sid="+sidOf(t, a.body), "", "")
		require.Equal(t, 400, res.StatusCode)
	})
}

func TestCookieOfTheHandshake(t *testing.T) {
	virtual(t, &transport.Options{Cookie: "io"}, nil, func(t *testing.T, h *host) {
		a := <-h.do(t, "GET", "", "", "").done
		require.Equal(t, "io="+sidOf(t, a.body)+"; Path=/; HttpOnly; SameSite=Lax", a.header.Get("Set-Cookie"))
	})
}

func TestCORS(t *testing.T) {
	virtual(t, &transport.Options{AllowedOrigins: []string{"https://friend.test"}}, nil, func(t *testing.T, h *host) {
		a := <-h.do(t, "GET", "", "Origin: https://friend.test\r\n", "").done
		require.Equal(t, 200, a.status)
		require.Equal(t, "https://friend.test", a.header.Get("Access-Control-Allow-Origin"))
		require.Equal(t, "true", a.header.Get("Access-Control-Allow-Credentials"))
		require.Equal(t, "Origin", a.header.Get("Vary"))
		a = <-h.do(t, "GET", "&sid=x", "Origin: https://friend.test\r\n", "").done
		require.Equal(t, 400, a.status)
		require.Equal(t, "https://friend.test", a.header.Get("Access-Control-Allow-Origin"), "on errors too")
		a = <-h.do(t, "OPTIONS", "", "Origin: https://friend.test\r\nAccess-Control-Request-Headers: x-a\r\n", "").done
		require.Equal(t, 204, a.status)
		require.Equal(t, "GET,HEAD,PUT,PATCH,POST,DELETE", a.header.Get("Access-Control-Allow-Methods"))
		require.Equal(t, "x-a", a.header.Get("Access-Control-Allow-Headers"))
		a = <-h.do(t, "GET", "", "Origin: https://foe.test\r\n", "").done
		require.Equal(t, 403, a.status)
		require.Empty(t, a.header.Get("Access-Control-Allow-Origin"))
	})
}

func TestCORSForAllIsWithoutCredentials(t *testing.T) {
	virtual(t, &transport.Options{AllowedOrigins: []string{"*"}}, nil, func(t *testing.T, h *host) {
		a := <-h.do(t, "GET", "", "Origin: https://foe.test\r\n", "").done
		require.Equal(t, "*", a.header.Get("Access-Control-Allow-Origin"))
		require.Empty(t, a.header.Get("Access-Control-Allow-Credentials"))
	})
}

func TestPollIsHeldUntilThereIsSomething(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.pollsJoined(t)
		g := p.start()
		require.Empty(t, g.done)
		require.NoError(t, h.last(t).conn.Send(event(t, "a"), transport.Volatile))
		require.Equal(t, `42["a"]`, (<-g.done).body)
	})
}

func TestPollTakesAllThatIsQueued(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.pollsJoined(t)
		c := h.last(t).conn
		require.NoError(t, c.Send(event(t, "a", []byte{1}), transport.Reliable))
		require.NoError(t, c.Send(event(t, "b"), transport.Reliable))
		require.ErrorIs(t, c.Send(event(t, "c"), transport.Volatile), transport.ErrDropped)
		require.Equal(t, `451-["a",{"_placeholder":true,"num":0}]`+"\x1ebAQ==\x1e"+`42["b"]`, p.get())
	})
}

func TestPostHandsPacketsOnInOrder(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.polls(t)
		a := p.send("40\x1e" + `42["a"]` + "\x1e" + `451-["b",{"_placeholder":true,"num":0}]` + "\x1ebAQ==")
		require.Equal(t, "ok", a.body)
		require.Equal(t, "text/html", a.header.Get("Content-Type"))
		require.Equal(t, "no-store", a.header.Get("Cache-Control"))
		require.Equal(t, []string{`0/-1`, `2/-1["a"]`, `2/-1["b","AQ=="]`}, h.last(t).seen())
	})
}

func TestPollersMaySpeakMsgpack(t *testing.T) {
	virtual(t, nil, func(c *transport.Conn, p *transport.Packet) error {
		return c.Send(event(t, "hi"), transport.Reliable)
	}, func(t *testing.T, h *host) {
		p := h.polls(t)
		p.post("bgqR0eXBlAKNuc3ChLw==")
		require.Equal(t, "bg6R0eXBlAqRkYXRhkaJoaaNuc3ChLw==", p.get())
	})
}

func TestSecondPollEndsTheSession(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.polls(t)
		first := p.start()
		second := p.start()
		a := <-second.done
		require.Equal(t, 400, a.status)
		require.Equal(t, badRequest, a.body)
		a = <-first.done
		require.Equal(t, 200, a.status)
		require.Equal(t, "1", a.body)
		p.gone(transport.ErrTransportError)
	})
}

func TestSecondPostEndsTheSession(t *testing.T) {
	var release chan struct{}
	virtual(t, nil, func(*transport.Conn, *transport.Packet) error { <-release; return nil }, func(t *testing.T, h *host) {
		release = make(chan struct{})
		p := h.polls(t)
		first := h.do(t, "POST", "&sid="+p.sid, "", "40")
		synctest.Wait()
		require.Equal(t, 400, p.send("3").status)
		close(release)
		require.Equal(t, 200, (<-first.done).status)
		p.gone(transport.ErrTransportError)
	})
}

func TestAbortedPollEndsTheSession(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.polls(t)
		p.start().abort()
		synctest.Wait()
		p.gone(transport.ErrTransportError)
	})
}

func TestBadPostsEndTheSession(t *testing.T) {
	for name, c := range map[string]struct {
		header, body string
		status       int
		answer       string
		reason       error
	}{
		"octet-stream":    {"Content-Type: application/octet-stream\r\n", "40", 400, badRequest, transport.ErrTransportError},
		"garbage":         {"", "abc", 400, badRequest, transport.ErrParse},
		"empty":           {"", "", 400, badRequest, transport.ErrParse},
		"empty packet":    {"", "40\x1e\x1e40", 400, badRequest, transport.ErrParse},
		"not UTF-8":       {"", "4\xff", 400, badRequest, transport.ErrParse},
		"ping":            {"", "2", 400, badRequest, transport.ErrTransportError},
		"above the limit": {"", "4" + strings.Repeat("x", 1e6), 413, "", transport.ErrTransportClose},
	} {
		t.Run(name, func(t *testing.T) {
			virtual(t, nil, nil, func(t *testing.T, h *host) {
				p := h.polls(t)
				a := <-h.do(t, "POST", "&sid="+p.sid, c.header, c.body).done
				require.Equal(t, c.status, a.status)
				require.Equal(t, c.answer, a.body)
				time.Sleep(2 * time.Second)
				p.gone(c.reason)
			})
		})
	}
}

func TestGarbageEndsThePollThatIsHeld(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.polls(t)
		g := p.start()
		require.Equal(t, 400, p.send("abc").status)
		require.Equal(t, "1", (<-g.done).body)
		p.gone(transport.ErrParse)
	})
}

func TestClientsCloseReleasesItsPoll(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.polls(t)
		g := p.start()
		p.post("1")
		require.Equal(t, "6", (<-g.done).body)
		p.gone(transport.ErrTransportClose)
	})
}

func TestClientsCloseMayOvertakeItsPoll(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.pollsJoined(t)
		p.post("41\x1e1")
		p.closed(transport.ErrTransportClose)
		time.Sleep(900 * time.Millisecond)
		require.Equal(t, "6", p.get())
		p.gone(transport.ErrTransportClose)
	})
}

func TestOvertakenPollIsNotWaitedForLong(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.polls(t)
		p.post("1")
		time.Sleep(1001 * time.Millisecond)
		p.gone(transport.ErrTransportClose)
	})
}

func TestServersCloseComesInAPayloadOfItsOwn(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.pollsJoined(t)
		c := h.last(t).conn
		require.NoError(t, c.Send(event(t, "bye"), transport.Reliable))
		c.Close(transport.ErrTooMany)
		require.ErrorIs(t, c.Send(event(t, "x"), transport.Reliable), transport.ErrClosed)
		p.closed(transport.ErrTooMany)
		p.post(`42["still sending"]`)
		require.Equal(t, `42["bye"]`, p.get())
		require.Equal(t, "1", p.get())
		p.gone(transport.ErrTooMany)
		require.Len(t, h.last(t).seen(), 1)
	})
}

func TestServersCloseReleasesThePollThatIsHeld(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.pollsJoined(t)
		g := p.start()
		h.last(t).conn.Close(transport.ErrTooMany)
		require.Equal(t, "1", (<-g.done).body)
		p.gone(transport.ErrTooMany)
	})
}

func TestServersCloseIsGivenUpAfterHalfAMinute(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.pollsJoined(t)
		h.last(t).conn.Close(transport.ErrTooMany)
		time.Sleep(30*time.Second + time.Millisecond)
		p.gone(transport.ErrTooMany)
	})
}

func TestShutdownDoesNotWaitForClientsThatAreGone(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.pollsJoined(t)
		h.last(t).conn.Close(transport.ErrTooMany) // its client never asks for the last words
		p.closed(transport.ErrTooMany)
		h.pollsJoined(t) // nor does this one's
		begun := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		require.NoError(t, h.Shutdown(ctx))
		require.LessOrEqual(t, time.Since(begun), 2*time.Second)
	})
}

func TestPollingHeartbeat(t *testing.T) {
	o := &transport.Options{PingInterval: 300 * time.Millisecond, PingTimeout: 200 * time.Millisecond}
	virtual(t, o, nil, func(t *testing.T, h *host) {
		p := h.polls(t)
		begun := time.Now()
		for i := range 3 {
			require.Equal(t, "2", p.get())
			require.Equal(t, time.Duration(i+1)*300*time.Millisecond, time.Since(begun))
			p.post("3")
		}
		time.Sleep(500 * time.Millisecond)
		p.gone(transport.ErrPingTimeout)
	})
}

func TestPingTimeoutEndsThePollThatIsHeld(t *testing.T) {
	o := &transport.Options{PingInterval: 300 * time.Millisecond, PingTimeout: 200 * time.Millisecond}
	virtual(t, o, nil, func(t *testing.T, h *host) {
		p := h.polls(t)
		require.Equal(t, "2", p.get())
		require.Equal(t, "1", p.get())
		p.gone(transport.ErrPingTimeout)
	})
}

func TestPollerThatDoesNotPollIsTooSlow(t *testing.T) {
	virtual(t, &transport.Options{MaxQueue: 1000}, nil, func(t *testing.T, h *host) {
		p := h.pollsJoined(t)
		c := h.last(t).conn
		require.NoError(t, c.Send(event(t, strings.Repeat("x", 5000)), transport.Reliable))
		require.NoError(t, c.Send(event(t, "x"), transport.Reliable))
		require.NoError(t, c.Send(event(t, strings.Repeat("x", 5000)), transport.Reliable), "one of any size may pass while less waits")
		require.ErrorIs(t, c.Send(event(t, "x"), transport.Reliable), transport.ErrTooSlow)
		p.gone(transport.ErrTooSlow)
	})
}

func TestPollingQueueIsBoundedInMessages(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		h.pollsJoined(t)
		c := h.last(t).conn
		for range transport.MaxQueued + 1 {
			require.NoError(t, c.Send(event(t, "x"), transport.Reliable))
		}
		require.ErrorIs(t, c.Send(event(t, "x"), transport.Reliable), transport.ErrTooSlow)
	})
}

func TestShutdownAnswersPolls(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.pollsJoined(t)
		g := p.start()
		require.NoError(t, h.Shutdown(context.Background()))
		require.Equal(t, "1", (<-g.done).body)
		p.closed(transport.ErrShutdown)
		require.Equal(t, 503, (<-h.do(t, "GET", "", "", "").done).status)
	})
}

func TestShutdownWaitsForThePollOfAClientThatIsToReadWhy(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.pollsJoined(t)
		done := make(chan error)
		go func() { done <- h.Shutdown(context.Background()) }()
		synctest.Wait()
		require.Equal(t, "1", p.get())
		require.NoError(t, <-done)
	})
}

func TestTransportsDoNotMix(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		ws, open := h.open(t)
		a := <-h.do(t, "GET", "&sid="+sidOf(t, open), "", "").done
		require.Equal(t, 400, a.status)
		require.Equal(t, badRequest, a.body)
		require.Equal(t, 400, (<-h.do(t, "POST", "&sid="+sidOf(t, open), "", "3").done).status)
		require.Equal(t, 400, (<-h.do(t, "PUT", "&sid="+h.polls(t).sid, "", "").done).status)
		ws.send("40")
		synctest.Wait()
		require.Equal(t, 2, h.Conns())
	})
}
