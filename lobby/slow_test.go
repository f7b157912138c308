package lobby_test

import (
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
)

// slowRate is the link of a slow reader, bytes per second.
const slowRate = 16 << 10

// busyRoom opens a room of the busy game; the first follower is fast.
func busyRoom(t *testing.T, rows int) (*lobby.Server, *busyLog, *follower, string) {
	t.Helper()
	k, log := busyKind(rows)
	srv := lobbytest.NewServer(t, &lobby.Options{RateLimit: -1}, k)
	c := lobbytest.NewClient(t, srv, lobbytest.Compact)
	j := enter(t, c, "room:create", map[string]any{"game": "busy"})
	return srv, log, &follower{Client: c, log: log, seat: int64(j.You.Seat), id: j.You.ID}, j.Room.ID
}

func TestSlowReaderSeesTheStateOfASecondAgo(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv, log, fast, room := busyRoom(t, 100)
		c := lobbytest.Connect(t, srv, lobbytest.Config{Codec: codec, Rate: slowRate})
		slow, _ := follow(t, c, log, room, spectator())
		var worst time.Duration
		for range 30 * 50 { // half a minute
			time.Sleep(20 * time.Millisecond)
			synctest.Wait()
			slow.look(t)
			fast.look(t)
			if _, at := log.at(slow.tick); slow.tick > 0 {
				worst = max(worst, time.Since(at))
			}
		}
		t.Log("worst age", worst, "slow:", slow, "fast:", fast)
		require.Zero(t, fast.gaps)
		require.GreaterOrEqual(t, fast.count, 590)
		require.NotZero(t, slow.gaps, "it is too slow for every tick")
		require.LessOrEqual(t, worst, time.Second)
	})
}

func TestClientThatReadNothingForAWhileFollowsOn(t *testing.T) {
	for _, more := range []map[string]any{nil, patches()} {
		inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
			srv, log, fast, room := busyRoom(t, 100)
			f, _ := follow(t, lobbytest.NewClient(t, srv, codec), log, room, more)
			time.Sleep(time.Second)
			synctest.Wait()
			f.look(t)
			f.Pause()
			time.Sleep(8 * time.Second)
			f.Resume()
			time.Sleep(time.Second)
			synctest.Wait()
			f.look(t)
			fast.look(t)
			require.Equal(t, log.present(), f.tick)
			require.Equal(t, fast.tick, f.tick)
			require.Greater(t, f.gaps, 100)
			require.Zero(t, fast.gaps)
		})
	}
}

func TestClientThatReadNothingForAMinuteComesBackToItsSeat(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv, log, fast, room := busyRoom(t, 100)
		f, j := follow(t, lobbytest.NewClient(t, srv, codec), log, room, patches())
		f.Emit("input", 1, probeInput{N: 5})
		f.Emit("input", 2, probeInput{N: 6})
		time.Sleep(time.Second)
		synctest.Wait()
		f.look(t)
		require.Equal(t, int64(2), f.acked)
		f.Pause()
		time.Sleep(time.Minute)
		again, r := follow(t, lobbytest.NewClient(t, srv, codec), log, room, patches(), token(j.You.Token))
		require.True(t, r.You.Resumed)
		time.Sleep(time.Second)
		synctest.Wait()
		again.look(t)
		fast.look(t)
		require.Zero(t, again.acked, "a return begins a new sequence")
		require.Equal(t, log.present(), again.tick)
		require.Zero(t, again.gaps)
		require.Zero(t, fast.gaps)
		again.Emit("input", 1, probeInput{N: 7})
		time.Sleep(100 * time.Millisecond)
		synctest.Wait()
		again.look(t)
		require.Equal(t, int64(1), again.acked)
		require.EqualValues(t, 18, again.state.(map[string]any)["sums"].(map[string]any)[j.You.ID])
	})
}

func TestPlainClientsGetWholeStates(t *testing.T) {
	for _, codec := range []lobbytest.Codec{lobbytest.JSON, lobbytest.Msgpack} {
		inBubble(t, func(t *testing.T) {
			srv, log, _, room := busyRoom(t, 5)
			whole, _ := follow(t, lobbytest.NewClient(t, srv, codec), log, room, spectator())
			patched, _ := follow(t, lobbytest.NewClient(t, srv, codec), log, room, spectator(), patches())
			time.Sleep(2 * time.Second)
			synctest.Wait()
			whole.look(t)
			patched.look(t)
			require.Equal(t, whole.count, whole.full)
			require.Greater(t, whole.count, 38)
			require.LessOrEqual(t, patched.full, 2, "the first, and the first that was made when nobody had asked")
			require.Zero(t, patched.gaps)
		})
	}
}

// TestNobodyEverSeesAWrongState has clients of all kinds come, stall, crawl and go at random: each state that any of them
// gets, whatever it is made of, is that of its tick.
func TestNobodyEverSeesAWrongState(t *testing.T) {
	for seed := range uint64(6) {
		inBubble(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 7))
			srv, log, fast, room := busyRoom(t, 20+20*int(seed))
			var all []*follower
			states, breaks := 0, 0
			for range 250 {
				time.Sleep(time.Duration(r.IntN(100)) * time.Millisecond)
				switch n := r.IntN(12); {
				case n == 0 && len(all) < 12:
					cfg, more := anyClient(r)
					if len(more) == 0 || more[0]["as"] == nil {
						more = append(more, spectator())
					}
					f, _ := follow(t, lobbytest.Connect(t, srv, cfg), log, room, more...)
					all = append(all, f)
				case n == 1 && len(all) > 0:
					all[r.IntN(len(all))].Pause()
				case n <= 3 && len(all) > 0:
					all[r.IntN(len(all))].Resume()
				case n == 4 && len(all) > 8:
					all[0].Resume()
					all[0].Close()
					all = all[1:]
				}
				synctest.Wait()
				for _, f := range all {
					f.look(t)
				}
			}
			fast.look(t)
			for _, f := range all {
				f.Resume()
			}
			time.Sleep(4 * time.Second)
			synctest.Wait()
			for _, f := range all {
				f.look(t)
				states += f.count
				breaks += f.gaps
			}
			fast.look(t)
			t.Logf("%d states, %d left out", states, breaks)
			require.Zero(t, fast.gaps)
			require.NotZero(t, breaks)
		})
	}
}
