package lobby_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
)

func TestConnectIsAnsweredBeforeItsHandlersRun(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		srv.OnConnect(func(s *lobby.Socket) error { return s.Emit("hello") })
		c := lobbytest.NewClient(t, srv, lobbytest.JSON)
		connected := time.Now()
		synctest.Wait()
		require.Empty(t, c.Events(), "what comes in one read with the answer is lost on some clients")
		time.Sleep(2 * time.Millisecond)
		require.Equal(t, []string{"hello"}, names(c))
		require.Less(t, time.Since(connected), 10*time.Millisecond)
	})
}

func TestConnectHandlerDoesNotSeeASocketThatWasDisconnectedMeanwhile(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		srv.OnConnect(func(*lobby.Socket) error {
			t.Error("the socket has gone: its disconnect handlers would never run")
			return nil
		})
		c := lobbytest.NewClient(t, srv, lobbytest.JSON)
		srv.To(c.ID()).Disconnect(false)
		settle()
	})
}
