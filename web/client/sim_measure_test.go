package client_test

import (
	"maps"
	"math"
	"slices"

	"ninepin/game/skirmish"
)

// figures are what is measured of a page over a span of time.
type figures struct {
	minutes float64

	// Others as they are drawn.
	lag      []float64 // ms: the server's now less the moment drawn
	starved  float64   // share of the pictures that lie beyond the newest state
	backward int       // pictures of a moment before that of the one before
	leaps    []float64 // units: the largest move of another from one picture to the next, less what its speed makes

	// The own player.
	ownLeaps    []float64 // units, as leaps
	corrections int       // times that a prediction was wrong by more than two quanta
	errors      []float64 // units: predictions less what came of them
	missteps    int       // predictions of another dash or another shot than came of them
	latency     []float64 // ms: an input from the page to the step that takes it
	queue       []float64 // inputs that wait before each step
	lost        int       // inputs that were predicted and never sent
	shots       shotFigures

	unlike int // states that are not the server's

	studyLag, studyStarved float64 // what the study's playback would have made of it
}

// quantum is that of positions in a skirmish, units.
const quantum = 0.1

// measure looks at what page i has shown and sent from one time to another, ms.
func (w *world) measure(i int, from, to float64) figures {
	log := &w.pages[i]
	f := figures{minutes: (to - from) / 60_000}
	w.truth.watchPictures(log, from, to, &f)
	f.studyLag, f.studyStarved = log.compare(from, to)
	for _, k := range log.known {
		if m, ok := w.truth.at(k.tick); ok && !(maps.Equal(k.players, m.players) && maps.Equal(k.shots, m.shots)) {
			f.unlike++
		}
	}
	if log.seat >= 0 {
		w.truth.watchInputs(log, from, to, &f)
		f.shots = w.measureShots(i, from, to)
	}
	return f
}

// when is the time of a tick with a fraction, ms. The witness's first state was an old one.
func (tr *truth) when(tick float64) float64 {
	known := tr.ticks[1]
	return known.at + (tick-float64(known.tick))*messageGap
}

func (tr *truth) watchPictures(log *pageLog, from, to float64, f *figures) {
	var last *picture
	starved, n := 0, 0
	for i := range log.pictures {
		p := &log.pictures[i]
		if p.at < from || p.at >= to {
			continue
		}
		n++
		f.lag = append(f.lag, p.at-tr.when(p.tick))
		if p.tick > p.newest {
			starved++
		}
		if last != nil {
			if p.tick < last.tick {
				f.backward++
			}
			f.leaps = append(f.leaps, tr.leap(last, p))
			if log.seat >= 0 {
				f.ownLeaps = append(f.ownLeaps, tr.ownLeap(log.seat, last, p))
			}
		}
		last = p
	}
	f.starved = float64(starved) / float64(n)
}

// leap is the largest move of another between two pictures, less what its own speed makes of the time between them.
func (tr *truth) leap(p, q *picture) (most float64) {
	for _, b := range q.others {
		i := slices.IndexFunc(p.others, func(a seen) bool { return a.id == b.id })
		if i < 0 || b.hp == 0 || p.others[i].hp == 0 {
			continue
		}
		if speed, ok := tr.speed(b.id, int(min(p.tick, q.tick))-4, int(max(p.tick, q.tick))+4); ok {
			most = max(most, b.to(p.others[i].point)-speed*(q.at-p.at)*fastest)
		}
	}
	return most
}

// fastest is how much faster than the match others may be drawn, to make up for a delay.
const fastest = 1.1

// ownLeap is leap for the own player, who is drawn ahead of the server.
func (tr *truth) ownLeap(seat int, p, q *picture) float64 {
	if !p.alive || !q.alive {
		return 0
	}
	last := int(q.newest) + 35
	if q.at-tr.when(q.newest) > 4*messageGap {
		last += 40 // in a pause of the link the page shows what the match does only after it
	}
	speed, ok := tr.speed(seat, int(p.newest)-4, last)
	if !ok {
		return 0
	}
	return q.own.to(p.own) - speed*(q.at-p.at)*fastest
}

// speed is the highest of a player in a span of ticks, units per ms. It is false if it did not live through all of it.
func (tr *truth) speed(seat, first, last int) (float64, bool) {
	if !tr.steady(seat, first, last) {
		return 0, false
	}
	most := 0.0
	for tick := first; tick < last; tick++ {
		a, _ := tr.at(tick)
		b, _ := tr.at(tick + 1)
		most = max(most, a.players[seat].to(b.players[seat].point)/messageGap)
	}
	return most, true
}

// farthest is further than any step leads, units: a longer way is a new place.
const farthest = 60

// steady tells whether a player lives through a span of ticks, in the same round, and goes its way on foot.
func (tr *truth) steady(seat, first, last int) bool {
	before, ok := tr.at(first)
	for tick := first; tick <= last; tick++ {
		m, there := tr.at(tick)
		p := m.players[seat]
		if !ok || !there || p.hp == 0 || m.phase != before.phase || p.to(before.players[seat].point) > farthest {
			return false
		}
		before = m
	}
	return true
}

func (tr *truth) watchInputs(log *pageLog, from, to float64, f *figures) {
	acked, wrong := 0, false
	for _, m := range tr.ticks {
		now := m.acks[log.seat]
		if now < acked || acked == 0 { // a new connection
			acked = now
			continue
		}
		if m.at >= from && m.at < to {
			f.queue = append(f.queue, float64(log.waiting(acked, m.at)))
			for seq := acked + 1; seq <= now; seq++ {
				if in := log.input(seq); in.came > 0 {
					f.latency = append(f.latency, m.at-in.sent)
				} else {
					f.lost++
				}
			}
			if p, ok := log.predicted[log.input(now).aim]; ok && now > acked && tr.steady(log.seat, p.basis, m.tick) {
				e := p.body.to(m.players[log.seat].point)
				if p.steps != m.players[log.seat].steps && m.phase == skirmish.PhasePlay { // nobody foresees the podium
					f.missteps++
				}
				f.errors = append(f.errors, e)
				if e > 2*quantum && !wrong {
					f.corrections++
				}
				wrong = e > 2*quantum
			}
		}
		acked = now
	}
}

func (l *pageLog) input(seq int) input {
	if seq < 1 || seq > len(l.inputs) {
		return input{}
	}
	return l.inputs[seq-1]
}

// waiting is how many inputs after acked have come before a time.
func (l *pageLog) waiting(acked int, at float64) int {
	n := 0
	for seq := acked + 1; seq <= len(l.inputs) && l.input(seq).came <= at; seq++ {
		n++
	}
	return n
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

// percentile returns the value that the share p of all do not exceed.
func percentile(v []float64, p float64) float64 {
	if len(v) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(v))
	return s[min(len(s)-1, int(p*float64(len(s))))]
}

// after is when the first picture was drawn after a time that knew of a tick.
func (l *pageLog) after(at, tick float64) float64 {
	for _, p := range l.pictures {
		if p.at > at && p.newest >= tick {
			return p.at
		}
	}
	return math.Inf(1)
}

// answers returns, of each press of a direction, how many pictures it took until the own player moved on the screen.
func (l *pageLog) answers(from float64) (pictures []float64) {
	for i := 1; i < len(l.pictures); i++ {
		before, p := l.pictures[i-1], l.pictures[i]
		if p.pressed == before.pressed || p.pressed < from || !before.alive || !inTheOpen(before.own) {
			continue
		}
		n := 1
		for j := i; j < len(l.pictures) && l.pictures[j].own.to(before.own) < 0.5; j++ {
			n++
		}
		pictures = append(pictures, float64(n))
	}
	return pictures
}

// inTheOpen tells whether nothing is in the way of a step from a place.
func inTheOpen(p point) bool {
	const reach = skirmish.PlayerRadius + 20
	if p.x < reach || p.y < reach || p.x > skirmish.Width-reach || p.y > skirmish.Height-reach {
		return false
	}
	for _, w := range skirmish.Walls {
		if p.x > w.X-reach && p.x < w.X+w.W+reach && p.y > w.Y-reach && p.y < w.Y+w.H+reach {
			return false
		}
	}
	return true
}
