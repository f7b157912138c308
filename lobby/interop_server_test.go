package lobby_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/lobby"
)

// control is the server of .ci/interop/server.mjs in Go: the same control events, the same answers.
type control struct {
	t       *testing.T
	srv     *lobby.Server
	closing atomic.Bool
	closed  chan struct{} // Shutdown has returned
	asking  sync.WaitGroup

	// Guarded by mu.
	mu      sync.Mutex
	reasons []string // of the sockets that ended while the server closed
}

func newControl(t *testing.T, srv *lobby.Server) *control {
	c := &control{t: t, srv: srv, closed: make(chan struct{})}
	srv.OnConnect(c.connect)
	office := srv.Of("/admin")
	office.Use(admit)
	office.OnConnect(c.connectToOffice)
	return c
}

// arguments decodes all arguments of an event, whatever they are.
func arguments(e *lobby.Event) ([]any, error) {
	args := make([]any, e.Len())
	dst := make([]any, e.Len())
	for i := range args {
		dst[i] = &args[i]
	}
	return args, e.Bind(dst...)
}

func (c *control) check(err error) {
	if err != nil {
		c.t.Error(err)
	}
}

func (c *control) connect(s *lobby.Socket) error {
	var auth any
	if err := s.Handshake().Auth(&auth); err != nil {
		return err
	}
	c.check(s.Emit("welcome", auth))
	c.plain(s)
	c.emits(s)
	c.memberships(s)
	s.On("socket.emit.ack", c.question)
	s.On("io.to.emit.ack", func(e *lobby.Event) { c.asking.Go(func() { c.poll(e) }) }) // the asker is asked too
	s.On("socket.disconnect", func(e *lobby.Event) {
		var all bool
		c.check(e.Bind(&all))
		s.Disconnect(all)
	})
	s.On("io.close", func(*lobby.Event) {
		c.closing.Store(true)
		go func() {
			defer close(c.closed)
			ctx, cancel := context.WithTimeout(context.Background(), interopDeadline)
			defer cancel()
			c.check(c.srv.Shutdown(ctx))
		}()
	})
	s.OnDisconnecting(func(reason error) {
		c.check(s.To("watchers").Emit("leaving", s.ID(), reason.Error(), len(s.Rooms())))
	})
	s.OnDisconnect(func(reason error) {
		if c.closing.Load() {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.reasons = append(c.reasons, reason.Error())
			return
		}
		c.check(c.srv.Emit("gone", s.ID(), reason.Error(), len(s.Rooms())))
	})
	return nil
}

// plain registers what a socket may ask of itself.
func (c *control) plain(s *lobby.Socket) {
	var collected []int
	s.On("fence", func(e *lobby.Event) { c.check(e.Ack()) })
	s.On("silence", func(*lobby.Event) {})
	s.On("echo", func(e *lobby.Event) {
		args, err := arguments(e)
		c.check(errors.Join(err, s.Emit("echo", args...)))
	})
	s.On("ack", func(e *lobby.Event) {
		args, err := arguments(e)
		c.check(errors.Join(err, e.Ack(args...)))
	})
	s.On("ack.twice", func(e *lobby.Event) { c.check(errors.Join(e.Ack(1), e.Ack(2))) })
	s.On("collect", func(e *lobby.Event) {
		var n int
		c.check(e.Bind(&n))
		collected = append(collected, n)
	})
	s.On("collected", func(e *lobby.Event) { c.check(e.Ack(collected)) })
	s.On("handshake.query", func(e *lobby.Event) {
		var key string
		c.check(e.Bind(&key))
		if query := s.Handshake().Query; query.Has(key) {
			c.check(e.Ack(query.Get(key)))
			return
		}
		c.check(e.Ack(nil))
	})
	s.On("socket.emit.many", func(e *lobby.Event) {
		var n int
		c.check(e.Bind(&n))
		var err error
		for i := 0; i < n && err == nil; i++ {
			err = s.Emit("many", i)
		}
		c.check(errors.Join(err, e.Ack()))
	})
}

// emits registers the calls that send to an audience. Each takes the audience's own arguments, then the event's.
func (c *control) emits(s *lobby.Socket) {
	const none = 0
	on := func(name string, own int, target func(rooms ...[]string) lobby.Target) {
		s.On(name, func(e *lobby.Event) {
			args, err := arguments(e)
			c.check(err)
			var rooms [][]string
			for _, arg := range args[:own] {
				rooms = append(rooms, texts(arg))
			}
			c.check(target(rooms...).Emit(args[own].(string), args[own+1:]...))
			c.check(e.Ack())
		})
	}
	on("socket.emit", none, func(...[]string) lobby.Target { return c.srv.To(s.ID()) })
	on("socket.volatile.emit", none, func(...[]string) lobby.Target { return c.srv.To(s.ID()).Volatile() })
	on("socket.broadcast.emit", none, func(...[]string) lobby.Target { return s.Broadcast() })
	on("socket.to.emit", 1, func(r ...[]string) lobby.Target { return s.To(r[0]...) })
	on("socket.to.to.emit", 2, func(r ...[]string) lobby.Target { return s.To(r[0]...).To(r[1]...) })
	on("socket.to.except.emit", 2, func(r ...[]string) lobby.Target { return s.To(r[0]...).Except(r[1]...) })
	on("io.to.emit", 1, func(r ...[]string) lobby.Target { return c.srv.To(r[0]...) })
	on("io.except.emit", 1, func(r ...[]string) lobby.Target { return c.srv.Except(r[0]...) })
	on("io.to.except.emit", 2, func(r ...[]string) lobby.Target { return c.srv.To(r[0]...).Except(r[1]...) })
	on("io.local.emit", none, func(...[]string) lobby.Target { return c.srv.Local() })
	on("io.of.to.emit", 2, func(r ...[]string) lobby.Target { return c.srv.Of(r[0][0]).To(r[1]...) })
	s.On("io.emit", func(e *lobby.Event) {
		args, err := arguments(e)
		c.check(errors.Join(err, c.srv.Emit(args[0].(string), args[1:]...), e.Ack()))
	})
	s.On("io.of.emit", func(e *lobby.Event) {
		args, err := arguments(e)
		c.check(errors.Join(err, c.srv.Of(args[0].(string)).Emit(args[1].(string), args[2:]...), e.Ack()))
	})
}

// texts makes room names of an argument: one, or a list.
func texts(arg any) []string {
	list, several := arg.([]any)
	if !several {
		return []string{arg.(string)}
	}
	var all []string
	for _, item := range list {
		all = append(all, item.(string))
	}
	return all
}

func (c *control) memberships(s *lobby.Socket) {
	s.On("socket.join", func(e *lobby.Event) {
		var rooms []string
		c.check(e.Bind(&rooms))
		s.Join(rooms...)
		c.check(e.Ack())
	})
	s.On("socket.leave", func(e *lobby.Event) {
		var rooms []string
		c.check(e.Bind(&rooms))
		s.Leave(rooms...)
		c.check(e.Ack())
	})
	s.On("io.in.socketsJoin", func(e *lobby.Event) {
		var room string
		var rooms []string
		c.check(e.Bind(&room, &rooms))
		c.srv.In(room).Join(rooms...)
		c.check(e.Ack())
	})
	s.On("io.in.socketsLeave", func(e *lobby.Event) {
		var room string
		var rooms []string
		c.check(e.Bind(&room, &rooms))
		c.srv.In(room).Leave(rooms...)
		c.check(e.Ack())
	})
	s.On("io.in.disconnectSockets", func(e *lobby.Event) {
		var room string
		var all bool
		c.check(e.Bind(&room, &all))
		c.srv.In(room).Disconnect(all)
		c.check(e.Ack())
	})
	s.On("io.in.fetchSockets", func(e *lobby.Event) {
		var room string
		c.check(e.Bind(&room))
		ids := []string{}
		for _, member := range c.srv.In(room).Sockets() {
			ids = append(ids, member.ID())
		}
		c.check(e.Ack(ids))
	})
	s.On("socket.rooms", func(e *lobby.Event) { c.check(e.Ack(s.Rooms())) })
}

// question asks the sender back and tells what it answered.
func (c *control) question(e *lobby.Event) {
	args, err := arguments(e)
	c.check(err)
	var ms int
	c.check(e.Bind(&ms))
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(ms)*time.Millisecond)
	err = e.Socket().EmitThen(ctx, func(r *lobby.Reply, err error) {
		defer cancel()
		if err != nil {
			c.check(e.Ack("timeout", []any{}))
			return
		}
		answer := make([]any, r.Len())
		dst := make([]any, r.Len())
		for i := range answer {
			dst[i] = &answer[i]
		}
		c.check(errors.Join(r.Bind(dst...), e.Ack("answered", answer)))
	}, args[1].(string), args[2:]...)
	c.check(err)
}

// poll asks everyone in some rooms and tells what they answered.
func (c *control) poll(e *lobby.Event) {
	var rooms []string
	var ms int
	var event string
	var n any
	c.check(e.Bind(&rooms, &ms, &event, &n))
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(ms)*time.Millisecond)
	defer cancel()
	replies, err := c.srv.To(rooms...).EmitAck(ctx, event, n)
	answers := []any{}
	for _, r := range replies {
		var answer any
		c.check(r.Bind(&answer))
		answers = append(answers, answer)
	}
	if err != nil {
		c.check(e.Ack("some are missing", answers))
		return
	}
	c.check(e.Ack("all answered", answers))
}

func admit(s *lobby.Socket) error {
	var auth struct {
		Token string `msgpack:"token"`
	}
	if err := s.Handshake().Auth(&auth); err != nil {
		return err
	}
	if auth.Token != "secret" {
		return &lobby.ConnectError{Message: "not authorised", Data: map[string]any{"code": 401, "retry": false}}
	}
	return nil
}

func (c *control) connectToOffice(s *lobby.Socket) error {
	c.check(s.Emit("welcome", "to the office"))
	s.On("fence", func(e *lobby.Event) { c.check(e.Ack()) })
	c.memberships(s)
	s.On("socket.broadcast.emit", func(e *lobby.Event) {
		args, err := arguments(e)
		c.check(errors.Join(err, s.Broadcast().Emit(args[0].(string), args[1:]...), e.Ack()))
	})
	s.OnDisconnect(func(reason error) {
		if !c.closing.Load() {
			c.check(c.srv.Emit("gone from the office", reason.Error()))
		}
	})
	return nil
}

// end waits for the server to have closed and returns the reasons its sockets were given.
func (c *control) end() []string {
	select {
	case <-c.closed:
	case <-time.After(interopDeadline):
		require.Fail(c.t, "the server did not shut down in time")
	}
	c.asking.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reasons
}
