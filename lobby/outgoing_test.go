package lobby_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
)

func TestOnAnyOutgoingSeesAllThatIsSent(t *testing.T) {
	for name, o := range map[string]*lobby.Options{"plain": nil, "with recovery": {Recovery: &lobby.Recovery{}}} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				srv := lobbytest.NewServer(t, o)
				a, b := lobbytest.NewClient(t, srv, lobbytest.JSON), lobbytest.NewClient(t, srv, lobbytest.JSON)
				s := socketOf(t, srv, a)
				var seen []string
				s.OnAnyOutgoing(func(event string, args []any) {
					require.Equal(t, []any{1}, args)
					seen = append(seen, event)
				})
				require.NoError(t, s.Emit("own", 1))
				require.NoError(t, s.EmitVolatile("volatile", 1))
				require.NoError(t, srv.Emit("all", 1))
				require.NoError(t, srv.To(b.ID()).Emit("for b", 1))
				require.NoError(t, s.EmitThen(t.Context(), func(*lobby.Reply, error) {}, "asked", 1))
				require.Error(t, s.Emit("wrong", make(chan int)))
				s.OffAnyOutgoing()
				require.NoError(t, s.Emit("after", 1))
				require.Equal(t, []string{"own", "volatile", "all", "asked"}, seen)
				require.Equal(t, []string{"own", "volatile", "all", "asked", "after"}, names(a))
			})
		})
	}
}

func TestSocketMiddlewareStopsEvents(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil)
		var seen []string
		srv.OnConnect(func(s *lobby.Socket) error {
			s.OnAny(func(e *lobby.Event) { seen = append(seen, "any "+e.Name) })
			s.Use(func(e *lobby.Event) error {
				seen = append(seen, "use "+e.Name)
				if e.Name == "forbidden" {
					return &lobby.Error{Code: "not_yours", Message: "ask somebody else"}
				}
				return nil
			})
			s.Use(func(e *lobby.Event) error {
				if e.Name == "broken" {
					panic("a middleware that breaks")
				}
				return nil
			})
			for _, name := range []string{"allowed", "forbidden", "broken"} {
				s.On(name, func(e *lobby.Event) {
					seen = append(seen, "on "+e.Name)
					_ = e.Ack(map[string]any{"ok": true})
				})
			}
			return nil
		})
		c := lobbytest.NewClient(t, srv, codec)
		require.Empty(t, c.Call("allowed").Code(t))
		require.Equal(t, "not_yours", c.Call("forbidden").Code(t))
		require.Equal(t, "internal", c.Call("broken").Code(t))
		c.Emit("forbidden")
		require.Equal(t, "not_yours", c.Wait("error").Args[0].(map[string]any)["code"])
		require.Equal(t, []string{
			"any allowed", "use allowed", "on allowed", "any forbidden", "use forbidden", "any broken", "use broken",
			"any forbidden", "use forbidden",
		}, seen)
	})
}

func TestSocketMiddlewareGuardsTheEventsOfGames(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		srv.OnConnect(func(s *lobby.Socket) error {
			s.Use(func(e *lobby.Event) error {
				if e.Name == "room:create" || e.Name == "input" {
					return errNotToday
				}
				return nil
			})
			return nil
		})
		c := lobbytest.NewClient(t, srv, lobbytest.JSON)
		require.Equal(t, "refused", c.Call("room:create", map[string]any{"game": "probe"}).Code(t))
		enter(t, c, "room:quick", map[string]any{"game": "probe"})
		require.Equal(t, "refused", c.Call("input", 1, map[string]any{"n": 1}).Code(t))
		require.Equal(t, "unknown_event", c.Call("nobody listens").Code(t))
	})
}

func TestReservedNamesAreNotSent(t *testing.T) {
	for name, o := range map[string]*lobby.Options{"plain": nil, "with recovery": {Recovery: &lobby.Recovery{}}} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				srv := lobbytest.NewServer(t, o)
				c := lobbytest.NewClient(t, srv, lobbytest.JSON)
				s := socketOf(t, srv, c)
				for _, event := range []string{
					"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener",
				} {
					require.ErrorContains(t, s.Emit(event), "use another one")
					require.Error(t, s.EmitVolatile(event))
					require.Error(t, srv.Emit(event))
					_, err := s.EmitAck(t.Context(), event)
					require.Error(t, err)
					_, err = srv.EmitAck(t.Context(), event)
					require.Error(t, err)
				}
				require.NoError(t, s.Emit("connection"))
				require.Equal(t, []string{"connection"}, names(c))
			})
		})
	}
}

func TestServerSideEmitSaysThatThereIsNoCluster(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		require.ErrorIs(t, srv.ServerSideEmit("hello", 1), lobby.ErrNoCluster)
	})
}

func TestASocketKnowsItsTransport(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		c := lobbytest.NewClient(t, srv, lobbytest.JSON)
		require.Equal(t, "websocket", socketOf(t, srv, c).Transport())

		const poll = "/socket.io/?EIO=4&transport=polling"
		answer := httptest.NewRecorder()
		srv.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, poll, nil))
		var opened struct{ SID string }
		require.NoError(t, json.Unmarshal(answer.Body.Bytes()[1:], &opened))
		answer = httptest.NewRecorder()
		srv.ServeHTTP(answer, httptest.NewRequest(http.MethodPost, poll+"&sid="+opened.SID, strings.NewReader("40")))
		require.Equal(t, "ok", answer.Body.String())
		polling := srv.Except(c.ID()).Sockets()
		require.Len(t, polling, 1)
		require.Equal(t, "polling", polling[0].Transport())
	})
}

func TestSocketsTellWhoIsThere(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		srv.OnConnect(func(s *lobby.Socket) error {
			var auth struct{ Name string }
			if err := s.Handshake().Auth(&auth); err != nil {
				return err
			}
			s.SetData(auth.Name)
			s.Join("red")
			return nil
		})
		c := lobbytest.Connect(t, srv, lobbytest.Config{Auth: map[string]any{"Name": "Ada"}, Query: url.Values{"v": {"2"}}})
		lobbytest.Connect(t, srv, lobbytest.Config{Auth: map[string]any{"Name": 7}}) // refused by the handler
		<-time.After(time.Second)
		found := srv.In("red").Sockets()
		require.Len(t, found, 1)
		require.Equal(t, c.ID(), found[0].ID())
		require.Equal(t, "Ada", found[0].Data())
		require.ElementsMatch(t, []string{c.ID(), "red"}, found[0].Rooms())
		require.Equal(t, "2", found[0].Handshake().Query.Get("v"))
	})
}

func TestBroadcastAcksComePartly(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil)
		a, b := lobbytest.NewClient(t, srv, codec), lobbytest.NewClient(t, srv, codec)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		go func() { a.Ack(a.Wait("who?"), "a") }()
		replies, err := srv.EmitAck(ctx, "who?")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Len(t, replies, 1)
		var name string
		require.NoError(t, replies[0].Bind(&name))
		require.Equal(t, "a", name)
		b.Ack(b.Wait("who?"), "too late")
		synctest.Wait()
		require.Len(t, srv.Sockets(), 2)
	})
}
