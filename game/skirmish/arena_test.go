package skirmish_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/game/skirmish"
)

func TestArenaIsTheSameFromAllSides(t *testing.T) {
	for _, w := range skirmish.Walls {
		right, below := skirmish.Width-w.X-w.W, skirmish.Height-w.Y-w.H
		require.Contains(t, skirmish.Walls, skirmish.Rect{X: right, Y: w.Y, W: w.W, H: w.H})
		require.Contains(t, skirmish.Walls, skirmish.Rect{X: w.X, Y: below, W: w.W, H: w.H})
	}
	for _, points := range [][]skirmish.Point{skirmish.Spawns, skirmish.Pads} {
		for _, p := range points {
			require.Contains(t, points, skirmish.Point{X: skirmish.Width - p.X, Y: p.Y})
			require.Contains(t, points, skirmish.Point{X: p.X, Y: skirmish.Height - p.Y})
		}
	}
}

func TestSpawnsAndPadsAreClearOfWalls(t *testing.T) {
	for _, p := range append(append([]skirmish.Point{}, skirmish.Spawns...), skirmish.Pads...) {
		require.Less(t, inWall(p.X, p.Y), 0.0, "%v", p)
	}
}

func TestWallsTouchOrLeaveRoomForAPlayer(t *testing.T) {
	const wide = 2 * skirmish.PlayerRadius
	for i, a := range skirmish.Walls {
		for _, b := range skirmish.Walls[:i] {
			dx := max(a.X-b.X-b.W, b.X-a.X-a.W, 0)
			dy := max(a.Y-b.Y-b.H, b.Y-a.Y-a.H, 0)
			if gap := math.Hypot(dx, dy); gap > 0 {
				require.Greater(t, gap, wide, "%v %v", a, b)
			}
		}
		for _, gap := range []float64{a.X, a.Y, skirmish.Width - a.X - a.W, skirmish.Height - a.Y - a.H} {
			require.Greater(t, gap, wide, "%v", a)
		}
	}
}
