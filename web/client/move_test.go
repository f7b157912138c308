package client_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/game/skirmish"
	"ninepin/web/client/internal/bundle"
)

// step is one call of Move and what it gave, as the page's twin gets to see it.
type step struct {
	Body  body    `json:"body"`
	DX    float64 `json:"dx"`
	DY    float64 `json:"dy"`
	Dash  bool    `json:"d"`
	After body    `json:"after"`
}

type body struct {
	X     float64 `json:"x"`
	Y     float64 `json:"y"`
	DashX float64 `json:"ux"`
	DashY float64 `json:"uy"`
	Dash  int     `json:"da"`
	Cool  int     `json:"co"`
}

// The page predicts its own ball with a twin of skirmish.Move. Both make the same walks, into walls and corners, by
// stick and by dash, and must agree to the last bit: JSON carries float64 exactly.
func TestPredictedMoveIsTheServersMove(t *testing.T) {
	node := needsNode(t)
	rnd := rand.New(rand.NewPCG(1, 2))
	var steps []step
	for _, spawn := range skirmish.Spawns {
		b := skirmish.Body{X: spawn.X, Y: spawn.Y}
		angle := 0.0
		for i := range 1500 {
			if i%12 == 0 {
				angle = rnd.Float64() * 2 * math.Pi
			}
			in := skirmish.Input{DX: math.Cos(angle), DY: math.Sin(angle), Dash: rnd.IntN(4) == 0}
			if i%5 == 0 {
				in.DX, in.DY = 3*rnd.Float64()-1.5, 3*rnd.Float64()-1.5
			}
			after := skirmish.Move(b, in, skirmish.Dt)
			steps = append(steps, step{shown(b), in.DX, in.DY, in.Dash, shown(after)})
			b = after
		}
	}
	vectors, err := json.Marshal(steps)
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "steps.json"), vectors, 0o644))
	script, err := bundle.Script(".", "src/games/skirmish/move.check.ts")
	require.NoError(t, err)
	path := filepath.Join(dir, "check.mjs")
	require.NoError(t, os.WriteFile(path, script, 0o644))
	out, err := exec.CommandContext(t.Context(), node, path, filepath.Join(dir, "steps.json")).CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Equal(t, "12000 steps agree\n", string(out))
}

func shown(b skirmish.Body) body {
	return body{b.X, b.Y, b.DashX, b.DashY, b.Dash, b.Cool}
}
