package skirmish

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"ninepin/game"
)

// Rules are what a room may change. Zero fields take the constants of the same name.
type Rules struct {
	KillsToWin  int // kills
	RoundTicks  int // ticks
	PodiumTicks int // ticks
}

// Kind is the game as it is meant to be.
func Kind() *game.Kind {
	return KindWith(Rules{})
}

// KindWith is the game with other rules, for short rounds and for tests.
func KindWith(r Rules) *game.Kind {
	r.KillsToWin = cmp.Or(r.KillsToWin, KillsToWin)
	r.RoundTicks = cmp.Or(r.RoundTicks, RoundTicks)
	r.PodiumTicks = cmp.Or(r.PodiumTicks, PodiumTicks)
	nav() // now, while nobody waits for a tick
	k := game.Define("skirmish", func() *Game { return &Game{rules: r} })
	k.Title = "Skirmish"
	k.TickRate = TickRate
	k.MinPlayers, k.MaxPlayers, k.Bots = MinPlayers, MaxPlayers, FillBots
	k.Rewind = MaxLag
	return k
}

// Game is one room's match: rounds and podiums in turn, for as long as someone is there. It is not safe for concurrent
// use; its match calls it.
type Game struct {
	rules Rules
	s     State
	from  [MaxPlayers]Point // where each seat stood before this tick's inputs
}

// tick is what this game sees of a step.
type tick = game.Tick[Input]

// State implements game.Game.
func (g *Game) State() *State { return &g.s }

// Join seats a fighter, who enters with the next tick, in the middle of a round as well.
func (g *Game) Join(p *game.Player) error {
	if p.Seat >= MaxPlayers {
		return fmt.Errorf("skirmish: the arena holds %d; set Kind.MaxPlayers to that or less", MaxPlayers)
	}
	at, _ := g.s.index(p.Seat)
	g.s.Players = slices.Insert(g.s.Players, at, &Player{ID: p.Seat, Back: g.s.Now, Heard: g.s.Now})
	return nil
}

// Leave takes a fighter and its shots out of the arena.
func (g *Game) Leave(p *game.Player) {
	if at, ok := g.s.index(p.Seat); ok {
		g.s.Players = slices.Delete(g.s.Players, at, at+1)
	}
	g.s.Shots = slices.DeleteFunc(g.s.Shots, func(s *Shot) bool { return s.Owner == p.Seat })
}

// Update is one tick. What players do at once is judged in this order: all move and fire, all shots fly, pick-ups are
// taken, the round may end, lives begin.
func (g *Game) Update(t *tick) error {
	g.s.Now = int(t.Number)
	for _, p := range g.s.Players {
		g.from[p.ID] = Point{p.X, p.Y}
	}
	for p, in := range t.Inputs() {
		if at, ok := g.s.index(p.Seat); ok {
			g.act(g.s.Players[at], in, g.lag(t, p))
		}
	}
	for _, p := range g.s.Players {
		p.VX, p.VY = (p.X-g.from[p.ID].X)/Dt, (p.Y-g.from[p.ID].Y)/Dt
	}
	g.flyShots(t)
	g.takeItems(t)
	g.turnPhase(t)
	g.beginLives(t)
	g.placeItem(t)
	return nil
}

// act does what one player wants, who sees the world by a lag too late.
func (g *Game) act(p *Player, in Input, lag float64) {
	p.Heard = g.s.Now
	if p.HP == 0 {
		return
	}
	p.Aim = wrap(math.Mod(in.Aim, 2*math.Pi)) // a match takes no NaN or Inf from anybody
	in.Fire = in.Fire && g.s.Phase == PhasePlay
	var fired bool
	p.Body, fired = Step(p.Body, in)
	if p.Cool == DashCooldown { // a dash has begun
		p.Ghost = g.s.Now + DashSteps
	}
	if fired {
		g.fire(p, lag)
	}
}

// wrap brings an angle of less than two turns to -π … π.
func wrap(a float64) float64 {
	switch {
	case a > math.Pi:
		return a - 2*math.Pi
	case a < -math.Pi:
		return a + 2*math.Pi
	}
	return a
}

// turnPhase ends the phase whose time has come.
func (g *Game) turnPhase(t *tick) {
	switch s := &g.s; {
	case s.Round == 0 || s.Phase == PhasePodium && s.Now >= s.End:
		g.beginRound(t)
	case s.Phase == PhasePlay && (s.Now >= s.End || s.best() >= s.Goal):
		g.endRound(t)
	}
}

// beginRound starts a round: everybody anew, in the seats they have.
func (g *Game) beginRound(t *tick) {
	s := &g.s
	s.Phase, s.End, s.Goal = PhasePlay, s.Now+g.rules.RoundTicks, g.rules.KillsToWin
	s.Round++
	s.LastShot, s.NextItem = 0, s.Now+ItemEvery
	for _, p := range s.Players {
		*p = Player{ID: p.ID, Back: s.Now, Heard: p.Heard}
	}
	t.Emit("phase", Phase{Phase: s.Phase, Round: s.Round, Winners: []int{}})
}

// endRound clears the arena and ranks the players: more kills first, then fewer deaths; equals share a place.
func (g *Game) endRound(t *tick) {
	s := &g.s
	s.Phase, s.End = PhasePodium, s.Now+g.rules.PodiumTicks
	s.Shots, s.Items = nil, nil
	winners := []int{}
	for _, p := range s.Players {
		p.Place = 1
		for _, q := range s.Players {
			if q.Kills > p.Kills || q.Kills == p.Kills && q.Deaths < p.Deaths {
				p.Place++
			}
		}
		if p.Place == 1 {
			winners = append(winners, p.ID)
		}
	}
	t.Emit("phase", Phase{Phase: s.Phase, Round: s.Round, Winners: winners})
}

// best is the highest number of kills.
func (s *State) best() int {
	best := 0
	for _, p := range s.Players {
		best = max(best, p.Kills)
	}
	return best
}

// index finds a seat in Players, or where it would be.
func (s *State) index(seat int) (int, bool) {
	return slices.BinarySearchFunc(s.Players, seat, func(p *Player, seat int) int { return p.ID - seat })
}
