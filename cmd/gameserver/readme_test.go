package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/stretchr/testify/require"
)

// TestReadmeGameRuns builds the README's own game as it stands there, with the step that its page repeats, and runs the
// README's tests of both, in Go and, where Node is, in TypeScript.
func TestReadmeGameRuns(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	blocks := codeBlocks(readme, "go")
	require.GreaterOrEqual(t, len(blocks), 4, "a game and its test, a step and its test")
	require.True(t, strings.HasPrefix(blocks[0], "package main"))
	imports := func(paths ...string) string {
		return "package main\n\nimport (\n\"" + strings.Join(paths, "\"\n\"") + "\"\n)\n\n"
	}
	const testify = "github.com/stretchr/testify/require"
	root := t.TempDir() // as the repository: the page's test finds the steps of Go's by their path
	dir := filepath.Join(root, "game", "dots")
	require.NoError(t, os.MkdirAll(dir, 0o700))
	var files []string
	for name, content := range map[string]string{
		"dots.go":      blocks[0],
		"dots_test.go": imports("testing", testify, "ninepin/game", "ninepin/game/gametest") + blocks[1],
		"step.go":      "package main\n\n" + blocks[2],
		"step_test.go": imports("math/rand/v2", "testing", "ninepin/game/gametest") + blocks[3],
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
	t.Run("page", func(t *testing.T) { testReadmePage(t, root, codeBlocks(readme, "ts")) })
}

// testReadmePage runs the README's TypeScript: the prediction with the SDK's own class, the test on the steps below root.
func testReadmePage(t *testing.T, root string, blocks []string) {
	node, err := exec.LookPath("node")
	if err != nil && os.Getenv("CI") == "" {
		t.Skip("install Node 20 to run the README's TypeScript")
	}
	require.NoError(t, err)
	require.Len(t, blocks, 2, "a step with its prediction, and its test")
	const before = `
		import assert from "node:assert/strict";
		import { readFileSync } from "node:fs";
		import { Prediction } from "./predict";
		const room = { me: { id: "p1" }, predict: (options) => new Prediction(options, () => {}) };
	`
	const after = `
		mine.received({ Dots: { p1: { X: 5, Y: 5 } } }, 0, [{ seq: 1, value: { DX: 9, DY: -1 }, at: 0, ms: 50 }]);
		assert.deepEqual(mine.body, { X: 6, Y: 4 });
	`
	sdk, err := filepath.Abs("../../web/client/src/sdk")
	require.NoError(t, err)
	result := api.Build(api.BuildOptions{
		Stdin:       &api.StdinOptions{Contents: before + blocks[0] + blocks[1] + after, ResolveDir: sdk, Loader: api.LoaderTS},
		Bundle:      true,
		Platform:    api.PlatformNode,
		Format:      api.FormatESModule,
		TsconfigRaw: "{}",
	})
	require.Empty(t, result.Errors)
	page := filepath.Join(root, "web", "client")
	require.NoError(t, os.MkdirAll(page, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(page, "step.test.mjs"), result.OutputFiles[0].Contents, 0o600))
	cmd := exec.CommandContext(t.Context(), node, "step.test.mjs")
	cmd.Dir = page
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// codeBlocks returns the README's blocks of code in a language.
func codeBlocks(readme []byte, language string) (blocks []string) {
	for _, m := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllSubmatch(readme, -1) {
		blocks = append(blocks, string(m[1]))
	}
	return blocks
}
