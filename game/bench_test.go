package game_test

import (
	"fmt"
	"testing"

	"ninepin/game"
)

// arena is about the load of a small action game: eight players, two of eight fields moving.
type arena struct{ state arenaState }

type arenaState struct {
	Players map[game.PlayerID]*pawn `msgpack:"players"`
}

type pawn struct {
	Name   string
	X, Y   float64
	VX, VY float64
	HP     int
	Score  int
	Seat   int
}

func (a *arena) Join(p *game.Player) error {
	a.state.Players[p.ID] = &pawn{Name: p.Name, X: 0.1, HP: 100, Seat: p.Seat}
	return nil
}
func (a *arena) Leave(p *game.Player) { delete(a.state.Players, p.ID) }
func (a *arena) State() *arenaState   { return &a.state }
func (a *arena) Update(t *game.Tick[Move]) error {
	for p, in := range t.Inputs() {
		pawn := a.state.Players[p.ID]
		pawn.X += float64(in.DX) * 0.1
		pawn.Y += float64(in.DY) * 0.1
	}
	return nil
}

// BenchmarkStep is one tick: eight inputs decoded and applied, and the state sent to ten followers, with the SDK, as the
// whole or as patches, or to nobody.
func BenchmarkStep(b *testing.B) {
	kind := game.Define("arena", func() *arena { return &arena{arenaState{map[game.PlayerID]*pawn{}}} })
	for _, mode := range []struct {
		name  string
		bytes func(p *game.Piece) []byte
	}{{"wire", (*game.Piece).Wire}, {"full", (*game.Piece).Full}, {"patch", (*game.Piece).Patch}, {"silent", nil}} {
		b.Run(mode.name, func(b *testing.B) {
			var size int
			cursors := make([]game.Cursor, 10)
			m := kind.NewMatch("m", 1, watch(func(f *game.Frame) {
				for i := range cursors {
					if mode.bytes != nil {
						p, next := f.Next(cursors[i], "")
						size, cursors[i] = len(mode.bytes(p)), next
					}
				}
			}))
			benchmarkSteps(b, m)
			b.ReportMetric(float64(size), "B/frame")
		})
	}
}

func benchmarkSteps(b *testing.B, m *game.Match) {
	var feeds []*game.Feed
	for i := range 8 {
		f, err := m.Feed(join(b, m, game.PlayerID(fmt.Sprint("player-", i))).ID)
		if err != nil {
			b.Fatal(err)
		}
		feeds = append(feeds, f)
	}
	raw := encodeInput(b, Move{1, -1})
	b.ReportAllocs()
	seq := uint32(0)
	for b.Loop() {
		seq++
		for _, f := range feeds {
			if err := f.Put(seq, raw, 0); err != nil {
				b.Fatal(err)
			}
		}
		if err := m.Step(); err != nil {
			b.Fatal(err)
		}
	}
}
