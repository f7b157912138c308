package lobbytest

import (
	"context"
	"encoding/binary"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/game"
	"ninepin/transport"
)

// patience is how long a call waits before it fails the test.
const patience = 10 * time.Second

// Config says how a client connects. The zero value is a JSON client of the main namespace.
type Config struct {
	Codec     Codec
	Auth      any         // payload; nil: none
	Namespace string      // default "/"
	Header    http.Header // of the handshake request
	Query     url.Values  // more of it
	Silent    bool        // open the connection, but send no CONNECT
	Rate      int         // bytes per second that it reads; 0: all
	TCP       bool        // over a real socket instead of memory: not for virtual time
}

// Client is a Socket.IO client in one namespace. Its methods are for the test's goroutine, but for Close.
type Client struct {
	t      testing.TB
	codec  Codec
	nsp    string
	ws     *socket
	ended  chan struct{} // closed when the connection has gone
	resume chan struct{} // not nil: the reader waits for it to be closed; guarded by mu

	// Guarded by mu.
	mu       sync.Mutex
	changed  chan struct{} // closed and replaced whenever something came
	events   []Event
	acks     map[int64][]any
	nextID   int64
	id       string
	pid      string
	refused  map[string]any // of CONNECT_ERROR
	left     bool           // DISCONNECT came
	code     int            // of the close frame
	reason   string
	err      error // what the server did wrong
	states   game.Decoder
	halfRead *packet  // waits for attachments
	pieces   [][]byte // of halfRead
	wanted   int      // pieces of halfRead
}

// NewClient connects a client to h, a *lobby.Server or what it is mounted in, and waits until it is in the main
// namespace.
func NewClient(t testing.TB, h http.Handler, codec Codec) *Client {
	t.Helper()
	return Connect(t, h, Config{Codec: codec})
}

// Connect is NewClient with more to choose. It waits until the client is in its namespace, or refused.
func Connect(t testing.TB, h http.Handler, cfg Config) *Client {
	t.Helper()
	c := Open(t, h, cfg)
	if !cfg.Silent {
		var data any
		if cfg.Auth != nil {
			args, err := generic([]any{cfg.Auth})
			require.NoError(t, err)
			data = args[0]
		}
		c.send(packet{typ: transport.Connect, nsp: c.nsp, id: transport.NoID, data: data})
		c.await("the answer to CONNECT", func() bool { return c.id != "" || c.refused != nil })
	}
	return c
}

// Open opens a connection and sends nothing.
func Open(t testing.TB, h http.Handler, cfg Config) *Client {
	t.Helper()
	l, dial := listen(t, cfg.TCP)
	web := &http.Server{Handler: h, ErrorLog: log.New(discard{}, "", 0)}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = web.Serve(l)
	}()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := dial(ctx)
	require.NoError(t, err)
	conn = Throttle(conn, cfg.Rate)
	q := url.Values{"EIO": {"4"}, "transport": {"websocket"}}
	for k, v := range cfg.Query {
		q[k] = v
	}
	ws, err := upgrade(conn, "/socket.io/?"+q.Encode(), cfg.Header)
	if err != nil {
		_ = conn.Close()
		_ = web.Close()
	}
	require.NoError(t, err)
	c := &Client{
		t: t, codec: cfg.Codec, nsp: cfg.Namespace, ws: ws,
		ended: make(chan struct{}), changed: make(chan struct{}), acks: map[int64][]any{},
	}
	if c.nsp == "" {
		c.nsp = "/"
	}
	go c.read()
	t.Cleanup(func() {
		c.Close()
		c.Resume()
		<-c.ended
		_ = web.Close()
		<-served
	})
	return c
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

// read is the reader's goroutine. It ends with the connection.
func (c *Client) read() {
	defer close(c.ended)
	defer c.ws.conn.Close()
	for {
		op, payload, err := c.ws.read()
		c.hold()
		if err != nil {
			c.note(func() {})
			return
		}
		switch op {
		case opClose:
			c.note(func() {
				if len(payload) >= 2 {
					c.code, c.reason = int(binary.BigEndian.Uint16(payload)), string(payload[2:])
				}
			})
			_ = c.ws.write(opClose, payload)
			return
		case opPing:
			_ = c.ws.write(opPong, payload)
		case opText:
			c.text(string(payload))
		case opBinary:
			c.note(func() { c.binary(payload) })
		}
	}
}

// hold waits while the client is paused.
func (c *Client) hold() {
	c.mu.Lock()
	resume := c.resume
	c.mu.Unlock()
	if resume != nil {
		<-resume
	}
}

// text handles an Engine.IO packet.
func (c *Client) text(s string) {
	switch {
	case s == "2":
		_ = c.ws.write(opText, []byte("3"))
	case s != "" && s[0] == '4':
		c.note(func() { c.message(s[1:]) })
	}
}

// note changes what the client knows, and wakes those who wait.
func (c *Client) note(change func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change()
	close(c.changed)
	c.changed = make(chan struct{})
}

func (c *Client) message(s string) {
	p, attachments, err := decodeText(s)
	switch {
	case err != nil || c.halfRead != nil || c.codec != JSON:
		c.err = fmt.Errorf("text %q: %w", s, err)
	case attachments > 0:
		c.halfRead, c.wanted, c.pieces = &p, attachments, nil
	default:
		p.data = attach(p.data, nil)
		c.packet(p)
	}
}

func (c *Client) binary(b []byte) {
	if c.codec == JSON {
		if c.halfRead == nil {
			c.err = fmt.Errorf("a binary message of %d bytes that nothing announced", len(b))
			return
		}
		if c.pieces = append(c.pieces, b); len(c.pieces) == c.wanted {
			p := *c.halfRead
			c.halfRead = nil
			p.data = attach(p.data, c.pieces)
			c.packet(p)
		}
		return
	}
	var p packet
	var err error
	if c.codec == Compact && len(b) > 0 && b[0] == 0xc1 {
		p, err = decodeState(&c.states, b[1:])
	} else {
		p, err = c.codec.decodeBinary(b)
	}
	if err != nil {
		c.err = err
		return
	}
	c.packet(p)
}

func (c *Client) packet(p packet) {
	if p.nsp != c.nsp {
		c.err = fmt.Errorf("a packet of namespace %s", p.nsp)
		return
	}
	switch p.typ {
	case transport.Connect:
		m, _ := p.data.(map[string]any)
		c.id, _ = m["sid"].(string)
		c.pid, _ = m["pid"].(string)
	case transport.ConnectError:
		c.refused, _ = p.data.(map[string]any)
	case transport.Disconnect:
		c.left = true
	case transport.Event:
		a, ok := p.data.([]any)
		if !ok || len(a) == 0 {
			c.err = fmt.Errorf("an event of %v", p.data)
			return
		}
		c.events = append(c.events, Event{Name: fmt.Sprint(a[0]), Args: a[1:], id: p.id})
	case transport.Ack:
		a, _ := p.data.([]any)
		c.acks[p.id] = append([]any{}, a...)
	}
}

// await waits until ready says so. ready is called with mu held.
func (c *Client) await(what string, ready func() bool) {
	c.t.Helper()
	if err := c.wait(ready); err != nil {
		require.FailNow(c.t, "waiting for "+what, err.Error())
	}
}

func (c *Client) wait(ready func() bool) error {
	timeout := time.After(patience)
	for {
		c.mu.Lock()
		ok, changed, err := ready(), c.changed, c.err
		code, reason, had := c.code, c.reason, len(c.events)
		c.mu.Unlock()
		switch {
		case err != nil:
			return fmt.Errorf("the server sent nonsense: %w", err)
		case ok:
			return nil
		}
		select {
		case <-changed:
		case <-c.ended:
			c.mu.Lock()
			ok := ready()
			c.mu.Unlock()
			if ok {
				return nil
			}
			return fmt.Errorf("the connection closed: %d %s", code, reason)
		case <-timeout:
			return fmt.Errorf("it did not come; %d other events are there", had)
		}
	}
}

func (c *Client) send(p packet) {
	c.t.Helper()
	text, binary, err := c.codec.encode(p)
	require.NoError(c.t, err)
	if text != "" {
		_ = c.ws.write(opText, []byte("4"+text)) // a connection that has gone is for the test to find
	}
	for _, b := range binary {
		_ = c.ws.write(opBinary, b)
	}
}

// ID returns the socket's id.
func (c *Client) ID() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.id
}

// Refused returns the payload of CONNECT_ERROR, nil if the client was let in.
func (c *Client) Refused() map[string]any {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.refused
}

// Emit sends an event.
func (c *Client) Emit(event string, args ...any) {
	c.t.Helper()
	c.emit(transport.NoID, event, args)
}

func (c *Client) emit(id int64, event string, args []any) {
	c.t.Helper()
	data, err := generic(append([]any{event}, args...))
	require.NoError(c.t, err)
	c.send(packet{typ: transport.Event, nsp: c.nsp, id: id, data: data})
}

// Call sends an event and waits for its ack.
func (c *Client) Call(event string, args ...any) Reply {
	c.t.Helper()
	id := c.nextID
	c.nextID++
	c.emit(id, event, args)
	var reply Reply
	c.await("the ack of "+event, func() bool {
		a, ok := c.acks[id]
		if ok {
			reply = a
			delete(c.acks, id)
		}
		return ok
	})
	return reply
}

// Next returns the next event, in the order they came, and waits for it if it must.
func (c *Client) Next() Event {
	c.t.Helper()
	var e Event
	c.await("an event", func() bool {
		if len(c.events) == 0 {
			return false
		}
		e, c.events = c.events[0], c.events[1:]
		return true
	})
	return e
}

// Wait returns the next event of that name. Those of other names before it stay for later calls.
func (c *Client) Wait(name string) Event {
	c.t.Helper()
	var e Event
	c.await("the event "+name, func() bool {
		i := slices.IndexFunc(c.events, func(e Event) bool { return e.Name == name })
		if i >= 0 {
			e = c.events[i]
			c.events = slices.Delete(c.events, i, i+1)
		}
		return i >= 0
	})
	return e
}

// Events returns the events that have come and were not asked for yet, without waiting. Inside synctest, call
// synctest.Wait before.
func (c *Client) Events() []Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := c.events
	c.events = nil
	return all
}

// Ack answers an event that wants it.
func (c *Client) Ack(e Event, args ...any) {
	c.t.Helper()
	require.NotEqual(c.t, int64(transport.NoID), e.id, "the event %s wants no ack", e.Name)
	data, err := generic(args)
	require.NoError(c.t, err)
	c.send(packet{typ: transport.Ack, nsp: c.nsp, id: e.id, data: data})
}

// Text and Binary send one WebSocket message as it is, Raw bytes of the TCP stream: for what no client would send.
func (c *Client) Text(s string)   { _ = c.ws.write(opText, []byte(s)) }
func (c *Client) Binary(b []byte) { _ = c.ws.write(opBinary, b) } // see Text
func (c *Client) Raw(b []byte)    { _ = c.ws.writeRaw(b) }        // see Text

// Pause stops reading from the network, as a client does whose link is stuck. Resume ends it.
func (c *Client) Pause() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.resume == nil {
		c.resume = make(chan struct{})
	}
}

// Resume reads on.
func (c *Client) Resume() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.resume != nil {
		close(c.resume)
		c.resume = nil
	}
}

// Disconnect leaves the namespace, as socket.disconnect() does.
func (c *Client) Disconnect() {
	c.t.Helper()
	c.send(packet{typ: transport.Disconnect, nsp: c.nsp, id: transport.NoID})
}

// Close cuts the connection. The server gets no word of it but the end of the stream.
func (c *Client) Close() { _ = c.ws.conn.Close() }

// WaitDisconnected waits until the server has taken the client out of its namespace.
func (c *Client) WaitDisconnected() {
	c.t.Helper()
	c.await("DISCONNECT", func() bool { return c.left })
}

// Closed is closed when the connection has gone.
func (c *Client) Closed() <-chan struct{} { return c.ended }

// WaitClosed waits until the connection has gone, and returns the code and reason of the server's close frame, 0 without
// one.
func (c *Client) WaitClosed() (code int, reason string) {
	c.t.Helper()
	select {
	case <-c.ended:
	case <-time.After(patience):
		require.FailNow(c.t, "the connection stays open")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.code, c.reason
}
