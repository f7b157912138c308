package skirmish_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/game/gametest"
	"ninepin/game/skirmish"
)

// inWall tells by how many units a player at (x, y) is in a wall or over the edge; 0 or less is fine.
func inWall(x, y float64) float64 {
	const r = skirmish.PlayerRadius
	worst := max(r-x, x-(skirmish.Width-r), r-y, y-(skirmish.Height-r))
	for _, w := range skirmish.Walls {
		dx, dy := max(w.X-x, 0, x-w.X-w.W), max(w.Y-y, 0, y-w.Y-w.H)
		worst = max(worst, r-math.Hypot(dx, dy))
	}
	return worst
}

// wild is any input that a client could make up.
func wild(rnd *rand.Rand) skirmish.Input {
	odd := []float64{0, 1, -1, 0.5, 1e300, -1e300, math.NaN(), math.Inf(1), math.Inf(-1), 1e-300, 7}
	number := func() float64 {
		if rnd.IntN(4) == 0 {
			return odd[rnd.IntN(len(odd))]
		}
		return 2*rnd.Float64() - 1
	}
	return skirmish.Input{DX: number(), DY: number(), Aim: 10 * number(), Fire: rnd.IntN(2) == 0, Dash: rnd.IntN(3) == 0}
}

// freeSpot is a random place where a player can stand.
func freeSpot(rnd *rand.Rand) (x, y float64) {
	for {
		x, y = rnd.Float64()*skirmish.Width, rnd.Float64()*skirmish.Height
		if inWall(x, y) <= 0 {
			return x, y
		}
	}
}

func TestMoveStaysOutOfWallsWhateverTheInput(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		var b skirmish.Body
		b.X, b.Y = freeSpot(rnd)
		in := wild(rnd)
		for range 60 {
			if rnd.IntN(8) == 0 {
				in = wild(rnd)
			}
			b = skirmish.Move(b, in, skirmish.Dt)
			require.LessOrEqual(t, inWall(b.X, b.Y), 1e-6, "%+v %+v", b, in)
		}
	}
}

func TestMoveNeverTunnelsHoweverLongTheStep(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2, 2))
	const r = skirmish.PlayerRadius
	for _, w := range skirmish.Walls {
		for range 200 {
			in := skirmish.Input{Dash: rnd.IntN(2) == 0}
			dt := 3 * rnd.Float64() // a dash of 3 s is twice the arena's width
			along := skirmish.Body{X: w.X + rnd.Float64()*w.W, Y: w.Y + rnd.Float64()*w.H}

			left, right, above, below := along, along, along, along
			left.X, right.X, above.Y, below.Y = w.X-r, w.X+w.W+r, w.Y-r, w.Y+w.H+r
			in.DX, in.DY = 1, 0
			if inWall(left.X, left.Y) <= 0 {
				require.InDelta(t, left.X, skirmish.Move(left, in, dt).X, 1e-6, "%+v from the left", w)
			}
			in.DX, in.DY = -1, 0
			if inWall(right.X, right.Y) <= 0 {
				require.InDelta(t, right.X, skirmish.Move(right, in, dt).X, 1e-6, "%+v from the right", w)
			}
			in.DX, in.DY = 0, 1
			if inWall(above.X, above.Y) <= 0 {
				require.InDelta(t, above.Y, skirmish.Move(above, in, dt).Y, 1e-6, "%+v from above", w)
			}
			in.DX, in.DY = 0, -1
			if inWall(below.X, below.Y) <= 0 {
				require.InDelta(t, below.Y, skirmish.Move(below, in, dt).Y, 1e-6, "%+v from below", w)
			}
		}
	}
}

func TestMoveIsNeverFasterThanItsSpeed(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 3))
	var b skirmish.Body
	b.X, b.Y = freeSpot(rnd)
	for range 20000 {
		next := skirmish.Move(b, wild(rnd), skirmish.Dt)
		limit := skirmish.RunSpeed
		if next.Dash > 0 || b.Dash > 0 || next.Cool == skirmish.DashCooldown {
			limit = skirmish.DashSpeed
		}
		// One percent more, because a player that rolls around a corner cuts it a little.
		require.LessOrEqual(t, math.Hypot(next.X-b.X, next.Y-b.Y), 1.01*limit*skirmish.Dt)
		b = next
	}
}

func TestHugeDirectionIsNoSpeedHack(t *testing.T) {
	b := skirmish.Body{X: 800, Y: 450}
	for _, in := range []skirmish.Input{{DX: 1e9}, {DX: math.Inf(1)}, {DX: 1}} {
		require.InDelta(t, 800+skirmish.RunSpeed*skirmish.Dt, skirmish.Move(b, in, skirmish.Dt).X, 1e-9)
	}
}

func TestDiagonalIsAsFastAsStraight(t *testing.T) {
	b := skirmish.Move(skirmish.Body{X: 800, Y: 450}, skirmish.Input{DX: -1, DY: 1}, skirmish.Dt)
	require.InDelta(t, skirmish.RunSpeed*skirmish.Dt, math.Hypot(b.X-800, b.Y-450), 1e-9)
}

func TestStickHalfOutIsHalfTheSpeed(t *testing.T) {
	b := skirmish.Move(skirmish.Body{X: 800, Y: 450}, skirmish.Input{DY: 0.5}, skirmish.Dt)
	require.InDelta(t, 450+skirmish.RunSpeed*skirmish.Dt/2, b.Y, 1e-9)
}

func TestWhatIsNotANumberDoesNotMove(t *testing.T) {
	b := skirmish.Body{X: 800, Y: 450}
	require.Equal(t, b, skirmish.Move(b, skirmish.Input{DX: math.NaN(), DY: math.NaN(), Dash: true}, skirmish.Dt))
}

func TestRunningAgainstAWallSlidesAlongIt(t *testing.T) {
	lintel := skirmish.Walls[len(skirmish.Walls)-4] // the upper one
	b := skirmish.Body{X: lintel.X + 30, Y: lintel.Y + lintel.H + skirmish.PlayerRadius + 1}
	start := b.X
	for range 10 {
		b = skirmish.Move(b, skirmish.Input{DX: 1, DY: -1}, skirmish.Dt)
	}
	require.InDelta(t, lintel.Y+lintel.H+skirmish.PlayerRadius, b.Y, 1e-6)
	require.InDelta(t, start+10*skirmish.RunSpeed*skirmish.Dt/math.Sqrt2, b.X, 1e-6)
}

func TestDashIsAFastBurst(t *testing.T) {
	b := skirmish.Body{X: 700, Y: 450}
	for range skirmish.DashSteps {
		b = skirmish.Move(b, skirmish.Input{DX: 0.1, Dash: true}, skirmish.Dt)
	}
	require.InDelta(t, 700+skirmish.DashSteps*skirmish.DashSpeed*skirmish.Dt, b.X, 1e-9)
	require.Zero(t, b.Dash)
}

func TestDashKeepsItsDirection(t *testing.T) {
	b := skirmish.Move(skirmish.Body{X: 700, Y: 450}, skirmish.Input{DX: 1, Dash: true}, skirmish.Dt)
	b = skirmish.Move(b, skirmish.Input{DY: 1}, skirmish.Dt)
	require.InDelta(t, 700+2*skirmish.DashSpeed*skirmish.Dt, b.X, 1e-9)
	require.Equal(t, 450.0, b.Y)
}

func TestHeldDashComesAgainOnlyAfterItsCooldown(t *testing.T) {
	b := skirmish.Body{X: 800, Y: 450}
	var starts []int
	for i := range 2*skirmish.DashCooldown + 1 {
		sign := float64(1 - 2*(i/5%2)) // to and fro, in the plaza
		if b = skirmish.Move(b, skirmish.Input{DX: sign, Dash: true}, skirmish.Dt); b.Cool == skirmish.DashCooldown {
			starts = append(starts, i)
		}
	}
	require.Equal(t, []int{0, skirmish.DashCooldown, 2 * skirmish.DashCooldown}, starts)
}

func TestDashWithoutDirectionDoesNothing(t *testing.T) {
	b := skirmish.Body{X: 800, Y: 450}
	require.Equal(t, b, skirmish.Move(b, skirmish.Input{Dash: true}, skirmish.Dt))
	require.Zero(t, skirmish.Move(b, skirmish.Input{DX: 1e-300, Dash: true}, skirmish.Dt).Dash)
}

// The page has a twin of Step. Both make these walks, from anywhere, by stick and by dash, into walls and corners, with
// the fire held or not, and must agree to the last bit: move.test.ts reads the file.
func TestStepVectorsAreCurrent(t *testing.T) {
	step := func(b skirmish.Body, in skirmish.Input) skirmish.Body {
		b, _ = skirmish.Step(b, in)
		return b
	}
	start := func(rnd *rand.Rand) (b skirmish.Body) {
		b.X, b.Y = freeSpot(rnd)
		return b
	}
	gametest.Twin(t, "testdata/steps.json", 15_000, step, start, thumbs)
}

// thumbs is an input in hundredths, as a person might give it: mostly the stick fully out.
func thumbs(rnd *rand.Rand) skirmish.Input {
	hundredth := func(v float64) float64 { return math.Round(100*v) / 100 }
	angle := 2 * math.Pi * rnd.Float64()
	in := skirmish.Input{DX: hundredth(math.Cos(angle)), DY: hundredth(math.Sin(angle)), Fire: rnd.IntN(2) == 0, Dash: rnd.IntN(4) == 0}
	switch rnd.IntN(5) {
	case 0:
		in.DX, in.DY = float64(rnd.IntN(3)-1), float64(rnd.IntN(3)-1)
	case 1:
		in.DX, in.DY = hundredth(3*rnd.Float64()-1.5), hundredth(0.02*rnd.Float64())
	}
	return in
}
