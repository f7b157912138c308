package lobby_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"testing"
	"time"

	"ninepin/game"
	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
)

// exampleT is a testing.TB for examples. end runs what a test would run at its end.
type exampleT struct {
	testing.TB
	cleanups []func()
}

func (t *exampleT) Helper()                        {}
func (t *exampleT) Cleanup(f func())               { t.cleanups = append(t.cleanups, f) }
func (t *exampleT) Errorf(format string, a ...any) { fmt.Printf(format, a...) }
func (t *exampleT) FailNow()                       { panic("the example failed") }
func (t *exampleT) end() {
	for i := len(t.cleanups) - 1; i >= 0; i-- {
		t.cleanups[i]()
	}
}

// A Socket.IO server without games, as it is mounted beside a page.
func Example() {
	srv := lobby.New(nil)
	srv.OnConnect(func(s *lobby.Socket) error {
		s.On("chat", func(e *lobby.Event) {
			var text string
			if err := e.Bind(&text); err != nil {
				e.Fail(err)
				return
			}
			_ = s.Broadcast().Emit("chat", s.ID(), text)
		})
		return nil
	})
	mux := http.NewServeMux()
	mux.Handle(lobby.Path, srv)
	mux.Handle("/", http.FileServer(http.Dir("public")))
	web := &http.Server{Addr: ":8080", Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	// log.Fatal(web.ListenAndServe())
	fmt.Println(web.Addr)
	// Output: :8080
}

func ExampleTyped() {
	t := &exampleT{}
	defer t.end()
	srv := lobbytest.NewServer(t, nil)
	type stroke struct {
		From, To [2]float64
	}
	srv.OnConnect(func(s *lobby.Socket) error {
		s.On("draw", lobby.Typed(func(s *lobby.Socket, line stroke) {
			fmt.Println("from", line.From, "to", line.To)
			_ = s.Emit("drawn")
		}))
		return nil
	})
	c := lobbytest.NewClient(t, srv, lobbytest.JSON)
	c.Emit("draw", map[string]any{"From": []float64{0, 1}, "To": []float64{2.5, 3}})
	c.Wait("drawn")
	// Output: from [0 1] to [2.5 3]
}

func ExampleAnswer() {
	t := &exampleT{}
	defer t.end()
	srv := lobbytest.NewServer(t, nil)
	srv.OnConnect(func(s *lobby.Socket) error {
		s.On("half", lobby.Answer(func(_ *lobby.Socket, n int) (int, error) {
			if n%2 != 0 {
				return 0, &lobby.Error{Code: "odd", Message: "give an even number"}
			}
			return n / 2, nil
		}))
		return nil
	})
	c := lobbytest.NewClient(t, srv, lobbytest.Msgpack)
	fmt.Println(c.Call("half", 8)[0])
	fmt.Println(c.Call("half", 3).Code(t))
	// Output:
	// 4
	// odd
}

func ExampleSocket_To() {
	t := &exampleT{}
	defer t.end()
	srv := lobbytest.NewServer(t, nil)
	srv.OnConnect(func(s *lobby.Socket) error {
		s.Join("kitchen")
		s.On("smell", func(*lobby.Event) {
			_ = s.To("kitchen").Emit("mmh") // not to s itself
		})
		return nil
	})
	cook := lobbytest.NewClient(t, srv, lobbytest.JSON)
	guest := lobbytest.NewClient(t, srv, lobbytest.Compact)
	for len(srv.To("kitchen").Sockets()) < 2 {
		time.Sleep(time.Millisecond)
	}
	cook.Emit("smell")
	fmt.Println(guest.Wait("mmh").Name, len(cook.Events()))
	// Output: mmh 0
}

func ExampleSocket_EmitAck() {
	t := &exampleT{}
	defer t.end()
	srv := lobbytest.NewServer(t, nil)
	c := lobbytest.NewClient(t, srv, lobbytest.JSON)
	go func() { c.Ack(c.Wait("question"), 42) }()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	reply, err := srv.Sockets()[0].EmitAck(ctx, "question", "six times seven?")
	if err != nil {
		log.Fatal(err)
	}
	var n int
	_ = reply.Bind(&n)
	fmt.Println(n)
	// Output: 42
}

func ExampleTarget() {
	t := &exampleT{}
	defer t.end()
	srv := lobbytest.NewServer(t, nil)
	red := lobbytest.NewClient(t, srv, lobbytest.JSON)
	blue := lobbytest.NewClient(t, srv, lobbytest.Msgpack)
	srv.To(red.ID()).Join("red")
	notRed := srv.Except("red") // a value: keep it, share it, narrow it
	_ = notRed.Emit("hello")
	_ = notRed.Volatile().Emit("weather", "fine")
	fmt.Println(blue.Next().Name, blue.Next().Name, len(red.Events()))
	// Output: hello weather 0
}

func ExampleNamespace_Use() {
	t := &exampleT{}
	defer t.end()
	srv := lobbytest.NewServer(t, nil)
	srv.Of("/staff").Use(func(s *lobby.Socket) error {
		var auth struct {
			Token string `json:"token"`
		}
		if err := s.Handshake().Auth(&auth); err != nil || auth.Token != "secret" {
			return errors.New("staff only")
		}
		return nil
	})
	stranger := lobbytest.Connect(t, srv, lobbytest.Config{Namespace: "/staff"})
	fmt.Println(stranger.Refused()["message"])
	// Output: staff only
}

// tally is a whole game: everybody may add to one number, and ten ends it.
type tally struct{ state tallyState }

type tallyState struct {
	Sum int `msgpack:"sum"`
}

type tallyInput struct {
	Add int `msgpack:"add"`
}

func (g *tally) Join(*game.Player) error { return nil }
func (g *tally) Leave(*game.Player)      {}
func (g *tally) State() *tallyState      { return &g.state }
func (g *tally) Update(t *game.Tick[tallyInput]) error {
	for _, in := range t.Inputs() {
		g.state.Sum += in.Add
	}
	if g.state.Sum >= 10 {
		return game.ErrOver
	}
	return nil
}

func ExampleServer_Handle() {
	t := &exampleT{}
	defer t.end()
	kind := game.Define("tally", func() *tally { return &tally{} })
	kind.OnInput = true
	srv := lobbytest.NewServer(t, nil)
	srv.Handle(kind)

	c := lobbytest.NewClient(t, srv, lobbytest.Compact) // or socket.io-client, in any language
	c.Call("room:quick", map[string]any{"game": "tally", "name": "Ada"})
	c.Emit("input", 1, map[string]any{"add": 10})
	fmt.Println(c.Wait("room:left").Args[0].(map[string]any)["code"])
	// Output: over
}
