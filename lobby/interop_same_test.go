package lobby_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/game/skirmish"
	"ninepin/lobby"
)

// Whole states, merge patches and deltas are three ways to tell the same: a match with quantised numbers, keyed rows and
// fields of the server's own looks alike to official clients and to our SDK.
func TestInteropEveryCodecSeesTheSameStates(t *testing.T) {
	in := newInterop(t)
	srv := lobby.New(nil)
	srv.Handle(skirmish.Kind())
	url := serveInterop(t, srv)
	plan, err := json.Marshal(map[string]any{"url": url, "game": "skirmish", "ticks": 60, "compact": in.compact})
	require.NoError(t, err)
	lines := runScript(t, in.dir, "node", "same.mjs", string(plan))
	require.Len(t, lines, 1)
	require.GreaterOrEqual(t, lines[0]["shared"], 60.0)
}
