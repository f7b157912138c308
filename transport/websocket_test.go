package transport_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/transport"
)

// virtual runs a test of a server in virtual time.
func virtual(t *testing.T, o *transport.Options, packet func(*transport.Conn, *transport.Packet) error, f func(t *testing.T, h *host)) {
	synctest.Test(t, func(t *testing.T) {
		h, stop := start(o, packet)
		defer stop()
		f(t, h)
	})
}

func TestHandshakeAnswerHasExactlyTheFiveKeys(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p, open := h.open(t)
		require.Equal(t, `0{"sid":"`+sidOf(t, open)+`","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`, open)
		require.Equal(t, sidOf(t, open), h.last(t).conn.ID())
		require.Equal(t, 1, h.Conns())
		_ = p.conn.Close()
	})
}

func TestHandshakeIsKept(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p, _ := h.request(t, "&token=x", "X-Test: y\r\n", "")
		p.text()
		h.settle()
		hs := h.last(t).conn.Handshake()
		require.Equal(t, url.Values{"token": {"x"}}, hs.Query)
		require.Equal(t, http.Header{"X-Test": {"y"}}, hs.Header)
		require.Equal(t, "pipe", hs.Address)
		require.False(t, hs.Secure)
		require.Equal(t, time.Now(), hs.Time)
	})
}

func TestBadRequestsGetTheOfficialErrors(t *testing.T) {
	o := &transport.Options{AllowRequest: func(r *http.Request) error {
		if r.URL.Query().Has("no") {
			return errors.New(`not "today"`)
		}
		return nil
	}}
	virtual(t, o, nil, func(t *testing.T, h *host) {
		const ws = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
		for _, c := range []struct {
			line, header string
			status       int
			body         string
		}{
			{"GET /?EIO=4", "", 400, `{"code":0,"message":"Transport unknown"}`},
			{"GET /?EIO=4&transport=webtransport", "", 400, `{"code":0,"message":"Transport unknown"}`},
			{"GET /?EIO=4&transport=websocket&sid=x", ws, 400, `{"code":1,"message":"Session ID unknown"}`},
			{"POST /?EIO=4&transport=websocket", ws, 400, `{"code":2,"message":"Bad handshake method"}`},
			{"GET /?EIO=4&transport=websocket", "", 400, `{"code":3,"message":"Bad request"}`},
			{"GET /?EIO=4&transport=websocket", ws + "Origin: http://%zz\r\n", 400, `{"code":3,"message":"Bad request"}`},
			{"GET /?EIO=4&transport=websocket&no", ws, 403, `{"code":4,"message":"not \"today\""}`},
			{"GET /?EIO=3&transport=websocket", ws, 400, `{"code":5,"message":"Unsupported protocol version"}`},
			{"GET /?transport=websocket", ws, 400, `{"code":5,"message":"Unsupported protocol version"}`},
		} {
			res, body := h.raw(t, c.line+" HTTP/1.1\r\nHost: game.test\r\nConnection: close\r\nContent-Length: 0\r\n"+c.header+"\r\n")
			require.Equal(t, c.status, res.StatusCode, c.line)
			require.Equal(t, c.body, body, c.line)
			require.Equal(t, "application/json", res.Header.Get("Content-Type"))
		}
		require.Zero(t, h.Conns())
	})
}

func TestOriginMustBeOurOwnHostOrAllowed(t *testing.T) {
	o := &transport.Options{AllowedOrigins: []string{"https://friend.test"}}
	virtual(t, o, nil, func(t *testing.T, h *host) {
		for origin, status := range map[string]int{
			"https://game.test": 101, "http://GAME.test": 101, "https://friend.test": 101,
			"https://foe.test": 403, "http://friend.test": 403, "null": 403, "https://game.test.foe.test": 403,
		} {
			p, res := h.request(t, "", "Origin: "+origin+"\r\n", "")
			require.Equal(t, status, res.StatusCode, origin)
			if status == 403 {
				body, err := io.ReadAll(res.Body)
				require.NoError(t, err)
				require.Contains(t, string(body), "add it to AllowedOrigins")
			}
			_ = p.conn.Close()
		}
	})
}

func TestAnyOriginMayBeAllowed(t *testing.T) {
	virtual(t, &transport.Options{AllowedOrigins: []string{"*"}}, nil, func(t *testing.T, h *host) {
		_, res := h.request(t, "", "Origin: https://foe.test\r\n", "")
		require.Equal(t, 101, res.StatusCode)
	})
}

func TestPacketsArriveInOrder(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.joined(t)
		p.send(`42["a",1]`)
		p.send(`451-["b",{"_placeholder":true,"num":0}]`)
		p.binary([]byte{1})
		p.send(`421["c"]`)
		synctest.Wait()
		require.Equal(t, []string{`0/-1`, `2/-1["a",1]`, `2/-1["b","AQ=="]`, `2/1["c"]`}, h.last(t).seen())
	})
}

func TestFramesPipelinedBehindTheHandshakeAreRead(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := &peer{t: t}
		p, _ = h.request(t, "", "", string(p.frame(1, "40"))+string(p.frame(1, `42["a"]`)))
		p.text()
		synctest.Wait()
		require.Equal(t, []string{`0/-1`, `2/-1["a"]`}, h.last(t).seen())
	})
}

func TestSendIsRefusedBeforeTheFirstPacket(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		h.open(t)
		require.ErrorContains(t, h.last(t).conn.Send(event(t, "a"), transport.Reliable), "before the client's first packet")
	})
}

func TestEachClientGetsItsOwnCodec(t *testing.T) {
	virtual(t, nil, func(c *transport.Conn, p *transport.Packet) error {
		return c.Send(event(t, "hi"), transport.Reliable)
	}, func(t *testing.T, h *host) {
		text, _ := h.open(t)
		text.send("40")
		require.Equal(t, `42["hi"]`, text.text())
		packed, _ := h.open(t)
		packed.binary(unhex("82a47479706500a36e7370a12f"))
		op, s := packed.read()
		require.Equal(t, byte(2), op)
		require.Equal(t, unhex("83a47479706502a46461746191a26869a36e7370a12f"), []byte(s))
		compact, _ := h.open(t)
		compact.binary(unhex("9100"))
		_, s = compact.read()
		require.Equal(t, unhex("940200c091a26869"), []byte(s))
	})
}

func TestClientsMayAskForTextFramesOnly(t *testing.T) {
	virtual(t, nil, func(c *transport.Conn, p *transport.Packet) error {
		return c.Send(event(t, "hi", []byte{1}), transport.Reliable)
	}, func(t *testing.T, h *host) {
		p, _ := h.request(t, "&b64=1", "", "")
		p.text()
		p.send("40")
		require.Equal(t, `451-["hi",{"_placeholder":true,"num":0}]`, p.text())
		require.Equal(t, "bAQ==", p.text())
		p.send(`451-["x",{"_placeholder":true,"num":0}]`)
		p.send("bAgM=")
		p.text()
		p.text()
		require.Equal(t, `2/-1["x","AgM="]`, h.last(t).seen()[1])
	})
}

func TestServerPingsAndThePongKeepsTheSession(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p, _ := h.open(t)
		begun := time.Now()
		for i := range 3 {
			require.Equal(t, "2", p.text())
			require.Equal(t, time.Duration(i+1)*25*time.Second+time.Duration(i)*5*time.Second, time.Since(begun))
			time.Sleep(5 * time.Second)
			p.send("3")
		}
		require.Empty(t, h.last(t).closed())
	})
}

func TestSilenceEndsTheSessionExactlyInTime(t *testing.T) {
	o := &transport.Options{PingInterval: 300 * time.Millisecond, PingTimeout: 200 * time.Millisecond}
	virtual(t, o, nil, func(t *testing.T, h *host) {
		p := h.joined(t)
		begun := time.Now()
		require.Equal(t, "2", p.text())
		p.send(`42["other traffic does not count"]`)
		code, text := p.closeFrame()
		require.Equal(t, 500*time.Millisecond, time.Since(begun))
		require.Equal(t, 1000, code)
		require.Equal(t, "ping timeout", text)
		synctest.Wait()
		require.Equal(t, []error{transport.ErrPingTimeout}, h.last(t).closed())
		require.Zero(t, h.Conns())
	})
}

func TestSilentPeerIsCutOffFiveSecondsAfterTheCloseFrame(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p, _ := h.open(t)
		p.text()
		p.read()
		begun := time.Now()
		p.end()
		require.Equal(t, 5*time.Second, time.Since(begun))
	})
}

func TestPeerThatReadsNothingIsTooSlow(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		h.open(t)
		time.Sleep(25*time.Second + transport.WriteTimeout - time.Nanosecond)
		require.Empty(t, h.last(t).closed())
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		require.Equal(t, []error{transport.ErrTooSlow}, h.last(t).closed())
		require.Zero(t, h.Conns())
	})
}

func TestCloseReasons(t *testing.T) {
	for name, c := range map[string]struct {
		do     func(p *peer)
		reason error
		code   int
		text   string
	}{
		"client sends 1":             {func(p *peer) { p.send("1") }, transport.ErrTransportClose, 1000, "transport close"},
		"empty text":                 {func(p *peer) { p.send("") }, transport.ErrParse, 1002, "parse error"},
		"unknown packet":             {func(p *peer) { p.send("x") }, transport.ErrParse, 1002, "parse error"},
		"open from a client":         {func(p *peer) { p.send("0") }, transport.ErrParse, 1002, "parse error"},
		"broken base64":              {func(p *peer) { p.send("b!") }, transport.ErrParse, 1002, "parse error"},
		"ping from a client":         {func(p *peer) { p.send("2") }, transport.ErrTransportError, 1002, "transport error"},
		"malformed Socket.IO packet": {func(p *peer) { p.send("4abc") }, transport.ErrForcedClose, 1000, "forced close"},
		"unknown codec":              {func(p *peer) { p.binary([]byte{0}) }, transport.ErrForcedClose, 1000, "forced close"},
		"above the payload limit":    {func(p *peer) { p.send("4" + strings.Repeat("x", 1e6)) }, transport.ErrTransportError, 1009, ""},
		"fragments above the limit": {func(p *peer) {
			first := p.frame(1, "4"+strings.Repeat("x", 6e5))
			first[0] = 1
			p.write(append(first, p.frame(0, strings.Repeat("x", 6e5))...))
		}, transport.ErrTransportError, 1009, ""},
		"text that is not UTF-8":  {func(p *peer) { p.send("4\xff") }, transport.ErrTransportError, 1007, ""},
		"no mask":                 {func(p *peer) { p.write([]byte{0x81, 1, '3'}) }, transport.ErrTransportError, 1002, ""},
		"reserved bits":           {func(p *peer) { b := p.frame(1, "3"); b[0] |= 0x40; p.write(b) }, transport.ErrTransportError, 1002, ""},
		"unknown opcode":          {func(p *peer) { p.write(p.frame(0xb, "")) }, transport.ErrTransportError, 1002, ""},
		"continuation of nothing": {func(p *peer) { p.write(p.frame(0, "")) }, transport.ErrTransportError, 1002, ""},
		"negative length":         {func(p *peer) { p.write(unhex("82ffffffffffffffffff00000000")) }, transport.ErrTransportError, 1002, ""},
	} {
		t.Run(name, func(t *testing.T) {
			virtual(t, nil, nil, func(t *testing.T, h *host) {
				p, _ := h.open(t)
				r := h.last(t)
				other := h.joined(t)
				go c.do(p)
				code, text := p.closeFrame()
				require.Equal(t, c.code, code)
				require.Equal(t, c.text, text)
				synctest.Wait()
				require.Equal(t, []error{c.reason}, r.closed())
				require.Equal(t, 1, h.Conns(), "the other is unharmed")
				other.send(`42["still here"]`)
				synctest.Wait()
				require.Len(t, h.last(t).seen(), 2)
			})
		})
	}
}

func TestPeerThatIsGone(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.joined(t)
		require.NoError(t, p.conn.Close())
		synctest.Wait()
		require.Equal(t, []error{transport.ErrTransportClose}, h.last(t).closed())
		require.Zero(t, h.Conns())
	})
}

func TestPeerThatSaysGoodbyeIsAnsweredOnce(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.joined(t)
		p.write(p.frame(8, "\x03\xe9"))
		op, s := p.read()
		require.Equal(t, byte(8), op)
		require.Len(t, s, 2)
		p.end()
		synctest.Wait()
		require.Equal(t, []error{transport.ErrTransportClose}, h.last(t).closed())
	})
}

func TestPingFramesAreAnsweredWithTheirPayload(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.joined(t)
		p.write(p.frame(9, "abc"))
		op, s := p.read()
		require.Equal(t, byte(10), op)
		require.Equal(t, "abc", s)
	})
}

func TestCloseLetsQueuedMessagesOut(t *testing.T) {
	virtual(t, nil, func(c *transport.Conn, p *transport.Packet) error {
		for range 3 {
			require.NoError(t, c.Send(event(t, "a"), transport.Reliable))
		}
		c.Close(transport.ErrShutdown)
		require.ErrorIs(t, c.Send(event(t, "b"), transport.Reliable), transport.ErrClosed)
		return nil
	}, func(t *testing.T, h *host) {
		p := h.joined(t)
		for range 3 {
			require.Equal(t, `42["a"]`, p.text())
		}
		code, text := p.closeFrame()
		require.Equal(t, 1001, code)
		require.Equal(t, "server shutting down", text)
		synctest.Wait()
		require.Equal(t, []error{transport.ErrShutdown}, h.last(t).closed())
	})
}

func TestReceiversErrorIsTheReason(t *testing.T) {
	virtual(t, nil, func(c *transport.Conn, p *transport.Packet) error { return transport.ErrTooMany }, func(t *testing.T, h *host) {
		p := h.joined(t)
		code, text := p.closeFrame()
		require.Equal(t, 1008, code)
		require.Equal(t, "too many messages", text)
		synctest.Wait()
		require.Equal(t, []error{transport.ErrTooMany}, h.last(t).closed())
	})
}

func TestNothingIsReceivedAfterClose(t *testing.T) {
	virtual(t, nil, func(c *transport.Conn, p *transport.Packet) error { return transport.ErrTooMany }, func(t *testing.T, h *host) {
		p, _ := h.open(t)
		go p.write(append(p.frame(1, "40"), p.frame(1, `42["a"]`)...))
		p.closeFrame()
		synctest.Wait()
		require.Len(t, h.last(t).seen(), 1)
	})
}

func TestReceiversPanicEndsItsConnectionOnly(t *testing.T) {
	virtual(t, nil, func(c *transport.Conn, p *transport.Packet) error {
		if p.Type == transport.Event {
			panic("oops")
		}
		return nil
	}, func(t *testing.T, h *host) {
		h.joined(t)
		p := h.joined(t)
		p.send(`42["a"]`)
		code, text := p.closeFrame()
		require.Equal(t, 1000, code)
		require.Equal(t, "forced close", text)
		synctest.Wait()
		reasons := h.last(t).closed()
		require.Len(t, reasons, 1)
		var panicked *transport.PanicError
		require.ErrorAs(t, reasons[0], &panicked)
		require.Equal(t, "oops", panicked.Value)
		require.Contains(t, string(panicked.Stack), "websocket_test.go")
		require.ErrorIs(t, reasons[0], transport.ErrForcedClose)
		require.Equal(t, 1, h.Conns())
	})
}

func TestReceiverIsToldOfTheEndAfterItsPacket(t *testing.T) {
	release := make(chan struct{})
	virtual(t, nil, func(c *transport.Conn, p *transport.Packet) error { <-release; return nil }, func(t *testing.T, h *host) {
		release = make(chan struct{})
		p := h.joined(t)
		synctest.Wait()
		r := h.last(t)
		r.conn.Close(transport.ErrShutdown)
		synctest.Wait()
		require.Empty(t, r.closed(), "it is still at work")
		close(release)
		synctest.Wait()
		require.Equal(t, []error{transport.ErrShutdown}, r.closed())
		p.closeFrame()
	})
}

func TestTooSlowClientIsCutOff(t *testing.T) {
	virtual(t, &transport.Options{MaxQueue: 1000}, nil, func(t *testing.T, h *host) {
		h.joined(t)
		synctest.Wait()
		r := h.last(t)
		var err error
		for range 100 {
			if err = r.conn.Send(event(t, strings.Repeat("x", 100)), transport.Reliable); err != nil {
				break
			}
		}
		require.ErrorIs(t, err, transport.ErrTooSlow)
		synctest.Wait()
		require.Equal(t, []error{transport.ErrTooSlow}, r.closed())
		require.ErrorIs(t, r.conn.Send(event(t, "x"), transport.Reliable), transport.ErrClosed)
	})
}

func TestVolatileMessagesAreDroppedForASlowClient(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		h.joined(t)
		synctest.Wait()
		c := h.last(t).conn
		require.NoError(t, c.Send(event(t, strings.Repeat("x", transport.PortableSlack)), transport.Volatile))
		require.ErrorIs(t, c.Send(event(t, "x"), transport.Volatile), transport.ErrDropped)
	})
}

func TestShutdownClosesAndWaits(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.joined(t)
		done := make(chan error)
		go func() { done <- h.Shutdown(context.Background()) }()
		code, _ := p.closeFrame()
		require.Equal(t, 1001, code)
		require.NoError(t, <-done)
		require.Equal(t, []error{transport.ErrShutdown}, h.last(t).closed())
		_, res := h.request(t, "", "", "")
		require.Equal(t, http.StatusServiceUnavailable, res.StatusCode)
	})
}

func TestShutdownCutsWhenItsContextEnds(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		h.joined(t)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		begun := time.Now()
		require.ErrorIs(t, h.Shutdown(ctx), context.DeadlineExceeded)
		require.Equal(t, time.Second, time.Since(begun))
	})
}
