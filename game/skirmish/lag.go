package skirmish

import (
	"math"

	"ninepin/game"
)

// A shot is judged by the world that its owner sees, which lies back by the shot's lag for as long as it flies: it hits
// whom it meets there, by the way that one made in that tick. Walls do not move. Who could not be hurt then, or cannot
// now, is not: who dashed lets it pass, a spawn shield swallows it. Nor is who was dead then, or has died and come back
// since: another life is another target. The other side of it: one may be hit up to half a second after one has run
// behind a wall, by somebody who is that late. Whoever is later still is judged as if it were half a second late: not
// quite what it sees, but nearer to it than the present. Bots and those who do not say what they see have no lag.

// lag is by how many ticks the world that a player sees lies behind the one before this tick, MaxLag at most.
func (g *Game) lag(t *tick, p *game.Player) float64 {
	saw, _ := t.Saw(p) // refused: the furthest that is granted
	if saw == 0 {
		return 0
	}
	return float64(g.s.Now-1) - saw
}

// sight is the world in which a shot flies in this tick, seen from a tick on to the next.
type sight struct {
	worlds [3]*State // of the whole ticks around that time; the third may be the present one
	last   int       // the tick of the third
	part   float64   // where between two ticks it lies
}

// sightOf is the world as it was a lag ago, which is not 0.
func (g *Game) sightOf(t *tick, lag float64) sight {
	at := float64(g.s.Now-1) - lag
	first := math.Floor(at)
	s := sight{last: int(first) + 2, part: at - first}
	for i := range s.worlds {
		if tick := first + float64(i); tick < float64(g.s.Now) {
			s.worlds[i], _ = game.RewindTo[State](t, tick)
		} else {
			s.worlds[i] = &g.s
		}
	}
	return s
}

// of returns from where to where a player, who now is the i-th, went, and how it was in the tick to which most of that
// belongs; false if this life was none then.
func (s *sight) of(p *Player, i int) (from, to Point, then *Player, tick int, ok bool) {
	var rows [3]*Player
	for k, w := range s.worlds {
		if w == nil {
			return from, to, nil, 0, false
		}
		at, ok := i, true
		if i >= len(w.Players) || w.Players[i].ID != p.ID { // somebody has come or gone since
			at, ok = w.index(p.ID)
		}
		if !ok || w.Players[at].Born != p.Born || w.Players[at].HP == 0 {
			return from, to, nil, 0, false
		}
		rows[k] = w.Players[at]
	}
	then, tick = rows[1], s.last-1
	if s.part >= 0.5 {
		then, tick = rows[2], s.last
	}
	return between(rows[0], rows[1], s.part), between(rows[1], rows[2], s.part), then, tick, true
}

// between is the place at a part of the way from one body to another.
func between(a, b *Player, part float64) Point {
	return Point{a.X + (b.X-a.X)*part, a.Y + (b.Y-a.Y)*part}
}
