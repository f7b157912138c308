package gametest_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/game"
	"ninepin/game/gametest"
)

// Lane is a small game to be tested: two players bowl at nine pins, and who fells the last one wins.
type Lane struct{ lane LaneState }

type LaneState struct {
	Pins   int `msgpack:"pins"`
	Rolls  int `msgpack:"rolls"`
	Absent int `msgpack:"absent"`

	players []*game.Player
}

type Roll struct {
	Hit int `json:"hit"`
}

var errTooMany = errors.New("the lane is taken")

func NewLane() *Lane { return &Lane{LaneState{Pins: 9}} }

func (l *Lane) Join(p *game.Player) error {
	if len(l.lane.players) == 2 {
		return errTooMany
	}
	l.lane.players = append(l.lane.players, p)
	return nil
}

func (l *Lane) Leave(*game.Player) { l.lane.players = l.lane.players[:1] }

func (l *Lane) State() *LaneState { return &l.lane }

func (l *Lane) Update(t *game.Tick[Roll]) error {
	l.lane.Absent = 0
	for _, p := range l.lane.players {
		if p.Away {
			l.lane.Absent++
		}
	}
	for p, roll := range t.Inputs() {
		l.lane.Rolls++
		l.lane.Pins -= max(0, min(roll.Hit, l.lane.Pins))
		t.EmitTo(p, "hit", roll.Hit)
		if l.lane.Pins == 0 {
			t.Emit("winner", p.Name)
			return game.ErrOver
		}
	}
	return nil
}

func newLane(t *testing.T) *gametest.Harness[LaneState, Roll] {
	return gametest.New[LaneState, Roll](t, game.Define("lane", NewLane))
}

// A whole match, as an author would test it.
func TestLastPinWins(t *testing.T) {
	h := newLane(t)
	ada, bob := h.Join("Ada"), h.Join("Bob")

	h.Input(ada, Roll{Hit: 5})
	h.Step(1)
	require.Equal(t, 4, h.State().Pins)

	h.Input(bob, Roll{Hit: 9})
	h.Step(1)
	require.True(t, h.Over())
	require.Equal(t, []gametest.Event{
		{Tick: 1, To: ada.ID, Name: "hit", Args: []any{5}},
		{Tick: 2, To: bob.ID, Name: "hit", Args: []any{9}},
		{Tick: 2, Name: "winner", Args: []any{"Bob"}},
	}, h.Events())
	h.Step(10)
	require.Equal(t, 2, h.Frames(), "nothing after the end")
}

func TestRefusalIsReturned(t *testing.T) {
	h := newLane(t)
	h.Join("Ada")
	bob := h.Join("Bob")
	require.Equal(t, 1, bob.Seat)
	_, err := h.TryJoin("Cleo")
	require.Equal(t, errTooMany, err)
	h.Leave(bob)
	h.Join("Cleo")
	require.ErrorIs(t, h.TryInput(bob, Roll{}), game.ErrNoSeat)
}

func TestStepForRunsTheStepsOfADuration(t *testing.T) {
	h := newLane(t)
	h.Join("Ada")
	h.StepFor(3 * time.Second)
	require.Equal(t, 60, h.Frames())
	require.NotEmpty(t, h.LastFrame())
}

func TestInputsWaitForTheirTick(t *testing.T) {
	h := newLane(t)
	ada := h.Join("Ada")
	h.Input(ada, Roll{1})
	h.Input(ada, Roll{1})
	h.Step(1)
	require.Equal(t, 1, h.State().Rolls)
	h.Step(1)
	require.Equal(t, 2, h.State().Rolls)
}

func TestPlayerMayDropAndReturn(t *testing.T) {
	h := newLane(t)
	ada := h.Join("Ada")
	h.Input(ada, Roll{1})
	h.Away(ada, true)
	h.Step(1)
	require.Equal(t, 1, h.State().Absent)
	h.Away(ada, false)
	h.Input(ada, Roll{1})
	h.Step(1)
	require.Equal(t, LaneState{Pins: 7, Rolls: 2}, LaneState{Pins: h.State().Pins, Rolls: h.State().Rolls, Absent: h.State().Absent})
}

// spy is a testing.TB that notes a failure instead of failing.
type spy struct {
	testing.TB
	failed string
}

type stopped struct{}

func (s *spy) Helper() {}
func (s *spy) Fatalf(format string, _ ...any) {
	s.failed = format
	panic(stopped{})
}

func TestHarnessFailsTheTest(t *testing.T) {
	kind := game.Define("lane", NewLane)
	for name, misuse := range map[string]func(tb testing.TB){
		"types": func(tb testing.TB) { gametest.New[int, Roll](tb, kind) },
		"input": func(tb testing.TB) { gametest.New[LaneState, string](tb, kind).Input(&game.Player{}, "x") },
		"refusal": func(tb testing.TB) {
			h := gametest.New[LaneState, Roll](tb, kind)
			for range 3 {
				h.Join("x")
			}
		},
		"panic": func(tb testing.TB) {
			h := gametest.New[LaneState, Roll](tb, kind)
			h.Join("x")
			h.State().players[0] = nil
			h.Step(1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := &spy{TB: t}
			require.PanicsWithValue(t, stopped{}, func() { misuse(s) })
			require.Contains(t, s.failed, "gametest:")
		})
	}
}
