package skirmish_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/game"
	"ninepin/game/skirmish"
)

// chase is a duel in the plaza: the first stands at (660, lane), the second runs down along x = 900, one stride a tick,
// for some ticks already. Nothing is between them.
func chase(t *testing.T) (*harness, []*game.Player) {
	h, p := duel(t, 2)
	one, two := h.State().Players[0], h.State().Players[1]
	one.X, one.Y, two.X, two.Y = 660, lane, 900, 346
	h.Step(1)
	run(h, p, 5)
	return h, p
}

const stride = skirmish.RunSpeed * skirmish.Dt

// run lets the second run for n ticks.
func run(h *harness, p []*game.Player, n int) {
	for range n {
		h.Input(p[1], skirmish.Input{DY: 1})
		h.Step(1)
	}
}

// lead is where to aim from the first to hit who runs down, as seen lag ticks ago, and how many ticks the shot takes.
func lead(h *harness, lag float64) (aim, flight float64) {
	one, two := h.State().Players[0], h.State().Players[1]
	dx, dy := two.X-one.X, two.Y-one.Y-lag*stride
	for range 20 {
		flight = math.Hypot(dx, dy+flight*stride) / (skirmish.ShotSpeed * skirmish.Dt)
	}
	return math.Atan2(dy+flight*stride, dx), flight
}

// shoot fires one shot and lets it fly while the second goes on running. It returns how often the second was hit.
func shoot(h *harness, p []*game.Player, aim, saw float64) int {
	h.InputAt(p[0], skirmish.Input{Aim: aim, Fire: true}, saw)
	run(h, p, 7)
	return skirmish.MaxHP - h.State().Players[1].HP
}

func now(h *harness) float64 { return float64(h.State().Now) }

func TestAFairShotAtARunnerHitsHoweverLateItIsSeen(t *testing.T) {
	for _, lag := range []float64{0, 0.3, 1, 2.5, 4, 4.75} {
		h, p := chase(t)
		aim, _ := lead(h, lag)
		require.Equal(t, 1, shoot(h, p, aim, now(h)-lag), "%v ticks late", lag)
	}
}

func TestTheSameShotMissesWithoutCompensation(t *testing.T) {
	h, p := chase(t)
	aim, _ := lead(h, 4)
	require.Zero(t, shoot(h, p, aim, 0))
}

func TestAShotAtAPlaceWhereNobodyWasMisses(t *testing.T) {
	h, p := chase(t)
	aim, _ := lead(h, 0)
	require.Zero(t, shoot(h, p, aim, now(h)-4), "the runner had not come so far yet")
}

// Whoever claims to see what lies further back than the limit is judged at the limit.
func TestAShotAtWhatLiesTooFarBackMisses(t *testing.T) {
	const limit = 10 // ticks
	for _, claimed := range []float64{limit + 1, limit + 3, 1000} {
		require.Zero(t, moved(t, 0, limit, claimed), "where the other was further back")
		require.Zero(t, moved(t, 100, limit, claimed), "where it is now")
		require.Equal(t, 1, moved(t, 50, limit, claimed), "where it was at the limit")
	}
}

// moved is a shot of the first at a height: at that of 0 the other was until a tick before the limit, at 50 at the limit
// and while a shot flies, and at 100 since. It returns how often the other was hit.
func moved(t *testing.T, height float64, limit int, claimed float64) int {
	h, p := duel(t, 2)
	one, two := h.State().Players[0], h.State().Players[1]
	one.X, two.X = 400, 530
	h.Step(20)
	two.Y = lane + 50
	h.Step(limit)
	two.Y = lane + 100
	h.Step(1)
	one.Y = lane + height
	h.InputAt(p[0], skirmish.Input{Fire: true}, now(h)-claimed)
	h.Step(8)
	require.Equal(t, uint64(1), h.Match.Stats().RewindsRefused)
	return skirmish.MaxHP - two.HP
}

func TestAShotKeepsItsLagAsLongAsItFlies(t *testing.T) {
	h, p := duel(t, 2)
	one, two := h.State().Players[0], h.State().Players[1]
	one.X, two.X, two.Y = 400, 1100, lane-60
	h.Step(12)
	h.InputAt(p[0], skirmish.Input{Fire: true}, now(h)-8)
	h.Step(14) // it has come as far as 1015
	two.Y = lane
	h.Step(7)
	require.Equal(t, skirmish.MaxHP, two.HP, "the other came later than the shot was there")
}

// crossing is a shot at somebody who crosses its way at a tick, too fast to be hit a tick earlier or later. After three
// ticks of flight the shot is where the ways cross. It is fired when the crossing has long been over, by somebody who
// then sees the tick saw. It returns how often the other was hit.
func crossing(t *testing.T, tick, saw float64) int {
	h, p := duel(t, 2)
	two := h.State().Players[1]
	two.X = 400 + 3*skirmish.ShotSpeed*skirmish.Dt
	cross := func() {
		two.Y = lane + 100*(now(h)+1-tick)
		h.Step(1)
	}
	for now(h) < 23 {
		cross()
	}
	h.InputAt(p[0], skirmish.Input{Fire: true}, saw)
	for range 6 {
		cross()
	}
	return skirmish.MaxHP - two.HP
}

func TestAShotMeetsWhomItsOwnerSeesItMeet(t *testing.T) {
	for _, tick := range []float64{19, 19.4, 19.75, 21} {
		require.Equal(t, 1, crossing(t, tick, tick-3), "seen to cross after three ticks of flight, at %v", tick)
		require.Zero(t, crossing(t, tick, tick-2), "after two")
		require.Zero(t, crossing(t, tick, tick-4), "after four")
	}
}

// late is a shot of the first, six ticks late, at the second, who stands still and is met two ticks after the shot was
// fired; before changes the second six ticks ahead of it, after right behind it. It returns how often it was hit.
func late(t *testing.T, before, after func(h *harness, p []*game.Player, two *skirmish.Player)) int {
	h, p := duel(t, 2)
	two := h.State().Players[1]
	two.X = 530
	h.Step(10)
	before(h, p, two)
	h.Step(6)
	h.InputAt(p[0], skirmish.Input{Fire: true}, now(h)-6)
	h.Step(1)
	after(h, p, two)
	h.Step(8)
	return skirmish.MaxHP - h.State().Players[1].HP
}

func nothing(*harness, []*game.Player, *skirmish.Player) {}

func TestALateShotHitsWhoStandsStill(t *testing.T) {
	require.Equal(t, 1, late(t, nothing, nothing))
}

func TestALateShotPassesThroughWhoDashedThen(t *testing.T) {
	require.Zero(t, late(t, func(h *harness, _ []*game.Player, two *skirmish.Player) { two.Ghost = h.State().Now + 8 }, nothing))
}

func TestALateShotPassesThroughWhoDashesNow(t *testing.T) {
	require.Zero(t, late(t, nothing, func(h *harness, _ []*game.Player, two *skirmish.Player) { two.Ghost = h.State().Now + 8 }))
}

func TestALateShotDoesNotHurtWhoWasShieldedThen(t *testing.T) {
	require.Zero(t, late(t, func(h *harness, _ []*game.Player, two *skirmish.Player) { two.Safe = h.State().Now + 8 }, nothing))
}

func TestALateShotDoesNotHurtWhoIsShieldedNow(t *testing.T) {
	require.Zero(t, late(t, nothing, func(h *harness, _ []*game.Player, two *skirmish.Player) { two.Safe = h.State().Now + 8 }))
}

func TestWhoHasARespawnBehindItCannotBeHitAtItsOldPlace(t *testing.T) {
	require.Zero(t, late(t, nothing, func(h *harness, p []*game.Player, two *skirmish.Player) {
		two.HP, two.Back = 0, h.State().Now
		h.Input(p[1], skirmish.Input{})
		h.Step(1)
		require.Equal(t, skirmish.MaxHP, two.HP)
		two.Safe = 0
	}))
}

func TestWhoTakesASeatCannotBeHitWhereAnotherSat(t *testing.T) {
	require.Zero(t, late(t, nothing, func(h *harness, p []*game.Player, _ *skirmish.Player) {
		h.Leave(p[1])
		p[1] = h.Join("Bob")
		h.Step(1)
		require.Equal(t, 1, p[1].Seat)
		h.State().Players[1].Safe = 0
	}))
}

func TestLateShotsStopAtWallsAsAllDo(t *testing.T) {
	h, p := duel(t, 2)
	bar := skirmish.Walls[len(skirmish.Walls)-2] // the left one
	two := h.State().Players[1]
	two.X = bar.X - skirmish.PlayerRadius - 1
	h.State().Players[0].X = bar.X + bar.W + skirmish.PlayerRadius + 1
	h.Step(10)
	for range 20 {
		h.InputAt(p[0], skirmish.Input{Aim: math.Pi, Fire: true}, now(h)-3)
		h.Step(1)
	}
	require.NotZero(t, h.State().LastShot)
	require.Equal(t, skirmish.MaxHP, two.HP)
}
