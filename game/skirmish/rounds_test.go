package skirmish_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/game"
	"ninepin/game/gametest"
	"ninepin/game/skirmish"
)

func newMatch(t *testing.T, rules skirmish.Rules, seed uint64) *harness {
	return gametest.New[skirmish.State, skirmish.Input](t, skirmish.KindWith(rules), seed)
}

func TestARoundOfBotsAlwaysEnds(t *testing.T) {
	for seed := range uint64(6) {
		h := newMatch(t, skirmish.Rules{}, seed)
		for h.Step(1); h.State().Phase == skirmish.PhasePlay; h.Step(1) {
			require.LessOrEqual(t, h.State().Now, 1+skirmish.RoundTicks)
		}
		require.Len(t, h.State().Players, skirmish.FillBots)
		require.NotEmpty(t, args[skirmish.Kill](h, "kill"))
	}
}

// How a round feels, in figures: change them knowingly.
func TestBotsPlayAtTheIntendedPace(t *testing.T) {
	const rounds = 20
	ticks, kills := 0, 0
	for seed := range uint64(rounds) {
		h := newMatch(t, skirmish.Rules{}, seed)
		for h.Step(1); h.State().Phase == skirmish.PhasePlay; h.Step(1) {
			ticks++
		}
		kills += len(args[skirmish.Kill](h, "kill"))
	}
	seconds := float64(ticks) / skirmish.TickRate
	require.InDelta(t, 155, seconds/rounds, 8, "seconds a round")
	require.InDelta(t, 17, 60*float64(kills)/seconds, 1, "kills a minute")
}

// fingerprint is everything of a match that matters.
func fingerprint(t *testing.T, h *harness) string {
	b, err := json.Marshal(h.State())
	require.NoError(t, err)
	return string(b)
}

// played runs two rounds and a bit with bots and a person who sends wild inputs, joins late and leaves early.
func played(t *testing.T, seed uint64) *harness {
	h := newMatch(t, skirmish.Rules{RoundTicks: 70, PodiumTicks: 10}, seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	h.Step(20)
	p := h.Join("Ada")
	for range 130 {
		in := wild(rnd)
		for _, v := range []*float64{&in.DX, &in.DY, &in.Aim} {
			if math.IsNaN(*v) || math.IsInf(*v, 0) {
				*v = 0 // refused before the game sees it
			}
		}
		h.InputAt(p, in, float64(h.State().Now)-12*rnd.Float64())
		h.Step(1)
	}
	h.Leave(p)
	h.Step(30)
	return h
}

func TestTheSameSeedAndInputsGiveTheSameMatch(t *testing.T) {
	want := fingerprint(t, played(t, 7))
	for range 100 {
		require.Equal(t, want, fingerprint(t, played(t, 7)))
	}
	require.NotEqual(t, want, fingerprint(t, played(t, 8)))
}

func TestNobodyEverStandsInAWall(t *testing.T) {
	for seed := range uint64(5) {
		h := newMatch(t, skirmish.Rules{RoundTicks: 300, PodiumTicks: 20}, seed)
		p := h.Join("Ada")
		rnd := rand.New(rand.NewPCG(seed, 0))
		for range 700 {
			h.Input(p, skirmish.Input{DX: 1e9 * (rnd.Float64() - 0.5), DY: 2*rnd.Float64() - 1, Aim: 1e9 * rnd.Float64(), Fire: true, Dash: true})
			h.Step(1)
			for _, q := range h.State().Players {
				require.LessOrEqual(t, inWall(q.X, q.Y), 1e-6)
			}
		}
	}
}

func TestShotsNeverHitTheirOwner(t *testing.T) {
	h, p := duel(t, 1)
	rnd := rand.New(rand.NewPCG(1, 1))
	h.State().Players[0].Triple = 1 << 30
	for range 2000 {
		angle := rnd.Float64() * 7
		h.Input(p[0], skirmish.Input{DX: math.Cos(angle), DY: math.Sin(angle), Aim: angle, Fire: true, Dash: true}) // dashes after its shots
		h.Step(1)
		require.Equal(t, skirmish.MaxHP, h.State().Players[0].HP)
	}
}

func TestTheGoalEndsTheRound(t *testing.T) {
	h, p := duel(t, 2)
	h.State().Players[0].Kills = skirmish.KillsToWin - 1
	steps(h, p[0], skirmish.Input{Fire: true}, 3*skirmish.FireCooldown)
	require.Equal(t, skirmish.PhasePodium, h.State().Phase)
	require.Equal(t, 1, h.State().Players[0].Place)
	require.Equal(t, 2, h.State().Players[1].Place)
	phases := args[skirmish.Phase](h, "phase")
	require.Equal(t, skirmish.Phase{Phase: skirmish.PhasePodium, Round: 1, Winners: []int{p[0].Seat}}, phases[len(phases)-1])
}

func TestTimeEndsTheRound(t *testing.T) {
	h, _ := duel(t, 2)
	h.Step(skirmish.RoundTicks - 1)
	require.Equal(t, skirmish.PhasePlay, h.State().Phase)
	h.Step(1)
	require.Equal(t, skirmish.PhasePodium, h.State().Phase)
}

func TestFewerDeathsBreakATieAndEqualsShareAPlace(t *testing.T) {
	h, _ := duel(t, 4)
	for i, kd := range [][2]int{{3, 5}, {3, 2}, {3, 5}, {4, 9}} {
		h.State().Players[i].Kills, h.State().Players[i].Deaths = kd[0], kd[1]
	}
	h.State().End = h.State().Now + 1
	h.Step(1)
	var places []int
	for _, p := range h.State().Players {
		places = append(places, p.Place)
	}
	require.Equal(t, []int{3, 2, 3, 1}, places)
}

func TestNobodyIsHurtOnThePodium(t *testing.T) {
	h, p := duel(t, 2)
	steps(h, p[0], skirmish.Input{Fire: true}, 1)
	h.State().End = h.State().Now + 1
	steps(h, p[0], skirmish.Input{Fire: true}, 3*skirmish.FireCooldown)
	require.Empty(t, h.State().Shots)
	require.Equal(t, skirmish.MaxHP, h.State().Players[1].HP)
}

func TestAfterThePodiumTheNextRoundBeginsInTheSameSeats(t *testing.T) {
	h, p := duel(t, 2)
	h.State().Players[0].Kills = 5
	h.State().End = h.State().Now + 1
	steps(h, p[0], skirmish.Input{}, skirmish.PodiumTicks)
	require.Equal(t, skirmish.PhasePodium, h.State().Phase)
	steps(h, p[0], skirmish.Input{}, 1)
	require.Equal(t, skirmish.PhasePlay, h.State().Phase)
	require.Equal(t, 2, h.State().Round)
	for i, q := range h.State().Players {
		require.Equal(t, p[i].Seat, q.ID)
		require.Equal(t, skirmish.MaxHP, q.HP)
		require.Zero(t, q.Kills+q.Deaths+q.Place)
	}
}

func TestAPersonReplacesABotInTheMiddleOfARound(t *testing.T) {
	h := newMatch(t, skirmish.Rules{}, 1)
	h.Step(200)
	p := h.Join("Ada")
	h.Step(1)
	require.Len(t, h.State().Players, skirmish.FillBots)
	me := h.State().Players[p.Seat]
	require.Equal(t, p.Seat, me.ID)
	require.Equal(t, skirmish.MaxHP, me.HP)
	require.Zero(t, me.Kills+me.Deaths)
}

func TestWhoLeavesTakesItsShotsAlong(t *testing.T) {
	h, p := duel(t, 2)
	steps(h, p[0], skirmish.Input{Aim: -1, Fire: true}, 2)
	steps(h, p[1], skirmish.Input{Aim: 2, Fire: true}, 2)
	h.Leave(p[0])
	h.Step(1)
	require.Len(t, h.State().Players, 1)
	require.Equal(t, p[1].Seat, h.State().Players[0].ID)
	for _, shot := range h.State().Shots {
		require.Equal(t, p[1].Seat, shot.Owner)
	}
	require.NotEmpty(t, h.State().Shots)
}

func TestEightFindRoomAndTheNinthDoesNot(t *testing.T) {
	h, _ := duel(t, 8)
	require.Len(t, h.State().Players, 8)
	_, err := h.TryJoin("Iris")
	require.ErrorIs(t, err, game.ErrFull)
}

func TestAllEightEnterAtDifferentPlaces(t *testing.T) {
	kind := skirmish.Kind()
	kind.Bots = 8
	h := gametest.New[skirmish.State, skirmish.Input](t, kind)
	h.Step(1)
	places := map[string]bool{}
	for _, p := range h.State().Players {
		places[fmt.Sprint(p.X, p.Y)] = true
	}
	require.Len(t, places, 8)
}

func TestBotsFindWhoHides(t *testing.T) {
	for _, hideout := range skirmish.Spawns {
		h := newMatch(t, skirmish.Rules{}, 3)
		p := h.Join("Ada")
		h.Step(1)
		me := h.State().Players[p.Seat]
		me.X, me.Y = hideout.X, hideout.Y
		for range 60 * skirmish.TickRate {
			if h.Step(1); me.HP < skirmish.MaxHP {
				break
			}
		}
		require.Less(t, me.HP, skirmish.MaxHP, "at %v", hideout)
	}
}
