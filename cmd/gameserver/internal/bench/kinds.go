package bench

import (
	"strconv"

	"ninepin/game"
)

// Names of the kinds.
const (
	arenaName = "bench-w1"
	wallName  = "bench-w2"
)

// Kinds returns the games of the scenarios W1 and W2, which a server must offer to be measured.
func Kinds() []*game.Kind {
	arena := game.Define(arenaName, func() *Arena { return new(Arena) })
	arena.Title, arena.Grace = "Load W1", 0
	wall := game.Define(wallName, func() *Wall { return new(Wall) })
	wall.Title, wall.Grace, wall.MinPlayers, wall.MaxPlayers = "Load W2", 0, 0, 1
	return []*game.Kind{arena, wall}
}

// Sizes of the Arena.
const (
	arenaSize = 2000.0 // units
	topSpeed  = 250    // of players, units/s along each axis
	shotSpeed = 600.0  // units/s
	shotLife  = 20     // ticks
	fullHP    = 100
)

// Arena is the game of W1: players drift at the speed that their inputs say, and shoot.
type Arena struct{ state ArenaState }

// ArenaState is the state of W1: in each tick all positions change, about every fifth velocity, hit points and scores
// seldom.
type ArenaState struct {
	Players []*Fighter `msgpack:"players" sync:"key=seat"` // by seat, ascending
	Shots   []*Shot    `msgpack:"shots" sync:"key=id"`     // in the order they were fired

	LastShot int `msgpack:"last" sync:"-"` // id
}

// Fighter is one seat's player.
type Fighter struct {
	Seat  int     `msgpack:"seat"`
	X     float64 `msgpack:"x" sync:"q=0.1"` // units
	Y     float64 `msgpack:"y" sync:"q=0.1"`
	VX    float64 `msgpack:"vx" sync:"q=0.5"` // units/s
	VY    float64 `msgpack:"vy" sync:"q=0.5"`
	HP    int     `msgpack:"hp"`
	Score int     `msgpack:"score"`
	Name  string  `msgpack:"name"` // eight characters
}

// Shot flies for a second.
type Shot struct {
	ID    int     `msgpack:"id"`
	X     float64 `msgpack:"x" sync:"q=0.1"`
	Y     float64 `msgpack:"y" sync:"q=0.1"`
	VX    float64 `msgpack:"vx" sync:"q=0.5"`
	VY    float64 `msgpack:"vy" sync:"q=0.5"`
	Owner int     `msgpack:"owner"`         // seat
	Life  int     `msgpack:"life" sync:"-"` // ticks left
}

// ArenaInput is the velocity that a player wants, in units/s, and whether to fire. It is small, as inputs are.
type ArenaInput struct {
	VX   int  `msgpack:"vx"`
	VY   int  `msgpack:"vy"`
	Fire bool `msgpack:"f"`
}

// Join seats a player in the middle of a lane of their own.
func (a *Arena) Join(p *game.Player) error {
	f := &Fighter{Seat: p.Seat, X: arenaSize / 2, Y: 100 + 200*float64(p.Seat%10), HP: fullHP, Name: "player" + strconv.Itoa(10+p.Seat)}
	i := 0
	for i < len(a.state.Players) && a.state.Players[i].Seat < p.Seat {
		i++
	}
	a.state.Players = append(a.state.Players, nil)
	copy(a.state.Players[i+1:], a.state.Players[i:])
	a.state.Players[i] = f
	return nil
}

// Leave takes the seat's player out.
func (a *Arena) Leave(p *game.Player) {
	for i, f := range a.state.Players {
		if f.Seat == p.Seat {
			a.state.Players = append(a.state.Players[:i], a.state.Players[i+1:]...)
			return
		}
	}
}

// State returns the state.
func (a *Arena) State() *ArenaState { return &a.state }

// Update is one tick.
func (a *Arena) Update(t *game.Tick[ArenaInput]) error {
	s := &a.state
	for p, in := range t.Inputs() {
		f := s.fighter(p.Seat)
		f.VX, f.VY = float64(clampSpeed(in.VX)), float64(clampSpeed(in.VY))
		if in.Fire {
			s.fire(f)
		}
	}
	dt := t.Delta.Seconds()
	for _, f := range s.Players {
		f.X, f.VX = drift(f.X, f.VX, dt)
		f.Y, f.VY = drift(f.Y, f.VY, dt)
		if t.Rand.IntN(100) == 0 {
			if f.HP -= 10; f.HP <= 0 {
				f.HP = fullHP
			}
			s.Players[t.Rand.IntN(len(s.Players))].Score += 10
		}
	}
	left := s.Shots[:0]
	for _, shot := range s.Shots {
		shot.X += shot.VX * dt
		shot.Y += shot.VY * dt
		if shot.Life--; shot.Life > 0 {
			left = append(left, shot)
		}
	}
	clear(s.Shots[len(left):])
	s.Shots = left
	return nil
}

func (s *ArenaState) fighter(seat int) *Fighter {
	for _, f := range s.Players {
		if f.Seat == seat {
			return f
		}
	}
	return nil // not reached: only players who joined have inputs
}

// fire shoots along the axis that the player faces.
func (s *ArenaState) fire(f *Fighter) {
	s.LastShot++
	shot := &Shot{ID: s.LastShot, X: f.X, Y: f.Y, Owner: f.Seat, Life: shotLife}
	if shot.VX = shotSpeed; f.VX < 0 {
		shot.VX = -shotSpeed
	}
	shot.VY = f.VY
	s.Shots = append(s.Shots, shot)
}

func clampSpeed(v int) int { return max(-topSpeed, min(v, topSpeed)) }

// drift moves along one axis and turns at the walls.
func drift(x, v, dt float64) (float64, float64) {
	switch x += v * dt; {
	case x < 0:
		return 0, -v
	case x > arenaSize:
		return arenaSize, -v
	}
	return x, v
}

// wallText is the length of what changes in each tick of W2, such that frames have about 200 bytes.
const wallText = 184

// Wall is the game of W2: a wall full of letters, all new in each tick, which nobody needs to play.
type Wall struct{ state WallState }

// WallState is the state of W2.
type WallState struct {
	Text string `msgpack:"text"`
}

// Join lets anybody in.
func (w *Wall) Join(*game.Player) error { return nil }

// Leave has nothing to do.
func (w *Wall) Leave(*game.Player) {}

// State returns the state.
func (w *Wall) State() *WallState { return &w.state }

// Update writes the wall anew.
func (w *Wall) Update(t *game.Tick[struct{}]) error {
	var text [wallText]byte
	for i := 0; i < len(text); i += 8 {
		r := t.Rand.Uint64()
		for j := range text[i:min(i+8, len(text))] {
			text[i+j] = 'a' + byte(r>>(8*j))%16
		}
	}
	w.state.Text = string(text[:])
	return nil
}
