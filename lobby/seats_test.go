package lobby_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/game"
	"ninepin/lobby/lobbytest"
)

func TestFullRoomRefusesPlayersButNotSpectators(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		a, b, c := trio(t, srv, codec)
		room := create(t, a).Room.ID
		join(t, b, room)
		reply := c.Call("room:join", map[string]any{"room": room})
		require.Equal(t, "room_full", reply.Code(t))
		require.Positive(t, reply.Map(t)["error"].(map[string]any)["retry"])
		join(t, c, room, spectator())
		b.Call("room:leave")
		j := join(t, c, room)
		require.Equal(t, "player", j.You.Role)
		require.Equal(t, 1, j.You.Seat)
	})
}

func TestJoiningTwiceIsRefused(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		a, b, _ := trio(t, srv, codec)
		j := create(t, a)
		join(t, b, j.Room.ID, spectator())
		require.Equal(t, "already_joined", refused(t, a, j.Room.ID))
		require.Equal(t, "already_joined", refused(t, a, j.Room.ID, token(j.You.Token)))
		require.Equal(t, "already_joined", refused(t, b, j.Room.ID, spectator()))
		require.Equal(t, "in_another_room", a.Call("room:create", map[string]any{"game": "probe"}).Code(t))
		require.Equal(t, "in_another_room", a.Call("room:quick", map[string]any{"game": "probe"}).Code(t))
		b.Call("room:leave")
		other := create(t, b).Room.ID
		require.Equal(t, "in_another_room", refused(t, a, other))
		require.Equal(t, 2, srv.RoomCount())
	})
}

func TestRolesCanBeSwitched(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		a, b, _ := trio(t, srv, codec)
		room := enter(t, a, "room:create", map[string]any{"game": "probe", "name": "Ada"}).Room.ID
		join(t, b, room)
		watching := join(t, a, room, spectator())
		require.Equal(t, "spectator", watching.You.Role)
		require.Equal(t, "Ada", watching.You.Name, "it stays")
		require.Equal(t, 1, watching.Room.Spectators)
		require.Len(t, watching.Room.Players, 1)
		require.Equal(t, "no_seat", a.Call("input", 1, map[string]any{"n": 1}).Code(t))
		playing := join(t, a, room, named("Ada II"))
		require.Equal(t, "player", playing.You.Role)
		require.Equal(t, "Ada II", playing.You.Name)
		require.Len(t, playing.Room.Players, 2)
		require.Empty(t, a.Call("input", 1, map[string]any{"n": 1}).Code(t))
		require.Equal(t, 2, playing.Room.People)
	})
}

func TestDroppedSeatIsHeldAndResumed(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		a := lobbytest.NewClient(t, srv, codec)
		b := lobbytest.NewClient(t, srv, codec)
		j := enter(t, a, "room:create", map[string]any{"game": "probe", "name": "Ada"})
		join(t, b, j.Room.ID, spectator())
		a.Emit("input", 5, map[string]any{"n": 3})
		b.Wait("state")
		a.Close()
		time.Sleep(20 * time.Second)
		info := srv.Room(j.Room.ID).Info()
		require.True(t, info.Players[0].Away)
		require.Equal(t, 1, info.People)
		again := lobbytest.NewClient(t, srv, codec)
		r := join(t, again, j.Room.ID, token(j.You.Token))
		require.True(t, r.You.Resumed)
		require.Equal(t, j.You.ID, r.You.ID)
		require.Equal(t, j.You.Seat, r.You.Seat)
		require.Equal(t, "Ada", r.You.Name)
		require.Equal(t, j.You.Token, r.You.Token)
		require.False(t, r.Room.Players[0].Away)
		require.Empty(t, again.Call("input", 1, map[string]any{"n": 4}).Code(t), "a new connection counts from 1")
		time.Sleep(time.Minute)
		settle()
		events := again.Events()
		require.Equal(t, int64(7), events[len(events)-1].Args[0].(map[string]any)["sums"].(map[string]any)[j.You.ID])
	})
}

func TestGraceEndsWithTheSeat(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		a, b, c := trio(t, srv, codec)
		j := create(t, a)
		join(t, b, j.Room.ID)
		a.Close()
		time.Sleep(29 * time.Second)
		require.Equal(t, "room_full", refused(t, c, j.Room.ID))
		time.Sleep(2 * time.Second)
		r := join(t, c, j.Room.ID, token(j.You.Token)) // too late: a plain join
		require.False(t, r.You.Resumed)
		require.NotEqual(t, j.You.ID, r.You.ID)
	})
}

func TestLonelySeatIsHeldLongerThanAnEmptyRoom(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		a := lobbytest.NewClient(t, srv, lobbytest.JSON)
		j := create(t, a)
		a.Close()
		time.Sleep(25 * time.Second)
		b := lobbytest.NewClient(t, srv, lobbytest.JSON)
		require.True(t, join(t, b, j.Room.ID, token(j.You.Token)).You.Resumed)
		b.Close()
		time.Sleep(39 * time.Second)
		require.Equal(t, 1, srv.RoomCount())
		time.Sleep(2 * time.Second)
		require.Zero(t, srv.RoomCount(), "30 s of grace, then 10 s empty")
	})
}

func TestResumeTakesOverAnOlderConnection(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		old := lobbytest.NewClient(t, srv, codec)
		j := create(t, old)
		old.Emit("input", 9, map[string]any{"n": 1})
		fresh := lobbytest.NewClient(t, srv, codec)
		require.True(t, join(t, fresh, j.Room.ID, token(j.You.Token)).You.Resumed)
		left := old.Wait("room:left").Args[0].(map[string]any)
		require.Equal(t, "moved", left["code"])
		names(old)
		time.Sleep(time.Second)
		require.Empty(t, names(old))
		require.Equal(t, "not_in_room", old.Call("input", 10, map[string]any{"n": 1}).Code(t))
		old.Close() // does not take the seat along
		time.Sleep(time.Minute)
		require.Empty(t, fresh.Call("input", 1, map[string]any{"n": 1}).Code(t))
		require.Equal(t, 1, srv.Room(j.Room.ID).Info().People)
	})
}

func TestSpectatorResumesASeatByItsToken(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		a, b, c := trio(t, srv, lobbytest.JSON)
		j := create(t, a)
		join(t, b, j.Room.ID)
		join(t, c, j.Room.ID, spectator())
		a.Close()
		time.Sleep(time.Second)
		r := join(t, c, j.Room.ID, token(j.You.Token))
		require.True(t, r.You.Resumed)
		require.Zero(t, r.Room.Spectators)
	})
}

func TestTokenOpensAPrivateRoom(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		a := lobbytest.NewClient(t, srv, lobbytest.JSON)
		b := lobbytest.NewClient(t, srv, lobbytest.JSON)
		j := enter(t, a, "room:create", map[string]any{"game": "probe", "private": true})
		require.True(t, join(t, b, j.Room.ID, token(j.You.Token)).You.Resumed)
	})
}

func TestWhoIsSentAwayKeepsNoSeat(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		a, b, _ := trio(t, srv, lobbytest.JSON)
		room := create(t, a).Room.ID
		join(t, b, room)
		socketOf(t, srv, a).Disconnect(true)
		require.Len(t, srv.Room(room).Info().Players, 1)
	})
}

func TestNoGraceNoHeldSeat(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		k := probeKind(nil)
		k.Grace = 0
		srv := lobbytest.NewServer(t, nil, k)
		a, b, _ := trio(t, srv, lobbytest.JSON)
		room := create(t, a).Room.ID
		join(t, b, room)
		a.Close()
		settle()
		require.Len(t, srv.Room(room).Info().Players, 1)
	})
}

func TestGameRefusesAPlayerWithItsOwnWords(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(func(g *probe) {
			g.join = func(p *game.Player) error {
				if p.Name != "Ada" {
					return errNotToday
				}
				return nil
			}
		}))
		a := lobbytest.NewClient(t, srv, codec)
		b := lobbytest.NewClient(t, srv, codec)
		require.Equal(t, "refused", a.Call("room:create", map[string]any{"game": "probe"}).Code(t))
		require.Zero(t, srv.RoomCount(), "it is closed again")
		room := enter(t, a, "room:create", map[string]any{"game": "probe", "name": "Ada"}).Room.ID
		reply := b.Call("room:join", map[string]any{"room": room, "name": "Bo"})
		require.Equal(t, "refused", reply.Code(t))
		require.Equal(t, "not today", reply.Map(t)["error"].(map[string]any)["message"])
		join(t, b, room, spectator())
	})
}

func TestNames(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		c := lobbytest.NewClient(t, srv, lobbytest.JSON)
		require.Equal(t, "Guest", create(t, c).You.Name)
		for given, want := range map[string]string{
			"  Ada ": "Ada", "   ": "Guest", "日本語の名前": "日本語の名前", "a👩‍👩‍👧b": "a👩‍👩‍👧b", "123456789012345678901234": "123456789012345678901234",
		} {
			c.Call("room:leave")
			require.Equal(t, want, enter(t, c, "room:create", map[string]any{"game": "probe", "name": given}).You.Name)
		}
	})
}

func TestNamesMayRepeatAndIDsDoNot(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		a, b, _ := trio(t, srv, codec)
		first := enter(t, a, "room:create", map[string]any{"game": "probe", "name": "Ada"})
		second := enter(t, b, "room:join", map[string]any{"room": first.Room.ID, "name": "Ada"})
		require.Equal(t, first.You.Name, second.You.Name)
		require.NotEqual(t, first.You.ID, second.You.ID)
		require.NotEqual(t, first.You.Seat, second.You.Seat)
	})
}
