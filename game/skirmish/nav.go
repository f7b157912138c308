package skirmish

import (
	"math"
	"sync"
)

// Bots find their way on a grid: for each pair of cells a table holds the first step of a shortest way. It is made once
// per process, of the walls alone (two thirds of a megabyte, some tens of milliseconds), and never changes.
const (
	cellSize = 50.0 // units
	cols     = int(Width / cellSize)
	rows     = int(Height / cellSize)
	cells    = cols * rows
)

// steps are the eight ways from a cell to a neighbour, and what each costs.
var steps = [8]struct{ dx, dy, cost int }{
	{1, 0, 2}, {0, 1, 2}, {-1, 0, 2}, {0, -1, 2}, {1, 1, 3}, {-1, 1, 3}, {-1, -1, 3}, {1, -1, 3},
}

// navTable holds, by goal and cell, the next cell on the way to the goal; the cell itself where there is none.
type navTable [cells][cells]int16

var nav = sync.OnceValue(func() *navTable {
	var doors [cells][8]bool
	for c := range cells {
		for i := range steps {
			doors[c][i] = open(c, i)
		}
	}
	table := new(navTable)
	for goal := range cells {
		table[goal] = waysTo(nearestFree(goal), &doors)
	}
	return table
})

// neighbour is the cell that step i leads to from c, or comes from if back is -1.
func neighbour(c, i, back int) (n int, ok bool) {
	x, y := c%cols+back*steps[i].dx, c/cols+back*steps[i].dy
	return y*cols + x, x >= 0 && x < cols && y >= 0 && y < rows
}

// open tells whether a player can walk step i from cell c. From a cell whose centre is walled in each way out is open.
func open(c, i int) bool {
	n, ok := neighbour(c, i, 1)
	from, to := centre(c), centre(n)
	return ok && isClear(to.X, to.Y) && (!isClear(from.X, from.Y) || walkable(from, to))
}

// nearestFree is the cell nearest to c in whose centre a player can stand.
func nearestFree(c int) int {
	if at := centre(c); isClear(at.X, at.Y) {
		return c
	}
	best, least := c, math.Inf(1)
	for n := range cells {
		if at := centre(n); isClear(at.X, at.Y) && distance(centre(c), at) < least {
			best, least = n, distance(centre(c), at)
		}
	}
	return best
}

// waysTo finds the first step of a shortest way to goal from each cell: Dijkstra's algorithm outwards from the goal, with
// a bucket for each cost.
func waysTo(goal int, doors *[cells][8]bool) [cells]int16 {
	var next [cells]int16
	var far [cells]int
	for c := range cells {
		next[c], far[c] = int16(c), math.MaxInt32
	}
	far[goal] = 0
	buckets := [][]int{{goal}}
	for cost := 0; cost < len(buckets); cost++ {
		for k := 0; k < len(buckets[cost]); k++ {
			c := buckets[cost][k]
			for i, step := range steps {
				n, ok := neighbour(c, i, -1)
				if !ok || far[c] != cost || !doors[n][i] || far[n] <= cost+step.cost {
					continue
				}
				far[n], next[n] = cost+step.cost, int16(c)
				for len(buckets) <= far[n] {
					buckets = append(buckets, nil)
				}
				buckets[far[n]] = append(buckets[far[n]], n)
			}
		}
	}
	return next
}

// cell is the grid cell of a place.
func cell(p Point) int {
	x := min(max(int(p.X/cellSize), 0), cols-1)
	y := min(max(int(p.Y/cellSize), 0), rows-1)
	return y*cols + x
}

// centre is the middle of a grid cell.
func centre(c int) Point {
	return Point{(float64(c%cols) + 0.5) * cellSize, (float64(c/cols) + 0.5) * cellSize}
}

// walkable tells whether a player can walk straight from a to b.
func walkable(a, b Point) bool {
	return wallAhead(a.X, a.Y, b.X-a.X, b.Y-a.Y, PlayerRadius-slack) > 1
}

// visible tells whether a shot could fly from a to b.
func visible(a, b Point) bool {
	return wallAhead(a.X, a.Y, b.X-a.X, b.Y-a.Y, ShotRadius) > 1
}

// toward is the direction, of length 1, in which to walk from a to get to b: straight if that is possible, else along
// the grid, cutting corners where one can.
func toward(a, b Point) (dx, dy float64) {
	if !walkable(a, b) {
		ways := &nav()[cell(b)]
		at := int(ways[cell(a)])
		for range 6 {
			ahead := int(ways[at])
			if ahead == at || !walkable(a, centre(ahead)) {
				break
			}
			at = ahead
		}
		b = centre(at)
	}
	dx, dy = b.X-a.X, b.Y-a.Y
	if length := math.Hypot(dx, dy); length > 1 {
		return dx / length, dy / length
	}
	return dx, dy
}
