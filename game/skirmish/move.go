package skirmish

import "math"

// Step is what one input does to a player: it moves and maybe fires, at once and from where it then stands. It depends
// on nothing but its arguments and uses only + - * / and square root, so that a client that predicts its own player can
// run the same step in another language and come to the same bits. (The conversions float64(a*b) keep Go from fusing a
// multiplication with an addition where the processor could, which would round differently.) Its twin is
// web/client/src/games/skirmish/move.ts.
//
// Firing is a part of it so that a client knows exactly which of its inputs fire. On the podium nobody can: the input's
// Fire is then to be false.
func Step(b Body, in Input) (after Body, fired bool) {
	b = Move(b, in, Dt)
	if b.Reload > 0 {
		b.Reload--
	}
	if fired = in.Fire && b.Reload == 0; fired {
		b.Reload = FireCooldown
	}
	return b, fired
}

// Move is the movement in a Step of dt seconds: run or dash, and slide along what is in the way.
//
// in is any input, however wild; b must stand clear of walls, and so does the result.
func Move(b Body, in Input, dt float64) Body {
	dx, dy := direction(in)
	if b.Cool > 0 {
		b.Cool--
	}
	if length := math.Sqrt(float64(dx*dx) + float64(dy*dy)); in.Dash && b.Cool == 0 && length >= deadZone {
		b.DashX, b.DashY = dx/length, dy/length
		b.Dash, b.Cool = DashSteps, DashCooldown
	}
	speed := RunSpeed
	if b.Dash > 0 {
		b.Dash--
		dx, dy, speed = b.DashX, b.DashY, DashSpeed
	}
	b.X, b.Y = slide(b.X, b.Y, dx*speed*dt, dy*speed*dt)
	return b
}

// deadZone is the least deflection of the stick that gives a dash its direction; also, nothing is divided by nearly 0.
const deadZone = 0.01

// direction is the stick's vector, shortened to length 1; what is not a number counts as 0.
func direction(in Input) (dx, dy float64) {
	dx, dy = clamp(in.DX, -1, 1), clamp(in.DY, -1, 1)
	if square := float64(dx*dx) + float64(dy*dy); square > 1 {
		length := math.Sqrt(square)
		dx, dy = dx/length, dy/length
	}
	return dx, dy
}

// clamp limits v to lo … hi; NaN becomes 0.
func clamp(v, lo, hi float64) float64 {
	switch {
	case v != v:
		return 0
	case v < lo:
		return lo
	case v > hi:
		return hi
	}
	return v
}

// stride is how far a player moves between two looks at the walls: less than its radius, so that its centre can never
// get into a wall, whatever the speed.
const stride = PlayerRadius / 2

// slide moves a player from (x, y) by (dx, dy), in strides, and pushes it out of the walls after each: what remains of
// the stride is the part along the wall.
func slide(x, y, dx, dy float64) (float64, float64) {
	strides := 1.0
	for distance := math.Sqrt(float64(dx*dx) + float64(dy*dy)); strides*stride < distance; {
		strides++
	}
	dx, dy = dx/strides, dy/strides
	for ; strides > 0; strides-- {
		nx, ny := pushOut(x+dx, y+dy)
		if !isClear(nx, ny) {
			break // wedged between two walls: stay where it was clear
		}
		x, y = nx, ny
	}
	return x, y
}

// pushOut moves a player that overlaps walls by the shortest way out of each.
func pushOut(x, y float64) (float64, float64) {
	x, y = inside(x, y)
	for _, w := range Walls {
		px, py := clamp(x, w.X, w.X+w.W), clamp(y, w.Y, w.Y+w.H) // the wall's point nearest to the centre
		dx, dy := x-px, y-py
		square := float64(dx*dx) + float64(dy*dy)
		if square >= PlayerRadius*PlayerRadius || square == 0 {
			continue
		}
		out := PlayerRadius / math.Sqrt(square)
		x, y = px+float64(dx*out), py+float64(dy*out)
	}
	return inside(x, y)
}

// inside keeps a player within the arena's edge.
func inside(x, y float64) (float64, float64) {
	return clamp(x, PlayerRadius, Width-PlayerRadius), clamp(y, PlayerRadius, Height-PlayerRadius)
}

// slack is how deep rounding may leave a player in a wall, in units.
const slack = 1e-6

// isClear tells whether a player at (x, y) touches no wall.
func isClear(x, y float64) bool {
	for _, w := range Walls {
		dx, dy := x-clamp(x, w.X, w.X+w.W), y-clamp(y, w.Y, w.Y+w.H)
		if float64(dx*dx)+float64(dy*dy) < (PlayerRadius-slack)*(PlayerRadius-slack) {
			return false
		}
	}
	return true
}
