package lobby_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
)

func TestARecoveredPlayerIsBackInItsSeatWithoutAsking(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, &lobby.Options{Recovery: &lobby.Recovery{}}, probeKind(nil))
		a := lobbytest.NewClient(t, srv, codec)
		j := create(t, a)
		last := offsetOf(t, a.Wait("room:update"))
		cut(a)
		require.True(t, srv.Room(j.Room.ID).Info().Players[0].Away)
		b := comeBack(t, srv, codec, a, last)
		require.Equal(t, a.ID(), b.ID())
		s := socketOf(t, srv, b)
		require.Equal(t, j.Room.ID, s.Room())
		require.Equal(t, j.You.ID, string(s.Player()))
		require.Contains(t, s.Rooms(), j.Room.ID)
		require.Empty(t, b.Call("input", 1, map[string]any{"n": 3}).Code(t))
		require.False(t, srv.Room(j.Room.ID).Info().Players[0].Away)
		b.Wait("room:update")
		again := join(t, b, j.Room.ID, token(j.You.Token)) // clients may ask all the same
		require.True(t, again.You.Resumed)
		require.Equal(t, j.You.Seat, again.You.Seat)
		require.Equal(t, "already_joined", refused(t, b, j.Room.ID))
	})
}

func TestARecoveredSpectatorWatchesOn(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, &lobby.Options{Recovery: &lobby.Recovery{}}, probeKind(nil))
		player, a := lobbytest.NewClient(t, srv, lobbytest.JSON), lobbytest.NewClient(t, srv, lobbytest.JSON)
		j := enter(t, player, "room:create", map[string]any{"game": "probe", "private": true})
		join(t, a, j.Room.ID, spectator(), map[string]any{"key": j.Key, "name": "Ada"})
		last := offsetOf(t, a.Wait("room:update"))
		cut(a)
		require.Equal(t, 0, srv.Room(j.Room.ID).Info().Spectators)
		b := comeBack(t, srv, lobbytest.JSON, a, last)
		require.Equal(t, 1, srv.Room(j.Room.ID).Info().Spectators)
		b.Wait("state")
		require.Equal(t, "Ada", join(t, b, j.Room.ID).You.Name)
	})
}

func TestASeatThatIsGoneDoesNotComeBack(t *testing.T) {
	for name, lose := range map[string]func(t *testing.T, srv *lobby.Server, j joined){
		"its grace is over": func(t *testing.T, srv *lobby.Server, _ joined) { <-time.After(61 * time.Second) },
		"its room has ended": func(t *testing.T, srv *lobby.Server, j joined) {
			srv.Room(j.Room.ID).End("enough")
		},
		"its token was used": func(t *testing.T, srv *lobby.Server, j joined) {
			join(t, lobbytest.NewClient(t, srv, lobbytest.JSON), j.Room.ID, token(j.You.Token))
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				kind := probeKind(nil)
				kind.Grace = time.Minute
				srv := lobbytest.NewServer(t, &lobby.Options{Recovery: &lobby.Recovery{}}, kind)
				a, other := lobbytest.NewClient(t, srv, lobbytest.JSON), lobbytest.NewClient(t, srv, lobbytest.JSON)
				j := create(t, a)
				join(t, other, j.Room.ID, spectator())
				socketOf(t, srv, a).Join("red")
				last := offsetOf(t, a.Wait("room:update"))
				cut(a)
				lose(t, srv, j)
				b := comeBack(t, srv, lobbytest.JSON, a, last)
				require.Equal(t, a.ID(), b.ID())
				left := b.Wait("room:left").Args[0].(map[string]any)
				require.Equal(t, j.Room.ID, left["room"])
				s := socketOf(t, srv, b)
				require.Empty(t, s.Room())
				require.ElementsMatch(t, []string{b.ID(), "red"}, s.Rooms())
				require.Equal(t, "not_in_room", b.Call("input", 1, 0).Code(t))
			})
		})
	}
}

func TestOneOfTwoWhoWantTheSameSeatBackGetsIt(t *testing.T) {
	for range 20 {
		inBubble(t, func(t *testing.T) {
			srv := lobbytest.NewServer(t, &lobby.Options{Recovery: &lobby.Recovery{}}, probeKind(nil))
			a, other := lobbytest.NewClient(t, srv, lobbytest.JSON), lobbytest.NewClient(t, srv, lobbytest.JSON)
			j := create(t, a)
			last := offsetOf(t, a.Wait("room:update"))
			cut(a)
			other.Emit("room:join", map[string]any{"room": j.Room.ID, "token": j.You.Token}) // at the same time
			b := comeBack(t, srv, lobbytest.JSON, a, last)
			synctest.Wait()
			require.Equal(t, a.ID(), b.ID())
			seated := 0
			for _, c := range []*lobbytest.Client{b, other} {
				s := socketOf(t, srv, c)
				if s.Room() != "" {
					require.Equal(t, j.You.ID, string(s.Player()))
					require.Contains(t, s.Rooms(), j.Room.ID)
					seated++
				} else {
					c.Wait("room:left")
					require.NotContains(t, s.Rooms(), j.Room.ID)
				}
			}
			require.Equal(t, 1, seated)
			require.Equal(t, 1, srv.Room(j.Room.ID).Info().People)
		})
	}
}
