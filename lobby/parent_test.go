package lobby_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
)

// into connects a client to a namespace.
func into(t *testing.T, srv *lobby.Server, codec lobbytest.Codec, name string) *lobbytest.Client {
	t.Helper()
	return lobbytest.Connect(t, srv, lobbytest.Config{Codec: codec, Namespace: name})
}

func TestOfRegexpMakesNamespacesWithTheParentsHandlers(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil)
		rooms := srv.OfRegexp(regexp.MustCompile(`^/room-\d+$`))
		rooms.Use(func(s *lobby.Socket) error {
			if s.Namespace().Name() == "/room-13" {
				return errNotToday
			}
			return nil
		})
		rooms.OnConnect(func(s *lobby.Socket) error { return s.Emit("welcome", s.Namespace().Name()) })
		a, b, c := into(t, srv, codec, "/room-1"), into(t, srv, codec, "/room-2"), into(t, srv, codec, "/room-1")
		require.Equal(t, []any{"/room-1"}, a.Wait("welcome").Args)
		require.Equal(t, []any{"/room-2"}, b.Wait("welcome").Args)
		c.Wait("welcome")
		require.Equal(t, "not today", into(t, srv, codec, "/room-13").Refused()["message"])
		require.Equal(t, "Invalid namespace", into(t, srv, codec, "/room-x").Refused()["message"])
		require.NoError(t, srv.Of("/room-1").Emit("n", 1))
		require.NoError(t, rooms.Emit("to all", 1))
		require.Equal(t, []string{"n", "to all"}, names(a))
		require.Equal(t, []string{"n", "to all"}, names(c))
		require.Equal(t, []string{"to all"}, names(b))
	})
}

func TestOfFuncKnowsWhatTheClientSaid(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil)
		srv.OfFunc(func(name string, h lobby.Handshake) bool {
			var auth struct{ Tenant string }
			return h.Auth(&auth) == nil && name == "/of-"+auth.Tenant && h.Query.Get("v") == "2"
		})
		dial := func(tenant, v string) *lobbytest.Client {
			return lobbytest.Connect(t, srv, lobbytest.Config{
				Codec: codec, Namespace: "/of-ada", Auth: map[string]any{"Tenant": tenant},
				Query: map[string][]string{"v": {v}},
			})
		}
		require.NotEmpty(t, dial("ada", "2").ID())
		srv.DisconnectAll(true)
		require.Nil(t, dial("bob", "2").Refused(), "the namespace exists now, as in Node")
	})
}

func TestANamespaceThatExistsIsNotAskedFor(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		srv.Of("/static")
		srv.OfFunc(func(string, lobby.Handshake) bool { panic("for /static nobody asks, and a panic is a no") })
		require.NotEmpty(t, into(t, srv, lobbytest.JSON, "/static").ID())
		require.Equal(t, "Invalid namespace", into(t, srv, lobbytest.JSON, "/other").Refused()["message"])
	})
}

func TestTheFirstParentThatAcceptsIsTheParent(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		first := srv.OfRegexp(regexp.MustCompile(`^/a`))
		second := srv.OfRegexp(regexp.MustCompile(`.`))
		into(t, srv, lobbytest.JSON, "/a1")
		into(t, srv, lobbytest.JSON, "/b1")
		require.Len(t, first.Namespaces(), 1)
		require.Len(t, second.Namespaces(), 1)
		require.Equal(t, "/b1", second.Namespaces()[0].Name())
	})
}

func TestADynamicNamespaceGoesWithItsLastSocket(t *testing.T) {
	for name, leave := range map[string]func(*lobbytest.Client){
		"leaves":       func(c *lobbytest.Client) { c.Disconnect() },
		"is cut":       func(c *lobbytest.Client) { c.Close() },
		"is sent away": func(c *lobbytest.Client) { c.Emit("send me away") },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				srv := lobbytest.NewServer(t, nil)
				parent := srv.OfFunc(func(string, lobby.Handshake) bool { return true })
				parent.OnConnect(func(s *lobby.Socket) error {
					s.On("send me away", func(*lobby.Event) { s.Disconnect(false) })
					return nil
				})
				a, b := into(t, srv, lobbytest.JSON, "/y"), into(t, srv, lobbytest.JSON, "/y")
				<-time.After(time.Second) // the connect handlers have run
				leave(a)
				synctest.Wait()
				require.Len(t, parent.Namespaces(), 1)
				leave(b)
				synctest.Wait()
				require.Empty(t, parent.Namespaces())
				require.NotEmpty(t, into(t, srv, lobbytest.JSON, "/y").ID())
			})
		})
	}
}

func TestARefusedSocketLeavesNoNamespaceBehind(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		parent := srv.OfFunc(func(string, lobby.Handshake) bool { return true })
		parent.Use(func(s *lobby.Socket) error {
			if s.Namespace().Name() == "/gone" {
				s.Disconnect(false)
				return nil
			}
			return errNotToday
		})
		require.NotNil(t, into(t, srv, lobbytest.JSON, "/x").Refused())
		require.NotNil(t, into(t, srv, lobbytest.JSON, "/gone").Refused())
		synctest.Wait()
		require.Empty(t, parent.Namespaces())
	})
}

func TestOfKeepsADynamicNamespace(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		parent := srv.OfFunc(func(string, lobby.Handshake) bool { return true })
		a := into(t, srv, lobbytest.JSON, "/x")
		n := srv.Of("/x")
		cut(a)
		require.Equal(t, []*lobby.Namespace{n}, parent.Namespaces())
		b := into(t, srv, lobbytest.JSON, "/x")
		require.NoError(t, n.Emit("n"))
		b.Wait("n")
	})
}

func TestADynamicNamespaceWaitsForThoseWhoMayComeBack(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, &lobby.Options{Recovery: &lobby.Recovery{}})
		parent := srv.OfFunc(func(string, lobby.Handshake) bool { return true })
		parent.OnConnect(func(s *lobby.Socket) error { return s.Emit("hello") })
		a := into(t, srv, lobbytest.JSON, "/x")
		last := offsetOf(t, a.Wait("hello"))
		cut(a)
		require.Len(t, parent.Namespaces(), 1)
		b := lobbytest.Connect(t, srv, lobbytest.Config{Namespace: "/x", Auth: map[string]any{"pid": a.PID(), "offset": last}})
		require.Equal(t, a.ID(), b.ID())
		cut(b)
		<-time.After(3 * time.Minute)
		require.Empty(t, parent.Namespaces())
	})
}

func TestThousandsOfNamesDoNotFillTheMemory(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, &lobby.Options{MaxNamespaces: 150})
		parent := srv.OfFunc(func(string, lobby.Handshake) bool { return true })
		const tooMany = `too many namespaces: leave one, or try again later`
		var attackers []*lobbytest.Client
		for i := range 3 {
			c := lobbytest.Open(t, srv, lobbytest.Config{Namespace: fmt.Sprintf("/a%d-0", i)})
			attackers = append(attackers, c)
			for j := range 500 {
				c.Text(fmt.Sprintf("40/a%d-%d,", i, j))
			}
			synctest.Wait()
		}
		require.Len(t, parent.Namespaces(), 150)
		require.Equal(t, tooMany, into(t, srv, lobbytest.JSON, "/b").Refused()["message"])
		attackers[0].Close()
		synctest.Wait()
		require.Len(t, parent.Namespaces(), 50, "one connection is in a hundred")
		require.NotEmpty(t, into(t, srv, lobbytest.JSON, "/b").ID())
		long := "/" + strings.Repeat("x", 256)
		require.Equal(t, "Invalid namespace", into(t, srv, lobbytest.JSON, long).Refused()["message"])
	})
}

func TestOneConnectionThroughThousandsOfNamespaces(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		parent := srv.OfFunc(func(string, lobby.Handshake) bool { return true })
		parent.OnConnect(func(s *lobby.Socket) error { return srv.Emit("visited", s.Namespace().Name()) })
		watcher := lobbytest.NewClient(t, srv, lobbytest.JSON)
		c := lobbytest.Open(t, srv, lobbytest.Config{Silent: true})
		for i := range 3000 {
			c.Text(fmt.Sprintf("40/n%d,", i))
			c.Text(fmt.Sprintf("41/n%d,", i))
		}
		for range 3000 {
			watcher.Wait("visited")
		}
		synctest.Wait()
		require.Empty(t, parent.Namespaces())
		require.Equal(t, 2, srv.Connections())
	})
}

func TestNamesThatBeginWithoutASlashAreNotTakenForOthers(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		n := srv.Of("/x")
		require.Equal(t, "Invalid namespace", into(t, srv, lobbytest.Msgpack, "x").Refused()["message"])
		require.Empty(t, n.Sockets())
	})
}
