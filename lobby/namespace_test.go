package lobby_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
)

func TestNamespacesAreApart(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil)
		chat := srv.Of("chat")
		require.Same(t, chat, srv.Of("/chat"))
		require.Equal(t, "/chat", chat.Name())
		chat.OnConnect(func(s *lobby.Socket) error {
			s.Join("red")
			s.On("ping", func(e *lobby.Event) { _ = e.Ack("pong") })
			return nil
		})
		main := lobbytest.NewClient(t, srv, codec)
		other := lobbytest.Connect(t, srv, lobbytest.Config{Codec: codec, Namespace: "/chat"})
		require.Equal(t, lobbytest.Reply{"pong"}, other.Call("ping"))
		require.NoError(t, srv.Emit("main"))
		require.NoError(t, srv.To("red").Emit("none"))
		require.NoError(t, chat.To("red").Emit("chat"))
		require.Equal(t, []string{"main"}, names(main))
		require.Equal(t, []string{"chat"}, names(other))
	})
}

func TestUnknownNamespaceIsRefused(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil)
		c := lobbytest.Connect(t, srv, lobbytest.Config{Codec: codec, Namespace: "/nowhere"})
		require.Equal(t, map[string]any{"message": "Invalid namespace"}, c.Refused())
	})
}

func TestMiddlewareLetsInByAuth(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil)
		srv.Use(func(s *lobby.Socket) error {
			var auth struct {
				Token string `json:"token"`
			}
			if err := s.Handshake().Auth(&auth); err != nil {
				return err
			}
			switch auth.Token {
			case "good":
				s.SetData("ada")
				s.Join("members")
				return nil
			case "old":
				return &lobby.ConnectError{Message: "expired", Data: map[string]any{"since": 5}}
			}
			return errors.New("not authorised")
		})
		var connected []any
		srv.OnConnect(func(s *lobby.Socket) error {
			connected = append(connected, s.Data())
			return nil
		})
		good := lobbytest.Connect(t, srv, lobbytest.Config{Codec: codec, Auth: map[string]any{"token": "good"}})
		none := lobbytest.Connect(t, srv, lobbytest.Config{Codec: codec})
		old := lobbytest.Connect(t, srv, lobbytest.Config{Codec: codec, Auth: map[string]any{"token": "old"}})
		wrong := lobbytest.Connect(t, srv, lobbytest.Config{Codec: codec, Auth: map[string]any{"token": 5}})
		settle()
		require.Equal(t, []any{"ada"}, connected)
		require.Equal(t, good.ID(), srv.To("members").Sockets()[0].ID())
		require.Equal(t, map[string]any{"message": "not authorised"}, none.Refused())
		require.Equal(t, map[string]any{"message": "expired", "data": map[string]any{"since": int64(5)}}, old.Refused())
		require.Contains(t, wrong.Refused()["message"], "argument 0")
	})
}

func TestMiddlewaresRunInOrderAndAPanicRefuses(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		var log []int
		srv.Use(func(*lobby.Socket) error { log = append(log, 1); return nil })
		srv.Use(func(*lobby.Socket) error { log = append(log, 2); panic("secret") })
		srv.Use(func(*lobby.Socket) error { log = append(log, 3); return nil })
		c := lobbytest.NewClient(t, srv, lobbytest.JSON)
		require.NotContains(t, c.Refused()["message"], "secret")
		settle()
		require.Equal(t, []int{1, 2}, log)
		require.Empty(t, srv.Sockets())
	})
}

func TestConnectHandlerMayRefuse(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		srv.OnConnect(func(s *lobby.Socket) error { return errors.New("not now") })
		c := lobbytest.NewClient(t, srv, lobbytest.JSON)
		c.WaitDisconnected()
		require.Empty(t, srv.Sockets())
	})
}

func TestHandshakeTellsOfTheRequest(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		c := lobbytest.Connect(t, srv, lobbytest.Config{
			Header: http.Header{"X-Region": {"north"}}, Query: url.Values{"level": {"7"}},
		})
		h := socketOf(t, srv, c).Handshake()
		require.Equal(t, "north", h.Header.Get("X-Region"))
		require.Equal(t, "7", h.Query.Get("level"))
		require.False(t, h.Secure)
		require.Less(t, time.Since(h.Time), time.Second)
	})
}

func TestSocketIDIsPublicAndFresh(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		seen := map[string]bool{}
		for range 20 {
			c := lobbytest.NewClient(t, srv, lobbytest.JSON)
			require.Len(t, c.ID(), 20)
			require.False(t, seen[c.ID()])
			seen[c.ID()] = true
			c.Close()
		}
	})
}

func TestFirstEventComesAfterTheConnectAnswer(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil)
		srv.Use(func(s *lobby.Socket) error {
			if err := s.Emit("too early"); !errors.Is(err, lobby.ErrNotConnected) {
				return errors.New("it was sent")
			}
			return nil
		})
		srv.OnConnect(func(s *lobby.Socket) error { return s.Emit("hello") })
		c := lobbytest.NewClient(t, srv, codec)
		require.Nil(t, c.Refused())
		require.Equal(t, []string{"hello"}, names(c))
	})
}

func TestConnectionWithoutNamespaceIsClosed(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		lobbytest.Open(t, srv, lobbytest.Config{})
		joined := lobbytest.NewClient(t, srv, lobbytest.JSON)
		require.Equal(t, 2, srv.Connections())
		time.Sleep(44 * time.Second)
		require.Equal(t, 2, srv.Connections())
		time.Sleep(2 * time.Second)
		settle()
		require.Equal(t, 1, srv.Connections())
		require.True(t, socketOf(t, srv, joined).Connected())
	})
}

func TestServerAnswersOnItsPathOnly(t *testing.T) {
	srv := lobbytest.NewServer(t, nil)
	for path, status := range map[string]int{"/": 404, "/socket.io": 404, "/socket.io/x": 404, "/socket.io/": 400} {
		w := httptest.NewRecorder()
		srv.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		require.Equal(t, status, w.Code, path)
	}
}
