package lobby_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
	"ninepin/transport"
)

func TestDisconnectReasons(t *testing.T) {
	ways := map[string]struct {
		end    func(srv *lobby.Server, s *lobby.Socket, c *lobbytest.Client)
		reason error
		text   string
	}{
		"client leaves":        {func(_ *lobby.Server, _ *lobby.Socket, c *lobbytest.Client) { c.Disconnect() }, lobby.ErrClientDisconnect, "client namespace disconnect"},
		"server disconnects":   {func(_ *lobby.Server, s *lobby.Socket, _ *lobbytest.Client) { s.Disconnect(false) }, lobby.ErrServerDisconnect, "server namespace disconnect"},
		"server closes":        {func(_ *lobby.Server, s *lobby.Socket, _ *lobbytest.Client) { s.Disconnect(true) }, lobby.ErrServerDisconnect, "server namespace disconnect"},
		"connection cut":       {func(_ *lobby.Server, _ *lobby.Socket, c *lobbytest.Client) { c.Close() }, transport.ErrTransportClose, "transport close"},
		"silence":              {func(_ *lobby.Server, _ *lobby.Socket, c *lobbytest.Client) { c.Pause(); time.Sleep(46 * time.Second) }, transport.ErrPingTimeout, "ping timeout"},
		"malformed packet":     {func(_ *lobby.Server, _ *lobby.Socket, c *lobbytest.Client) { c.Text("4abc"); c.Binary([]byte{0xc1}) }, transport.ErrForcedClose, "forced close"},
		"packet of a stranger": {func(_ *lobby.Server, _ *lobby.Socket, c *lobbytest.Client) { c.Emit("x"); c.Binary([]byte{0x93, 2, 0}) }, transport.ErrForcedClose, "forced close"},
		"server shuts down":    {func(srv *lobby.Server, _ *lobby.Socket, _ *lobbytest.Client) { _ = srv.Shutdown(context.Background()) }, transport.ErrShutdown, "server shutting down"},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
				srv := lobbytest.NewServer(t, nil)
				var reasons []error
				var roomsBefore, roomsAfter int
				srv.OnConnect(func(s *lobby.Socket) error {
					s.Join("red")
					s.OnDisconnecting(func(error) { roomsBefore = len(s.Rooms()) })
					s.OnDisconnect(func(reason error) {
						roomsAfter = len(s.Rooms())
						reasons = append(reasons, reason)
					})
					return nil
				})
				c := lobbytest.NewClient(t, srv, codec)
				way.end(srv, socketOf(t, srv, c), c)
				settle()
				require.Len(t, reasons, 1)
				require.ErrorIs(t, reasons[0], way.reason)
				require.Equal(t, way.text, reasons[0].Error())
				require.Equal(t, 2, roomsBefore)
				require.Zero(t, roomsAfter)
				require.Empty(t, srv.Sockets())
			})
		})
	}
}

func TestServerDisconnectReachesTheClientBeforeTheClose(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil)
		c := lobbytest.NewClient(t, srv, codec)
		socketOf(t, srv, c).Disconnect(true)
		c.WaitDisconnected()
		c.WaitClosed()
	})
}

func TestDisconnectingOneNamespaceLeavesTheConnection(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		c := lobbytest.NewClient(t, srv, lobbytest.JSON)
		s := socketOf(t, srv, c)
		s.Disconnect(false)
		c.WaitDisconnected()
		c.Emit("still on its way") // is dropped, not a violation
		settle()
		require.Equal(t, 1, srv.Connections())
		require.ErrorIs(t, s.Emit("x"), lobby.ErrNotConnected)
		s.Join("red")
		require.Empty(t, s.Rooms())
	})
}

func TestHandlerMayDisconnectItsOwnSocket(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil)
		var reason error
		srv.OnConnect(func(s *lobby.Socket) error {
			s.On("kick me", func(*lobby.Event) { s.Disconnect(true) })
			s.OnDisconnect(func(r error) { reason = r })
			return nil
		})
		c := lobbytest.NewClient(t, srv, codec)
		c.Emit("kick me")
		c.WaitClosed()
		settle()
		require.ErrorIs(t, reason, lobby.ErrServerDisconnect)
	})
}
