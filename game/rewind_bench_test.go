package game_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/game"
)

// crowds are states of eight players and a dozen shots, by the sort of collection that holds them.
func crowds() map[string]crowdState {
	type row = crowdRow
	keyed, byID := crowdState{}, crowdState{ByID: map[string]*row{}}
	for i := range 20 {
		keyed.Keyed = append(keyed.Keyed, &row{ID: i, Name: "name"})
		byID.ByID[fmt.Sprint("player-", i)] = &row{ID: i, Name: "name"}
	}
	return map[string]crowdState{"keyed": keyed, "map": byID}
}

type crowdState struct {
	Keyed []*crowdRow          `msgpack:"keyed" sync:"key=id"`
	ByID  map[string]*crowdRow `msgpack:"byID"`
}

type crowdRow struct {
	ID           int `msgpack:"id"`
	X, Y, VX, VY float64
	HP, Score    int
	Name         string
}

// change moves all rows, takes the first away and adds one.
func (s *crowdState) change(tick int) {
	for _, r := range s.Keyed {
		r.X += 1.5
	}
	if n := len(s.Keyed); n > 0 {
		first := s.Keyed[0]
		copy(s.Keyed, s.Keyed[1:])
		s.Keyed[n-1] = first
		first.ID = 100 + tick%50
	}
	for _, r := range s.ByID {
		r.X += 1.5
	}
}

func TestKeepingAndLookingBackAllocateNothing(t *testing.T) {
	for name, state := range crowds() {
		past := game.NewPast(reflect.TypeFor[crowdState](), time.Second/2, time.Second/20)
		tick := uint64(0)
		next := func() {
			tick++
			state.change(int(tick))
			past.Keep(tick, &state)
			if tick > 10 {
				for _, back := range []float64{3, 3.25, 5.5, 9.75} {
					if _, ok := past.At(float64(tick) - back); !ok {
						t.Fatal("nothing there")
					}
				}
			}
		}
		for range 100 {
			next()
		}
		require.Zero(t, testing.AllocsPerRun(200, next), name)
	}
}

// BenchmarkKeep is the cost of Kind.Rewind in each tick, BenchmarkBetween that of a moment between two ticks.
func BenchmarkKeep(b *testing.B) {
	for name, state := range crowds() {
		b.Run(name, func(b *testing.B) {
			past := game.NewPast(reflect.TypeFor[crowdState](), time.Second/2, time.Second/20)
			b.ReportAllocs()
			for i := range b.N {
				past.Keep(uint64(i+1), &state)
			}
		})
	}
}

func BenchmarkBetween(b *testing.B) {
	for name, state := range crowds() {
		b.Run(name, func(b *testing.B) {
			past := game.NewPast(reflect.TypeFor[crowdState](), time.Second/2, time.Second/20)
			past.Keep(1, &state)
			b.ReportAllocs()
			for i := range b.N {
				past.Keep(uint64(2+i%2), &state)
				past.At(1.5 + float64(i%2))
			}
		})
	}
}
