package skirmish

import (
	"math"
	"slices"
)

// fire lets a player, who sees the world by a lag too late, shoot along its aim, which ends its spawn shield.
func (g *Game) fire(p *Player, lag float64) {
	p.Safe = 0
	g.shoot(p, p.Aim, lag)
	if g.s.Now < p.Triple {
		g.shoot(p, p.Aim-FanAngle, lag)
		g.shoot(p, p.Aim+FanAngle, lag)
	}
}

// shoot adds one shot. It starts at its owner's centre, so that it cannot begin beyond a wall.
func (g *Game) shoot(p *Player, angle, lag float64) {
	g.s.LastShot++
	vx, vy := Velocity(angle)
	g.s.Shots = append(g.s.Shots, &Shot{
		ID: g.s.LastShot, Owner: p.ID, X: p.X, Y: p.Y,
		VX: vx, VY: vy, Until: g.s.Now + ShotTicks, Lag: lag,
	})
}

// Velocity is that of a shot along an angle, in units/s. Sine and cosine are not the same to the last bit in every
// language: over its whole way a client's shot may be off by a billionth of a unit, where a tenth is the least that is
// sent.
func Velocity(angle float64) (vx, vy float64) {
	sin, cos := math.Sincos(angle)
	return cos * ShotSpeed, sin * ShotSpeed
}

// flyShots moves every shot on by one tick, to the first thing in its way.
func (g *Game) flyShots(t *tick) {
	g.s.Shots = slices.DeleteFunc(g.s.Shots, func(shot *Shot) bool {
		dx, dy := shot.VX*Dt, shot.VY*Dt
		way := wallAhead(shot.X, shot.Y, dx, dy, ShotRadius)
		victim, safe := g.firstHit(t, shot, dx, dy, way)
		if victim != nil && !safe {
			g.hit(t, victim, shot.Owner)
		}
		shot.X, shot.Y = shot.X+dx, shot.Y+dy
		return victim != nil || way <= 1 || g.s.Now >= shot.Until
	})
}

// firstHit finds the player that a shot meets first in this tick, if it meets one before it has made the given part of
// its way, and whether a spawn shield keeps that one safe. Both fly: the shot along (dx, dy), the player from where it
// stood before the tick, as the owner sees it. It never is the owner.
func (g *Game) firstHit(t *tick, shot *Shot, dx, dy, way float64) (victim *Player, safe bool) {
	var seen sight
	if shot.Lag != 0 {
		seen = g.sightOf(t, shot.Lag)
	}
	for i, p := range g.s.Players {
		if p.ID == shot.Owner || p.HP == 0 || g.s.Now < p.Ghost {
			continue
		}
		from, to, then, tick := g.from[p.ID], p.at(), p, g.s.Now
		if shot.Lag != 0 {
			var alive bool
			if from, to, then, tick, alive = seen.of(p, i); !alive || tick < then.Ghost {
				continue
			}
		}
		at := meet(shot.X-from.X, shot.Y-from.Y, dx-(to.X-from.X), dy-(to.Y-from.Y), PlayerRadius+ShotRadius)
		if at < way {
			victim, way, safe = p, at, tick < then.Safe || g.s.Now < p.Safe
		}
	}
	return victim, safe
}

// hit lets a shot of owner's work on a player: a picked-up shield swallows it, else it hurts.
func (g *Game) hit(t *tick, p *Player, owner int) {
	if p.Shield > 0 {
		p.Shield--
		return
	}
	p.HP--
	if p.HP > 0 {
		return
	}
	p.Deaths++
	p.Back = g.s.Now + RespawnTicks
	p.Shield, p.Triple, p.Dash = 0, 0, 0
	p.VX, p.VY = 0, 0
	if at, ok := g.s.index(owner); ok {
		g.s.Players[at].Kills++
	}
	t.Emit("kill", Kill{By: owner, Who: p.ID})
}

// beginLives brings back the dead whose time has come. Those who send nothing, away or idle, stay out until they do:
// nobody's score grows on them.
func (g *Game) beginLives(t *tick) {
	s := &g.s
	for _, p := range s.Players {
		if p.HP > 0 || s.Now < p.Back || s.Now-p.Heard > IdleTicks {
			continue
		}
		at := g.farthestSpawn(t.Rand.IntN(len(Spawns)))
		p.Body = Body{X: at.X, Y: at.Y}
		p.Aim = math.Atan2(Height/2-at.Y, Width/2-at.X)
		p.HP, p.Born, p.Safe, p.Back, p.Ghost = MaxHP, s.Now, s.Now+SafeTicks, 0, 0
	}
}

// farthestSpawn is the spawn whose nearest living player is farthest away; of equals the next after first.
func (g *Game) farthestSpawn(first int) Point {
	var best Point
	widest := -1.0
	for i := range Spawns {
		spawn := Spawns[(first+i)%len(Spawns)]
		nearest := math.Inf(1)
		for _, p := range g.s.Players {
			if p.HP > 0 {
				nearest = min(nearest, math.Hypot(p.X-spawn.X, p.Y-spawn.Y))
			}
		}
		if nearest > widest {
			best, widest = spawn, nearest
		}
	}
	return best
}

// meet tells when a point at (x, y), moving by (dx, dy) in a tick, comes within radius of the origin, as a part of the
// tick: 0 to 1, or 2 if it does not.
func meet(x, y, dx, dy, radius float64) float64 {
	c := x*x + y*y - radius*radius
	if c <= 0 {
		return 0
	}
	a, b := dx*dx+dy*dy, x*dx+y*dy
	if root := b*b - a*c; b < 0 && root >= 0 {
		if at := (-b - math.Sqrt(root)) / a; at <= 1 {
			return at
		}
	}
	return 2
}

// wallAhead tells which part of the way (dx, dy) from (x, y) is free of walls for something of the given radius, 0 to 1,
// or 2 if all of it is. Corners count as square, which is a hair stricter than round.
func wallAhead(x, y, dx, dy, radius float64) float64 {
	first := 2.0
	if ex, ey := x+dx, y+dy; ex < radius || ex > Width-radius || ey < radius || ey > Height-radius {
		first = leave(x, y, dx, dy, radius)
	}
	for _, w := range Walls {
		in, out := 0.0, 1.0
		if span(x, dx, w.X-radius, w.X+w.W+radius, &in, &out) && span(y, dy, w.Y-radius, w.Y+w.H+radius, &in, &out) {
			first = min(first, in)
		}
	}
	return first
}

// leave tells at which part of its way something gets to the arena's edge.
func leave(x, y, dx, dy, radius float64) float64 {
	in, out := 0.0, 1.0
	if span(x, dx, radius, Width-radius, &in, &out) && span(y, dy, radius, Height-radius, &in, &out) {
		return out
	}
	return 0
}

// span narrows the part in … out of a way to that which lies between lo and hi in one coordinate; false: nothing is left.
func span(x, d, lo, hi float64, in, out *float64) bool {
	if d == 0 {
		return x > lo && x < hi
	}
	a, b := (lo-x)/d, (hi-x)/d
	if a > b {
		a, b = b, a
	}
	*in, *out = max(*in, a), min(*out, b)
	return *in < *out
}
