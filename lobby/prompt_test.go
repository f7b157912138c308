package lobby_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/game"
	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
)

// What a client is answered to its inputs does not depend on what reads them: a goroutine of the connection's own, as
// over memory, or a poller that many share, as over TCP. Nor does it depend on whether somebody watches the packets.
func TestInputsAreAnsweredAlikeByPollersAndGoroutines(t *testing.T) {
	for _, codec := range []lobbytest.Codec{lobbytest.JSON, lobbytest.Msgpack, lobbytest.Compact} {
		want := inputAnswers(t, lobbytest.Config{Codec: codec}, false)
		require.Equal(t, []string{
			"not_in_room", "", "bad_input", "old_input", "bad_arguments", "bad_arguments", "",
			"bad_input of input", "", "no_seat", "too_many of ",
		}, want)
		require.Equal(t, want, inputAnswers(t, lobbytest.Config{Codec: codec, TCP: true}, false), "over TCP")
		require.Equal(t, want, inputAnswers(t, lobbytest.Config{Codec: codec, TCP: true}, true), "over TCP, watched")
	}
}

// inputAnswers returns the codes of the answers to one client's inputs, good, bad, late and too many.
func inputAnswers(t *testing.T, cfg lobbytest.Config, watched bool) (codes []string) {
	t.Helper()
	kind := game.Define("counter", newCounter)
	kind.OnInput = true
	srv := lobbytest.NewServer(t, &lobby.Options{RateLimit: 60}, kind)
	srv.OnConnect(func(s *lobby.Socket) error {
		if watched {
			s.OnAny(func(*lobby.Event) {})
		}
		return nil
	})
	c := lobbytest.Connect(t, srv, cfg)
	call := func(event string, args ...any) {
		codes = append(codes, c.Call(event, args...).Code(t))
	}
	told := func() {
		e := c.Wait("error").Args[0].(map[string]any)
		codes = append(codes, e["code"].(string)+" of "+e["event"].(string))
	}
	add := map[string]any{"add": 1}
	call("input", 1, add)
	room := enter(t, c, "room:create", map[string]any{"game": "counter"}).Room.ID
	call("input", 1, add)
	call("input", 2, "text")
	call("input", 1, add)
	call("input", -1, add)
	call("input", 3)
	call("input", 3, add, 1, -20)
	c.Emit("input", 4, "text")
	told()
	c.Emit("input", 3, add) // late: nobody is told
	call("room:ping", map[string]any{"tick": 1})
	enter(t, c, "room:join", map[string]any{"room": room, "as": "spectator"})
	call("input", 5, add)
	for range 200 {
		c.Emit("room:ping", map[string]any{})
	}
	told()
	<-c.Closed()
	return codes
}
