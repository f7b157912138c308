package lobby_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
	"ninepin/transport"
)

// difference is something that Ninepin does otherwise than socket.io 4.8. Where its doc comment or an interop test does
// not say more, Node's behaviour was read from its sources: socket.js, namespace.js, parent-namespace.js and
// in-memory-adapter.js.
type difference struct {
	what, node, why string
	options         lobby.Options
	check           func(t *testing.T, srv *lobby.Server)
}

// differences are all that are known above Engine.IO, besides what the package comment lists as not supported.
var differences = []difference{
	{
		what:    "a session is recovered once",
		node:    "any number of times until it expires, also after the client has left by itself",
		why:     "two sockets of one id would share rooms, and whoever leaves wants to be gone",
		options: lobby.Options{Recovery: &lobby.Recovery{}},
		check: func(t *testing.T, srv *lobby.Server) {
			a, last := broken(t, srv)
			b := comeBack(t, srv, lobbytest.JSON, a, last)
			require.Equal(t, a.ID(), b.ID())
			b.Disconnect()
			synctest.Wait()
			require.NotEqual(t, a.ID(), comeBack(t, srv, lobbytest.JSON, a, last).ID())
		},
	},
	{
		what:    "middlewares run for those who come back, unless SkipMiddlewares says otherwise",
		node:    "they are skipped, unless skipMiddlewares is false",
		why:     "what they checked, a ban or a token's age, may not hold any more; the zero value is the safe one",
		options: lobby.Options{Recovery: &lobby.Recovery{}},
		check: func(t *testing.T, srv *lobby.Server) {
			a, last := broken(t, srv)
			srv.Use(func(*lobby.Socket) error { return errNotToday })
			require.Equal(t, "not today", comeBack(t, srv, lobbytest.JSON, a, last).Refused()["message"])
		},
	},
	{
		what:    "a client may be back before the server has noticed that its old connection is gone",
		node:    "it starts anew, since its session is only kept when the old socket ends",
		why:     "a phone that changes its network is back at once; the server hears of it by a ping timeout, 45 s later",
		options: lobby.Options{Recovery: &lobby.Recovery{}},
		check: func(t *testing.T, srv *lobby.Server) {
			a := lobbytest.NewClient(t, srv, lobbytest.JSON)
			require.NoError(t, srv.Emit("n", 1))
			b := comeBack(t, srv, lobbytest.JSON, a, offsetOf(t, a.Wait("n")))
			require.Equal(t, a.ID(), b.ID())
			a.WaitClosed()
		},
	},
	{
		what:    "a client that has been sent no event can be recovered",
		node:    "it starts anew, since it knows no offset",
		why:     "nothing is missing",
		options: lobby.Options{Recovery: &lobby.Recovery{}},
		check: func(t *testing.T, srv *lobby.Server) {
			a := lobbytest.NewClient(t, srv, lobbytest.JSON)
			cut(a)
			require.Equal(t, a.ID(), lobbytest.Connect(t, srv, lobbytest.Config{Auth: map[string]any{"pid": a.PID()}}).ID())
		},
	},
	{
		what:    "a client whose last event is long past can be recovered",
		node:    "it starts anew once that event, though it has it, is older than maxDisconnectionDuration",
		why:     "what counts is whether all that it missed is there",
		options: lobby.Options{Recovery: &lobby.Recovery{}},
		check: func(t *testing.T, srv *lobby.Server) {
			a := lobbytest.NewClient(t, srv, lobbytest.JSON)
			require.NoError(t, srv.Emit("n", 1))
			last := offsetOf(t, a.Wait("n"))
			<-time.After(time.Hour)
			cut(a)
			require.Equal(t, a.ID(), comeBack(t, srv, lobbytest.JSON, a, last).ID())
		},
	},
	{
		what:    "what is kept for recovery is bounded; who has missed more starts anew",
		node:    "every event of the last two minutes is kept",
		why:     "memory must not hang on how much is emitted",
		options: lobby.Options{Recovery: &lobby.Recovery{MaxEvents: 2}},
		check: func(t *testing.T, srv *lobby.Server) {
			a, last := broken(t, srv)
			for i := range 3 {
				require.NoError(t, srv.Emit("n", i))
			}
			require.NotEqual(t, a.ID(), comeBack(t, srv, lobbytest.JSON, a, last).ID())
		},
	},
	{
		what: "a client hears of the error of a socket's middleware",
		node: "only the server's own \"error\" handler does; the client waits for its ack in vain",
		why:  "an ack that never comes is the hardest kind of bug to find",
		check: func(t *testing.T, srv *lobby.Server) {
			c := lobbytest.NewClient(t, srv, lobbytest.JSON)
			socketOf(t, srv, c).Use(func(*lobby.Event) error { return errNotToday })
			require.Equal(t, "refused", c.Call("x").Code(t))
		},
	},
	{
		what: "a handler that panics ends nothing but its event, whose ack says internal",
		node: "an exception in a handler ends the process",
		why:  "one broken handler must not take ten thousand players down",
		check: func(t *testing.T, srv *lobby.Server) {
			c := lobbytest.NewClient(t, srv, lobbytest.JSON)
			socketOf(t, srv, c).On("x", func(*lobby.Event) { panic("broken") })
			require.Equal(t, "internal", c.Call("x").Code(t))
		},
	},
	{
		what: "an error of a connect handler disconnects the socket",
		node: "handlers return nothing",
		why:  "Go's functions return their errors; a socket without its handlers is of no use",
		check: func(t *testing.T, srv *lobby.Server) {
			srv.OnConnect(func(*lobby.Socket) error { return errNotToday })
			lobbytest.NewClient(t, srv, lobbytest.JSON).WaitDisconnected()
		},
	},
	{
		what: "packets for a namespace that the connection was in are dropped",
		node: "they close the connection, like those for a namespace that it never was in",
		why:  "a client that is sent away still has packets on their way",
		check: func(t *testing.T, srv *lobby.Server) {
			c := lobbytest.NewClient(t, srv, lobbytest.JSON)
			socketOf(t, srv, c).Disconnect(false)
			c.WaitDisconnected()
			c.Emit("late")
			synctest.Wait()
			require.Equal(t, 1, srv.Connections())
		},
	},
	{
		what: "a recipient that does not read is closed as too slow once its queue is full",
		node: "the queue grows until the process is out of memory",
		why:  "one stuck client must not end the server",
		options: lobby.Options{
			Transport: transport.Options{MaxQueue: 1000},
		},
		check: func(t *testing.T, srv *lobby.Server) {
			c := lobbytest.NewClient(t, srv, lobbytest.JSON)
			s, reason := socketOf(t, srv, c), make(chan error, 1)
			s.OnDisconnect(func(err error) { reason <- err })
			c.Pause()
			for {
				if err := s.Emit("n", strings.Repeat("x", 500)); err != nil {
					require.True(t, errors.Is(err, transport.ErrTooSlow) || errors.Is(err, lobby.ErrNotConnected), "%v", err)
					break
				}
			}
			require.ErrorIs(t, <-reason, transport.ErrTooSlow)
		},
	},
	{
		what: "a dynamic namespace goes with its last socket, and Of keeps it",
		node: "it stays, unless cleanupEmptyChildNamespaces is set; then of() does not keep it",
		why:  "clients choose the names: without it they fill the memory",
		check: func(t *testing.T, srv *lobby.Server) {
			parent := srv.OfFunc(func(string, lobby.Handshake) bool { return true })
			a, b := into(t, srv, lobbytest.JSON, "/a"), into(t, srv, lobbytest.JSON, "/b")
			kept := srv.Of("/b")
			cut(a)
			cut(b)
			require.Equal(t, []*lobby.Namespace{kept}, parent.Namespaces())
		},
	},
	{
		what: "a parent's middlewares and handlers apply to namespaces that it has made before",
		node: "each gets those that there are when it is made",
		why:  "who guards a family of rooms guards all of them",
		check: func(t *testing.T, srv *lobby.Server) {
			parent := srv.OfFunc(func(string, lobby.Handshake) bool { return true })
			into(t, srv, lobbytest.JSON, "/a")
			parent.Use(func(*lobby.Socket) error { return errNotToday })
			require.Equal(t, "not today", into(t, srv, lobbytest.JSON, "/a").Refused()["message"])
		},
	},
	{
		what:    "dynamic namespaces are bounded in number and in the length of their names",
		node:    "they are not",
		why:     "clients choose the names",
		options: lobby.Options{MaxNamespaces: 1},
		check: func(t *testing.T, srv *lobby.Server) {
			srv.OfFunc(func(string, lobby.Handshake) bool { return true })
			into(t, srv, lobbytest.JSON, "/a")
			require.NotNil(t, into(t, srv, lobbytest.JSON, "/b").Refused())
		},
	},
}

// broken returns a client that has had one event, its offset, and no connection any more.
func broken(t *testing.T, srv *lobby.Server) (c *lobbytest.Client, last string) {
	t.Helper()
	c = lobbytest.NewClient(t, srv, lobbytest.JSON)
	require.NoError(t, srv.Emit("n", "first"))
	last = offsetOf(t, c.Wait("n"))
	cut(c)
	return c, last
}

func TestDifferencesFromNode(t *testing.T) {
	for _, d := range differences {
		t.Run(d.what, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				t.Logf("node: %s; ours, because: %s", d.node, d.why)
				d.check(t, lobbytest.NewServer(t, &d.options))
			})
		})
	}
}
