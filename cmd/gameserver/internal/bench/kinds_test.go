package bench_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/cmd/gameserver/internal/bench"
	"ninepin/game"
	"ninepin/game/gametest"
)

// playArena lets eight players drive about as the load does, and calls look after each of n ticks.
func playArena(t *testing.T, n int, look func(h *gametest.Harness[bench.ArenaState, bench.ArenaInput])) {
	h := gametest.New[bench.ArenaState, bench.ArenaInput](t, bench.Kinds()[0])
	var players []*game.Player
	for range 8 {
		players = append(players, h.Join("driver"))
	}
	for i := range n {
		for j, p := range players {
			turn := (i/5)*31 + j*77
			h.Input(p, bench.ArenaInput{VX: turn%501 - 250, VY: turn*7%501 - 250, Fire: (i+5*j)%40 == 0})
		}
		h.Step(1)
		look(h)
	}
}

func TestArenaKeepsFourShotsInTheAir(t *testing.T) {
	shots, ticks := 0, 0
	playArena(t, 400, func(h *gametest.Harness[bench.ArenaState, bench.ArenaInput]) {
		shots += len(h.State().Shots)
		ticks++
	})
	require.InDelta(t, 4, float64(shots)/float64(ticks), 0.5)
}

func TestArenaMovesEverybodyInEachTick(t *testing.T) {
	type place struct{ x, y float64 }
	before := map[int]place{}
	still, moved := 0, 0
	playArena(t, 200, func(h *gametest.Harness[bench.ArenaState, bench.ArenaInput]) {
		for _, f := range h.State().Players {
			now := place{f.X, f.Y}
			if before[f.Seat] == now {
				still++
			}
			moved++
			before[f.Seat] = now
			require.True(t, f.X >= 0 && f.X <= 2000 && f.Y >= 0 && f.Y <= 2000, "within the walls")
			require.Len(t, f.Name, 8)
			require.Positive(t, f.HP)
		}
	})
	require.Less(t, still, moved/50, "hardly anybody stands still, ever")
}

func TestArenaDoesNotTrustSpeeds(t *testing.T) {
	h := gametest.New[bench.ArenaState, bench.ArenaInput](t, bench.Kinds()[0])
	p := h.Join("fast")
	h.Input(p, bench.ArenaInput{VX: 1e9, VY: -1e9})
	h.Step(1)
	require.Equal(t, 250.0, h.State().Players[0].VX)
	require.Equal(t, -250.0, h.State().Players[0].VY)
}

func TestArenaKeepsPlayersInSeatOrder(t *testing.T) {
	h := gametest.New[bench.ArenaState, bench.ArenaInput](t, bench.Kinds()[0])
	h.Join("a")
	b := h.Join("b")
	h.Join("c")
	h.Leave(b)
	h.Join("d")
	var seats []int
	for _, f := range h.State().Players {
		seats = append(seats, f.Seat)
	}
	require.Equal(t, []int{0, 1, 2}, seats)
}

func TestWallIsNewInEachTickAndAbout200Bytes(t *testing.T) {
	h := gametest.New[bench.WallState, struct{}](t, bench.Kinds()[1])
	h.Match.Watch(1)
	h.Step(1) // the first frame brings the names of the fields too
	before := h.State().Text
	for range 20 {
		h.Step(1)
		require.NotEqual(t, before, h.State().Text)
		require.InDelta(t, 200, len(h.LastFrame()), 12)
		before = h.State().Text
	}
}
