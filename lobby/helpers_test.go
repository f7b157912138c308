package lobby_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/game"
	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
)

// probe is a game that adds up what each player sends.
type probe struct {
	state  probeState
	join   func(p *game.Player) error
	update func(t *game.Tick[probeInput]) error
}

type probeState struct {
	Ticks int            `msgpack:"ticks"`
	Sums  map[string]int `msgpack:"sums"`
}

type probeInput struct {
	N int     `msgpack:"n"`
	F float64 `msgpack:"f"`
}

func (g *probe) Join(p *game.Player) error {
	if g.join != nil {
		if err := g.join(p); err != nil {
			return err
		}
	}
	g.state.Sums[string(p.ID)] = 0
	return nil
}

func (g *probe) Leave(p *game.Player) { delete(g.state.Sums, string(p.ID)) }

func (g *probe) Update(t *game.Tick[probeInput]) error {
	g.state.Ticks++
	for p, in := range t.Inputs() {
		g.state.Sums[string(p.ID)] += in.N
	}
	if g.update != nil {
		return g.update(t)
	}
	return nil
}

func (g *probe) Bot(*game.Player, *rand.Rand) probeInput { return probeInput{N: 1} }

func (g *probe) State() *probeState { return &g.state }

// probeKind defines the game, with two seats; hook sets up each match.
func probeKind(hook func(*probe)) *game.Kind {
	k := game.Define("probe", func() *probe {
		g := &probe{state: probeState{Sums: map[string]int{}}}
		if hook != nil {
			hook(g)
		}
		return g
	})
	k.MaxPlayers = 2
	return k
}

var errNotToday = errors.New("not today")

// inBubble runs a test in virtual time.
func inBubble(t *testing.T, f func(t *testing.T)) { synctest.Test(t, f) }

// inEachCodec runs a test in virtual time, once for each codec.
func inEachCodec(t *testing.T, f func(t *testing.T, codec lobbytest.Codec)) {
	for _, codec := range lobbytest.Codecs {
		t.Run(codec.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { f(t, codec) })
		})
	}
}

// settle lets everything happen that is under way: connect handlers run a moment after the client is connected.
func settle() {
	time.Sleep(5 * time.Millisecond)
	synctest.Wait()
}

// socketOf returns the server's side of a client in the main namespace, its connect handlers run.
func socketOf(t *testing.T, srv *lobby.Server, c *lobbytest.Client) *lobby.Socket {
	t.Helper()
	settle()
	sockets := srv.To(c.ID()).Sockets()
	require.Len(t, sockets, 1)
	return sockets[0]
}

// names lists the events that have come to a client, once everything has settled.
func names(c *lobbytest.Client) []string {
	settle()
	list := []string{}
	for _, e := range c.Events() {
		list = append(list, e.Name)
	}
	return list
}

// flush forgets the events that have come to the clients so far, at one moment.
func flush(clients ...*lobbytest.Client) {
	settle()
	for _, c := range clients {
		c.Events()
	}
}

// joined is what the tests look at in the ack of a join.
type joined struct {
	OK   bool
	Room struct {
		ID, Game                string
		Private, Running        bool
		People, Spectators, Max int
		Players                 []struct {
			ID, Name  string
			Seat      int
			Bot, Away bool
		}
	}
	You struct {
		ID, Name, Role, Token string
		Seat                  int
		Resumed               bool
	}
	Key      string
	TickRate int
	OnInput  bool
}

// enter asks to come into a room and requires a yes.
func enter(t *testing.T, c *lobbytest.Client, event string, args map[string]any) joined {
	t.Helper()
	reply := c.Call(event, args)
	require.Empty(t, reply.Code(t), "%v", reply)
	var j joined
	reply.Bind(t, &j)
	return j
}

// create opens a room of the probe game.
func create(t *testing.T, c *lobbytest.Client) joined {
	t.Helper()
	return enter(t, c, "room:create", map[string]any{"game": "probe"})
}

// join joins a room.
func join(t *testing.T, c *lobbytest.Client, room string, more ...map[string]any) joined {
	t.Helper()
	return enter(t, c, "room:join", merged(room, more))
}

// refused tries to join a room and returns the error's code.
func refused(t *testing.T, c *lobbytest.Client, room string, more ...map[string]any) string {
	t.Helper()
	return c.Call("room:join", merged(room, more)).Code(t)
}

func merged(room string, more []map[string]any) map[string]any {
	args := map[string]any{"room": room}
	for _, m := range more {
		for k, v := range m {
			args[k] = v
		}
	}
	return args
}

func spectator() map[string]any        { return map[string]any{"as": "spectator"} }
func token(t string) map[string]any    { return map[string]any{"token": t} }
func named(name string) map[string]any { return map[string]any{"name": name} }
