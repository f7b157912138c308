package skirmish_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"ninepin/game"
	"ninepin/game/gametest"
	"ninepin/game/skirmish"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type harness = gametest.Harness[skirmish.State, skirmish.Input]

// lane is a straight way across the arena that is free of walls, through the plaza: its y. It is free from x = 330 to 1270.
const lane = skirmish.Height / 2

// duel is a match of people only, who have entered the arena and lost their spawn shields; no pick-ups appear. The first
// player stands at (400, lane), the others 150 units apart to the right.
func duel(t *testing.T, people int) (*harness, []*game.Player) {
	kind := skirmish.Kind()
	kind.Bots = 0
	h := gametest.New[skirmish.State, skirmish.Input](t, kind)
	var players []*game.Player
	for range people {
		players = append(players, h.Join("Ada"))
	}
	h.Step(1)
	h.State().NextItem = 1 << 30
	for i, p := range h.State().Players {
		p.X, p.Y, p.Safe = 400+150*float64(i), lane, 0
	}
	return h, players
}

// steps lets one player do the same for n ticks, while the others send nothing but that they are there.
func steps(h *harness, who *game.Player, in skirmish.Input, n int) {
	for range n {
		h.Input(who, in)
		for _, p := range h.Match.Players() {
			if p.ID != who.ID && !p.Bot {
				h.Input(&p, skirmish.Input{})
			}
		}
		h.Step(1)
	}
}

// args lists the arguments of all events of a name.
func args[T any](h *harness, name string) []T {
	var list []T
	for _, e := range h.Events() {
		if e.Name == name {
			list = append(list, e.Args[0].(T))
		}
	}
	return list
}

func TestShotsFlyTheWayOneAims(t *testing.T) {
	h, p := duel(t, 1)
	steps(h, p[0], skirmish.Input{Aim: 0, Fire: true}, 1)
	steps(h, p[0], skirmish.Input{}, 1)
	shot := h.State().Shots[0]
	require.InDelta(t, 400+2*skirmish.ShotSpeed*skirmish.Dt, shot.X, 1e-9)
	require.InDelta(t, lane, shot.Y, 1e-9)
}

func TestHeldFireShootsOnceInACooldown(t *testing.T) {
	h, p := duel(t, 1)
	steps(h, p[0], skirmish.Input{Fire: true}, 3*skirmish.FireCooldown)
	require.Equal(t, 3, h.State().LastShot)
}

func TestThreeHitsKill(t *testing.T) {
	h, p := duel(t, 2)
	steps(h, p[0], skirmish.Input{Fire: true}, 2*skirmish.FireCooldown)
	steps(h, p[0], skirmish.Input{}, skirmish.FireCooldown)
	require.Equal(t, skirmish.MaxHP-2, h.State().Players[1].HP)
	require.Empty(t, args[skirmish.Kill](h, "kill"))

	steps(h, p[0], skirmish.Input{Fire: true}, skirmish.FireCooldown)
	require.Zero(t, h.State().Players[1].HP)
	require.Equal(t, 1, h.State().Players[0].Kills)
	require.Equal(t, 1, h.State().Players[1].Deaths)
	require.Equal(t, []skirmish.Kill{{By: p[0].Seat, Who: p[1].Seat}}, args[skirmish.Kill](h, "kill"))
}

func TestShotsHitTheFirstInTheirWay(t *testing.T) {
	h, p := duel(t, 3)
	steps(h, p[0], skirmish.Input{Fire: true}, 3*skirmish.FireCooldown)
	require.Less(t, h.State().Players[1].HP, skirmish.MaxHP)
	require.Equal(t, skirmish.MaxHP, h.State().Players[2].HP)
}

func TestShotsStopAtWalls(t *testing.T) {
	h, p := duel(t, 2)
	bar := skirmish.Walls[len(skirmish.Walls)-2] // the left one
	h.State().Players[1].X = bar.X - skirmish.PlayerRadius - 1
	h.State().Players[0].X = bar.X + bar.W + skirmish.PlayerRadius + 1
	for range 40 {
		steps(h, p[0], skirmish.Input{Aim: 3.14159, Fire: true}, 1)
		for _, shot := range h.State().Shots {
			require.Greater(t, shot.X, bar.X+bar.W)
		}
	}
	require.Equal(t, skirmish.MaxHP, h.State().Players[1].HP)
}

func TestShotsNeverJumpOverAPlayer(t *testing.T) {
	h, p := duel(t, 2)
	// A shot makes 41 units in a tick: whatever the distance, and however the other dashes across or along, it hits.
	for d := 60.0; d < 160; d += 3.7 {
		h.State().Players[0].X, h.State().Players[1].X = 400, 400+d
		h.State().Players[1].HP = skirmish.MaxHP
		h.State().Players[0].Reload = 0
		steps(h, p[0], skirmish.Input{Fire: true}, 1)
		steps(h, p[0], skirmish.Input{}, 6)
		require.Equal(t, skirmish.MaxHP-1, h.State().Players[1].HP, "distance %v", d)
	}
}

func TestARunnerDoesNotPassThroughAShot(t *testing.T) {
	h, p := duel(t, 2)
	// Head on both make 57 units in a tick, more than the two together are thick.
	for d := 300.0; d < 360; d += 2.9 {
		one, two := h.State().Players[0], h.State().Players[1]
		one.X, two.X, two.HP, one.Reload = 400, 400+d, skirmish.MaxHP, 0
		h.Input(p[0], skirmish.Input{Fire: true})
		for range 8 {
			h.Input(p[1], skirmish.Input{DX: -1})
			h.Step(1)
		}
		require.Equal(t, skirmish.MaxHP-1, two.HP, "distance %v", d)
	}
}

func TestShotsPassThroughWhoDashes(t *testing.T) {
	h, p := duel(t, 2)
	h.State().Players[1].X = 400 + skirmish.ShotSpeed*skirmish.Dt*2
	h.Input(p[0], skirmish.Input{Fire: true})
	h.Input(p[1], skirmish.Input{DX: -1, Dash: true})
	h.Step(1)
	h.Input(p[1], skirmish.Input{})
	h.Step(1)
	h.Step(3)
	require.Equal(t, skirmish.MaxHP, h.State().Players[1].HP)
}

func TestADashFrozenByHeldBackInputsProtectsNoLonger(t *testing.T) {
	h, p := duel(t, 2)
	h.Input(p[1], skirmish.Input{DY: 1, Dash: true})
	h.Step(skirmish.DashSteps + 1)
	h.State().Players[1].Y = lane
	require.NotZero(t, h.State().Players[1].Dash)
	for range 2 * skirmish.FireCooldown {
		h.Input(p[0], skirmish.Input{Fire: true})
		h.Step(1)
	}
	require.Less(t, h.State().Players[1].HP, skirmish.MaxHP)
}

func TestTheSpawnShieldSwallowsShots(t *testing.T) {
	h, p := duel(t, 2)
	h.State().Players[1].Safe = h.State().Now + skirmish.SafeTicks
	steps(h, p[0], skirmish.Input{Fire: true}, skirmish.SafeTicks-1)
	require.Equal(t, skirmish.MaxHP, h.State().Players[1].HP)
	steps(h, p[0], skirmish.Input{Fire: true}, 2*skirmish.FireCooldown)
	require.Less(t, h.State().Players[1].HP, skirmish.MaxHP)
}

func TestShootingEndsTheSpawnShield(t *testing.T) {
	h, p := duel(t, 1)
	h.State().Players[0].Safe = h.State().Now + skirmish.SafeTicks
	steps(h, p[0], skirmish.Input{Fire: true}, 1)
	require.LessOrEqual(t, h.State().Players[0].Safe, h.State().Now)
}

func TestTheDeadComeBackShieldedAndFarAway(t *testing.T) {
	h, p := duel(t, 2)
	steps(h, p[0], skirmish.Input{Fire: true}, 3*skirmish.FireCooldown)
	two := h.State().Players[1]
	require.Zero(t, two.HP)
	for two.HP == 0 {
		require.Less(t, h.State().Now, two.Back)
		steps(h, p[0], skirmish.Input{}, 1)
	}
	require.Equal(t, skirmish.MaxHP, two.HP)
	require.Equal(t, h.State().Now+skirmish.SafeTicks, two.Safe)
	require.Contains(t, []skirmish.Point{{X: skirmish.Width - 80, Y: 80}, {X: skirmish.Width - 80, Y: skirmish.Height - 80},
		{X: skirmish.Width - 100, Y: lane}}, skirmish.Point{X: two.X, Y: two.Y}, "the other stands on the left")
}

func TestTheDeadWhoSendNothingStayOutUntilTheyDo(t *testing.T) {
	h, p := duel(t, 2)
	two := h.State().Players[1]
	two.HP, two.Back = 0, h.State().Now+skirmish.IdleTicks+2
	h.Step(10 * skirmish.IdleTicks)
	require.Zero(t, two.HP)
	h.Input(p[1], skirmish.Input{})
	h.Step(1)
	require.Equal(t, skirmish.MaxHP, two.HP)
}

func TestAimIsKeptWithinOneTurn(t *testing.T) {
	h, p := duel(t, 1)
	for _, aim := range []float64{2, 2 - 2*math.Pi, 2 + 200*math.Pi} {
		steps(h, p[0], skirmish.Input{Aim: aim}, 1)
		require.InDelta(t, 2, h.State().Players[0].Aim, 1e-9)
	}
}
