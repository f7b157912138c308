package lobby_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
	"ninepin/transport"
)

// offsetOf returns the argument that Recovery adds to an event.
func offsetOf(t *testing.T, e lobbytest.Event) string {
	t.Helper()
	require.NotEmpty(t, e.Args)
	offset, ok := e.Args[len(e.Args)-1].(string)
	require.True(t, ok, "the last argument is %v", e.Args[len(e.Args)-1])
	return offset
}

// comeBack connects again as what c was, whose last event was last.
func comeBack(t *testing.T, h http.Handler, codec lobbytest.Codec, c *lobbytest.Client, last string) *lobbytest.Client {
	t.Helper()
	return lobbytest.Connect(t, h, lobbytest.Config{Codec: codec, Auth: map[string]any{"pid": c.PID(), "offset": last}})
}

// recovering makes a server with Recovery; each socket's first event is "hello".
func recovering(t *testing.T, r lobby.Recovery) *lobby.Server {
	t.Helper()
	srv := lobbytest.NewServer(t, &lobby.Options{Recovery: &r})
	srv.OnConnect(func(s *lobby.Socket) error { return s.Emit("hello", s.Recovered()) })
	return srv
}

// cut ends a client's connection, and waits until the server knows.
func cut(c *lobbytest.Client) {
	c.Close()
	synctest.Wait()
}

// values lists the first arguments of the events of that name that have come.
func values(c *lobbytest.Client, name string) []any {
	synctest.Wait()
	list := []any{}
	for _, e := range c.Events() {
		if e.Name == name {
			list = append(list, e.Args[0])
		}
	}
	return list
}

func TestRecoveryGivesBackWhatTheSocketWas(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := recovering(t, lobby.Recovery{})
		a := lobbytest.NewClient(t, srv, codec)
		hello := a.Wait("hello")
		require.Equal(t, false, hello.Args[0])
		s := socketOf(t, srv, a)
		s.Join("red", "blue")
		s.SetData("mine")
		cut(a)
		require.Empty(t, srv.Sockets())

		b := comeBack(t, srv, codec, a, offsetOf(t, hello))
		require.Equal(t, a.ID(), b.ID())
		require.Equal(t, a.PID(), b.PID())
		require.Equal(t, true, b.Wait("hello").Args[0])
		again := socketOf(t, srv, b)
		require.True(t, again.Recovered())
		require.Equal(t, "mine", again.Data())
		require.ElementsMatch(t, []string{a.ID(), "blue", "red"}, again.Rooms())
	})
}

func TestRecoverySendsWhatWasMissedInOrder(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := recovering(t, lobby.Recovery{})
		a := lobbytest.NewClient(t, srv, codec)
		s := socketOf(t, srv, a)
		s.Join("red", "blue")
		require.NoError(t, srv.Emit("n", 1))
		require.NoError(t, srv.To("red").Emit("n", 2))
		got := a.Wait("n")
		a.Wait("n") // 2, which the client will not remember
		cut(a)
		require.NoError(t, srv.To("blue", "red").Emit("n", 3))
		require.NoError(t, srv.To("green").Emit("n", "for others"))
		require.NoError(t, srv.To("red").Except("blue").Emit("n", "excepted"))
		require.NoError(t, srv.Volatile().Emit("n", "volatile"))
		require.NoError(t, srv.To(a.ID()).Emit("n", 4))
		require.NoError(t, srv.Emit("n", 5, []byte{1}))
		require.ErrorIs(t, s.Emit("n", "the socket has gone"), lobby.ErrNotConnected)
		b := comeBack(t, srv, codec, a, offsetOf(t, got))
		require.Equal(t, []any{int64(2), int64(3), int64(4), int64(5)}, values(b, "n"))
	})
}

func TestRecoveryAddsAnOffsetOnlyToWhatCanBeRecovered(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := recovering(t, lobby.Recovery{})
		a := lobbytest.NewClient(t, srv, codec)
		a.Wait("hello")
		s := socketOf(t, srv, a)
		require.NoError(t, s.Emit("plain", 1))
		require.NoError(t, s.EmitVolatile("volatile", 1))
		require.NoError(t, srv.Volatile().Emit("volatile to all", 1))
		require.NoError(t, s.EmitThen(t.Context(), func(*lobby.Reply, error) {}, "asked", 1))
		require.Len(t, a.Wait("plain").Args, 2)
		require.Len(t, a.Wait("volatile").Args, 1)
		require.Len(t, a.Wait("volatile to all").Args, 1)
		require.Len(t, a.Wait("asked").Args, 1)
	})
}

func TestWithoutRecoveryNothingChangesOnTheWire(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil)
		a := lobbytest.NewClient(t, srv, codec)
		require.Empty(t, a.PID())
		require.NoError(t, srv.Emit("n", 1))
		require.Equal(t, []any{int64(1)}, a.Wait("n").Args)
		b := comeBack(t, srv, codec, a, "000000001")
		require.NotEqual(t, a.ID(), b.ID())
	})
}

func TestRecoveryNeedsNoEventBefore(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, &lobby.Options{Recovery: &lobby.Recovery{}})
		a := lobbytest.NewClient(t, srv, lobbytest.JSON)
		cut(a)
		require.NoError(t, srv.Emit("n", 1))
		b := lobbytest.Connect(t, srv, lobbytest.Config{Auth: map[string]any{"pid": a.PID()}})
		require.Equal(t, a.ID(), b.ID())
		require.Equal(t, []any{int64(1)}, values(b, "n"))
	})
}

func TestRecoveryEndsWithItsTime(t *testing.T) {
	for _, c := range []struct {
		away time.Duration
		back bool
	}{{119 * time.Second, true}, {120 * time.Second, false}} {
		t.Run(c.away.String(), func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				srv := recovering(t, lobby.Recovery{})
				a := lobbytest.NewClient(t, srv, lobbytest.JSON)
				last := offsetOf(t, a.Wait("hello"))
				cut(a)
				<-time.After(c.away)
				b := comeBack(t, srv, lobbytest.JSON, a, last)
				require.Equal(t, c.back, a.ID() == b.ID())
				require.Equal(t, c.back, a.PID() == b.PID())
			})
		})
	}
}

func TestRecoveryWorksLongAfterTheLastEventInAQuietRoom(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := recovering(t, lobby.Recovery{MaxEvents: 5})
		a := lobbytest.NewClient(t, srv, lobbytest.JSON)
		last := offsetOf(t, a.Wait("hello"))
		for i := range 20 {
			require.NoError(t, srv.To("a busy room").Emit("n", i))
		}
		<-time.After(time.Hour)
		cut(a)
		require.NoError(t, srv.Emit("n", "now"))
		b := comeBack(t, srv, lobbytest.JSON, a, last)
		require.Equal(t, a.ID(), b.ID())
		require.Equal(t, []any{"now"}, values(b, "n"))
	})
}

func TestRecoveryFailsWhenMoreWasMissedThanIsKept(t *testing.T) {
	for name, c := range map[string]struct {
		limits lobby.Recovery
		events int
		size   int
		back   bool
	}{
		"few enough":          {lobby.Recovery{MaxEvents: 5}, 5, 1, true},
		"too many":            {lobby.Recovery{MaxEvents: 5}, 6, 1, false},
		"small enough":        {lobby.Recovery{MaxBytes: 5000}, 4, 1000, true},
		"too large":           {lobby.Recovery{MaxBytes: 5000}, 5, 1000, false},
		"more than its queue": {lobby.Recovery{}, 3, 200_000, false},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				srv := recovering(t, c.limits)
				a := lobbytest.NewClient(t, srv, lobbytest.JSON)
				last := offsetOf(t, a.Wait("hello"))
				cut(a)
				for range c.events {
					require.NoError(t, srv.Emit("n", strings.Repeat("x", c.size)))
				}
				b := comeBack(t, srv, lobbytest.JSON, a, last)
				require.Equal(t, c.back, a.ID() == b.ID())
				want := 0
				if c.back {
					want = c.events
				}
				require.Len(t, values(b, "n"), want)
			})
		})
	}
}

func TestRecoveryIsOnlyForConnectionsThatBroke(t *testing.T) {
	for name, c := range map[string]struct {
		leave func(*lobby.Socket, *lobbytest.Client)
		back  bool
	}{
		"cut":                     {func(_ *lobby.Socket, c *lobbytest.Client) { c.Close() }, true},
		"malformed packet":        {func(_ *lobby.Socket, c *lobbytest.Client) { c.Text("49") }, true},
		"silence":                 {func(_ *lobby.Socket, c *lobbytest.Client) { c.Pause(); <-time.After(time.Minute) }, true},
		"client leaves":           {func(_ *lobby.Socket, c *lobbytest.Client) { c.Disconnect() }, false},
		"server disconnects":      {func(s *lobby.Socket, _ *lobbytest.Client) { s.Disconnect(false) }, false},
		"server disconnects all":  {func(s *lobby.Socket, _ *lobbytest.Client) { s.Disconnect(true) }, false},
		"sends packets too often": {flood, false},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				srv := lobbytest.NewServer(t, &lobby.Options{Recovery: &lobby.Recovery{}, RateLimit: 10})
				a := lobbytest.NewClient(t, srv, lobbytest.JSON)
				require.NoError(t, srv.Emit("n", 1))
				last := offsetOf(t, a.Wait("n"))
				c.leave(socketOf(t, srv, a), a)
				synctest.Wait()
				require.Empty(t, srv.Sockets())
				b := comeBack(t, srv, lobbytest.JSON, a, last)
				require.Equal(t, c.back, a.ID() == b.ID())
			})
		})
	}
}

func flood(_ *lobby.Socket, c *lobbytest.Client) {
	for range 100 {
		c.Emit("x")
	}
}

func TestRecoveryRefusesWhatItDidNotGiveOut(t *testing.T) {
	for name, auth := range map[string]func(pid, offset string) any{
		"another pid":    func(_, offset string) any { return map[string]any{"pid": "x", "offset": offset} },
		"another offset": func(pid, _ string) any { return map[string]any{"pid": pid, "offset": "bar"} },
		"a later offset": func(pid, _ string) any { return map[string]any{"pid": pid, "offset": "00000zzzz"} },
		"no offset":      func(pid, _ string) any { return map[string]any{"pid": pid} },
		"numbers":        func(string, string) any { return map[string]any{"pid": 7, "offset": 7} },
		"no pid":         func(_, offset string) any { return map[string]any{"offset": offset} },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				srv := recovering(t, lobby.Recovery{})
				a := lobbytest.NewClient(t, srv, lobbytest.JSON)
				last := offsetOf(t, a.Wait("hello"))
				cut(a)
				b := lobbytest.Connect(t, srv, lobbytest.Config{Auth: auth(a.PID(), last)})
				require.NotEmpty(t, b.ID())
				require.NotEqual(t, a.ID(), b.ID())
				require.NotEqual(t, a.PID(), b.PID())
			})
		})
	}
}

func TestASessionIsTakenUpOnlyOnce(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := recovering(t, lobby.Recovery{})
		a := lobbytest.NewClient(t, srv, lobbytest.JSON)
		last := offsetOf(t, a.Wait("hello"))
		cut(a)
		b := comeBack(t, srv, lobbytest.JSON, a, last)
		require.Equal(t, a.ID(), b.ID())
		b.Disconnect()
		synctest.Wait()
		c := comeBack(t, srv, lobbytest.JSON, a, last)
		require.NotEqual(t, a.ID(), c.ID())
	})
}

func TestAClientIsBackBeforeItsOldConnectionIsNoticedToHaveGone(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := recovering(t, lobby.Recovery{})
		var reasons []error
		srv.OnConnect(func(s *lobby.Socket) error {
			s.OnDisconnect(func(reason error) { reasons = append(reasons, reason) })
			return nil
		})
		a := lobbytest.NewClient(t, srv, lobbytest.JSON)
		last := offsetOf(t, a.Wait("hello"))
		a.Pause() // its network has gone, without a word
		require.NoError(t, srv.Emit("n", 1))
		b := comeBack(t, srv, lobbytest.JSON, a, last)
		require.Equal(t, a.ID(), b.ID())
		require.Equal(t, []any{int64(1)}, values(b, "n"))
		require.Equal(t, []error{transport.ErrForcedClose}, reasons)
		require.Len(t, srv.Sockets(), 1)
	})
}

func TestMiddlewaresRunAgainUnlessTheyAreSkipped(t *testing.T) {
	for _, skip := range []bool{false, true} {
		t.Run(fmt.Sprint(skip), func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				srv := recovering(t, lobby.Recovery{SkipMiddlewares: skip})
				var asked []bool
				srv.Use(func(s *lobby.Socket) error {
					asked = append(asked, s.Recovered())
					return nil
				})
				a := lobbytest.NewClient(t, srv, lobbytest.JSON)
				last := offsetOf(t, a.Wait("hello"))
				cut(a)
				require.Equal(t, a.ID(), comeBack(t, srv, lobbytest.JSON, a, last).ID())
				if skip {
					require.Equal(t, []bool{false}, asked)
				} else {
					require.Equal(t, []bool{false, true}, asked)
				}
			})
		})
	}
}

func TestWhoIsRefusedOnTheWayBackMayTryAgain(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := recovering(t, lobby.Recovery{})
		var refuse error
		srv.Use(func(*lobby.Socket) error { return refuse })
		a := lobbytest.NewClient(t, srv, lobbytest.JSON)
		last := offsetOf(t, a.Wait("hello"))
		cut(a)
		refuse = errNotToday
		require.Equal(t, "not today", comeBack(t, srv, lobbytest.JSON, a, last).Refused()["message"])
		refuse = nil
		require.Equal(t, a.ID(), comeBack(t, srv, lobbytest.JSON, a, last).ID())
	})
}

func TestASessionKeepsWhatADisconnectHandlerStores(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := recovering(t, lobby.Recovery{})
		srv.OnConnect(func(s *lobby.Socket) error {
			s.OnDisconnect(func(error) { s.SetData("the last word") })
			return nil
		})
		a := lobbytest.NewClient(t, srv, lobbytest.JSON)
		last := offsetOf(t, a.Wait("hello"))
		cut(a)
		b := comeBack(t, srv, lobbytest.JSON, a, last)
		require.Equal(t, "the last word", socketOf(t, srv, b).Data())
	})
}

// TestNothingIsLostOrDoubledWhileEveryoneEmits cuts a connection again and again in the middle of broadcasts.
func TestNothingIsLostOrDoubledWhileEveryoneEmits(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		const writers, each, rounds = 4, 50, 10
		srv := lobbytest.NewServer(t, &lobby.Options{Recovery: &lobby.Recovery{}})
		c := lobbytest.NewClient(t, srv, codec)
		socketOf(t, srv, c).Join("red")
		errs := make(chan error, writers)
		for w := range writers {
			go func() {
				var err error
				for i := range each {
					err = errors.Join(err, srv.To("red").Emit("n", w*each+i))
					<-time.After(time.Duration(1+w) * time.Millisecond)
				}
				errs <- err
			}()
		}
		got, last := map[any]int{}, ""
		take := func(e lobbytest.Event) {
			got[e.Args[0]]++
			last = offsetOf(t, e)
		}
		for range rounds {
			take(c.Wait("n")) // the rest of what has come is lost with the connection
			c.Close()
			next := comeBack(t, srv, codec, c, last)
			require.Equal(t, c.ID(), next.ID())
			c = next
		}
		for range writers {
			require.NoError(t, <-errs)
		}
		synctest.Wait()
		for _, e := range c.Events() {
			take(e)
		}
		require.Len(t, got, writers*each)
		for n, times := range got {
			require.Equal(t, 1, times, "event %v", n)
		}
	})
}
