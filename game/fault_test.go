package game_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/game"
	"ninepin/game/gametest"
)

// drift is a game whose only number goes wrong at tick 3.
type drift struct{ state driftState }

type driftState struct {
	X float64 `sync:"q=0.1"`
}

func (d *drift) Join(*game.Player) error { return nil }
func (d *drift) Leave(*game.Player)      {}
func (d *drift) State() *driftState      { return &d.state }
func (d *drift) Update(t *game.Tick[struct{}]) error {
	if t.Number == 3 {
		d.state.X = math.NaN()
	}
	return nil
}

func driftKind() *game.Kind {
	k := game.Define("drift", func() *drift { return &drift{} })
	k.MinPlayers = 0
	return k
}

func TestFaultNamesWhatCouldNotBeSent(t *testing.T) {
	m := driftKind().NewMatch("m", 1, nil)
	require.NoError(t, m.Step())
	require.NoError(t, m.Step())
	require.NoError(t, m.Fault())
	require.NoError(t, m.Step(), "the match goes on")
	require.ErrorContains(t, m.Fault(), "X")
	require.ErrorContains(t, m.Fault(), "NaN")
}

// judge is a testing.TB that keeps its verdict.
type judge struct {
	testing.TB
	ends   []func()
	errors int
}

func (j *judge) Cleanup(f func())      { j.ends = append(j.ends, f) }
func (j *judge) Errorf(string, ...any) { j.errors++ }

func TestGametestFailsOnAFault(t *testing.T) {
	for ticks, want := range map[int]int{2: 0, 3: 1} {
		j := &judge{TB: t}
		gametest.New[driftState, struct{}](j, driftKind()).Step(ticks)
		for _, end := range j.ends {
			end()
		}
		require.Equal(t, want, j.errors, "after %d ticks", ticks)
	}
}
