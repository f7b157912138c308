package skirmish

import (
	"math"
	"math/rand/v2"

	"ninepin/game"
)

// How well bots play. They are meant to be beaten by someone who has understood the dash.
const (
	botTurn      = 0.3   // radians by which a bot's aim moves in a tick at most: a half turn takes half a second
	botWobble    = 0.16  // radians by which its aim is off at most
	botSteady    = 0.22  // radians off the wanted aim at which it still pulls the trigger
	botTrigger   = 0.72  // part of the time in which it is willing to shoot
	botRange     = 720.0 // units at which it opens fire
	botNear      = 240.0 // units below which it backs away …
	botFar       = 430.0 // … and above which it comes closer
	botGreed     = 520.0 // units within which it goes for a pick-up
	botFear      = 260.0 // units within which it sees a shot coming
	botReflex    = 0.22  // probability, each tick, of dashing away from a shot that will hit
	botDrift     = 14    // ticks for which it strafes to one side
	botBurst     = 11    // ticks for which it makes up its mind whether to shoot
	botWobbles   = 9     // ticks for which it is off in one direction
	botBlindness = 0.35  // part of the time in which it does not lead its aim
)

// Bot implements game.Botter. A bot sees the state and remembers nothing: what looks like a mood (which way it strafes,
// whether it shoots) is drawn from its seat and the time.
func (g *Game) Bot(p *game.Player, rnd *rand.Rand) Input {
	at, ok := g.s.index(p.Seat)
	if !ok || g.s.Players[at].HP == 0 {
		return Input{}
	}
	me := g.s.Players[at]
	foe := g.botFoe(me)
	in := g.botMove(me, foe)
	in.Aim = me.Aim
	if foe != nil && visible(me.at(), foe.at()) {
		want := g.botAim(me, foe)
		in.Aim = turn(me.Aim, want)
		d := distance(me.at(), foe.at())
		in.Fire = g.s.Phase == PhasePlay && d < botRange && math.Abs(wrap(want-in.Aim)) < botSteady &&
			g.mood(me, 1, botBurst) < botTrigger
	} else if in.DX != 0 || in.DY != 0 {
		in.Aim = turn(me.Aim, math.Atan2(in.DY, in.DX))
	}
	if dx, dy, danger := g.botDanger(me); danger && me.Cool == 0 && rnd.Float64() < botReflex {
		in.DX, in.DY, in.Dash = dx, dy, true
	}
	return in
}

// botFoe picks whom to fight: someone near, rather in sight, rather weak, not under the spawn shield.
func (g *Game) botFoe(me *Player) *Player {
	var foe *Player
	least := math.Inf(1)
	for _, p := range g.s.Players {
		if p == me || p.HP == 0 {
			continue
		}
		d := distance(me.at(), p.at()) + 60*float64(p.HP+p.Shield)
		if g.s.Now < p.Safe {
			d += 300
		}
		if !visible(me.at(), p.at()) {
			d += 400
		}
		if d < least {
			foe, least = p, d
		}
	}
	return foe
}

// botMove decides where to walk: to a pick-up worth it, else around the foe, else to the plaza.
func (g *Game) botMove(me, foe *Player) (in Input) {
	if item := g.botItem(me); item != nil {
		in.DX, in.DY = toward(me.at(), Pads[item.ID])
		return in
	}
	if foe == nil {
		in.DX, in.DY = toward(me.at(), Pads[int(g.mood(me, 2, 4*second)*float64(len(Pads)))])
		return in
	}
	if !visible(me.at(), foe.at()) {
		in.DX, in.DY = toward(me.at(), foe.at())
		return in
	}
	d := math.Max(distance(me.at(), foe.at()), 1)
	ux, uy := (foe.X-me.X)/d, (foe.Y-me.Y)/d
	side, in2 := 1.0, 0.0
	if g.mood(me, 3, botDrift) < 0.5 {
		side = -1
	}
	switch {
	case d < botNear:
		in2 = -0.8
	case d > botFar:
		in2 = 0.8
	}
	in.DX, in.DY = ux*in2-uy*side, uy*in2+ux*side
	return in
}

// botItem picks the nearest pick-up that is worth the way; one that is hurt goes farther for a heal.
func (g *Game) botItem(me *Player) *Item {
	var best *Item
	least := botGreed
	for _, item := range g.s.Items {
		d := distance(me.at(), Pads[item.ID])
		switch {
		case item.Kind == ItemHeal && me.HP == MaxHP, item.Kind == ItemShield && me.Shield == ShieldHits:
			continue
		case item.Kind == ItemHeal && me.HP == 1:
			d /= 2
		}
		if d < least {
			best, least = item, d
		}
	}
	return best
}

// botAim is the angle at which a bot would like to shoot: where the foe will be, or is, give or take.
func (g *Game) botAim(me, foe *Player) float64 {
	x, y := foe.X, foe.Y
	if g.mood(me, 4, botBurst) >= botBlindness {
		flight := distance(me.at(), foe.at()) / ShotSpeed
		x, y = x+foe.VX*flight, y+foe.VY*flight
	}
	return math.Atan2(y-me.Y, x-me.X) + botWobble*(2*g.mood(me, 5, botWobbles)-1)
}

// botDanger tells whether a shot is about to hit, and which way leads out of its path.
func (g *Game) botDanger(me *Player) (dx, dy float64, danger bool) {
	for _, s := range g.s.Shots {
		x, y := me.X-s.X, me.Y-s.Y
		along := (x*s.VX + y*s.VY) / ShotSpeed
		across := (x*s.VY - y*s.VX) / ShotSpeed // where the path passes me
		if s.Owner == me.ID || along < 0 || along > botFear || math.Abs(across) > PlayerRadius+ShotRadius {
			continue
		}
		if across < 0 {
			return -s.VY / ShotSpeed, s.VX / ShotSpeed, true
		}
		return s.VY / ShotSpeed, -s.VX / ShotSpeed, true
	}
	return 0, 0, false
}

// mood is a number of 0 to 1 that a bot keeps for the given ticks; trait tells its moods apart.
func (g *Game) mood(me *Player, trait, ticks int) float64 {
	z := uint64(g.s.Now/ticks)<<16 | uint64(trait)<<8 | uint64(me.ID)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9 // the finisher of splitmix64
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return float64((z^z>>31)>>11) / (1 << 53)
}

// turn moves an angle towards another, by botTurn at most.
func turn(from, to float64) float64 {
	return wrap(from + clamp(wrap(math.Mod(to-from, 2*math.Pi)), -botTurn, botTurn))
}

// at is where a player stands.
func (b *Body) at() Point { return Point{b.X, b.Y} }

// distance between two places, in units.
func distance(a, b Point) float64 { return math.Hypot(a.X-b.X, a.Y-b.Y) }
