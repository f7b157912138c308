package game_test

import (
	"fmt"

	"ninepin/game"
)

// Dots is the whole game: everyone steers a dot.
type Dots struct {
	Dots map[game.PlayerID]*Dot `msgpack:"dots"`
}

type Dot struct{ X, Y int }

type Move struct{ DX, DY int }

func New() *Dots { return &Dots{Dots: map[game.PlayerID]*Dot{}} }

func (d *Dots) Join(p *game.Player) error { d.Dots[p.ID] = &Dot{}; return nil }
func (d *Dots) Leave(p *game.Player)      { delete(d.Dots, p.ID) }
func (d *Dots) State() *Dots              { return d }

func (d *Dots) Update(t *game.Tick[Move]) error {
	for p, move := range t.Inputs() {
		d.Dots[p.ID].X += max(-1, min(move.DX, 1))
		d.Dots[p.ID].Y += max(-1, min(move.DY, 1))
	}
	return nil
}

func Example() {
	dots := game.Define("dots", New) // lobby.ListenAndServe(":3000", dots) puts it on the air

	match := dots.NewMatch("R00M5", 1, nil)
	match.Join(&game.Player{ID: "ada"})
	match.Input("ada", 1, []byte("\x82\xa2DX\x01\xa2DY\xff")) // MessagePack for {DX: 1, DY: -1}
	match.Step()
	fmt.Println(*match.State().(*Dots).Dots["ada"])
	// Output: {1 -1}
}
