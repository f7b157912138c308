package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestImportsRunOneWay holds the direction of the arrows: cmd → lobby → {game, transport}, game/<name> → game, and
// web/client on its own. Test files may import what they test against.
func TestImportsRunOneWay(t *testing.T) {
	allowed := map[string][]string{
		"transport":       {},
		"game":            {},
		"lobby":           {"game", "transport"},
		"web/client":      {},
		"game/":           {"game"},                            // any package below game
		"game/typescript": {"game", "game/internal/statesync"}, // the same tag rules as on the wire
		"lobby/":          {"lobby", "game", "transport"},
		"cmd/":            nil, // all
	}
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "ninepin/...").CombinedOutput()
	require.NoError(t, err, string(out))
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	require.Greater(t, len(lines), 5, "go list found the module's packages")
	for _, line := range lines {
		fields := strings.Fields(line)
		from := strings.TrimPrefix(fields[0], "ninepin/")
		may, known := rule(allowed, from)
		require.True(t, known, "%s: a new place; give it a rule here", from)
		if may == nil {
			continue
		}
		home, _, _ := strings.Cut(from, "/internal/") // a package may always use what is below its own folder
		for _, to := range fields[1:] {
			to, own := strings.CutPrefix(to, "ninepin/")
			if !own || strings.HasPrefix(to, home+"/") {
				continue
			}
			require.True(t, slices.Contains(may, to), "%s must not import %s: arrows run one way", from, to)
		}
	}
}

// rule returns the imports that a package may have, by its own name or the folder it is below.
func rule(allowed map[string][]string, from string) ([]string, bool) {
	if may, ok := allowed[from]; ok {
		return may, true
	}
	folder, _, below := strings.Cut(from, "/")
	if strings.HasPrefix(from, "web/client/") {
		return allowed["web/client"], true
	}
	may, ok := allowed[folder+"/"]
	return may, ok && below
}
