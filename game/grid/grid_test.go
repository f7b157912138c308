package grid_test

import (
	"fmt"
	"iter"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"ninepin/game"
	"ninepin/game/grid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type point struct{ X, Y float64 }

func where(p *point) (x, y float64) { return p.X, p.Y }

// small is a world of 4 × 3 cells, the last of each row and column cut.
func small() *grid.Grid[int, point] { return grid.New[int](350, 250, 100, where) }

// cells lists the cells that hold a unit.
func cells[K grid.Key, U any](g *grid.Grid[K, U], all []game.View, key K) []game.View {
	var list []game.View
	for _, v := range all {
		if _, ok := g.Cell(v).Units[key]; ok {
			list = append(list, v)
		}
	}
	return list
}

// views lists the views of a world of so many cells.
func views(cols, rows int) []game.View {
	var list []game.View
	for row := range rows {
		for col := range cols {
			list = append(list, game.View(fmt.Sprintf("cell:%d,%d", col, row)))
		}
	}
	return list
}

func TestAroundNamesTheNineCellsRowByRow(t *testing.T) {
	g := small()
	require.Equal(t, []game.View{
		"cell:0,0", "cell:1,0", "cell:2,0",
		"cell:0,1", "cell:1,1", "cell:2,1",
		"cell:0,2", "cell:1,2", "cell:2,2",
	}, g.Around(100, 199.9))
	require.Equal(t, []game.View{"cell:0,0", "cell:1,0", "cell:0,1", "cell:1,1"}, g.Around(0, 0))
	require.Equal(t, []game.View{"cell:2,1", "cell:3,1", "cell:2,2", "cell:3,2"}, g.Around(350, 250))
}

func TestPlacesOutsideOfTheWorldBelongToTheEdge(t *testing.T) {
	g := small()
	require.Equal(t, g.Around(0, 0), g.Around(-1e300, math.Inf(-1)))
	require.Equal(t, g.Around(350, 250), g.Around(1e300, math.Inf(1)))
	require.Equal(t, g.Around(0, 0), g.Around(math.NaN(), math.NaN()))
}

func TestAppendingToAroundLeavesTheGridAlone(t *testing.T) {
	g := small()
	before := slices.Clone(g.Around(0, 0))
	_ = append(g.Around(0, 0), "hand:ada")
	require.Equal(t, before, g.Around(0, 0))
	require.Len(t, g.Around(150, 0), 6)
}

func TestOtherViewsAreNoCells(t *testing.T) {
	require.Nil(t, small().Cell("hand:ada"))
}

func TestAUnitIsNeverInTwoCellsOrInNone(t *testing.T) {
	g, r := grid.New[int](1000, 1000, 100, where), rand.New(rand.NewPCG(1, 2))
	all := views(10, 10)
	units := map[int]*point{}
	for tick := range 300 {
		for range 3 {
			units[r.IntN(60)] = &point{r.Float64() * 1000, r.Float64() * 1000} // new, or another value under a known key
			delete(units, r.IntN(60))
		}
		for _, u := range units {
			u.X, u.Y = u.X+r.Float64()*120-60, u.Y+r.Float64()*120-60
		}
		g.Assign(maps.All(units))
		for key := range 60 {
			in := cells(g, all, key)
			u, lives := units[key]
			if !lives {
				require.Empty(t, in, "unit %d is gone at tick %d", key, tick)
				continue
			}
			col, row := min(max(int(u.X/100), 0), 9), min(max(int(u.Y/100), 0), 9)
			require.Equal(t, []game.View{game.View(fmt.Sprintf("cell:%d,%d", col, row))}, in)
			require.Same(t, u, g.Cell(in[0]).Units[key])
		}
	}
}

func TestWhatIsNearIsInTheNineCellsAndWhatIsFarIsNot(t *testing.T) {
	g, r := grid.New[int](1000, 1000, 100, where), rand.New(rand.NewPCG(3, 4))
	units := map[int]*point{}
	for key := range 500 {
		units[key] = &point{r.Float64() * 1000, r.Float64() * 1000}
	}
	g.Assign(maps.All(units))
	for range 100 {
		x, y := r.Float64()*1000, r.Float64()*1000
		seen := map[int]*point{}
		for _, v := range g.Around(x, y) {
			maps.Copy(seen, g.Cell(v).Units)
		}
		for key, u := range units {
			inside := math.Abs(math.Floor(u.X/100)-math.Floor(x/100)) <= 1 && math.Abs(math.Floor(u.Y/100)-math.Floor(y/100)) <= 1
			require.Equal(t, inside, seen[key] != nil)
		}
	}
}

func TestTheOrderOfUnitsDoesNotMatter(t *testing.T) {
	list := []int{1, 2, 3, 4, 5}
	units := map[int]*point{1: {10, 10}, 2: {110, 10}, 3: {10, 110}, 4: {340, 240}, 5: {10, 10}}
	in := func(order []int) iter.Seq2[int, *point] {
		return func(yield func(int, *point) bool) {
			for _, key := range order {
				if !yield(key, units[key]) {
					return
				}
			}
		}
	}
	a, b := small(), small()
	a.Assign(in(list))
	slices.Reverse(list)
	b.Assign(in(append(list, 3))) // twice the same is once
	for _, v := range views(4, 3) {
		require.Equal(t, a.Cell(v), b.Cell(v))
	}
}

func TestAssignAllocatesNothingWhileNobodyIsNew(t *testing.T) {
	g, units := small(), map[int]*point{}
	for key := range 100 {
		units[key] = &point{float64(key * 3), float64(key * 2)}
	}
	all := maps.All(units)
	shift := 40.0
	cross := func() {
		for _, u := range units {
			u.X += shift
		}
		shift = -shift
		g.Assign(all)
		for _, u := range units {
			g.Around(u.X, u.Y)
		}
	}
	for range 10 {
		cross()
	}
	require.Zero(t, testing.AllocsPerRun(100, cross))
}

func TestSizesThatMakeNoCellsOrTooManyAreRefused(t *testing.T) {
	for _, s := range [][3]float64{{0, 100, 10}, {100, 100, 0}, {100, 100, -1}, {math.NaN(), 100, 10}, {1e6, 1e6, 1}, {math.Inf(1), 1, 1}} {
		require.Panics(t, func() { grid.New[int](s[0], s[1], s[2], where) }, "%v", s)
	}
}
