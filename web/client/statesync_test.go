package client_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/web/client/internal/bundle"
)

// BenchmarkStateDecoder reports the microseconds per frame of the state decoder, by runtime and workload. The targets are
// 1.2 for W1 and 11 for W200.
func BenchmarkStateDecoder(b *testing.B) {
	script, err := bundle.Script(".", "src/sdk/statesync.bench.ts")
	require.NoError(b, err)
	recordings, err := os.ReadFile(filepath.FromSlash("../../game/internal/statesync/testdata/recordings.json"))
	require.NoError(b, err)
	code := fmt.Sprintf("%s\nconst results = JSON.stringify(measure(%s, 0.7));\n", script, recordings)

	b.Run("node", func(b *testing.B) {
		report(b, run(b, "run.mjs", code+"console.log(results);", "node"))
	})
	b.Run("chromium", func(b *testing.B) {
		page := `<!doctype html><body><script type="module">` + code + `document.body.textContent = "results " + results;</script>`
		args := []string{"--headless", "--disable-gpu", "--dump-dom"}
		if os.Geteuid() == 0 {
			args = append(args, "--no-sandbox") // Chromium refuses to sandbox for root
		}
		dom := run(b, "page.html", page, "chromium", args...)
		match := regexp.MustCompile(`results (\{.*?\})`).FindSubmatch(dom)
		require.NotNil(b, match, "%s", dom)
		report(b, match[1])
	})
}

// run writes a file and gives it to a program.
func run(b *testing.B, name, content, program string, args ...string) []byte {
	b.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		b.Skipf("install %s to measure there", program)
	}
	file := filepath.Join(b.TempDir(), name)
	require.NoError(b, os.WriteFile(file, []byte(content), 0o644))
	out, err := exec.CommandContext(b.Context(), path, append(args, file)...).Output()
	require.NoError(b, err)
	return out
}

func report(b *testing.B, results []byte) {
	b.Helper()
	var times map[string]float64
	require.NoError(b, json.Unmarshal(results, &times))
	for name, us := range times {
		b.ReportMetric(us, regexp.MustCompile(` `).ReplaceAllString(name, "-")+"-µs/frame")
	}
	b.ReportMetric(0, "ns/op")
}
