// Package four is four in a row: the whole of a turn-based game, with rematch, in one small file. It steps on inputs
// only (game.Kind.OnInput), so a board that nobody touches costs nothing.
//
// Two sit, everybody else in the room watches. The first of the two begins; later games are begun by the loser, after a
// draw by who did not begin. When one leaves, the board is cleared and the other waits for a new opponent. A move that
// the rules forbid changes nothing, and only its sender hears why.
//
//go:generate go test -run TestClientTypesAreCurrent . -typescript.write
package four

import (
	"slices"

	"ninepin/game"
)

// Size of the board.
const (
	Cols = 7
	Rows = 6
)

// Phases of a game.
const (
	Waiting = "waiting" // for a second player
	Playing = "playing"
	Won     = "won"
	Draw    = "draw"
)

// Input is one thing that a player does.
type Input struct {
	Col     *int `msgpack:"col"`               // column to drop a disc into, 0 (left) to Cols-1
	Rematch bool `msgpack:"rematch,omitempty"` // wants another game, when this one is over; comes before Col
}

// State is the whole table.
type State struct {
	Board   [Rows * Cols]int `msgpack:"board"`   // row by row from the top: 0 empty, else 1 + the owner's seat
	Turn    int              `msgpack:"turn"`    // seat whose turn it is
	First   int              `msgpack:"first"`   // seat that began this game
	Phase   string           `msgpack:"phase"`   // Waiting, Playing, Won or Draw
	Winner  int              `msgpack:"winner"`  // seat that won, or -1
	Line    []int            `msgpack:"line"`    // the winning discs, as indexes into Board; four or more
	Last    int              `msgpack:"last"`    // index of the disc dropped last, or -1
	Score   [2]int           `msgpack:"score"`   // games won, by seat
	Seated  [2]bool          `msgpack:"seated"`  // who is there, by seat
	Rematch [2]bool          `msgpack:"rematch"` // who wants another game, by seat
}

// Events are what happens beside the state.
type Events struct {
	Invalid Invalid `msgpack:"invalid"` // to the sender of a move that the rules forbid
}

// Invalid is the argument of the event "invalid", which tells a player why a move did not count.
type Invalid struct {
	Code    string `msgpack:"code"` // no_game, not_your_turn, no_such_column, column_full or not_over
	Message string `msgpack:"message"`
}

// Kind is four in a row, for two.
func Kind() *game.Kind {
	k := game.Define("four", func() *Game { return &Game{State{Phase: Waiting, Winner: -1, Last: -1}} })
	k.Title = "Four in a row"
	k.OnInput = true
	k.MaxPlayers = 2
	return k
}

// Game is one table.
type Game struct{ s State }

// State implements game.Game.
func (g *Game) State() *State { return &g.s }

// Join seats a player; with two of them the game begins, and games won count from 0.
func (g *Game) Join(p *game.Player) error {
	g.s.Seated[p.Seat] = true
	if g.s.Seated == [2]bool{true, true} {
		g.s.Score = [2]int{}
		g.begin(g.s.First)
	}
	return nil
}

// Leave clears the board; the other waits, and will begin.
func (g *Game) Leave(p *game.Player) {
	g.s.Seated[p.Seat] = false
	g.begin(1 - p.Seat)
	g.s.Phase = Waiting
}

// Update takes the players' moves.
func (g *Game) Update(t *game.Tick[Input]) error {
	for p, in := range t.Inputs() {
		var refusal *Invalid
		switch {
		case in.Rematch:
			refusal = g.rematch(p.Seat)
		case in.Col != nil:
			refusal = g.drop(p.Seat, *in.Col)
		}
		if refusal != nil {
			t.EmitTo(p, "invalid", *refusal)
		}
	}
	return nil
}

// begin clears the board.
func (g *Game) begin(first int) {
	g.s = State{Phase: Playing, First: first, Turn: first, Winner: -1, Last: -1, Score: g.s.Score, Seated: g.s.Seated}
}

// rematch begins the next game once both want it: the loser starts, after a draw the one who did not start.
func (g *Game) rematch(seat int) *Invalid {
	s := &g.s
	if s.Phase != Won && s.Phase != Draw {
		return &Invalid{"not_over", "This game is not over."}
	}
	s.Rematch[seat] = true
	switch {
	case s.Rematch != [2]bool{true, true}:
	case s.Phase == Won:
		g.begin(1 - s.Winner)
	default:
		g.begin(1 - s.First)
	}
	return nil
}

// drop lets a disc fall.
func (g *Game) drop(seat, col int) *Invalid {
	s := &g.s
	switch {
	case s.Phase != Playing:
		return &Invalid{"no_game", "There is no game on."}
	case s.Turn != seat:
		return &Invalid{"not_your_turn", "It is not your turn."}
	case col < 0 || col >= Cols:
		return &Invalid{"no_such_column", "There is no such column."}
	case s.Board[col] != 0:
		return &Invalid{"column_full", "That column is full."}
	}
	at := col
	for at+Cols < len(s.Board) && s.Board[at+Cols] == 0 {
		at += Cols
	}
	s.Board[at], s.Last, s.Turn = 1+seat, at, 1-seat
	switch s.Line = s.lineThrough(at); {
	case s.Line != nil:
		s.Phase, s.Winner = Won, seat
		s.Score[seat]++
	case !slices.Contains(s.Board[:], 0):
		s.Phase = Draw
	}
	return nil
}

// lineThrough finds all discs in lines of four or more through the disc at the given field; nil if there is none.
func (s *State) lineThrough(at int) []int {
	var line []int
	for _, d := range [4][2]int{{1, 0}, {0, 1}, {1, 1}, {1, -1}} {
		run := []int{at}
		for _, sign := range [2]int{1, -1} {
			col, row := at%Cols+sign*d[0], at/Cols+sign*d[1]
			for col >= 0 && col < Cols && row >= 0 && row < Rows && s.Board[row*Cols+col] == s.Board[at] {
				run = append(run, row*Cols+col)
				col, row = col+sign*d[0], row+sign*d[1]
			}
		}
		if len(run) >= 4 {
			line = append(line, run...)
		}
	}
	slices.Sort(line)
	return slices.Compact(line)
}
