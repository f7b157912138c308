package lobby_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/game"
	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
)

func TestListShowsPublicRooms(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		k := probeKind(nil)
		k.Bots, k.MaxPlayers, k.Title = 2, 3, "The Probe"
		other := game.Define("other", func() *probe { return &probe{state: probeState{Sums: map[string]int{}}} })
		srv := lobbytest.NewServer(t, nil, k, other)
		a, b, c := trio(t, srv, codec)
		room := create(t, a).Room.ID
		join(t, b, room, spectator())
		enter(t, c, "room:create", map[string]any{"game": "other"})
		list := c.Call("room:list", map[string]any{"game": "probe"}).Map(t)["rooms"]
		require.Equal(t, []any{map[string]any{
			"id": room, "game": "probe", "title": "The Probe", "players": int64(2), "humans": int64(1),
			"spectators": int64(1), "max": int64(3), "free": int64(2),
		}}, list)
		all := c.Call("room:list").Map(t)
		require.Len(t, all["rooms"], 2)
		require.Equal(t, []any{
			map[string]any{"name": "probe", "title": "The Probe", "input": map[string]any{"n": int64(0), "f": int64(0)}},
			map[string]any{"name": "other", "title": "other", "input": map[string]any{"n": int64(0), "f": int64(0)}},
		}, all["games"], "what is on offer, in the order of Handle")
	})
}

func TestListIsPushedAtMostOnceASecond(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		watcher := lobbytest.NewClient(t, srv, codec)
		c := lobbytest.NewClient(t, srv, codec)
		require.Empty(t, watcher.Call("room:list", map[string]any{"subscribe": true}).Map(t)["rooms"])
		for range 30 {
			create(t, c)
			c.Call("room:leave")
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(2 * time.Second)
		pushes := names(watcher)
		require.GreaterOrEqual(t, len(pushes), 3)
		require.LessOrEqual(t, len(pushes), 5)
		time.Sleep(20 * time.Second) // the rooms end
		require.Contains(t, names(watcher), "rooms")
		require.Empty(t, srv.RoomCount())
		watcher.Call("room:list", map[string]any{"subscribe": false})
		create(t, c)
		time.Sleep(2 * time.Second)
		require.Empty(t, names(watcher))
	})
}

func TestListIsPushedForTheGameAskedFor(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		other := game.Define("other", func() *probe { return &probe{state: probeState{Sums: map[string]int{}}} })
		srv := lobbytest.NewServer(t, nil, probeKind(nil), other)
		watcher := lobbytest.NewClient(t, srv, lobbytest.JSON)
		watcher.Call("room:list", map[string]any{"game": "other", "subscribe": true})
		create(t, lobbytest.NewClient(t, srv, lobbytest.JSON))
		room := enter(t, lobbytest.NewClient(t, srv, lobbytest.JSON), "room:create", map[string]any{"game": "other"}).Room.ID
		time.Sleep(2 * time.Second)
		rooms := watcher.Wait("rooms").Args[0].([]any)
		require.Len(t, rooms, 1)
		require.Equal(t, room, rooms[0].(map[string]any)["id"])
	})
}

func TestRoomsAreBounded(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, &lobby.Options{MaxRooms: 1}, probeKind(nil))
		a := lobbytest.NewClient(t, srv, codec)
		b := lobbytest.NewClient(t, srv, codec)
		create(t, a)
		reply := b.Call("room:create", map[string]any{"game": "probe"})
		require.Equal(t, "server_full", reply.Code(t))
		require.Positive(t, reply.Map(t)["error"].(map[string]any)["retry"])
		a.Call("room:leave")
		time.Sleep(11 * time.Second)
		create(t, b)
	})
}

func TestRoomIDIsReadInSmallLettersToo(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		a := lobbytest.NewClient(t, srv, lobbytest.JSON)
		b := lobbytest.NewClient(t, srv, lobbytest.JSON)
		room := create(t, a).Room.ID
		lower := []byte(room)
		for i := range lower {
			if lower[i] >= 'A' {
				lower[i] += 'a' - 'A'
			}
		}
		require.Equal(t, room, join(t, b, " "+string(lower)).Room.ID)
	})
}

func TestHandleRefusesWrongKinds(t *testing.T) {
	srv := lobbytest.NewServer(t, nil)
	require.PanicsWithValue(t, "lobby: Handle: a kind is nil; make it with game.Define", func() { srv.Handle(nil) })
	wrong := probeKind(nil)
	wrong.TickRate = 0
	require.Panics(t, func() { srv.Handle(wrong) })
	srv.Handle(probeKind(nil))
	require.Panics(t, func() { srv.Handle(probeKind(nil)) }, "the name is taken")
}
