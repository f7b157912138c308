package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestReadmeGameRuns builds the README's own game as it stands there, with the step that its page repeats, and runs the
// README's tests of both.
func TestReadmeGameRuns(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	require.GreaterOrEqual(t, len(blocks), 4, "a game and its test, a step and its test")
	require.True(t, strings.HasPrefix(blocks[0][1], "package main"))
	imports := func(paths ...string) string {
		return "package main\n\nimport (\n\"" + strings.Join(paths, "\"\n\"") + "\"\n)\n\n"
	}
	const testify = "github.com/stretchr/testify/require"
	dir := t.TempDir()
	var files []string
	for name, content := range map[string]string{
		"dots.go":      blocks[0][1],
		"dots_test.go": imports("testing", testify, "ninepin/game", "ninepin/game/gametest") + blocks[1][1],
		"step.go":      "package main\n\n" + blocks[2][1],
		"step_test.go": imports("math/rand/v2", "testing", "ninepin/game/gametest") + blocks[3][1],
	} {
		files = append(files, filepath.Join(dir, name))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	slices.Sort(files)
	test := func(flags ...string) string {
		out, err := exec.Command("go", slices.Concat([]string{"test", "-v"}, files, flags)...).CombinedOutput()
		require.NoError(t, err, string(out))
		return string(out)
	}
	test("-gametest.write")
	out := test()
	require.Contains(t, out, "--- PASS: TestDotsMove")
	require.Contains(t, out, "--- PASS: TestStepVectors")
}
