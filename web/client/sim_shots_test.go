package client_test

import (
	"math"
	"slices"

	"ninepin/game/skirmish"
)

// shotFigures are what is measured of a page's own shots.
type shotFigures struct {
	shown   int       // that were predicted
	late    int       // that the server made unforeseen
	denied  int       // that were predicted, and whose input did not fire
	waits   []float64 // ms: from the input that fires to the picture that shows the shot
	jumps   []float64 // units: what a shot moved from one picture to the next, less its way, when the server's took over
	hits    int       // that met another on the screen
	granted int       // of these, on the server
}

// track is one shot, from picture to picture.
type track struct {
	shot
	id     int // of the server, as soon as it is known
	first  float64
	target int // seat of the first one met on the screen; -1: none
	met    float64
	ended  bool // at a wall, on the screen
}

// brush is how deep a hit is to be to count, units: what is shown is a tenth of a unit off, and the playhead drifts.
const brush = 6

func (w *world) measureShots(i int, from, to float64) (f shotFigures) {
	log := &w.pages[i]
	tracks := map[int]*track{}
	var last *picture
	for k := range log.pictures {
		p := &log.pictures[k]
		if p.at < from || p.at >= to {
			continue
		}
		for _, s := range p.shots {
			tr := tracks[s.number]
			if tr == nil {
				tracks[s.number] = &track{shot: s, id: s.id, first: p.at, target: -1}
				continue
			}
			if tr.id == 0 && s.id > 0 && last != nil {
				f.jumps = append(f.jumps, math.Abs(s.to(tr.point)-skirmish.ShotSpeed*(p.at-last.at)/1000))
			}
			if tr.target < 0 && !tr.ended && last != nil {
				if tr.ended = blocked(tr.point, s.point); !tr.ended {
					tr.meet(last, p, s)
				}
			}
			tr.shot, tr.id = s, max(tr.id, s.id)
		}
		last = p
	}
	for _, tr := range tracks {
		w.truth.judge(log, tr, from, &f)
	}
	return f
}

// meet looks whether a shot meets somebody between two pictures.
func (t *track) meet(p, q *picture, now shot) {
	for _, b := range q.others {
		i := slices.IndexFunc(p.others, func(a seen) bool { return a.id == b.id })
		if i < 0 || b.hp == 0 || b.dash > 0 || p.others[i].dash > 0 {
			continue
		}
		a := p.others[i]
		const reach = skirmish.PlayerRadius + skirmish.ShotRadius - brush
		if nearest(point{t.x - a.x, t.y - a.y}, point{now.x - b.x, now.y - b.y}) < reach {
			t.target, t.met = b.id, q.at
			return
		}
	}
}

// blocked tells whether a wall is in a shot's way.
func blocked(p, q point) bool {
	n := math.Ceil(p.to(q))
	for i := 0.0; i <= n; i++ {
		t := i / max(n, 1)
		x, y := p.x+(q.x-p.x)*t, p.y+(q.y-p.y)*t
		const r = skirmish.ShotRadius
		if x < r || y < r || x > skirmish.Width-r || y > skirmish.Height-r {
			return true
		}
		for _, w := range skirmish.Walls {
			if x > w.X-r && x < w.X+w.W+r && y > w.Y-r && y < w.Y+w.H+r {
				return true
			}
		}
	}
	return false
}

// nearest is how near the way from p to q comes to the origin.
func nearest(p, q point) float64 {
	dx, dy := q.x-p.x, q.y-p.y
	t := 0.0
	if square := dx*dx + dy*dy; square > 0 {
		t = min(1, max(0, -(p.x*dx+p.y*dy)/square))
	}
	return math.Hypot(p.x+dx*t, p.y+dy*t)
}

// judge compares a shot with what came of it on the server.
func (tr *truth) judge(log *pageLog, t *track, from float64, f *shotFigures) {
	if t.made < 0 {
		f.late++
	}
	if t.made < from {
		return
	}
	f.shown++
	f.waits = append(f.waits, t.first-t.made)
	tick, fired := tr.firedAt(log, t.aim)
	if !fired {
		f.denied++
	}
	meets := tick + int((t.met-t.made)/messageGap)
	if t.target < 0 || t.id == 0 || !tr.vulnerable(t.target, meets-2, meets+1) {
		return
	}
	f.hits++
	if tr.hit(t.id, t.target, tick) {
		f.granted++
	}
}

// firedAt tells in which tick the input with an aim was taken, and whether it has fired. Who died, or for whom the round
// was over, could not know.
func (tr *truth) firedAt(log *pageLog, aim float64) (tick int, fired bool) {
	seq := 1 + slices.IndexFunc(log.inputs, func(in input) bool { return in.aim == aim })
	for i, m := range tr.ticks {
		if seq > 0 && m.acks[log.seat] >= seq && i > 0 {
			steps := m.acks[log.seat] - tr.ticks[i-1].acks[log.seat]
			p := m.players[log.seat]
			return m.tick, p.hp == 0 || m.phase != skirmish.PhasePlay || p.reload() > skirmish.FireCooldown-steps
		}
	}
	return 0, true
}

// vulnerable tells whether a player could be hurt in a span of ticks: alive, out of its spawn shield, not dashing.
func (tr *truth) vulnerable(seat, first, last int) bool {
	for tick := first; tick <= last; tick++ {
		m, ok := tr.at(tick)
		if p := m.players[seat]; !ok || p.hp == 0 || p.dash() > 0 || tick < p.safe+20 {
			return false
		}
	}
	return true
}

// hit tells whether a shot, fired in a tick, has hit a player.
func (tr *truth) hit(id, target, tick int) bool {
	for ; ; tick++ {
		before, _ := tr.at(tick)
		now, ok := tr.at(tick + 1)
		switch {
		case !ok:
			return false
		case before.shots[id] && !now.shots[id]:
			p, q := before.players[target], now.players[target]
			return q.hp+q.shield < p.hp+p.shield
		}
	}
}
