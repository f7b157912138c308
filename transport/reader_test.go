package transport_test

import (
	"errors"
	"net"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"ninepin/transport"
)

// A new goroutine goes on to read at the first pong after a packet.
func TestReaderIsReplacedWithoutLosingAnything(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.joined(t)
		var all []byte
		want := []string{`0/-1`}
		for _, name := range []string{"a", "b", "c", "d"} {
			all = append(all, p.frame(1, `42["`+name+`"]`)...)
			all = append(all, p.frame(1, "3")...)
			want = append(want, `2/-1["`+name+`"]`)
		}
		p.write(append(all, p.frame(1, "3")...))
		synctest.Wait()
		require.Equal(t, want, h.last(t).seen())
		p.send("1")
		p.closeFrame()
		synctest.Wait()
		require.Equal(t, []error{transport.ErrTransportClose}, h.last(t).closed())
	})
}

func TestReaderSeesTheEndOfARealSocket(t *testing.T) {
	for name, end := range map[string]func(c *net.TCPConn) error{
		"closed": func(c *net.TCPConn) error { return c.Close() },
		"reset":  func(c *net.TCPConn) error { return errors.Join(c.SetLinger(0), c.Close()) },
		"half":   func(c *net.TCPConn) error { return c.CloseWrite() },
	} {
		t.Run(name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			h := &host{dial: func() net.Conn {
				c, err := net.Dial("tcp", l.Addr().String())
				require.NoError(t, err)
				return c
			}}
			ended := make(chan error, 1)
			h.Server = transport.NewServer(nil, func(*transport.Conn) transport.Receiver { return ending{ended} })
			stop := serveTCP(l, h.Server)
			defer stop()
			p := h.joined(t)
			require.NoError(t, end(p.conn.(*net.TCPConn)))
			require.ErrorIs(t, <-ended, transport.ErrTransportClose)
			_ = p.conn.Close()
			require.NoError(t, h.Shutdown(t.Context()))
		})
	}
}

// ending is a Receiver that hands on the reason of the end.
type ending struct{ reason chan error }

func (ending) Packet(*transport.Packet) error { return nil }
func (e ending) Closed(reason error)          { e.reason <- reason }
