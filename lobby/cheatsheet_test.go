package lobby_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
)

// trio connects three clients, one for each codec, beginning with the given one.
func trio(t *testing.T, srv *lobby.Server, first lobbytest.Codec) (a, b, c *lobbytest.Client) {
	t.Helper()
	next := func(i int) *lobbytest.Client {
		return lobbytest.NewClient(t, srv, lobbytest.Codecs[(int(first)+i)%len(lobbytest.Codecs)])
	}
	return next(0), next(1), next(2)
}

// hears requires that exactly the given clients have got the event "x", once each.
func hears(t *testing.T, all []*lobbytest.Client, who ...*lobbytest.Client) {
	t.Helper()
	for i, c := range all {
		want := []string{}
		for _, w := range who {
			if w == c {
				want = append(want, "x")
			}
		}
		require.Equal(t, want, names(c), "client %d", i)
	}
}

func TestEmitReachesWhoItSays(t *testing.T) {
	calls := map[string]struct {
		emit func(srv *lobby.Server, s *lobby.Socket) error
		who  string // of a, the sender, in red; b in red and blue; c in blue
	}{
		"socket.emit":                {func(_ *lobby.Server, s *lobby.Socket) error { return s.Emit("x") }, "a"},
		"socket.volatile.emit":       {func(_ *lobby.Server, s *lobby.Socket) error { return s.EmitVolatile("x") }, "a"},
		"socket.broadcast.emit":      {func(_ *lobby.Server, s *lobby.Socket) error { return s.Broadcast().Emit("x") }, "bc"},
		"socket.to(room)":            {func(_ *lobby.Server, s *lobby.Socket) error { return s.To("red").Emit("x") }, "b"},
		"socket.in(room)":            {func(_ *lobby.Server, s *lobby.Socket) error { return s.In("blue").Emit("x") }, "bc"},
		"socket.to(rooms)":           {func(_ *lobby.Server, s *lobby.Socket) error { return s.To("red", "blue").Emit("x") }, "bc"},
		"socket.to.to":               {func(_ *lobby.Server, s *lobby.Socket) error { return s.To("red").To("blue").Emit("x") }, "bc"},
		"socket.to.except":           {func(_ *lobby.Server, s *lobby.Socket) error { return s.To("blue").Except("red").Emit("x") }, "c"},
		"socket.except":              {func(_ *lobby.Server, s *lobby.Socket) error { return s.Except("blue").Emit("x") }, ""},
		"socket.to(its own id)":      {func(_ *lobby.Server, s *lobby.Socket) error { return s.To(s.ID()).Emit("x") }, ""},
		"socket.broadcast.volatile":  {func(_ *lobby.Server, s *lobby.Socket) error { return s.Broadcast().Volatile().Emit("x") }, "bc"},
		"io.emit":                    {func(srv *lobby.Server, _ *lobby.Socket) error { return srv.Emit("x") }, "abc"},
		"io.to(room)":                {func(srv *lobby.Server, _ *lobby.Socket) error { return srv.To("red").Emit("x") }, "ab"},
		"io.in(room)":                {func(srv *lobby.Server, _ *lobby.Socket) error { return srv.In("blue").Emit("x") }, "bc"},
		"io.to(rooms)":               {func(srv *lobby.Server, _ *lobby.Socket) error { return srv.To("red", "blue").Emit("x") }, "abc"},
		"io.to(rooms).except":        {func(srv *lobby.Server, _ *lobby.Socket) error { return srv.To("red", "blue").Except("blue").Emit("x") }, "a"},
		"io.except":                  {func(srv *lobby.Server, _ *lobby.Socket) error { return srv.Except("red").Emit("x") }, "c"},
		"io.to(socketId)":            {func(srv *lobby.Server, s *lobby.Socket) error { return srv.To(s.ID()).Emit("x") }, "a"},
		"io.to(unknown room)":        {func(srv *lobby.Server, _ *lobby.Socket) error { return srv.To("green").Emit("x") }, ""},
		"io.to() is everyone":        {func(srv *lobby.Server, _ *lobby.Socket) error { return srv.To().Emit("x") }, "abc"},
		"io.volatile.emit":           {func(srv *lobby.Server, _ *lobby.Socket) error { return srv.Volatile().Emit("x") }, "abc"},
		"io.local.emit":              {func(srv *lobby.Server, _ *lobby.Socket) error { return srv.Local().Emit("x") }, "abc"},
		"io.of('/').emit":            {func(srv *lobby.Server, _ *lobby.Socket) error { return srv.Of("/").Emit("x") }, "abc"},
		"io.of('/').to(room).except": {func(srv *lobby.Server, s *lobby.Socket) error { return srv.Of("/").To("red").Except(s.ID()).Emit("x") }, "b"},
	}
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil)
		a, b, c := trio(t, srv, codec)
		all := map[rune]*lobbytest.Client{'a': a, 'b': b, 'c': c}
		socketOf(t, srv, a).Join("red")
		socketOf(t, srv, b).Join("red", "blue")
		socketOf(t, srv, c).Join("blue")
		for name, call := range calls {
			require.NoError(t, call.emit(srv, socketOf(t, srv, a)), name)
			var who []*lobbytest.Client
			for _, w := range call.who {
				who = append(who, all[w])
			}
			t.Log(name)
			hears(t, []*lobbytest.Client{a, b, c}, who...)
		}
	})
}

func TestArgumentsArriveAsTheyWereSent(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil)
		srv.OnConnect(func(s *lobby.Socket) error {
			s.On("echo", func(e *lobby.Event) {
				args := make([]any, e.Len())
				dst := make([]any, e.Len())
				for i := range args {
					dst[i] = &args[i]
				}
				if err := e.Bind(dst...); err == nil {
					_ = s.Emit("echo", args...)
				}
			})
			return nil
		})
		c := lobbytest.NewClient(t, srv, codec)
		args := []any{nil, true, int64(-5), 1.5, "naïve", []byte{0, 1, 255}, []any{[]byte{7}}, map[string]any{"a": map[string]any{"b": []byte{}}}}
		c.Emit("echo", args...)
		require.Equal(t, args, c.Wait("echo").Args)
	})
}

func TestJoinAndLeave(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		c := lobbytest.NewClient(t, srv, lobbytest.JSON)
		s := socketOf(t, srv, c)
		require.Equal(t, []string{s.ID()}, s.Rooms())
		s.Join("x", "y", "x")
		require.Len(t, s.Rooms(), 3)
		s.Leave("x", "unknown")
		require.ElementsMatch(t, []string{s.ID(), "y"}, s.Rooms())
		require.Empty(t, srv.To("x").Sockets())
	})
}

func TestTargetMovesAndDisconnectsItsSockets(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		a, b, c := trio(t, srv, lobbytest.JSON)
		srv.To(a.ID(), b.ID()).Join("red")
		require.Len(t, srv.To("red").Sockets(), 2)
		srv.JoinAll("hall")
		srv.To("red").Leave("hall")
		require.Len(t, srv.To("hall").Sockets(), 1)
		srv.LeaveAll("hall")
		require.Empty(t, srv.To("hall").Sockets())
		srv.To("red").Disconnect(false)
		a.WaitDisconnected()
		b.WaitDisconnected()
		require.Len(t, srv.Sockets(), 1)
		srv.DisconnectAll(true)
		c.WaitClosed()
		require.Empty(t, srv.Sockets())
	})
}

func TestTargetIsImmutable(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		a, b, _ := trio(t, srv, lobbytest.JSON)
		base := srv.To(a.ID())
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() { _ = base.To(b.ID()).Except(a.ID()).Volatile().Sockets() })
		}
		wg.Wait()
		require.Len(t, base.Sockets(), 1)
		require.Equal(t, a.ID(), base.Sockets()[0].ID())
	})
}

func TestSocketAsksItsClient(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil)
		c := lobbytest.NewClient(t, srv, codec)
		s := socketOf(t, srv, c)
		var answer string
		asked := make(chan error)
		go func() {
			r, err := s.EmitAck(t.Context(), "question", "name?")
			if err == nil {
				err = r.Bind(&answer)
			}
			asked <- err
		}()
		c.Ack(c.Wait("question"), "Ada")
		require.NoError(t, <-asked)
		require.Equal(t, "Ada", answer)
	})
}

func TestAskingTimesOutAndLateAcksAreIgnored(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil)
		c := lobbytest.NewClient(t, srv, codec)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		_, err := socketOf(t, srv, c).EmitAck(ctx, "question")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		e := c.Wait("question")
		c.Ack(e, 1)
		c.Ack(e, 2)
		settle()
		require.True(t, socketOf(t, srv, c).Connected())
	})
}

func TestAskingFailsWhenTheSocketGoes(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		c := lobbytest.NewClient(t, srv, lobbytest.JSON)
		asked := make(chan error)
		s := socketOf(t, srv, c)
		go func() {
			_, err := s.EmitAck(t.Context(), "question")
			asked <- err
		}()
		c.Wait("question")
		c.Close()
		require.ErrorIs(t, <-asked, lobby.ErrNotConnected)
		_, err := s.EmitAck(t.Context(), "question")
		require.ErrorIs(t, err, lobby.ErrNotConnected)
	})
}

func TestEmitThenCallsOnce(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		var answers, failures atomic.Int32
		srv.OnConnect(func(s *lobby.Socket) error {
			return s.EmitThen(t.Context(), func(r *lobby.Reply, err error) {
				if err != nil {
					failures.Add(1)
					return
				}
				answers.Add(int32(r.Len()))
			}, "hello") // in a handler
		})
		c := lobbytest.NewClient(t, srv, lobbytest.JSON)
		c.Ack(c.Wait("hello"), "hi")
		silent := lobbytest.NewClient(t, srv, lobbytest.JSON)
		silent.Wait("hello")
		silent.Close()
		settle()
		require.EqualValues(t, 1, answers.Load())
		require.EqualValues(t, 1, failures.Load())
	})
}

func TestRoomIsAskedAndMissingAnswersAreTold(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil)
		a, b, c := trio(t, srv, codec)
		srv.To(a.ID(), b.ID()).Join("red")
		type result struct {
			replies []*lobby.Reply
			err     error
		}
		results := make(chan result)
		ask := func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			replies, err := srv.To("red").EmitAck(ctx, "vote")
			results <- result{replies, err}
		}
		go ask()
		a.Ack(a.Wait("vote"), 1)
		b.Ack(b.Wait("vote"), 2)
		r := <-results
		require.NoError(t, r.err)
		require.Len(t, r.replies, 2)
		go ask()
		a.Ack(a.Wait("vote"), 1)
		r = <-results
		require.ErrorIs(t, r.err, context.DeadlineExceeded)
		require.Len(t, r.replies, 1)
		require.Empty(t, names(c))
		replies, err := srv.To("nobody").EmitAck(t.Context(), "vote")
		require.NoError(t, err)
		require.Empty(t, replies)
	})
}

func TestClientsAsk(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil)
		srv.OnConnect(func(s *lobby.Socket) error {
			s.On("twice", func(e *lobby.Event) {
				_ = e.Ack(1, "a")
				_ = e.Ack(2)
			})
			s.On("later", func(e *lobby.Event) {
				time.AfterFunc(time.Second, func() { _ = e.Ack() })
			})
			return nil
		})
		c := lobbytest.NewClient(t, srv, codec)
		require.Equal(t, lobbytest.Reply{int64(1), "a"}, c.Call("twice"))
		require.Empty(t, c.Call("later"))
	})
}

func TestHandlersRunInOrderOfArrival(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil)
		var got []int
		srv.OnConnect(func(s *lobby.Socket) error {
			s.On("n", lobby.Typed(func(_ *lobby.Socket, n int) { got = append(got, n) }))
			s.On("end", func(e *lobby.Event) { _ = e.Ack(len(got)) })
			return nil
		})
		c := lobbytest.NewClient(t, srv, codec)
		var want []int
		for i := range 500 {
			want = append(want, i)
			c.Emit("n", i)
		}
		require.Equal(t, int64(500), c.Call("end")[0])
		require.Equal(t, want, got)
	})
}

func TestOnceOffAndAny(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		var log []string
		srv.OnConnect(func(s *lobby.Socket) error {
			s.On("a", func(*lobby.Event) { log = append(log, "first") })
			s.On("a", func(*lobby.Event) { log = append(log, "second") })
			s.Once("b", func(*lobby.Event) { log = append(log, "once") })
			s.OnAny(func(e *lobby.Event) { log = append(log, "any "+e.Name) })
			s.On("off", func(e *lobby.Event) {
				s.Off("a")
				s.OffAny()
			})
			s.On("sync", func(e *lobby.Event) { _ = e.Ack() })
			return nil
		})
		c := lobbytest.NewClient(t, srv, lobbytest.JSON)
		for _, event := range []string{"a", "b", "b", "nobody listens", "off", "a"} {
			c.Emit(event)
		}
		c.Call("sync")
		require.Equal(t, []string{"any a", "first", "second", "any b", "once", "any b", "any nobody listens", "any off"}, log)
	})
}

func TestTypedHandlers(t *testing.T) {
	type chat struct {
		Text string `json:"text"`
	}
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil)
		srv.OnConnect(func(s *lobby.Socket) error {
			s.On("chat", lobby.Typed(func(s *lobby.Socket, c chat) { _ = s.Emit("heard", c) }))
			s.On("double", lobby.Answer(func(_ *lobby.Socket, n int) (int, error) {
				if n < 0 {
					return 0, &lobby.Error{Code: "negative", Message: "give a positive number"}
				}
				return 2 * n, nil
			}))
			return nil
		})
		c := lobbytest.NewClient(t, srv, codec)
		c.Emit("chat", chat{"hi"})
		require.Equal(t, map[string]any{"text": "hi"}, c.Wait("heard").Args[0])
		c.Emit("chat", 5)
		require.Equal(t, "bad_arguments", c.Wait("error").Args[0].(map[string]any)["code"])
		require.Equal(t, lobbytest.Reply{int64(42)}, c.Call("double", 21))
		require.Equal(t, "negative", c.Call("double", -1).Code(t))
		require.Equal(t, "bad_arguments", c.Call("double", "x").Code(t))
	})
}

func TestPanicEndsOnlyItsEvent(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil)
		srv.OnConnect(func(s *lobby.Socket) error {
			s.On("boom", func(*lobby.Event) { panic("secret") })
			s.On("ok", func(e *lobby.Event) { _ = e.Ack(true) })
			return nil
		})
		c := lobbytest.NewClient(t, srv, codec)
		c.Emit("boom")
		reply := c.Call("boom")
		require.Equal(t, "internal", reply.Code(t))
		require.NotContains(t, reply.Map(t)["error"].(map[string]any)["message"], "secret")
		require.Equal(t, lobbytest.Reply{true}, c.Call("ok"))
	})
}

func TestEmittingWhatCannotBeEncodedIsAnError(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		c := lobbytest.NewClient(t, srv, lobbytest.JSON)
		require.ErrorContains(t, srv.Emit("x", make(chan int)), `event "x"`)
		require.Error(t, socketOf(t, srv, c).Emit("x", func() {}))
		require.Empty(t, names(c))
	})
}
