package four_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"ninepin/game"
	"ninepin/game/four"
	"ninepin/game/gametest"
	"ninepin/game/typescript"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// table is a game of two people, by seat.
type table struct {
	*gametest.Harness[four.State, four.Input]
	seats [2]*game.Player
}

func newTable(t *testing.T) *table {
	tb := &table{Harness: gametest.New[four.State, four.Input](t, four.Kind())}
	tb.seats = [2]*game.Player{tb.Join("Ada"), tb.Join("Bob")}
	tb.Step(1)
	return tb
}

// drop plays one column for a seat.
func (tb *table) drop(seat, col int) {
	tb.Input(tb.seats[seat], four.Input{Col: &col})
	tb.Step(1)
}

// play plays columns in turn, beginning with whose turn it is.
func (tb *table) play(cols ...int) {
	for _, col := range cols {
		tb.drop(tb.State().Turn, col)
	}
}

func (tb *table) rematch(seat int) {
	tb.Input(tb.seats[seat], four.Input{Rematch: true})
	tb.Step(1)
}

// refusals lists the codes of "invalid" events and checks that only the given seat got them.
func (tb *table) refusals(t *testing.T, seat int) []string {
	var codes []string
	for _, e := range tb.Events() {
		require.Equal(t, "invalid", e.Name)
		require.Equal(t, tb.seats[seat].ID, e.To)
		codes = append(codes, e.Args[0].(four.Invalid).Code)
	}
	return codes
}

func TestOnePlayerWaits(t *testing.T) {
	h := gametest.New[four.State, four.Input](t, four.Kind())
	h.Join("Ada")
	h.Step(1)
	require.Equal(t, four.Waiting, h.State().Phase)
}

func TestTheSecondPlayerBeginsTheGame(t *testing.T) {
	tb := newTable(t)
	require.Equal(t, four.Playing, tb.State().Phase)
	require.Equal(t, 0, tb.State().Turn)
}

func TestAThirdPersonFindsNoSeat(t *testing.T) {
	tb := newTable(t)
	_, err := tb.TryJoin("Cyd")
	require.ErrorIs(t, err, game.ErrFull)
}

func TestDiscsFallOntoEachOther(t *testing.T) {
	tb := newTable(t)
	tb.play(3, 3)
	require.Equal(t, 1, tb.State().Board[5*four.Cols+3])
	require.Equal(t, 2, tb.State().Board[4*four.Cols+3])
	require.Equal(t, 4*four.Cols+3, tb.State().Last)
}

func TestLinesWin(t *testing.T) {
	for name, c := range map[string]struct {
		cols []int
		line []int
	}{
		"across":      {[]int{0, 0, 1, 1, 2, 2, 3}, []int{35, 36, 37, 38}},
		"down":        {[]int{6, 0, 6, 0, 6, 0, 6}, []int{20, 27, 34, 41}},
		"rising":      {[]int{0, 1, 1, 2, 2, 3, 2, 3, 3, 6, 3}, []int{17, 23, 29, 35}},
		"falling":     {[]int{6, 5, 5, 4, 4, 3, 4, 3, 3, 0, 3}, []int{17, 25, 33, 41}},
		"five across": {[]int{0, 0, 1, 1, 3, 3, 4, 4, 2}, []int{35, 36, 37, 38, 39}},
	} {
		t.Run(name, func(t *testing.T) {
			tb := newTable(t)
			tb.play(c.cols[:len(c.cols)-1]...)
			require.Equal(t, four.Playing, tb.State().Phase)
			tb.play(c.cols[len(c.cols)-1])
			require.Equal(t, four.Won, tb.State().Phase)
			require.Equal(t, 0, tb.State().Winner)
			require.Equal(t, c.line, tb.State().Line)
			require.Equal(t, [2]int{1, 0}, tb.State().Score)
		})
	}
}

func TestARowDoesNotGoOnInTheNextLine(t *testing.T) {
	tb := newTable(t)
	tb.play(5, 0, 6, 1, 2, 5, 3, 6) // seat 0 has 5, 6 at the bottom, seat 1 the row above at 5, 6 and 0, 1 below
	require.Equal(t, four.Playing, tb.State().Phase)
}

// fullBoard fills the board without a line.
var fullBoard = []int{
	0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0,
	2, 3, 2, 3, 2, 3, 3, 2, 3, 2, 3, 2,
	4, 5, 4, 5, 4, 5, 5, 4, 5, 4, 5, 4,
	6, 6, 6, 6, 6, 6,
}

func TestAFullBoardIsADraw(t *testing.T) {
	tb := newTable(t)
	tb.play(fullBoard...)
	require.Equal(t, four.Draw, tb.State().Phase)
	require.Equal(t, -1, tb.State().Winner)
	require.Equal(t, [2]int{0, 0}, tb.State().Score)
}

func TestForbiddenMovesAreToldOnlyToTheirSender(t *testing.T) {
	for name, c := range map[string]struct {
		before    []int
		seat, col int
	}{
		"not_your_turn":  {nil, 1, 0},
		"no_such_column": {nil, 0, four.Cols},
		"column_full":    {[]int{2, 2, 2, 2, 2, 2}, 0, 2},
		"no_game":        {[]int{0, 0, 1, 1, 2, 2, 3}, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			tb := newTable(t)
			tb.play(c.before...)
			before := *tb.State()
			tb.drop(c.seat, c.col)
			require.Equal(t, []string{name}, tb.refusals(t, c.seat))
			require.Equal(t, before, *tb.State())
		})
	}
}

func TestAColumnLeftOfTheBoardIsForbidden(t *testing.T) {
	tb := newTable(t)
	tb.drop(0, -1)
	require.Equal(t, []string{"no_such_column"}, tb.refusals(t, 0))
}

func TestAnEmptyInputIsNoMove(t *testing.T) {
	tb := newTable(t)
	before := *tb.State()
	require.NoError(t, tb.Match.Input(tb.seats[0].ID, 1, []byte{0x80}))
	tb.Step(1)
	require.Equal(t, before, *tb.State())
	require.Empty(t, tb.Events())
}

func TestRematchBeforeTheEndIsRefused(t *testing.T) {
	tb := newTable(t)
	tb.rematch(1)
	require.Equal(t, []string{"not_over"}, tb.refusals(t, 1))
}

func TestRematchWaitsForBothAndTheLoserBegins(t *testing.T) {
	tb := newTable(t)
	tb.play(0, 0, 1, 1, 2, 2, 3)
	tb.rematch(0)
	require.Equal(t, four.Won, tb.State().Phase)
	require.Equal(t, [2]bool{true, false}, tb.State().Rematch)
	tb.rematch(1)
	require.Equal(t, four.State{
		Phase: four.Playing, First: 1, Turn: 1, Winner: -1, Last: -1, Score: [2]int{1, 0}, Seated: [2]bool{true, true},
	}, *tb.State())
}

func TestAfterADrawTheOtherBegins(t *testing.T) {
	tb := newTable(t)
	tb.play(fullBoard...)
	tb.rematch(0)
	tb.rematch(1)
	require.Equal(t, 1, tb.State().First)
}

func TestWhoIsLeftWaitsForANewOpponentAndBegins(t *testing.T) {
	tb := newTable(t)
	tb.play(0, 0, 1, 1, 2, 2, 3)
	tb.Leave(tb.seats[0])
	tb.Step(1)
	require.Equal(t, four.Waiting, tb.State().Phase)
	tb.drop(1, 0)
	require.Equal(t, []string{"no_game"}, tb.refusals(t, 1))

	tb.Join("Cyd")
	tb.Step(1)
	require.Equal(t, four.State{
		Phase: four.Playing, First: 1, Turn: 1, Winner: -1, Last: -1, Seated: [2]bool{true, true},
	}, *tb.State())
}

func TestClientTypesAreCurrent(t *testing.T) {
	file := filepath.Join("..", "..", "web", "client", "src", "games", "four", "types.gen.ts")
	typescript.Check(t, file, typescript.Source{Kind: four.Kind(), Events: four.Events{}})
}
