package transport_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"ninepin/transport"
)

// pipes is a net.Listener over net.Pipe, so that a whole server runs in virtual time.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

// recorder is a Receiver that keeps what it is told, and answers with what its functions say.
type recorder struct {
	conn   *transport.Conn
	packet func(p *transport.Packet) error // may be nil

	mu      sync.Mutex
	events  []string // the text of each packet
	reasons []error
}

func (r *recorder) Packet(p *transport.Packet) error {
	text := fmt.Sprint(p.Type, p.Namespace, p.ID)
	if p.Data != nil {
		b, err := transport.ToJSON(p.Data)
		if err != nil {
			return err
		}
		text += string(b)
	}
	r.mu.Lock()
	r.events = append(r.events, text)
	r.mu.Unlock()
	if r.packet != nil {
		return r.packet(p)
	}
	return nil
}

func (r *recorder) Closed(reason error) {
	r.mu.Lock()
	r.reasons = append(r.reasons, reason)
	r.mu.Unlock()
}

func (r *recorder) seen() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.events...)
}

func (r *recorder) closed() []error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]error(nil), r.reasons...)
}

// host is a Server behind net/http, with a recorder for each connection.
type host struct {
	*transport.Server
	dial    func() net.Conn
	virtual bool // in a synctest bubble

	mu        sync.Mutex
	receivers []*recorder
}

// last returns the receiver of the newest connection.
func (h *host) last(t testing.TB) *recorder {
	h.mu.Lock()
	defer h.mu.Unlock()
	require.NotEmpty(t, h.receivers)
	return h.receivers[len(h.receivers)-1]
}

// start serves over pipes. In a synctest bubble everything is ended before the test returns by calling stop.
func start(o *transport.Options, packet func(c *transport.Conn, p *transport.Packet) error) (h *host, stop func()) {
	l := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	h = &host{virtual: true, dial: func() net.Conn {
		near, far := net.Pipe()
		l.conns <- near
		return far
	}}
	return h, h.serve(l, o, packet)
}

func (h *host) serve(l net.Listener, o *transport.Options, packet func(c *transport.Conn, p *transport.Packet) error) (stop func()) {
	h.Server = transport.NewServer(o, func(c *transport.Conn) transport.Receiver {
		r := &recorder{conn: c}
		if packet != nil {
			r.packet = func(p *transport.Packet) error { return packet(c, p) }
		}
		h.mu.Lock()
		h.receivers = append(h.receivers, r)
		h.mu.Unlock()
		return r
	})
	server := &http.Server{Handler: h.Server}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l)
	}()
	return func() {
		_ = server.Close()
		<-done
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		_ = h.Shutdown(ended)
	}
}

// peer is the client's end of one WebSocket.
type peer struct {
	t    testing.TB
	conn net.Conn
	br   *bufio.Reader
}

const handshake = "GET /socket.io/?EIO=4&transport=websocket%s HTTP/1.1\r\nHost: game.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n"

// request sends the request for a WebSocket, with more in its query and headers, and returns the answer.
func (h *host) request(t testing.TB, query, header, behind string) (*peer, *http.Response) {
	p := &peer{t: t, conn: h.dial()}
	p.br = bufio.NewReader(p.conn)
	_, err := p.conn.Write([]byte(fmt.Sprintf(handshake, query, header) + behind))
	require.NoError(t, err)
	res, err := http.ReadResponse(p.br, nil)
	require.NoError(t, err)
	return p, res
}

// open opens a WebSocket session and returns it with the handshake answer.
func (h *host) open(t testing.TB) (*peer, string) {
	p, res := h.request(t, "", "", "")
	require.Equal(t, http.StatusSwitchingProtocols, res.StatusCode)
	text := p.text()
	h.settle()
	return p, text
}

// settle lets the server come to rest: the receiver is made after the handshake answer.
func (h *host) settle() {
	if h.virtual {
		synctest.Wait()
	}
}

// joined opens a session and connects to the main namespace as a JSON client.
func (h *host) joined(t testing.TB) *peer {
	p, _ := h.open(t)
	p.send("40")
	return p
}

func (p *peer) frame(op byte, payload string) []byte {
	b := []byte{0x80 | op}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	b = append(b, 0, 0, 0, 0) // a mask of zeros leaves the payload as it is
	return append(b, payload...)
}

func (p *peer) write(b []byte) {
	_, err := p.conn.Write(b)
	require.NoError(p.t, err)
}

func (p *peer) send(text string)   { p.write(p.frame(1, text)) }
func (p *peer) binary(data []byte) { p.write(p.frame(2, string(data))) }

func (p *peer) read() (op byte, payload string) {
	op, payload, err := p.tryRead()
	require.NoError(p.t, err)
	return op, payload
}

func (p *peer) tryRead() (op byte, payload string, err error) {
	head := make([]byte, 2)
	if _, err := io.ReadFull(p.br, head); err != nil {
		return 0, "", err
	}
	require.Equal(p.t, byte(0x80), head[0]&0xf0)
	n := int(head[1])
	if n >= 126 {
		ext := make([]byte, 2+(n-126)*6)
		if _, err := io.ReadFull(p.br, ext); err != nil {
			return 0, "", err
		}
		n = 0
		for _, c := range ext {
			n = n<<8 | int(c)
		}
	}
	b := make([]byte, n)
	_, err = io.ReadFull(p.br, b)
	return head[0] & 0x0f, string(b), err
}

func (p *peer) text() string {
	op, s := p.read()
	require.Equal(p.t, byte(1), op, "%q", s)
	return s
}

// closeFrame reads the close frame, answers it, and expects the end behind it.
func (p *peer) closeFrame() (code int, text string) {
	op, s := p.read()
	require.Equal(p.t, byte(8), op, "%q", s)
	p.write(p.frame(8, s[:2]))
	p.end()
	return int(s[0])<<8 | int(s[1]), s[2:]
}

func (p *peer) end() {
	b, err := io.ReadAll(p.br)
	require.NoError(p.t, err)
	require.Empty(p.t, b)
	_ = p.conn.Close()
}

var sidPattern = regexp.MustCompile(`"sid":"([^"]{20})"`)

func sidOf(t testing.TB, open string) string {
	m := sidPattern.FindStringSubmatch(open)
	require.NotNil(t, m, open)
	return m[1]
}

// event makes the message of an event in the main namespace.
func event(t testing.TB, args ...any) *transport.Message {
	data, err := transport.EncodeArgs(args...)
	require.NoError(t, err)
	return transport.NewMessage(transport.Packet{Type: transport.Event, Namespace: "/", ID: transport.NoID, Data: data})
}

// raw sends a request as it stands and returns the answer with its body.
func (h *host) raw(t testing.TB, request string) (*http.Response, string) {
	c := h.dial()
	defer c.Close()
	_, err := c.Write([]byte(request))
	require.NoError(t, err)
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	require.NoError(t, err)
	b, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res, string(b)
}
