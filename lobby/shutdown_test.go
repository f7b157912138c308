package lobby_test

import (
	"context"
	"net"
	"net/http"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/game"
	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
)

func TestShutdownTellsEverybodyInOrder(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		a, b, _ := trio(t, srv, codec)
		room := create(t, a).Room.ID
		join(t, b, room, spectator())
		flush(a, b)
		require.NoError(t, srv.Shutdown(t.Context()))
		for _, c := range []*lobbytest.Client{a, b} {
			code, _ := c.WaitClosed()
			require.Equal(t, 1001, code)
			events := c.Events()
			require.Len(t, events, 2)
			require.Equal(t, "server:stopping", events[0].Name)
			require.Positive(t, events[0].Args[0].(map[string]any)["retry"])
			require.Equal(t, "room:left", events[1].Name)
			require.Equal(t, "stopping", events[1].Args[0].(map[string]any)["code"])
		}
		require.Zero(t, srv.RoomCount())
		require.Zero(t, srv.Connections())
		require.NoError(t, srv.Shutdown(t.Context()), "again")
	})
}

func TestPlainServerShutsDownWithoutEventsOfItsOwn(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		c := lobbytest.NewClient(t, srv, lobbytest.JSON)
		require.NoError(t, srv.Shutdown(t.Context()))
		c.WaitClosed()
		require.Empty(t, names(c))
	})
}

func TestShutdownDoesNotWaitForEverForAGame(t *testing.T) {
	hold, stuck := make(chan struct{}), make(chan struct{})
	srv := lobbytest.NewServer(t, nil, probeKind(func(g *probe) {
		g.update = func(*game.Tick[probeInput]) error {
			close(stuck)
			<-hold
			return game.ErrOver
		}
	}))
	create(t, lobbytest.NewClient(t, srv, lobbytest.JSON))
	<-stuck
	joining := lobbytest.NewClient(t, srv, lobbytest.JSON)
	go joining.Emit("room:quick", map[string]any{"game": "probe"}) // waits for the game, and holds its room's door
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	err := srv.Shutdown(ctx)
	close(hold)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

// TestTenThousandRoomsLeaveNothingBehind opens and drops rooms with a player and a spectator each.
func TestTenThousandRoomsLeaveNothingBehind(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, &lobby.Options{RateLimit: -1}, probeKind(nil))
		a := lobbytest.NewClient(t, srv, lobbytest.Compact)
		b := lobbytest.NewClient(t, srv, lobbytest.Msgpack)
		round := func(rooms int) {
			for i := range rooms {
				room := create(t, a).Room.ID
				if i%10 == 0 {
					join(t, b, room, spectator())
					b.Call("room:leave")
				}
				a.Call("room:leave")
				if i%500 == 0 {
					time.Sleep(11 * time.Second)
				}
				a.Events()
				b.Events()
			}
			time.Sleep(11 * time.Second)
			synctest.Wait()
			a.Events()
			b.Events()
			require.Zero(t, srv.RoomCount())
		}
		measure := func() (heap uint64, goroutines int) {
			runtime.GC()
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return m.HeapAlloc, runtime.NumGoroutine()
		}
		round(500) // what grows once has grown
		heap, goroutines := measure()
		round(10_000)
		heapAfter, goroutinesAfter := measure()
		require.Equal(t, goroutines, goroutinesAfter)
		require.Less(t, heapAfter, heap+1<<20, "100 bytes a room would be too much")
	})
}

func TestListenAndServePlays(t *testing.T) {
	err := lobby.ListenAndServe("256.0.0.1:0", probeKind(nil))
	require.Error(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	err = lobby.ListenAndServe(listener.Addr().String())
	require.ErrorContains(t, err, "in use")
}

func TestServerIsMountedBesideAPage(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		mux := http.NewServeMux()
		mux.Handle(lobby.Path, srv)
		c := lobbytest.NewClient(t, mux, lobbytest.Compact)
		require.Empty(t, c.Call("room:ping").Code(t))
	})
}
