package grid_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vmihailenco/msgpack/v5"

	"ninepin/game"
	"ninepin/game/internal/statesync"
)

// clients are the players' ends: each applies every frame, as the browser would.
type clients struct {
	t       *testing.T
	cursors map[game.PlayerID]game.Cursor
	sees    map[game.PlayerID]*statesync.Decoder
}

func (c *clients) State(f *game.Frame) {
	for id, sees := range c.sees {
		piece, cursor := f.Next(c.cursors[id], id)
		require.NoError(c.t, sees.Apply(piece.Wire()))
		c.cursors[id] = cursor
	}
}

func (c *clients) Emit(game.PlayerID, string, []any) {}
func (c *clients) Roster([]game.Player)              {}

// TestPlayersAreSentExactlyTheirNineCells lets four players walk about, and compares what has arrived at each with who
// is in the cells around it.
func TestPlayersAreSentExactlyTheirNineCells(t *testing.T) {
	plain, r := NewPlain(), rand.New(rand.NewPCG(5, 6))
	out := &clients{t, map[game.PlayerID]game.Cursor{}, map[game.PlayerID]*statesync.Decoder{}}
	match := game.Define("plain", func() *Plain { return plain }).NewMatch("R00M5", 1, out)
	ids := []game.PlayerID{"ada", "bob", "cyd", "dan"}
	for _, id := range ids {
		require.NoError(t, match.Join(&game.Player{ID: id}))
		out.sees[id] = &statesync.Decoder{}
	}
	crossings, meetings := 0, 0
	for tick := range 600 {
		for _, id := range ids {
			walk, err := msgpack.Marshal(map[string]float64{"DX": r.Float64()*700 - 350, "DY": r.Float64()*700 - 350})
			require.NoError(t, err)
			require.NoError(t, match.Input(id, uint32(tick+1), walk))
		}
		before := plain.cells.Around(plain.units["ada"].X, plain.units["ada"].Y)
		require.NoError(t, match.Step())
		if &before[0] != &plain.cells.Around(plain.units["ada"].X, plain.units["ada"].Y)[0] {
			crossings++
		}
		for _, id := range ids {
			meetings += plain.sees(t, id, out.sees[id]) - 1
		}
	}
	require.Greater(t, crossings, 50, "players crossed borders")
	require.Greater(t, meetings, 50, "players saw each other")
}

// sees checks what one player has been sent, and returns how many units.
func (g *Plain) sees(t *testing.T, id game.PlayerID, sees *statesync.Decoder) int {
	want, have := map[string]bool{}, map[string]bool{}
	var names []string
	for _, v := range g.cells.Around(g.units[id].X, g.units[id].Y) {
		names = append(names, string(v))
		for key := range g.cells.Cell(v).Units {
			want[string(key)] = true
		}
		for key, unit := range sees.State(string(v))["units"].(map[string]any) {
			require.False(t, have[key], "%s sees %s twice", id, key)
			have[key] = true
			require.InDelta(t, g.units[game.PlayerID(key)].X, unit.(map[string]any)["x"], 0.0501)
		}
	}
	require.Equal(t, names, sees.Views())
	require.Equal(t, want, have, id)
	require.True(t, have[string(id)], "%s sees itself", id)
	return len(have)
}
