package lobby_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
)

func TestOutgoingHandlerMayDisconnectOnRoomUpdate(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		srv.OnConnect(func(s *lobby.Socket) error {
			s.OnAnyOutgoing(func(event string, _ []any) {
				if event == "room:update" {
					s.Disconnect(false)
				}
			})
			return nil
		})
		c := lobbytest.NewClient(t, srv, codec)
		create(t, c)
		time.Sleep(time.Second)
		require.Empty(t, srv.Sockets())
	})
}
