package lobby_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/lobby/lobbytest"
)

// TestReturnGoesOnFromOneWholeStateAtALaterTick: what was missed is not sent again, and what is seen never goes back.
func TestReturnGoesOnFromOneWholeStateAtALaterTick(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv, log, fast, room := busyRoom(t, 20)
		follow(t, lobbytest.NewClient(t, srv, codec), log, room, patches()) // so that patches are made all the time
		f, j := follow(t, lobbytest.NewClient(t, srv, codec), log, room, patches())
		require.NotZero(t, f.run(t, time.Second))
		for _, away := range []time.Duration{40 * time.Millisecond, 300 * time.Millisecond, 20 * time.Second} {
			last := f.tick
			f.Close()
			time.Sleep(away)
			f, j = follow(t, lobbytest.NewClient(t, srv, codec), log, room, patches(), token(j.You.Token))
			require.True(t, j.You.Resumed)
			synctest.Wait()
			f.look(t)
			require.Equal(t, 1, f.count, "the present state, before the next step")
			require.Equal(t, log.present(), f.tick)
			require.GreaterOrEqual(t, f.tick, last)
			f.run(t, time.Second)
			require.GreaterOrEqual(t, f.count, 20)
			if codec != lobbytest.Compact { // which does not show what its states were made of
				require.Equal(t, 1, f.full, "from then on what changes")
			}
			require.Zero(t, f.gaps)
		}
		fast.look(t)
		require.Zero(t, fast.gaps)
	})
}
