package lobby_test

import (
	"math"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/game"
	"ninepin/lobby/lobbytest"
)

// lookingRoom has one player, and tells the last tick and what the player saw in the last input: NaN if it did not say.
func lookingRoom(t *testing.T, codec lobbytest.Codec) (c *lobbytest.Client, tick *atomic.Uint64, saw chan float64) {
	tick, saw = new(atomic.Uint64), make(chan float64, 10)
	k := probeKind(func(g *probe) {
		g.update = func(at *game.Tick[probeInput]) error {
			tick.Store(at.Number)
			for p := range at.Inputs() {
				seen, ok := at.Saw(p)
				if !ok {
					seen = math.NaN()
				}
				saw <- seen
			}
			return nil
		}
	})
	k.Rewind = time.Second / 2
	c = lobbytest.NewClient(t, lobbytest.NewServer(t, nil, k), codec)
	create(t, c)
	time.Sleep(3 * time.Second)
	synctest.Wait()
	return c, tick, saw
}

func TestInputTellsTheMatchWhatItsPlayerSaw(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		c, tick, saw := lookingRoom(t, codec)
		for i, behind := range []int{0, 1, 50, 125, 130, 300, -20, -200} {
			now := tick.Load()
			c.Emit("input", i+1, probeInput{}, now, behind)
			want := math.Min(float64(now)-float64(behind)/50, float64(now)) // nobody sees the future
			require.InDelta(t, want, <-saw, 1e-9, "%d ms behind", behind)
			synctest.Wait()
		}
	})
}

func TestInputThatDoesNotTellWhatItsPlayerSawIsTakenAllTheSame(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		c, tick, saw := lookingRoom(t, codec)
		tellings := [][]any{
			{}, {tick.Load()}, {"x", 10}, {nil, nil}, {tick.Load(), nil}, {tick.Load(), "x"}, {tick.Load(), []int{1}},
			{tick.Load(), 600}, {tick.Load(), int64(1) << 60}, {1, 0}, {0, 0},
		}
		for i, telling := range tellings {
			c.Emit("input", append([]any{i + 1, probeInput{}}, telling...)...)
			require.True(t, math.IsNaN(<-saw), "%v", telling)
		}
		require.NotContains(t, names(c), "error")
	})
}
