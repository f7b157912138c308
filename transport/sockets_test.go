package transport_test

import (
	"crypto/tls"
	"net"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/transport"
)

func TestSessionOverRealSockets(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	h := &host{dial: func() net.Conn {
		c, err := net.Dial("tcp", l.Addr().String())
		require.NoError(t, err)
		return c
	}}
	stop := h.serve(l, &transport.Options{MaxQueue: 2 << 20}, func(c *transport.Conn, p *transport.Packet) error {
		for range 100 {
			if err := c.Send(event(t, strings.Repeat("x", 10000)), transport.Reliable); err != nil {
				return err
			}
		}
		return transport.ErrTooMany
	})
	defer stop()
	p, _ := h.open(t)
	p.send("40")
	op, s := p.read()
	for ; op == 1; op, s = p.read() {
		require.Len(t, s, 10006)
	}
	require.Equal(t, "\x03\xf0too many messages", s)
	p.write(p.frame(8, s[:2]))
	p.end()
}

func TestSessionOverTLS(t *testing.T) {
	cert := httptest.NewUnstartedServer(nil)
	cert.StartTLS()
	defer cert.Close()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: cert.TLS.Certificates})
	require.NoError(t, err)
	h := &host{dial: func() net.Conn {
		c, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{InsecureSkipVerify: true})
		require.NoError(t, err)
		return c
	}}
	stop := h.serve(l, nil, func(c *transport.Conn, p *transport.Packet) error {
		require.True(t, c.Handshake().Secure)
		return c.Send(event(t, strings.Repeat("x", 200000)), transport.Reliable)
	})
	defer stop()
	p := h.joined(t)
	require.Len(t, p.text(), 200006)
	p.write([]byte{0x81, 1, '3'}) // no mask
	op, s := p.read()
	require.Equal(t, byte(8), op)
	require.Equal(t, "\x03\xea", s)
	_, err = p.br.ReadByte()
	require.Error(t, err, "the server closes its half at once")
	_ = p.conn.Close()
}
