package statesync_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// The workloads of the targets. arena is W1: eight players whose position changes every tick and whose speed does about
// every fifth, and about four shots that live a second. world is W200: units of eight fields, most of them moving.

const step = 50 * time.Millisecond

type fighter struct {
	X     float64 `msgpack:"x" sync:"q=0.1"`
	Y     float64 `msgpack:"y" sync:"q=0.1"`
	VX    float64 `msgpack:"vx" sync:"q=0.5"`
	VY    float64 `msgpack:"vy" sync:"q=0.5"`
	HP    int     `msgpack:"hp"`
	Score int     `msgpack:"score"`
	Name  string  `msgpack:"name"`
}

type shot struct {
	X     float64 `msgpack:"x" sync:"q=0.1"`
	Y     float64 `msgpack:"y" sync:"q=0.1"`
	VX    float64 `msgpack:"vx" sync:"q=0.5"`
	VY    float64 `msgpack:"vy" sync:"q=0.5"`
	Owner int     `msgpack:"owner"`
	life  int
}

type arena struct {
	Players map[string]*fighter `msgpack:"players"`
	Shots   map[uint32]*shot    `msgpack:"shots"`
	sim     arenaSim
}

type arenaSim struct {
	rand  *rand.Rand
	order []string
	next  uint32
}

const arenaSize = 2000

func newArena(seed uint64) *arena {
	a := &arena{Players: map[string]*fighter{}, Shots: map[uint32]*shot{}}
	a.sim = arenaSim{rand: rand.New(rand.NewPCG(seed, 0)), next: 1}
	for i := range 8 {
		id := fmt.Sprintf("aZ9-k%04d", i)
		p := &fighter{X: a.sim.rand.Float64() * arenaSize, Y: a.sim.rand.Float64() * arenaSize, HP: 100, Name: fmt.Sprintf("player%02d", i)}
		a.turn(p)
		a.sim.order = append(a.sim.order, id)
		a.Players[id] = p
	}
	return a
}

func (a *arena) turn(p *fighter) {
	angle, speed := a.sim.rand.Float64()*2*math.Pi, 250*a.sim.rand.Float64()
	p.VX, p.VY = speed*math.Cos(angle), speed*math.Sin(angle)
}

func (a *arena) step() {
	r, dt := a.sim.rand, step.Seconds()
	for i, id := range a.sim.order {
		p := a.Players[id]
		if r.Float64() < 0.2 {
			a.turn(p)
		}
		p.X, p.VX = bounce(p.X+p.VX*dt, p.VX, arenaSize)
		p.Y, p.VY = bounce(p.Y+p.VY*dt, p.VY, arenaSize)
		if r.Float64() < 0.01 {
			if p.HP -= 10; p.HP <= 0 {
				p.HP = 100
			}
			a.Players[a.sim.order[r.IntN(8)]].Score += 10
		}
		if r.Float64() < 0.2/8 {
			angle := r.Float64() * 2 * math.Pi
			a.Shots[a.sim.next] = &shot{X: p.X, Y: p.Y, VX: 600 * math.Cos(angle), VY: 600 * math.Sin(angle), Owner: i, life: 20}
			a.sim.next++
		}
	}
	for id := range a.Shots {
		s := a.Shots[id]
		s.X += s.VX * dt
		s.Y += s.VY * dt
		if s.life--; s.life <= 0 {
			delete(a.Shots, id)
		}
	}
}

func bounce(x, v, size float64) (float64, float64) {
	if x < 0 || x > size {
		return min(max(x, 0), size), -v
	}
	return x, v
}

type unit struct {
	X     float64 `msgpack:"x" sync:"q=0.1"`
	Y     float64 `msgpack:"y" sync:"q=0.1"`
	VX    float64 `msgpack:"vx" sync:"q=0.5"`
	VY    float64 `msgpack:"vy" sync:"q=0.5"`
	Angle float64 `msgpack:"angle" sync:"q=0.01"`
	HP    int     `msgpack:"hp"`
	Kind  int     `msgpack:"kind"`
	State int     `msgpack:"state"`
	moves bool
}

type world struct {
	Units map[uint32]*unit `msgpack:"units"`
	sim   worldSim
}

type worldSim struct {
	rand  *rand.Rand
	next  uint32
	order []uint32
}

const worldSize = 4000

func newWorld(seed uint64, n int) *world {
	w := &world{Units: map[uint32]*unit{}, sim: worldSim{rand: rand.New(rand.NewPCG(seed, 0)), next: 1}}
	for range n {
		w.spawn()
	}
	return w
}

func (w *world) spawn() {
	r := w.sim.rand
	u := &unit{X: r.Float64() * worldSize, Y: r.Float64() * worldSize, HP: 100, Kind: r.IntN(5), moves: r.Float64() < 0.7}
	if u.moves {
		w.turn(u)
	}
	w.Units[w.sim.next] = u
	w.sim.order = append(w.sim.order, w.sim.next)
	w.sim.next++
}

func (w *world) turn(u *unit) {
	u.Angle = w.sim.rand.Float64()*2*math.Pi - math.Pi
	speed := 50 + 100*w.sim.rand.Float64()
	u.VX, u.VY = speed*math.Cos(u.Angle), speed*math.Sin(u.Angle)
}

func (w *world) step() {
	r, dt := w.sim.rand, step.Seconds()
	dead := -1
	for i, id := range w.sim.order {
		u := w.Units[id]
		switch {
		case u.moves && r.Float64() < 0.015:
			u.moves, u.VX, u.VY = false, 0, 0
		case u.moves && r.Float64() < 0.1, !u.moves && r.Float64() < 0.035:
			u.moves = true
			w.turn(u)
		}
		if u.moves {
			u.X, u.VX = bounce(u.X+u.VX*dt, u.VX, worldSize)
			u.Y, u.VY = bounce(u.Y+u.VY*dt, u.VY, worldSize)
		}
		if r.Float64() < 0.01 {
			if u.HP -= 7; u.HP <= 0 {
				u.HP, dead = 0, i
			}
		}
		if r.Float64() < 0.01 {
			u.State = r.IntN(4)
		}
	}
	if dead >= 0 {
		delete(w.Units, w.sim.order[dead])
		w.sim.order = slices.Delete(w.sim.order, dead, dead+1)
		w.spawn()
	}
}

// The same with prediction. Conversions between struct types ignore tags, so one simulation serves all.

type fighterRated struct {
	X     float64 `msgpack:"x" sync:"q=0.1,rate=VX"`
	Y     float64 `msgpack:"y" sync:"q=0.1,rate=VY"`
	VX    float64 `msgpack:"vx" sync:"q=0.5"`
	VY    float64 `msgpack:"vy" sync:"q=0.5"`
	HP    int     `msgpack:"hp"`
	Score int     `msgpack:"score"`
	Name  string  `msgpack:"name"`
}

type fighterTol struct {
	X     float64 `msgpack:"x" sync:"q=0.1,rate=VX,tol=1"`
	Y     float64 `msgpack:"y" sync:"q=0.1,rate=VY,tol=1"`
	VX    float64 `msgpack:"vx" sync:"q=0.5"`
	VY    float64 `msgpack:"vy" sync:"q=0.5"`
	HP    int     `msgpack:"hp"`
	Score int     `msgpack:"score"`
	Name  string  `msgpack:"name"`
}

type shotRated struct {
	X     float64 `msgpack:"x" sync:"q=0.1,rate=VX"`
	Y     float64 `msgpack:"y" sync:"q=0.1,rate=VY"`
	VX    float64 `msgpack:"vx" sync:"q=0.5"`
	VY    float64 `msgpack:"vy" sync:"q=0.5"`
	Owner int     `msgpack:"owner"`
	life  int
}

type shotTol struct {
	X     float64 `msgpack:"x" sync:"q=0.1,rate=VX,tol=1"`
	Y     float64 `msgpack:"y" sync:"q=0.1,rate=VY,tol=1"`
	VX    float64 `msgpack:"vx" sync:"q=0.5"`
	VY    float64 `msgpack:"vy" sync:"q=0.5"`
	Owner int     `msgpack:"owner"`
	life  int
}

type unitTol struct {
	X     float64 `msgpack:"x" sync:"q=0.1,rate=VX,tol=1"`
	Y     float64 `msgpack:"y" sync:"q=0.1,rate=VY,tol=1"`
	VX    float64 `msgpack:"vx" sync:"q=0.5"`
	VY    float64 `msgpack:"vy" sync:"q=0.5"`
	Angle float64 `msgpack:"angle" sync:"q=0.01"`
	HP    int     `msgpack:"hp"`
	Kind  int     `msgpack:"kind"`
	State int     `msgpack:"state"`
	moves bool
}

type arenaRated struct {
	Players map[string]*fighterRated `msgpack:"players"`
	Shots   map[uint32]*shotRated    `msgpack:"shots"`
}

type arenaTol struct {
	Players map[string]*fighterTol `msgpack:"players"`
	Shots   map[uint32]*shotTol    `msgpack:"shots"`
}

type worldTol struct {
	Units map[uint32]*unitTol `msgpack:"units"`
}

// mirror copies a map of pointers into one of another type; the elements are shared.
func mirror[K comparable, A, B any](to map[K]*B, from map[K]*A, convert func(*A) *B) {
	for k := range to {
		if _, ok := from[k]; !ok {
			delete(to, k)
		}
	}
	for k, v := range from {
		to[k] = convert(v)
	}
}

func (a *arena) rated(to *arenaRated) {
	mirror(to.Players, a.Players, func(p *fighter) *fighterRated { return (*fighterRated)(p) })
	mirror(to.Shots, a.Shots, func(s *shot) *shotRated { return (*shotRated)(s) })
}

func (a *arena) tol(to *arenaTol) {
	mirror(to.Players, a.Players, func(p *fighter) *fighterTol { return (*fighterTol)(p) })
	mirror(to.Shots, a.Shots, func(s *shot) *shotTol { return (*shotTol)(s) })
}

func (w *world) tol(to *worldTol) {
	mirror(to.Units, w.Units, func(u *unit) *unitTol { return (*unitTol)(u) })
}
