package lobbytest_test

import (
	"context"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestListenerConnectsBothEnds(t *testing.T) {
	l := lobbytest.Listen()
	go func() {
		c, err := l.Accept()
		if err == nil {
			_, _ = io.WriteString(c, "hello")
			_ = c.Close()
		}
	}()
	c, err := l.Dial(t.Context())
	require.NoError(t, err)
	b, err := io.ReadAll(c)
	require.NoError(t, err)
	require.Equal(t, "hello", string(b))
	require.NoError(t, l.Close())
	_, err = l.Dial(t.Context())
	require.ErrorIs(t, err, net.ErrClosed)
	_, err = l.Accept()
	require.ErrorIs(t, err, net.ErrClosed)
}

func TestDialGivesUpWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := lobbytest.Listen().Dial(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

func TestClientKeepsEventsInOrderAndLetsPick(t *testing.T) {
	for _, codec := range lobbytest.Codecs {
		t.Run(codec.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := lobbytest.NewServer(t, nil)
				c := lobbytest.NewClient(t, srv, codec)
				for _, name := range []string{"a", "b", "c", "b"} {
					require.NoError(t, srv.Emit(name, []byte{1}, map[string]any{"x": 0.5}))
				}
				require.Equal(t, "b", c.Wait("b").Name)
				require.Equal(t, "a", c.Next().Name)
				synctest.Wait()
				require.Len(t, c.Events(), 2)
				require.Empty(t, c.Events())
			})
		})
	}
}

func TestClientAnswersPingsForHours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		c := lobbytest.NewClient(t, srv, lobbytest.Compact)
		time.Sleep(3 * time.Hour)
		require.NoError(t, srv.Emit("still here"))
		c.Wait("still here")
	})
}

func TestPausedClientReadsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		c := lobbytest.NewClient(t, srv, lobbytest.JSON)
		c.Pause()
		for range 3 {
			require.NoError(t, srv.Emit("x"))
		}
		synctest.Wait()
		require.Empty(t, c.Events())
		c.Resume()
		synctest.Wait()
		require.Len(t, c.Events(), 3)
	})
}

func TestArgumentsAreBoundByTheirNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		srv.OnConnect(func(s *lobby.Socket) error {
			s.On("who", func(e *lobby.Event) { _ = e.Ack(map[string]any{"name": "Ada", "age": 36}) })
			return nil
		})
		var who struct {
			Name string
			Age  int
		}
		lobbytest.NewClient(t, srv, lobbytest.Msgpack).Call("who").Bind(t, &who)
		require.Equal(t, "Ada", who.Name)
		require.Equal(t, 36, who.Age)
	})
}
