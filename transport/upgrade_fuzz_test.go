package transport_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/transport"
)

// model is a client that changes from polling to a WebSocket in whatever order a script says, and notes what arrives.
type model struct {
	*poller
	c *transport.Conn

	get, post *poll
	probe     *peer // opened, not yet the carrier
	probed    bool  // 3probe was read
	ws        *peer // the carrier

	sent   int // by the client
	queued int // by the server
	work   sync.WaitGroup

	mu   sync.Mutex
	got  []string
	pong int
}

// take notes one Engine.IO packet.
func (m *model) take(packet string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case packet == "3probe":
		m.pong++
	case packet == "6" || packet == "2":
	default:
		m.got = append(m.got, packet)
	}
}

// reads notes what comes over a WebSocket until it ends.
func (m *model) reads(w *peer) {
	m.work.Go(func() {
		for {
			op, s, err := w.tryRead()
			if err != nil || op == 8 {
				_ = w.conn.Close()
				return
			}
			if op == 2 {
				s = fmt.Sprintf("b%x", s)
			}
			m.take(s)
		}
	})
}

// collect notes the answers that have come.
func (m *model) collect() {
	synctest.Wait()
	if m.get != nil {
		select {
		case a := <-m.get.done:
			m.get = nil
			if a.status == 400 {
				require.NotNil(m.t, m.ws, "a poll may only be refused by the upgrade")
				return
			}
			for s := range strings.SplitSeq(a.body, "\x1e") {
				if strings.HasPrefix(s, "b") {
					s = "b01" // base64 of the only attachment that there is
				}
				m.take(s)
			}
		default:
		}
	}
	if m.post != nil {
		select {
		case a := <-m.post.done:
			m.post = nil
			require.Equal(m.t, 200, a.status)
		default:
		}
	}
	if m.pong > 0 && m.probe != nil {
		m.probed = true
	}
}

// step does one thing of the script, if it can be done now.
func (m *model) step(op byte) {
	switch op % 12 {
	case 0, 1:
		m.emit()
	case 2:
		m.work.Go(func() { // together with what follows
			for range 3 {
				time.Sleep(time.Millisecond)
				m.emit()
			}
		})
	case 3, 4:
		if m.get == nil && m.ws == nil {
			m.get = m.h.do(m.t, "GET", "&sid="+m.sid, "", "")
		}
	case 5:
		m.say()
	case 6:
		if m.probe == nil && m.ws == nil {
			m.probe, m.probed, m.pong = m.probes(), false, 0
			m.reads(m.probe)
		}
	case 7:
		if m.probe != nil {
			m.probe.send("2probe")
		}
	case 8, 9:
		if m.probed && m.post == nil && (m.get == nil || op%12 == 9) {
			m.ws, m.probe, m.probed = m.probe, nil, false
			m.ws.send("5")
		}
	case 10:
		time.Sleep(time.Duration(op) * time.Millisecond / 12)
	case 11:
		if m.probe != nil {
			m.fail(op)
		}
	}
	m.collect()
}

// say sends the client's next number, over what carries the session.
func (m *model) say() {
	text := fmt.Sprintf(`42["n",%d]`, m.sent)
	switch {
	case m.ws != nil:
		m.ws.send(text)
	case m.post == nil:
		m.post = m.h.do(m.t, "POST", "&sid="+m.sid, "", text)
	default:
		return
	}
	m.sent++
}

// fail ends the probe in one of three ways.
func (m *model) fail(op byte) {
	switch w := m.probe; op / 12 % 3 {
	case 0:
		_ = w.conn.Close()
	case 1:
		w.send("nonsense")
	case 2:
		w.write(w.frame(8, ""))
	}
	m.probe, m.probed = nil, false
}

// emit sends the server's next number; every third has an attachment.
func (m *model) emit() {
	m.mu.Lock()
	defer m.mu.Unlock()
	args := []any{"n", m.queued}
	if m.queued%3 == 2 {
		args = append(args, []byte{1})
	}
	m.queued++
	require.NoError(m.t, m.c.Send(event(m.t, args...), transport.Reliable))
}

// finish brings the rest of what is under way to its end.
func (m *model) finish() {
	for range 20 {
		time.Sleep(10 * time.Millisecond)
		m.collect()
		m.step(3)
	}
	if m.probe != nil {
		_ = m.probe.conn.Close()
	}
	m.collect()
	require.Empty(m.t, m.h.last(m.t).closed())
	if m.ws != nil {
		_ = m.ws.conn.Close()
	}
	if m.get != nil {
		m.get.abort()
	}
	m.work.Wait()
}

func (m *model) check() {
	var want []string
	for i := range m.queued {
		if i%3 == 2 {
			want = append(want, fmt.Sprintf(`451-["n",%d,{"_placeholder":true,"num":0}]`, i), "b01")
		} else {
			want = append(want, fmt.Sprintf(`42["n",%d]`, i))
		}
	}
	require.Equal(m.t, want, m.got)
	heard := []string{"0/-1"}
	for i := range m.sent {
		heard = append(heard, fmt.Sprintf(`2/-1["n",%d]`, i))
	}
	require.Equal(m.t, heard, m.h.last(m.t).seen())
}

// FuzzUpgrade runs scripts of polls, posts, probes, failures and upgrades: no packet may be lost, doubled or overtaken, in
// either direction.
func FuzzUpgrade(f *testing.F) {
	f.Add([]byte{3, 5, 6, 7, 10, 8, 0, 5, 0})
	f.Add([]byte{0, 6, 7, 3, 9, 0, 5, 5})
	f.Add([]byte{2, 6, 2, 7, 2, 3, 22, 8, 2, 5, 2})
	f.Add([]byte{6, 7, 11, 0, 3, 6, 7, 3, 130, 0, 8, 5})
	f.Add([]byte{0, 0, 0, 6, 23, 6, 7, 35, 6, 7, 0, 8, 0})
	f.Add([]byte{3, 2, 6, 7, 9, 2, 2, 2, 5, 5, 5})
	f.Fuzz(func(t *testing.T, script []byte) {
		if len(script) > 64 {
			return
		}
		virtual(t, nil, nil, func(t *testing.T, h *host) {
			m := &model{poller: h.pollsJoined(t), c: h.last(t).conn}
			for _, op := range script {
				m.step(op)
			}
			m.finish()
			m.check()
		})
	})
}
