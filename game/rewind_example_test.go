package game_test

import (
	"fmt"
	"math"
	"time"

	"github.com/vmihailenco/msgpack/v5"

	"ninepin/game"
)

// Gallery is a shooting gallery: a duck swims by, ten units a tick, and players shoot at places.
type Gallery struct{ gallery GalleryState }

type GalleryState struct {
	Duck float64
	Hits int
}

type Aim struct{ At float64 }

func (g *Gallery) Join(*game.Player) error { return nil }
func (g *Gallery) Leave(*game.Player)      {}
func (g *Gallery) State() *GalleryState    { return &g.gallery }

// Update judges each shot by the duck that the player saw.
func (g *Gallery) Update(t *game.Tick[Aim]) error {
	for p, aim := range t.Inputs() {
		world, ok := game.Rewind[GalleryState](t, p)
		if !ok {
			world = &g.gallery
		}
		if math.Abs(world.Duck-aim.At) < 1 {
			g.gallery.Hits++
		}
	}
	g.gallery.Duck += 10
	return nil
}

func ExampleRewind() {
	kind := game.Define("gallery", func() *Gallery { return new(Gallery) })
	kind.Rewind = 500 * time.Millisecond
	m := kind.NewMatch("M", 1, nil)
	_ = m.Join(&game.Player{ID: "ann"})
	shoot := func(seq uint32, at, saw float64) {
		raw, _ := msgpack.Marshal(Aim{At: at})
		_ = m.InputAt("ann", seq, raw, saw)
		_ = m.Step()
		fmt.Println(m.State().(*GalleryState).Hits)
	}
	for range 20 {
		_ = m.Step()
	}
	shoot(1, 165, 16.5) // Ann's picture is late: of tick 16 and a half
	shoot(2, 165, 21)   // she sees the present, and there is no duck any more
	shoot(3, 50, 5)     // so late nobody is
	// Output:
	// 1
	// 1
	// 1
}
