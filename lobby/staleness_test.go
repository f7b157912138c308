package lobby_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/lobby/lobbytest"
)

// tell has the follower say which tick it has seen, as a player or as a spectator does.
func (f *follower) tell(t *testing.T, seq int, tick int64) {
	t.Helper()
	if f.id == "" {
		require.Empty(t, f.Call("room:ping", map[string]any{"tick": tick}).Code(t))
		return
	}
	f.Emit("input", seq, probeInput{}, tick)
}

// run lets time pass and returns the number of states that have come.
func (f *follower) run(t *testing.T, d time.Duration) int {
	t.Helper()
	before := f.count
	time.Sleep(d)
	synctest.Wait()
	f.look(t)
	return f.count - before
}

// eachRole runs a test for players, who tell by input, and for spectators, who tell by ping.
func eachRole(t *testing.T, test func(t *testing.T, f *follower)) {
	for _, more := range []map[string]any{patches(), merged("", []map[string]any{patches(), spectator()})} {
		inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
			srv, log, _, room := busyRoom(t, 10)
			delete(more, "room")
			f, _ := follow(t, lobbytest.NewClient(t, srv, codec), log, room, more)
			require.NotZero(t, f.run(t, time.Second))
			test(t, f)
		})
	}
}

func TestMemberWhoSaysItIsTwoSecondsBehindIsPausedUntilItHasCaughtUp(t *testing.T) {
	eachRole(t, func(t *testing.T, f *follower) {
		seen := f.tick
		require.Equal(t, 39, f.run(t, 1950*time.Millisecond))
		f.tell(t, 1, seen)
		require.NotZero(t, f.run(t, time.Second), "less than two seconds are no reason")
		f.tell(t, 2, seen)
		require.LessOrEqual(t, f.run(t, 50*time.Millisecond), 1) // one may have been faster
		last := f.tick
		require.Zero(t, f.run(t, 2*time.Second))
		f.tell(t, 3, last-1)
		require.Zero(t, f.run(t, 4*time.Second), "nearly there")
		gaps := f.gaps
		f.tell(t, 4, last)
		require.GreaterOrEqual(t, f.run(t, time.Second), 19)
		require.Greater(t, f.gaps, gaps, "it skips to the present")
	})
}

func TestMemberWhoStopsTellingIsNotPausedForEver(t *testing.T) {
	eachRole(t, func(t *testing.T, f *follower) {
		seen := f.tick
		f.run(t, 3*time.Second)
		f.tell(t, 1, seen)
		f.run(t, 100*time.Millisecond)
		require.Zero(t, f.run(t, 4700*time.Millisecond))
		f.tell(t, 2, seen) // no progress
		require.NotZero(t, f.run(t, 500*time.Millisecond))
	})
}

func TestNonsenseOfTicksSeenPausesNobody(t *testing.T) {
	eachRole(t, func(t *testing.T, f *follower) {
		for seq, tick := range []any{-1, 0, "x", nil, 1.5, int64(1) << 40, f.tick + 1000, []int{1}} {
			if f.id == "" {
				require.Empty(t, f.Call("room:ping", map[string]any{"tick": tick}).Code(t))
			} else {
				f.Emit("input", seq+1, probeInput{}, tick)
			}
			require.Equal(t, 20, f.run(t, time.Second))
		}
		require.Empty(t, f.errors())
	})
}

// errors lists the codes of the error events that have come.
func (f *follower) errors() []any {
	var codes []any
	for _, e := range f.other {
		if e.Name == "error" {
			codes = append(codes, e.Args[0])
		}
	}
	return codes
}
