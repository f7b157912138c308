package grid_test

import (
	"fmt"
	"maps"
	"slices"

	"ninepin/game"
	"ninepin/game/grid"
)

// Plain is a world too large to be sent whole: each player sees the cells around its own unit.
type Plain struct {
	units map[game.PlayerID]*Unit
	cells *grid.Grid[game.PlayerID, Unit]
}

type Unit struct {
	X float64 `msgpack:"x" sync:"q=0.1"`
	Y float64 `msgpack:"y" sync:"q=0.1"`
}

type Walk struct{ DX, DY float64 }

// Nothing is the part of the state that everybody sees.
type Nothing struct{}

func NewPlain() *Plain {
	at := func(u *Unit) (x, y float64) { return u.X, u.Y }
	return &Plain{units: map[game.PlayerID]*Unit{}, cells: grid.New[game.PlayerID](4000, 4000, 500, at)}
}

func (g *Plain) Join(p *game.Player) error {
	g.units[p.ID] = &Unit{2000 * float64(p.Seat), 100}
	return nil
}
func (g *Plain) Leave(p *game.Player) { delete(g.units, p.ID) }
func (g *Plain) State() *Nothing      { return &Nothing{} }

func (g *Plain) Update(t *game.Tick[Walk]) error {
	for p, walk := range t.Inputs() {
		g.units[p.ID].X += walk.DX
		g.units[p.ID].Y += walk.DY
	}
	g.cells.Assign(maps.All(g.units))
	return nil
}

// Views implements game.Viewer; spectators see the middle.
func (g *Plain) Views(p *game.Player) []game.View {
	if p == nil || g.units[p.ID] == nil {
		return g.cells.Around(2000, 2000)
	}
	return g.cells.Around(g.units[p.ID].X, g.units[p.ID].Y)
}

// View implements game.Viewer.
func (g *Plain) View(v game.View) any { return g.cells.Cell(v) }

func Example() {
	plain := NewPlain()
	kind := game.Define("plain", func() *Plain { return plain })
	match := kind.NewMatch("R00M5", 1, nil)
	ada, bob := &game.Player{ID: "ada"}, &game.Player{ID: "bob"}
	match.Join(ada)
	match.Join(bob)
	match.Step()

	for _, view := range plain.Views(ada) {
		fmt.Println(view, slices.Collect(maps.Keys(plain.cells.Cell(view).Units)))
	}
	// Output:
	// cell:0,0 [ada]
	// cell:1,0 []
	// cell:0,1 []
	// cell:1,1 []
}
