package lobby_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"time"

	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
)

// A client whose connection broke goes on with its id, its rooms and what it missed. The official clients do their part
// by themselves; here the test client does it by hand.
func ExampleRecovery() {
	t := &exampleT{}
	defer t.end()
	srv := lobbytest.NewServer(t, &lobby.Options{Recovery: &lobby.Recovery{MaxDuration: time.Minute}})
	srv.OnConnect(func(s *lobby.Socket) error {
		if !s.Recovered() {
			s.Join("news")
		}
		return s.Emit("hello")
	})
	c := lobbytest.NewClient(t, srv, lobbytest.JSON)
	offset := c.Wait("hello").Args[0]
	c.Close()
	for len(srv.Sockets()) > 0 {
		time.Sleep(time.Millisecond)
	}
	_ = srv.To("news").Emit("headline", "nine pins down")
	again := lobbytest.Connect(t, srv, lobbytest.Config{Auth: map[string]any{"pid": c.PID(), "offset": offset}})
	fmt.Println(again.ID() == c.ID(), again.Wait("headline").Args[0])
	// Output: true nine pins down
}

func ExampleServer_OfRegexp() {
	t := &exampleT{}
	defer t.end()
	srv := lobbytest.NewServer(t, nil)
	documents := srv.OfRegexp(regexp.MustCompile(`^/document-\d+$`))
	documents.OnConnect(func(s *lobby.Socket) error { return s.Emit("opened", s.Namespace().Name()) })
	c := lobbytest.Connect(t, srv, lobbytest.Config{Namespace: "/document-7"})
	fmt.Println(c.Wait("opened").Args[0], len(documents.Namespaces()))
	// Output: /document-7 1
}

func ExampleServer_OfFunc() {
	t := &exampleT{}
	defer t.end()
	srv := lobbytest.NewServer(t, nil)
	tenants := []string{"/ada", "/bob"}
	srv.OfFunc(func(name string, h lobby.Handshake) bool { return slices.Contains(tenants, name) })
	fmt.Println(lobbytest.Connect(t, srv, lobbytest.Config{Namespace: "/eve"}).Refused()["message"])
	// Output: Invalid namespace
}

func ExampleSocket_Use() {
	t := &exampleT{}
	defer t.end()
	srv := lobbytest.NewServer(t, nil)
	srv.OnConnect(func(s *lobby.Socket) error {
		s.Use(func(e *lobby.Event) error {
			if e.Name == "shutdown" {
				return errors.New("not you")
			}
			return nil
		})
		return nil
	})
	c := lobbytest.NewClient(t, srv, lobbytest.JSON)
	fmt.Println(c.Call("shutdown").Code(t))
	// Output: refused
}

// Catch-all handlers see every event: OnAny those that come, OnAnyOutgoing those that go.
func ExampleSocket_OnAny() {
	t := &exampleT{}
	defer t.end()
	srv := lobbytest.NewServer(t, nil)
	srv.OnConnect(func(s *lobby.Socket) error {
		s.OnAny(func(e *lobby.Event) { fmt.Println("in", e.Name, e.Len()) })
		s.OnAnyOutgoing(func(event string, args []any) { fmt.Println("out", event, args) })
		s.On("ping", func(*lobby.Event) { _ = s.Emit("pong", 1) })
		return nil
	})
	c := lobbytest.NewClient(t, srv, lobbytest.JSON)
	c.Emit("ping", "a", "b")
	c.Wait("pong")
	// Output:
	// in ping 2
	// out pong [1]
}

func ExampleSocket_Join() {
	t := &exampleT{}
	defer t.end()
	srv := lobbytest.NewServer(t, nil)
	c := lobbytest.NewClient(t, srv, lobbytest.JSON)
	s := srv.Sockets()[0]
	s.Join("red", "blue")
	s.Leave("red")
	fmt.Println(slices.Contains(s.Rooms(), "blue"), slices.Contains(s.Rooms(), c.ID()), len(s.Rooms()))
	// Output: true true 2
}

// What is known of a client from when it connected.
func ExampleSocket_Handshake() {
	t := &exampleT{}
	defer t.end()
	srv := lobbytest.NewServer(t, nil)
	lobbytest.Connect(t, srv, lobbytest.Config{Auth: map[string]any{"name": "Ada"}, Query: url.Values{"v": {"2"}}})
	s := srv.Sockets()[0]
	var auth struct {
		Name string `json:"name"`
	}
	if err := s.Handshake().Auth(&auth); err != nil {
		fmt.Println(err)
	}
	s.SetData(auth.Name)
	fmt.Println(s.Data(), s.Handshake().Query.Get("v"), s.Transport())
	// Output: Ada 2 websocket
}

// EmitThen asks without waiting, as handlers must.
func ExampleSocket_EmitThen() {
	t := &exampleT{}
	defer t.end()
	srv := lobbytest.NewServer(t, nil)
	c := lobbytest.NewClient(t, srv, lobbytest.JSON)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	done := make(chan string)
	_ = srv.Sockets()[0].EmitThen(ctx, func(r *lobby.Reply, err error) {
		var answer string
		if err == nil {
			err = r.Bind(&answer)
		}
		done <- fmt.Sprint(answer, " ", err)
	}, "ready?")
	c.Ack(c.Wait("ready?"), "yes")
	fmt.Println(<-done)
	// Output: yes <nil>
}

// Everyone is asked; those who do not answer in time are missing, and the error says so.
func ExampleTarget_EmitAck() {
	t := &exampleT{}
	defer t.end()
	srv := lobbytest.NewServer(t, nil)
	c := lobbytest.NewClient(t, srv, lobbytest.JSON)
	lobbytest.NewClient(t, srv, lobbytest.JSON) // does not answer
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	go func() { c.Ack(c.Wait("vote"), "aye") }()
	replies, err := srv.Volatile().EmitAck(ctx, "vote")
	fmt.Println(len(replies), errors.Is(err, context.DeadlineExceeded))
	// Output: 1 true
}

// A whole audience can be moved, and sent away.
func ExampleTarget_Join() {
	t := &exampleT{}
	defer t.end()
	srv := lobbytest.NewServer(t, nil)
	a, b := lobbytest.NewClient(t, srv, lobbytest.JSON), lobbytest.NewClient(t, srv, lobbytest.JSON)
	srv.In(a.ID(), b.ID()).Join("team")
	srv.In(b.ID()).Leave("team")
	fmt.Println(len(srv.In("team").Sockets()))
	srv.In("team").Disconnect(false)
	a.WaitDisconnected()
	fmt.Println(len(srv.Sockets()))
	// Output:
	// 1
	// 1
}

func ExampleSocket_OnDisconnect() {
	t := &exampleT{}
	defer t.end()
	srv := lobbytest.NewServer(t, nil)
	c := lobbytest.NewClient(t, srv, lobbytest.JSON)
	s, gone := srv.Sockets()[0], make(chan error)
	s.OnDisconnecting(func(error) { fmt.Println("still in", len(s.Rooms())) })
	s.OnDisconnect(func(reason error) { gone <- reason })
	c.Disconnect()
	reason := <-gone
	fmt.Println(reason, errors.Is(reason, lobby.ErrClientDisconnect))
	// Output:
	// still in 1
	// client namespace disconnect true
}
