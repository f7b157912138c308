package transport_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/transport"
)

// probes opens a WebSocket for a polling session.
func (p *poller) probes() *peer {
	w, res := p.h.request(p.t, "&sid="+p.sid, "", "")
	require.Equal(p.t, 101, res.StatusCode)
	synctest.Wait()
	return w
}

// upgraded brings a session from polling to a WebSocket.
func (p *poller) upgraded() *peer {
	w := p.probes()
	w.send("2probe")
	require.Equal(p.t, "3probe", w.text())
	w.send("5")
	synctest.Wait()
	return w
}

func TestUpgradeAsTheOfficialClientDoesIt(t *testing.T) {
	virtual(t, nil, func(c *transport.Conn, p *transport.Packet) error {
		return c.Send(event(t, "got"), transport.Reliable)
	}, func(t *testing.T, h *host) {
		p := h.polls(t)
		g := p.start()
		w := p.probes()
		p.post("40")
		require.Equal(t, `42["got"]`, (<-g.done).body)
		g = p.start()
		begun := time.Now()
		w.send("2probe")
		require.Equal(t, "3probe", w.text())
		require.Equal(t, "6", (<-g.done).body, "the noop that the client waits for")
		require.Equal(t, 10*time.Millisecond, time.Since(begun))
		w.write(append(append(w.frame(1, "5"), w.frame(1, `451-["a",{"_placeholder":true,"num":0}]`)...), w.frame(2, "\x01")...))
		require.Equal(t, `42["got"]`, w.text())
		require.Equal(t, []string{`0/-1`, `2/-1["a","AQ=="]`}, h.last(t).seen())
		require.Equal(t, 1, h.Conns())
	})
}

func TestPollsAreReleasedWhileAProbeIsOut(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.pollsJoined(t)
		w := p.probes()
		w.send("2probe")
		w.text()
		begun := time.Now()
		require.Equal(t, "6", p.get())
		require.Equal(t, 10*time.Millisecond, time.Since(begun))
		require.NoError(t, h.last(t).conn.Send(event(t, "a"), transport.Reliable))
		require.Equal(t, `42["a"]`, p.get(), "packets still go over polling")
	})
}

func TestUpgradeBringsTheQueueAlong(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.pollsJoined(t)
		c := h.last(t).conn
		w := p.probes()
		w.send("2probe")
		w.text()
		require.NoError(t, c.Send(event(t, "a", []byte{1}), transport.Reliable))
		require.NoError(t, c.Send(event(t, "b"), transport.Reliable))
		w.send("5")
		require.Equal(t, `451-["a",{"_placeholder":true,"num":0}]`, w.text())
		op, s := w.read()
		require.Equal(t, byte(2), op)
		require.Equal(t, "\x01", s)
		require.Equal(t, `42["b"]`, w.text())
		require.NoError(t, c.Send(event(t, "c"), transport.Reliable))
		require.Equal(t, `42["c"]`, w.text())
	})
}

func TestRequestsAreRefusedAfterTheUpgrade(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.pollsJoined(t)
		w := p.probes()
		g := p.start()
		w.write(append(w.frame(1, "2probe"), w.frame(1, "5")...))
		require.Equal(t, "3probe", w.text())
		a := <-g.done
		require.Equal(t, 400, a.status, "the poll that was held")
		require.Equal(t, badRequest, a.body)
		require.Equal(t, badRequest, (<-p.start().done).body)
		require.Equal(t, badRequest, p.send("3").body)
		require.Empty(t, h.last(t).closed())
	})
}

func TestUpgradedSessionKeepsItsHeartbeat(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		begun := time.Now()
		w := h.pollsJoined(t).upgraded()
		require.Equal(t, "2", w.text())
		require.Equal(t, 25*time.Second, time.Since(begun))
		code, _ := w.closeFrame()
		require.Equal(t, 1000, code)
		require.Equal(t, 45*time.Second, time.Since(begun))
		synctest.Wait()
		require.Equal(t, []error{transport.ErrPingTimeout}, h.last(t).closed())
	})
}

func TestUpgradedSessionEndsWithItsWebSocket(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.pollsJoined(t)
		_ = p.upgraded().conn.Close()
		p.gone(transport.ErrTransportClose)
	})
}

func TestFurtherWebSocketsOfASessionAreAcceptedAndClosed(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.pollsJoined(t)
		first := p.probes()
		second := p.probes()
		second.closeFrame()
		first.send("2probe")
		require.Equal(t, "3probe", first.text())
		first.send("5")
		synctest.Wait()
		p.probes().closeFrame()
		first.send(`42["unharmed"]`)
		synctest.Wait()
		require.Len(t, h.last(t).seen(), 2)
	})
}

func TestProbesThatFailLeaveThePollingSessionAlone(t *testing.T) {
	for name, do := range map[string]func(w *peer){
		"a packet":      func(w *peer) { w.send(`42["x"]`); w.closeFrame() },
		"a wrong probe": func(w *peer) { w.send("2prob"); w.closeFrame() },
		"binary":        func(w *peer) { w.binary([]byte{1}); w.closeFrame() },
		"empty text":    func(w *peer) { w.send(""); w.closeFrame() },
		"garbage":       func(w *peer) { w.write([]byte{0xff, 0xff, 0, 0}); w.closeFrame() },
		"negative":      func(w *peer) { w.write(unhex("82ffffffffffffffffff00000000")); w.closeFrame() },
		"its end":       func(w *peer) { _ = w.conn.Close() },
		"silence":       func(w *peer) { time.Sleep(10 * time.Second); w.closeFrame() },
		"half of it":    func(w *peer) { w.send("2probe"); w.text(); time.Sleep(10 * time.Second); w.closeFrame() },
		"second thoughts": func(w *peer) {
			w.send("2probe")
			w.text()
			w.send("6")
			w.closeFrame()
		},
	} {
		t.Run(name, func(t *testing.T) {
			virtual(t, nil, nil, func(t *testing.T, h *host) {
				p := h.pollsJoined(t)
				do(p.probes())
				synctest.Wait()
				g := p.start()
				time.Sleep(time.Second)
				require.Empty(t, g.done, "polls are held again")
				require.NoError(t, h.last(t).conn.Send(event(t, "a"), transport.Reliable))
				require.Equal(t, `42["a"]`, (<-g.done).body)
				p.post(`42["b"]`)
				require.Len(t, h.last(t).seen(), 2)
				w := p.upgraded()
				w.send(`42["c"]`)
				synctest.Wait()
				require.Len(t, h.last(t).seen(), 3, "another probe may succeed")
			})
		})
	}
}

func TestSessionsEndIsItsProbesToo(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.pollsJoined(t)
		w := p.probes()
		h.last(t).conn.Close(transport.ErrTooMany)
		code, _ := w.closeFrame()
		require.Equal(t, 1008, code)
		require.Equal(t, "1", p.get())
		p.gone(transport.ErrTooMany)
	})
}

func TestUpgradeDuringAPostIsRefused(t *testing.T) {
	var release chan struct{}
	virtual(t, nil, func(*transport.Conn, *transport.Packet) error { <-release; return nil }, func(t *testing.T, h *host) {
		release = make(chan struct{})
		p := h.polls(t)
		first := h.do(t, "POST", "&sid="+p.sid, "", "40")
		synctest.Wait()
		w := p.probes()
		w.write(append(w.frame(1, "2probe"), w.frame(1, "5")...))
		require.Equal(t, "3probe", w.text())
		w.closeFrame()
		close(release)
		require.Equal(t, 200, (<-first.done).status)
		require.Equal(t, 1, h.Conns())
	})
}
