package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestReadmeGameRuns builds the README's own game as it stands there, and runs the README's test of it.
func TestReadmeGameRuns(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	require.GreaterOrEqual(t, len(blocks), 2, "a game and its test")
	game, test := blocks[0][1], blocks[1][1]
	require.True(t, strings.HasPrefix(game, "package main"))
	test = "package main\n\nimport (\n\"testing\"\n\"github.com/stretchr/testify/require\"\n\"ninepin/game\"\n\"ninepin/game/gametest\"\n)\n\n" + test

	dir := t.TempDir()
	gameFile, testFile := filepath.Join(dir, "dots.go"), filepath.Join(dir, "dots_test.go")
	require.NoError(t, os.WriteFile(gameFile, []byte(game), 0o600))
	require.NoError(t, os.WriteFile(testFile, []byte(test), 0o600))
	out, err := exec.Command("go", "test", "-v", gameFile, testFile).CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "--- PASS: TestDotsMove")
}
