package skirmish_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/game/skirmish"
	"ninepin/game/typescript"
)

var update = flag.Bool("update", false, "write the client's arena.ts anew from the Go values")

// clientDir is where the browser's side of this game lies.
var clientDir = filepath.Join("..", "..", "web", "client", "src", "games", "skirmish")

// arenaTS renders everything static about the game as typed TypeScript constants.
func arenaTS() []byte {
	var b bytes.Buffer
	b.WriteString("// Code generated from game/skirmish by `go generate ./game/skirmish`; DO NOT EDIT.\n\n")
	b.WriteString("export interface Rect {\n  readonly x: number;\n  readonly y: number;\n  readonly w: number;\n  readonly h: number;\n}\n\n")
	b.WriteString("export interface Point {\n  readonly x: number;\n  readonly y: number;\n}\n\n")
	b.WriteString("/** Lengths in units, speeds in units per second, durations in ticks (…Ticks) or in a player's own input steps (dash…, fireCooldown). */\n")
	b.WriteString("export const ARENA = {\n")
	for _, c := range []struct {
		name  string
		value any
	}{
		{"tickRate", skirmish.TickRate},
		{"maxPlayers", skirmish.MaxPlayers},
		{"width", skirmish.Width},
		{"height", skirmish.Height},
		{"playerRadius", skirmish.PlayerRadius},
		{"runSpeed", skirmish.RunSpeed},
		{"dashSpeed", skirmish.DashSpeed},
		{"dashSteps", skirmish.DashSteps},
		{"dashCooldown", skirmish.DashCooldown},
		{"shotRadius", skirmish.ShotRadius},
		{"shotSpeed", skirmish.ShotSpeed},
		{"shotTicks", skirmish.ShotTicks},
		{"fireCooldown", skirmish.FireCooldown},
		{"fanAngle", skirmish.FanAngle},
		{"maxHP", skirmish.MaxHP},
		{"respawnTicks", skirmish.RespawnTicks},
		{"safeTicks", skirmish.SafeTicks},
		{"itemRadius", skirmish.ItemRadius},
		{"tripleTicks", skirmish.TripleTicks},
		{"shieldHits", skirmish.ShieldHits},
		{"killsToWin", skirmish.KillsToWin},
		{"roundTicks", skirmish.RoundTicks},
		{"podiumTicks", skirmish.PodiumTicks},
	} {
		fmt.Fprintf(&b, "  %s: %v,\n", c.name, c.value)
	}
	b.WriteString("} as const;\n\nexport const WALLS: readonly Rect[] = [\n")
	for _, r := range skirmish.Walls {
		fmt.Fprintf(&b, "  { x: %v, y: %v, w: %v, h: %v },\n", r.X, r.Y, r.W, r.H)
	}
	b.WriteString("];\n\nexport const SPAWNS: readonly Point[] = [\n")
	writePoints(&b, skirmish.Spawns)
	b.WriteString("];\n\n/** Where pick-ups appear, by Item.id. */\nexport const PADS: readonly Point[] = [\n")
	writePoints(&b, skirmish.Pads)
	b.WriteString("];\n")
	return b.Bytes()
}

func writePoints(b *bytes.Buffer, points []skirmish.Point) {
	for _, p := range points {
		fmt.Fprintf(b, "  { x: %v, y: %v },\n", p.X, p.Y)
	}
}

func TestClientArenaIsCurrent(t *testing.T) {
	file := filepath.Join(clientDir, "arena.ts")
	if *update {
		require.NoError(t, os.WriteFile(file, arenaTS(), 0o644))
	}
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(arenaTS()), string(got), "run go generate ./game/skirmish")
}

func TestClientTypesAreCurrent(t *testing.T) {
	typescript.Check(t, filepath.Join(clientDir, "types.gen.ts"), typescript.Source{Kind: skirmish.Kind(), Events: skirmish.Events{}})
}
