package grid_test

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"ninepin/game"
	"ninepin/game/grid"
	"ninepin/game/internal/statesync"
)

// The workload of the comparison: 1,000 units of eight fields in 4,000 × 4,000, most of them moving at 50 to 150 units/s,
// 200 of them with a client that sees the 3×3 cells of 500 around it; 20 ticks a second. One operation is one tick.

const (
	benchUnits   = 1000
	benchClients = 200
	benchWorld   = 4000.0
	benchCell    = 500.0
)

type soldier struct {
	X     float64 `msgpack:"x" sync:"q=0.1"`
	Y     float64 `msgpack:"y" sync:"q=0.1"`
	VX    float64 `msgpack:"vx" sync:"q=0.5"`
	VY    float64 `msgpack:"vy" sync:"q=0.5"`
	Angle float64 `msgpack:"angle" sync:"q=0.01"`
	HP    int     `msgpack:"hp"`
	Kind  int     `msgpack:"kind"`
	State int     `msgpack:"state"`
}

type army = grid.Cell[uint32, soldier]

// battle is the simulation; units below benchClients have clients.
type battle struct {
	army
	rand  *rand.Rand
	moves [benchUnits]bool
}

func newBattle() *battle {
	w := &battle{army: army{Units: map[uint32]*soldier{}}, rand: rand.New(rand.NewPCG(3, 0))}
	for i := range uint32(benchUnits) {
		u := &soldier{X: w.rand.Float64() * benchWorld, Y: w.rand.Float64() * benchWorld, HP: 100, Kind: w.rand.IntN(5)}
		w.Units[i] = u
		if w.moves[i] = w.rand.Float64() < 0.7; w.moves[i] {
			w.turn(u)
		}
	}
	return w
}

func (w *battle) turn(u *soldier) {
	u.Angle = w.rand.Float64()*2*math.Pi - math.Pi
	speed := 50 + 100*w.rand.Float64()
	u.VX, u.VY = speed*math.Cos(u.Angle), speed*math.Sin(u.Angle)
}

func (w *battle) step() {
	for i := range uint32(benchUnits) {
		u, r := w.Units[i], w.rand
		switch {
		case w.moves[i] && r.Float64() < 0.015:
			w.moves[i], u.VX, u.VY = false, 0, 0
		case w.moves[i] && r.Float64() < 0.1, !w.moves[i] && r.Float64() < 0.035:
			w.moves[i] = true
			w.turn(u)
		}
		u.X, u.VX = bounce(u.X+u.VX/20, u.VX)
		u.Y, u.VY = bounce(u.Y+u.VY/20, u.VY)
		if r.Float64() < 0.01 {
			u.HP = 1 + (u.HP+92)%100
		}
		if r.Float64() < 0.01 {
			u.State = r.IntN(4)
		}
	}
}

func bounce(x, v float64) (float64, float64) {
	if x < 0 || x > benchWorld {
		return min(max(x, 0), benchWorld), -v
	}
	return x, v
}

func newCells() *grid.Grid[uint32, soldier] {
	return grid.New[uint32](benchWorld, benchWorld, benchCell, func(u *soldier) (x, y float64) { return u.X, u.Y })
}

// must is for errors that the workload cannot have.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// pace runs the ticks; tick returns the bytes that go to all clients. The simulation is not timed.
func pace(b *testing.B, w *battle, tick func(n uint64) int) {
	var busy time.Duration
	bytes, n := 0, uint64(0)
	run := func() {
		w.step()
		n++
		start := time.Now()
		bytes += tick(n)
		busy += time.Since(start)
	}
	for range 100 {
		run() // until everything has grown to its size
	}
	busy, bytes = 0, 0
	for b.Loop() {
		run()
	}
	ticks := float64(b.N)
	b.ReportMetric(0, "ns/op") // it has the simulation in it
	b.ReportMetric(float64(busy.Microseconds())/ticks, "µs/tick")
	b.ReportMetric(float64(bytes)/ticks/benchClients, "B/client")
}

// BenchmarkGrid is the helper at work: assign, encode each cell once, and make one message for each cell that a client
// stands in and for each border that one crosses.
func BenchmarkGrid(b *testing.B) {
	w, cells, stream := newBattle(), newCells(), statesync.NewStream(statesync.NewPlans(50*time.Millisecond))
	at := func(i uint32) []game.View { return cells.Around(w.Units[i].X, w.Units[i].Y) }
	type list = *game.View // the first one of what Around returns, which is the same for all places in a cell
	views := map[list][]*statesync.View{}
	var all []*statesync.View
	for i := range 64 {
		names := cells.Around(benchCell*float64(i%8), benchCell*float64(i/8))
		for _, name := range names {
			views[&names[0]] = append(views[&names[0]], stream.View(string(name)))
		}
		all = append(all, stream.View(fmt.Sprintf("cell:%d,%d", i%8, i/8)))
	}
	var was [benchClients]list
	made := map[[2]list]int{} // the sizes of this tick's messages
	var buf []byte
	var assign time.Duration
	pace(b, w, func(n uint64) int {
		start := time.Now()
		cells.Assign(maps.All(w.Units))
		assign += time.Since(start)
		stream.Advance(n)
		for _, v := range all {
			must(v.Update(cells.Cell(game.View(v.Name()))))
		}
		clear(made)
		bytes := 0
		for i := range was {
			from, to := was[i], &at(uint32(i))[0]
			was[i] = to
			size, ok := made[[2]list{from, to}]
			if !ok {
				switch {
				case from == nil:
					buf = stream.Keyframe(stream.Prelude(buf[:0], views[to], nil), views[to]...)
				case from == to:
					buf = stream.Delta(buf[:0], views[to]...)
				default:
					buf = stream.Switch(buf[:0], views[from], views[to])
				}
				size = len(buf)
				made[[2]list{from, to}] = size
			}
			bytes += size
		}
		return bytes
	})
	b.ReportMetric(float64(assign.Microseconds())/float64(b.N+100), "µs-assign/tick")
}

// BenchmarkPerClient gives each client a view of its own, with the same units in it.
func BenchmarkPerClient(b *testing.B) {
	w, cells, stream := newBattle(), newCells(), statesync.NewStream(statesync.NewPlans(50*time.Millisecond))
	var views [benchClients]*statesync.View
	var near [benchClients]army
	for i := range views {
		views[i], near[i].Units = stream.View(fmt.Sprint(i)), map[uint32]*soldier{}
	}
	var buf []byte
	pace(b, w, func(n uint64) int {
		cells.Assign(maps.All(w.Units))
		stream.Advance(n)
		bytes := 0
		for i, v := range views {
			clear(near[i].Units)
			u := w.Units[uint32(i)]
			for _, name := range cells.Around(u.X, u.Y) {
				maps.Copy(near[i].Units, cells.Cell(name).Units)
			}
			must(v.Update(&near[i]))
			buf = stream.Delta(buf[:0], v)
			bytes += len(buf)
		}
		return bytes
	})
}

// BenchmarkOneStream sends everything to everybody.
func BenchmarkOneStream(b *testing.B) {
	w, stream := newBattle(), statesync.NewStream(statesync.NewPlans(50*time.Millisecond))
	var buf []byte
	v := stream.View("")
	pace(b, w, func(n uint64) int {
		stream.Advance(n)
		must(v.Update(&w.army))
		buf = stream.Delta(buf[:0], v)
		return len(buf) * benchClients
	})
}
