package transport_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/transport"
)

// journal is a log that a test reads.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

// lines returns the lines that hold text.
func (j *journal) lines(text string) []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	var found []string
	for line := range strings.Lines(j.text.String()) {
		if strings.Contains(line, text) {
			found = append(found, line)
		}
	}
	return found
}

func (j *journal) logger() *slog.Logger { return slog.New(slog.NewTextHandler(j, nil)) }

func TestHeadersHookIsAskedForEachAnswer(t *testing.T) {
	o := &transport.Options{Cookie: "io", Headers: func(h http.Header, r *http.Request) {
		h.Set("X-Node", "a\r\nb")
		if !r.URL.Query().Has("sid") {
			h.Add("Set-Cookie", "first=1")
		}
	}}
	virtual(t, o, nil, func(t *testing.T, h *host) {
		a := <-h.do(t, "GET", "", "", "").done
		require.Equal(t, "a  b", a.header.Get("X-Node"))
		require.Len(t, a.header.Values("Set-Cookie"), 2)
		a = <-h.do(t, "GET", "&sid=x", "", "").done
		require.Equal(t, 400, a.status)
		require.Equal(t, "a  b", a.header.Get("X-Node"))
		require.Empty(t, a.header.Values("Set-Cookie"))
		p, res := h.request(t, "", "", "")
		require.Equal(t, 101, res.StatusCode)
		require.Equal(t, "a  b", res.Header.Get("X-Node"), "no line can be slipped in")
		require.Equal(t, []string{"first=1", "io=" + sidOf(t, p.text()) + "; Path=/; HttpOnly; SameSite=Lax"}, res.Header.Values("Set-Cookie"))
	})
}

func TestAnswerToAWebSocketHandshakeTakesHeadersFromOutside(t *testing.T) {
	virtual(t, &transport.Options{AllowedOrigins: []string{"https://friend.test"}}, nil, func(t *testing.T, h *host) {
		_, res := h.request(t, "", "Origin: https://friend.test\r\n", "")
		require.Equal(t, 101, res.StatusCode)
		require.Equal(t, "https://friend.test", res.Header.Get("Access-Control-Allow-Origin"))
		require.Equal(t, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", res.Header.Get("Sec-WebSocket-Accept"))
	})
}

func TestInitialPacketFollowsTheHandshakeAnswer(t *testing.T) {
	virtual(t, &transport.Options{InitialPacket: "welcome €"}, nil, func(t *testing.T, h *host) {
		a := <-h.do(t, "GET", "", "", "").done
		require.Regexp(t, "^0{.*}\x1e4welcome €$", a.body)
		p, _ := h.open(t)
		require.Equal(t, "4welcome €", p.text())
	})
}

func TestHandshakeTellsTheURL(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		h.request(t, "&room=a%26b", "", "")
		synctest.Wait()
		hs := h.last(t).conn.Handshake()
		require.Equal(t, "/socket.io/?EIO=4&transport=websocket&room=a%26b", hs.URL)
		require.Equal(t, "a&b", hs.Query.Get("room"))
	})
}

func TestConnectionsAboveTheBoundAreRefused(t *testing.T) {
	var log journal
	virtual(t, &transport.Options{MaxConns: 2, Logger: log.logger()}, nil, func(t *testing.T, h *host) {
		p, _ := h.open(t)
		h.polls(t)
		_, res := h.request(t, "", "", "")
		require.Equal(t, 503, res.StatusCode)
		a := <-h.do(t, "GET", "", "", "").done
		require.Equal(t, 503, a.status)
		require.Equal(t, 2, h.Conns())
		p.send("1")
		p.closeFrame()
		synctest.Wait()
		h.open(t)
		require.Len(t, log.lines("MaxConns are open"), 1)
	})
}

func TestSameComplaintIsLoggedEveryTenSecondsOnly(t *testing.T) {
	var log journal
	virtual(t, &transport.Options{Logger: log.logger()}, nil, func(t *testing.T, h *host) {
		forge := func() {
			a := <-h.do(t, "GET", "", "Origin: https://foe.test\r\n", "").done
			require.Equal(t, 403, a.status)
		}
		for range 100 {
			forge()
		}
		lines := log.lines("add it to AllowedOrigins")
		require.Len(t, lines, 1)
		require.Contains(t, lines[0], "level=WARN")
		require.Contains(t, lines[0], "origin=https://foe.test host=game.test")
		time.Sleep(10 * time.Second)
		forge()
		lines = log.lines("add it to AllowedOrigins")
		require.Len(t, lines, 2)
		require.Contains(t, lines[1], "more=99")
	})
}

func TestEndsThatTheOperatorShouldKnowOfAreLogged(t *testing.T) {
	for what, c := range map[string]struct {
		act  func(t *testing.T, h *host)
		line string
	}{
		"a malformed packet": {
			func(t *testing.T, h *host) { h.joined(t).send("42{}") }, "broke the protocol",
		},
		"no packet at all": {
			func(t *testing.T, h *host) { h.joined(t).send("x") }, "broke the protocol",
		},
		"a frame without a mask": {
			func(t *testing.T, h *host) { h.joined(t).write([]byte{0x81, 1, '3'}) }, "broke the protocol",
		},
		"a frame that is too large": {
			func(t *testing.T, h *host) {
				h.joined(t).write([]byte{0x81, 0xff, 0, 0, 0, 0, 0, 0xf, 0x42, 0x41, 0, 0, 0, 0})
			}, "larger than MaxPayload",
		},
		"a body that is too large": {
			func(t *testing.T, h *host) {
				p := h.polls(t)
				require.Equal(t, 413, p.send("4"+strings.Repeat("x", 1_000_000)).status)
			}, "larger than MaxPayload",
		},
		"a hook that says no": {
			func(t *testing.T, h *host) { <-h.do(t, "GET", "&no", "", "").done }, "AllowRequest refused",
		},
		"a panic": {
			func(t *testing.T, h *host) { h.joined(t).send(`42["panic"]`) }, "receiver panicked",
		},
	} {
		t.Run(what, func(t *testing.T) {
			var log journal
			o := &transport.Options{Logger: log.logger(), AllowRequest: func(r *http.Request) error {
				if r.URL.Query().Has("no") {
					return io.ErrNoProgress
				}
				return nil
			}}
			panics := func(_ *transport.Conn, p *transport.Packet) error {
				if p.Type == transport.Event {
					panic("oh")
				}
				return nil
			}
			virtual(t, o, panics, func(t *testing.T, h *host) {
				c.act(t, h)
				time.Sleep(time.Second) // net/http waits a little before it closes on a body that it has not read
				synctest.Wait()
				require.Len(t, log.lines(c.line), 1, log.text.String())
			})
		})
	}
}
