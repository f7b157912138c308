package lobby_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/game"
	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
)

func TestCreatorIsSeatedAndGetsStateAfterTheAck(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		c := lobbytest.NewClient(t, srv, codec)
		j := enter(t, c, "room:create", map[string]any{"game": "probe", "name": " Ada "})
		require.Equal(t, "player", j.You.Role)
		require.Equal(t, "Ada", j.You.Name)
		require.Zero(t, j.You.Seat)
		require.NotEmpty(t, j.You.Token)
		require.Equal(t, 20, j.TickRate)
		require.False(t, j.OnInput)
		require.Equal(t, 1, j.Room.People)
		require.Equal(t, 2, j.Room.Max)
		require.Regexp(t, "^[2-9A-HJKMNP-Z]{5}$", j.Room.ID)
		e := c.Wait("state")
		var meta struct {
			Tick int
			Full bool
		}
		e.Bind(t, 1, &meta)
		require.True(t, meta.Full)
		require.Equal(t, map[string]any{"ticks": int64(meta.Tick), "sums": map[string]any{j.You.ID: int64(0)}}, e.Args[0])
	})
}

func TestTicksComeInOrderWithoutDoubles(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		a := lobbytest.NewClient(t, srv, codec)
		b := lobbytest.NewClient(t, srv, codec)
		room := create(t, a).Room.ID
		time.Sleep(333 * time.Millisecond)
		join(t, b, room, spectator())
		for _, c := range []*lobbytest.Client{a, b} {
			last := -1
			for range 30 {
				var meta struct{ Tick int }
				c.Wait("state").Bind(t, 1, &meta)
				if last >= 0 {
					require.Equal(t, last+1, meta.Tick)
				}
				last = meta.Tick
			}
		}
	})
}

func TestNewcomerGetsTheStateAtOnce(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		k := probeKind(nil)
		k.OnInput = true // no tick comes by itself
		srv := lobbytest.NewServer(t, nil, k)
		a := lobbytest.NewClient(t, srv, codec)
		room := create(t, a).Room.ID
		time.Sleep(time.Minute)
		b := lobbytest.NewClient(t, srv, codec)
		join(t, b, room, spectator())
		settle()
		require.Equal(t, "state", b.Events()[0].Name)
	})
}

func TestInputChangesTheStateForEverybody(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		a, b, c := trio(t, srv, codec)
		j := create(t, a)
		join(t, b, j.Room.ID)
		join(t, c, j.Room.ID, spectator())
		a.Emit("input", 1, map[string]any{"n": 7})
		require.Equal(t, true, a.Call("input", 2, map[string]any{"n": 5}).Map(t)["ok"])
		time.Sleep(time.Second)
		for _, client := range []*lobbytest.Client{a, b, c} {
			settle()
			events := client.Events()
			last := events[len(events)-1]
			require.Equal(t, int64(12), last.Args[0].(map[string]any)["sums"].(map[string]any)[j.You.ID])
			acks := last.Args[1].(map[string]any)["acks"]
			if _, shared := acks.([]any); shared { // the compact frame
				require.Equal(t, []any{[]any{int64(0), int64(2)}}, acks)
			} else {
				require.Equal(t, map[string]any{j.You.ID: int64(2)}, acks)
			}
		}
	})
}

func TestAllCodecsSeeTheSameEvents(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil, probeKind(func(g *probe) {
			g.update = func(tick *game.Tick[probeInput]) error {
				if tick.Number%10 == 0 {
					tick.Emit("tenth", int(tick.Number), []byte{1, 2})
				}
				return nil
			}
		}))
		srv.OnConnect(func(s *lobby.Socket) error {
			s.On("chat", lobby.Typed(func(s *lobby.Socket, text string) {
				_ = srv.To(s.Room()).Emit("chat", string(s.Player()), text)
			}))
			return nil
		})
		a, b, c := trio(t, srv, lobbytest.JSON)
		room := create(t, a).Room.ID
		join(t, b, room, spectator())
		join(t, c, room, spectator())
		flush(a, b, c)
		a.Emit("chat", "hello")
		time.Sleep(2 * time.Second)
		settle()
		type seen struct {
			Name string
			Args []any
		}
		list := func(client *lobbytest.Client) (all []seen) {
			for _, e := range client.Events() {
				if e.Name == "state" {
					delete(e.Args[1].(map[string]any), "acks") // [[seat, seq]] and {id: seq}
				}
				all = append(all, seen{e.Name, e.Args})
			}
			return all
		}
		want := list(a)
		require.Greater(t, len(want), 40)
		require.Equal(t, want, list(b))
		require.Equal(t, want, list(c))
	})
}

func TestEventForOnePlayerReachesNobodyElse(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		var first *game.Player
		srv := lobbytest.NewServer(t, nil, probeKind(func(g *probe) {
			g.join = func(p *game.Player) error {
				if first == nil {
					first = p
				}
				return nil
			}
			g.update = func(tick *game.Tick[probeInput]) error {
				tick.EmitTo(first, "secret", tick.Number)
				return nil
			}
		}))
		a, b, c := trio(t, srv, lobbytest.JSON)
		room := create(t, a).Room.ID
		join(t, b, room)
		join(t, c, room, spectator())
		a.Wait("secret")
		require.NotContains(t, names(b), "secret")
		require.NotContains(t, names(c), "secret")
	})
}

func TestRoomIsASocketIORoom(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		a, b, c := trio(t, srv, codec)
		j := create(t, a)
		join(t, b, j.Room.ID, spectator())
		require.Len(t, srv.To(j.Room.ID).Sockets(), 2)
		require.Equal(t, j.Room.ID, socketOf(t, srv, a).Room())
		require.EqualValues(t, j.You.ID, socketOf(t, srv, a).Player())
		require.Empty(t, socketOf(t, srv, b).Player())
		require.Empty(t, socketOf(t, srv, c).Room())
		require.NoError(t, srv.To(j.Room.ID).Emit("hello"))
		a.Wait("hello")
		b.Wait("hello")
		require.Empty(t, names(c))
	})
}

func TestLeaverHearsNothingMore(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		a := lobbytest.NewClient(t, srv, codec)
		b := lobbytest.NewClient(t, srv, codec)
		room := create(t, a).Room.ID
		join(t, b, room)
		require.Empty(t, a.Call("room:leave", map[string]any{}).Code(t))
		names(a)
		time.Sleep(time.Second)
		require.Empty(t, names(a))
		require.Empty(t, socketOf(t, srv, a).Room())
		require.Equal(t, "not_in_room", a.Call("room:leave").Code(t))
		require.Equal(t, 1, srv.Room(room).Info().People)
	})
}

func TestMembersAreToldOfChanges(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		a, b, c := trio(t, srv, lobbytest.JSON)
		room := create(t, a).Room.ID
		names(a)
		join(t, b, room, named("Bo"))
		join(t, c, room, spectator())
		time.Sleep(time.Second)
		settle()
		updates := 0
		var info struct {
			People, Spectators int
			Players            []struct{ Name string }
		}
		for _, e := range a.Events() {
			if e.Name == "room:update" {
				e.Bind(t, 0, &info)
				updates++
			}
		}
		require.Equal(t, 3, info.People)
		require.Equal(t, 1, info.Spectators)
		require.Len(t, info.Players, 2)
		require.Equal(t, "Bo", info.Players[1].Name)
		require.LessOrEqual(t, updates, 2)
		time.Sleep(time.Second)
		require.NotContains(t, names(a), "room:update", "nothing has changed")
	})
}

func TestUpdatesAreCoalesced(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		a := lobbytest.NewClient(t, srv, lobbytest.JSON)
		b := lobbytest.NewClient(t, srv, lobbytest.JSON)
		room := create(t, a).Room.ID
		names(a)
		start := time.Now()
		for range 25 {
			join(t, b, room)
			b.Call("room:leave")
			time.Sleep(20 * time.Millisecond)
		}
		took := time.Since(start)
		updates := strings.Count(strings.Join(names(a), " "), "room:update")
		require.LessOrEqual(t, updates, int(took/(100*time.Millisecond))+1)
		require.Positive(t, updates)
	})
}

func TestGameThatEndsTellsItsMembers(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(func(g *probe) {
			g.update = func(tick *game.Tick[probeInput]) error {
				if tick.Number == 5 {
					tick.Emit("winner", "nobody")
					return game.ErrOver
				}
				return nil
			}
		}))
		a, b, _ := trio(t, srv, codec)
		room := create(t, a).Room.ID
		join(t, b, room, spectator())
		time.Sleep(5 * time.Second)
		settle()
		for _, c := range []*lobbytest.Client{a, b} {
			events := c.Events()
			require.Greater(t, len(events), 2)
			end := events[len(events)-2:]
			require.Equal(t, "winner", end[0].Name)
			require.Equal(t, "room:left", end[1].Name, "nothing comes after it")
			require.Equal(t, "over", end[1].Args[0].(map[string]any)["code"])
			require.Equal(t, room, end[1].Args[0].(map[string]any)["room"])
			require.Empty(t, socketOf(t, srv, c).Room())
		}
		require.Zero(t, srv.RoomCount())
		create(t, b) // life goes on
	})
}

func TestCrashedMatchHurtsNobodyElse(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(func(g *probe) {
			g.update = func(tick *game.Tick[probeInput]) error {
				for _, in := range tick.Inputs() {
					if in.N == 666 {
						panic("secret")
					}
				}
				if g.state.Sums["p1"] == 665 {
					panic("secret")
				}
				return nil
			}
		}))
		a, b, c := trio(t, srv, codec)
		other := create(t, b).Room.ID
		join(t, c, create(t, a).Room.ID, spectator())
		a.Emit("input", 1, map[string]any{"n": 665})
		for _, hurt := range []*lobbytest.Client{a, c} {
			left := hurt.Wait("room:left").Args[0].(map[string]any)
			require.Equal(t, "crashed", left["code"])
			require.NotContains(t, left["message"], "secret")
		}
		names(b)
		b.Wait("state")
		require.Equal(t, 1, srv.RoomCount())
		require.NotNil(t, srv.Room(other))
	})
}

func TestPanicInJoinCrashesTheRoomOnly(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil, probeKind(func(g *probe) {
			g.join = func(p *game.Player) error {
				if p.Name == "boom" {
					panic("secret")
				}
				return nil
			}
		}))
		a := lobbytest.NewClient(t, srv, lobbytest.JSON)
		b := lobbytest.NewClient(t, srv, lobbytest.JSON)
		room := create(t, a).Room.ID
		require.Equal(t, "unknown_room", refused(t, b, room, named("boom")))
		require.Equal(t, "crashed", a.Wait("room:left").Args[0].(map[string]any)["code"])
		create(t, a)
	})
}

func TestEmptyRoomIsKeptForAWhile(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		c := lobbytest.NewClient(t, srv, lobbytest.JSON)
		room := create(t, c).Room.ID
		c.Call("room:leave")
		time.Sleep(9 * time.Second)
		join(t, c, room)
		time.Sleep(time.Minute)
		require.NotNil(t, srv.Room(room))
		c.Call("room:leave")
		time.Sleep(9 * time.Second)
		require.NotNil(t, srv.Room(room))
		time.Sleep(2 * time.Second)
		require.Nil(t, srv.Room(room))
		require.Equal(t, "unknown_room", refused(t, c, room))
	})
}

func TestRoomOfBotsRunsWhileSomebodyWatches(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		k := probeKind(nil)
		k.Bots = 2
		srv := lobbytest.NewServer(t, nil, k)
		c := lobbytest.NewClient(t, srv, lobbytest.JSON)
		j := enter(t, c, "room:quick", map[string]any{"game": "probe", "as": "spectator"})
		require.Equal(t, "spectator", j.You.Role)
		require.Equal(t, -1, j.You.Seat)
		require.Empty(t, j.You.Token)
		require.Len(t, j.Room.Players, 2)
		require.True(t, j.Room.Players[0].Bot)
		require.True(t, j.Room.Running)
		time.Sleep(time.Second)
		settle()
		events := c.Events()
		require.Greater(t, events[len(events)-1].Args[0].(map[string]any)["ticks"], int64(15))
		c.Call("room:leave")
		before := srv.Room(j.Room.ID).Info()
		require.False(t, before.Running)
		player := enter(t, c, "room:join", map[string]any{"room": j.Room.ID})
		require.Len(t, player.Room.Players, 2, "a bot has made room")
	})
}

func TestPrivateRoomNeedsItsKey(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		a, b, c := trio(t, srv, codec)
		j := enter(t, a, "room:create", map[string]any{"game": "probe", "private": true})
		require.True(t, j.Room.Private)
		require.Len(t, j.Key, 10)
		require.Equal(t, "bad_key", refused(t, b, j.Room.ID))
		require.Equal(t, "bad_key", refused(t, b, j.Room.ID, map[string]any{"key": "0123456789"}))
		join(t, b, j.Room.ID, map[string]any{"key": j.Key})
		require.Empty(t, c.Call("room:list", map[string]any{}).Map(t)["rooms"])
		require.NotEqual(t, j.Room.ID, enter(t, c, "room:quick", map[string]any{"game": "probe"}).Room.ID)
	})
}

func TestQuickFillsRoomsThenOpensNewOnes(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		quick := map[string]any{"game": "probe"}
		rooms := map[string]int{}
		for range 6 {
			c := lobbytest.NewClient(t, srv, lobbytest.JSON)
			rooms[enter(t, c, "room:quick", quick).Room.ID]++
		}
		require.Len(t, rooms, 3)
		for room, people := range rooms {
			require.Equal(t, 2, people, room)
		}
		watcher := lobbytest.NewClient(t, srv, lobbytest.JSON)
		j := enter(t, watcher, "room:quick", map[string]any{"game": "probe", "as": "spectator"})
		require.Contains(t, rooms, j.Room.ID)
	})
}

func TestQuickGoesToTheFullestRoom(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		k := probeKind(nil)
		k.MaxPlayers = 3
		srv := lobbytest.NewServer(t, nil, k)
		var clients []*lobbytest.Client
		for range 6 {
			clients = append(clients, lobbytest.NewClient(t, srv, lobbytest.JSON))
		}
		watched := create(t, clients[0]).Room.ID
		join(t, clients[1], watched, spectator())
		join(t, clients[2], watched, spectator())
		fullest := create(t, clients[3]).Room.ID
		join(t, clients[4], fullest)
		require.Equal(t, fullest, enter(t, clients[5], "room:quick", map[string]any{"game": "probe"}).Room.ID)
	})
}

func TestEndedByTheServer(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		c := lobbytest.NewClient(t, srv, lobbytest.JSON)
		room := srv.Room(create(t, c).Room.ID)
		require.Equal(t, "probe", room.Kind().Name)
		room.End("the referee says so")
		left := c.Wait("room:left").Args[0].(map[string]any)
		require.Equal(t, map[string]any{"room": room.ID(), "code": "ended", "message": "the referee says so"}, left)
		require.Zero(t, srv.RoomCount())
	})
}

func TestTurnBasedStateReachesASlowClientWithoutAnotherTick(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		k := probeKind(nil)
		k.OnInput = true
		srv := lobbytest.NewServer(t, nil, k)
		a := lobbytest.NewClient(t, srv, codec)
		b := lobbytest.NewClient(t, srv, codec)
		j := create(t, a)
		join(t, b, j.Room.ID, spectator())
		time.Sleep(time.Second)
		names(b)
		b.Pause()
		for range 2 {
			require.NoError(t, srv.To(b.ID()).Emit("stuck", strings.Repeat("x", 20<<10)))
		}
		for i := range 5 {
			a.Call("input", i+1, map[string]any{"n": 1})
		}
		time.Sleep(5 * time.Second)
		b.Resume()
		time.Sleep(time.Second)
		settle()
		events := b.Events()
		last := events[len(events)-1]
		require.Equal(t, "state", last.Name)
		require.Equal(t, int64(5), last.Args[0].(map[string]any)["sums"].(map[string]any)[j.You.ID])
		require.Len(t, events, 3, "the frames in between are skipped")
	})
}

func TestNewcomerHearsTheNewsOfItsOwnComing(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		room := create(t, lobbytest.NewClient(t, srv, codec)).Room.ID
		for range 10 {
			time.Sleep(time.Second) // the next update is due at once
			b := lobbytest.NewClient(t, srv, codec)
			join(t, b, room, spectator())
			time.Sleep(time.Second)
			require.Contains(t, names(b), "room:update")
		}
	})
}
