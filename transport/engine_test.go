package transport_test

import (
	"context"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"ninepin/transport"
)

// echoes sends each message back.
type echoes struct {
	conn *transport.Conn

	mu     sync.Mutex
	reason error
}

func (e *echoes) Message(data []byte, binary bool) error {
	return e.conn.Send(transport.NewRawMessage(append([]byte(nil), data...), binary), transport.Reliable)
}

func (e *echoes) Closed(reason error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.reason = reason
}

func (e *echoes) closed() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.reason
}

// engine serves bare Engine.IO over pipes; greeting is sent before anything comes in.
func engine(t testing.TB, greeting string) (h *host, last func() *echoes, stop func()) {
	l := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	h = &host{virtual: true, dial: func() net.Conn {
		near, far := net.Pipe()
		l.conns <- near
		return far
	}}
	var mu sync.Mutex
	var newest *echoes
	h.Server = transport.NewEngine(nil, func(c *transport.Conn) transport.MessageReceiver {
		if greeting != "" {
			require.NoError(t, c.Send(transport.NewRawMessage([]byte(greeting), false), transport.Reliable))
		}
		mu.Lock()
		defer mu.Unlock()
		newest = &echoes{conn: c}
		return newest
	})
	server := &http.Server{Handler: h.Server}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l)
	}()
	last = func() *echoes {
		mu.Lock()
		defer mu.Unlock()
		return newest
	}
	return h, last, func() {
		_ = server.Close()
		<-done
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		_ = h.Shutdown(ended)
	}
}

func TestEngineMessagesGoBothWaysOverWebSocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _, stop := engine(t, "")
		defer stop()
		p, _ := h.open(t)
		p.send("4hello €")
		require.Equal(t, "4hello €", p.text())
		p.binary([]byte{1, 2, 3})
		op, data := p.read()
		require.Equal(t, byte(2), op)
		require.Equal(t, "\x01\x02\x03", data)
	})
}

func TestEngineMessagesGoBothWaysOverPolling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _, stop := engine(t, "")
		defer stop()
		p := h.polls(t)
		p.post("4hello\x1ebAQIDBA==")
		a := <-h.do(t, "GET", "&sid="+p.sid, "", "").done
		require.Equal(t, "4hello\x1ebAQIDBA==", a.body)
	})
}

func TestEngineGreetsInTheHandshakeAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _, stop := engine(t, "hi")
		defer stop()
		a := <-h.do(t, "GET", "", "", "").done
		require.Regexp(t, "^0{.*}\x1e4hi$", a.body)
		p, _ := h.open(t)
		require.Equal(t, "4hi", p.text())
	})
}

func TestEngineMessageIsBinaryAsTextForClientsThatWantNoBinaryFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _, stop := engine(t, "")
		defer stop()
		p, _ := h.request(t, "&b64=1", "", "")
		p.text()
		h.settle()
		p.send("bAQID")
		require.Equal(t, "bAQID", p.text())
	})
}

func TestEngineReceiverHearsTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, last, stop := engine(t, "")
		defer stop()
		p, _ := h.open(t)
		p.send("1")
		p.closeFrame()
		synctest.Wait()
		require.ErrorIs(t, last().closed(), transport.ErrTransportClose)
	})
}
