// Package grid cuts a flat world into square cells, each a view of its own, so that a player is sent what is near and
// the encoding is paid for once per cell and not once per player: interest management for a [game.Viewer].
//
//	type Game struct{ cells *grid.Grid[int, Unit]; ... }
//
//	func (g *Game) Update(t *game.Tick[Input]) error {
//		...                                   // the units move
//		g.cells.Assign(maps.All(g.s.Units))
//		return nil
//	}
//	func (g *Game) Views(p *game.Player) []game.View { return g.cells.Around(g.eye(p)) }
//	func (g *Game) View(v game.View) any             { return g.cells.Cell(v) }
//
// A client has a state by the name of each view, and finds the units of all of them in their fields "units". A unit
// that crosses a border leaves one cell and appears in the next within one frame, so a client that sees both never sees
// it twice or not at all. Cells should be at least as wide as a player has to see in each direction: 3×3 of them reach
// one to two cells far.
package grid

import (
	"fmt"
	"iter"
	"math"

	"ninepin/game"
)

// maxCells bounds the memory that a grid can take.
const maxCells = 1 << 16

// Cell is the state of one cell's view.
type Cell[K Key, U any] struct {
	Units map[K]*U `msgpack:"units"`
}

// Key tells units apart, like the keys of a map in a state.
type Key interface {
	~string | ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

// Grid is the cells of one match. It belongs to that match, whose methods are called one at a time; it is not safe for
// concurrent use.
type Grid[K Key, U any] struct {
	size       float64 // of a cell
	cols, rows int
	at         func(*U) (x, y float64)

	cells  []Cell[K, U]        // row by row
	around [][]game.View       // by cell: the views of it and its neighbours
	byView map[game.View]int32 // index in cells
	units  map[K]*unit[U]
	turn   uint64           // counts Assign
	seen   int              // units in the present turn
	put    func(K, *U) bool // place
}

// unit is what the grid remembers of one.
type unit[U any] struct {
	value *U
	cell  int32
	turn  uint64 // the last Assign that had it
}

// New makes the grid of a world from (0, 0) to (width, height) in cells of the given size, all in the game's own units;
// at tells where a unit is. What is outside of the world, or nowhere (NaN), belongs to a cell at the edge. It panics if
// that makes no cells, or more than 65,536.
func New[K Key, U any](width, height, size float64, at func(*U) (x, y float64)) *Grid[K, U] {
	cols, rows := math.Ceil(width/size), math.Ceil(height/size)
	if !(size > 0 && cols >= 1 && rows >= 1 && cols*rows <= maxCells) {
		panic(fmt.Sprintf("grid: a world of %v × %v in cells of %v; use sizes above 0 that make 1 to %d cells", width, height, size, maxCells))
	}
	g := &Grid[K, U]{size: size, cols: int(cols), rows: int(rows), at: at, byView: map[game.View]int32{}, units: map[K]*unit[U]{}}
	g.put = g.place
	n := g.cols * g.rows
	g.cells, g.around = make([]Cell[K, U], n), make([][]game.View, n)
	views := make([]game.View, n)
	for i := range n {
		views[i] = game.View(fmt.Sprintf("cell:%d,%d", i%g.cols, i/g.cols))
		g.cells[i].Units = map[K]*U{}
		g.byView[views[i]] = int32(i)
	}
	for i := range n {
		g.around[i] = g.neighbours(views, i%g.cols, i/g.cols)
	}
	return g
}

// neighbours lists the views of the up to nine cells about one, row by row.
func (g *Grid[K, U]) neighbours(views []game.View, col, row int) []game.View {
	list := make([]game.View, 0, 9)
	for r := max(0, row-1); r <= min(row+1, g.rows-1); r++ {
		list = append(list, views[r*g.cols+max(0, col-1):r*g.cols+min(col+1, g.cols-1)+1]...)
	}
	return list[:len(list):len(list)]
}

// Assign puts each unit into the cell where it is now and takes out those that are not among them any more. Call it at
// the end of each Update, with all units, in any order: which cell has which units does not depend on it. A key that
// comes twice counts as it came last. Nothing is allocated unless units are new or change cells.
func (g *Grid[K, U]) Assign(units iter.Seq2[K, *U]) {
	g.turn++
	g.seen = 0
	units(g.put)
	if g.seen == len(g.units) {
		return
	}
	for key, u := range g.units {
		if u.turn != g.turn {
			delete(g.cells[u.cell].Units, key)
			delete(g.units, key)
		}
	}
}

// place puts one unit into its cell. It is a yield function, made once because each new one would be allocated.
func (g *Grid[K, U]) place(key K, value *U) bool {
	cell := g.index(g.at(value))
	u := g.units[key]
	if u == nil {
		u = &unit[U]{}
		g.units[key] = u
	} else if u.cell != cell {
		delete(g.cells[u.cell].Units, key)
		u.value = nil
	}
	if u.value != value {
		u.value, u.cell = value, cell
		g.cells[cell].Units[key] = value
	}
	if u.turn != g.turn {
		u.turn = g.turn
		g.seen++
	}
	return true
}

// Around returns the views of the cell at a place and of its neighbours, row by row: nine of them, fewer at the edges.
// It is the same list for all places in a cell, and must not be changed; appending to it makes a copy.
func (g *Grid[K, U]) Around(x, y float64) []game.View { return g.around[g.index(x, y)] }

// Cell returns the state of a view that Around has named; nil for other views, so that a game that has more can go on
// looking. It is the grid's own: game code may read it, and finds who is near in the cells of Around.
func (g *Grid[K, U]) Cell(v game.View) *Cell[K, U] {
	if i, ok := g.byView[v]; ok {
		return &g.cells[i]
	}
	return nil
}

// index returns the cell at a place.
func (g *Grid[K, U]) index(x, y float64) int32 {
	return int32(step(y/g.size, g.rows)*g.cols + step(x/g.size, g.cols))
}

// step is a coordinate in cells as an index below n, NaN as 0.
func step(v float64, n int) int {
	switch {
	case !(v > 0):
		return 0
	case v >= float64(n):
		return n - 1
	}
	return int(v)
}
