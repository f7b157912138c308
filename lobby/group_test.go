package lobby_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
)

// TestRoomHoldsWhoeverHasComeAndNotGone has sockets come to and go from a room that is now small and now large.
func TestRoomHoldsWhoeverHasComeAndNotGone(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		for range 40 {
			lobbytest.NewClient(t, srv, lobbytest.Compact)
		}
		all := srv.Sockets()
		require.Len(t, all, 40)
		in := map[*lobby.Socket]bool{}
		r := rand.New(rand.NewPCG(4, 2))
		for i := range 4000 {
			s := all[r.IntN(len(all))]
			if coming := i/200%2 == 0; coming == (r.IntN(4) > 0) {
				s.Join("crowd")
				in[s] = true
			} else {
				s.Leave("crowd")
				delete(in, s)
			}
			want := make([]*lobby.Socket, 0, len(in))
			for s := range in {
				want = append(want, s)
			}
			require.ElementsMatch(t, want, srv.To("crowd").Sockets())
		}
	})
}

func TestRoomIsToldInTheOrderInWhichItsMembersCame(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil)
		for range 30 {
			lobbytest.NewClient(t, srv, lobbytest.Compact)
		}
		all := srv.Sockets()
		for _, s := range all {
			s.Join("crowd")
		}
		require.Equal(t, all, srv.To("crowd").Sockets())
	})
}
