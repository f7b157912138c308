package client_test

import (
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"ninepin/web/client"
	"ninepin/web/client/internal/bundle"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestDistIsCurrent(t *testing.T) {
	built, err := bundle.Build(".")
	require.NoError(t, err)
	committed := map[string]bool{}
	require.NoError(t, fs.WalkDir(client.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			committed[name] = true
		}
		return err
	}))
	for name, content := range built {
		have, err := fs.ReadFile(client.FS, name)
		require.NoError(t, err, "run go generate ./web/client")
		require.True(t, string(have) == string(content), "dist/%s is not what src gives: run go generate ./web/client", name)
		delete(committed, name)
	}
	require.Empty(t, committed, "not built from src any more: run go generate ./web/client")
}

func TestPageStaysSmall(t *testing.T) {
	total := 0
	for _, name := range []string{"index.html", "app.js", "style.css", "ninepin.js", "icon.svg"} {
		answer := get(t, "/"+name, "gzip")
		body, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		total += len(body)
	}
	require.Less(t, total, 60_000, "bytes of the whole page, compressed")
}

// needsNode returns where Node is. Without it the test is skipped, but fails in CI, where nothing may be missing.
func needsNode(t *testing.T) string {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil && os.Getenv("CI") == "" {
		t.Skip("install Node 20 to run the TypeScript tests")
	}
	require.NoError(t, err)
	return node
}

func TestScripts(t *testing.T) {
	node := needsNode(t)
	tests, err := bundle.Tests(".")
	require.NoError(t, err)
	dir := t.TempDir()
	args := []string{"--test"}
	for name, content := range tests {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, content, 0o644))
		args = append(args, path)
	}
	require.Greater(t, len(args), 1, "no tests found")
	out, err := exec.CommandContext(t.Context(), node, args...).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// The bundler drops types without looking at them: TypeScript's own compiler does that.
func TestTypes(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	tsc := filepath.Join(root, ".ci", "interop", "node_modules", ".bin", "tsc")
	if _, err := os.Stat(tsc); err != nil && os.Getenv("CI") == "" {
		t.Skip("run npm ci in .ci/interop to check the types")
	}
	out, err := exec.CommandContext(t.Context(), tsc, "--noEmit", "-p", ".").CombinedOutput()
	require.NoError(t, err, "%s", out)
}

func TestHandlerServesThePageForItsOwnPaths(t *testing.T) {
	for _, path := range []string{"/", "/skirmish", "/four", "/my-game-2", "/skirmish/ABCDE", "/skirmish/abcde",
		"/skirmish/ABC1", "/skirmish/ABCD0", "/skirmish/ABCDEF", "/skirmish/no%20room", "/skirmish/", "/skirmish/ABCDE/"} {
		answer := get(t, path, "")
		require.Equal(t, http.StatusOK, answer.StatusCode, path)
		require.Equal(t, "text/html; charset=utf-8", answer.Header.Get("Content-Type"), path)
	}
}

func TestHandlerFindsNothingElse(t *testing.T) {
	for _, path := range []string{"/missing.js", "/favicon.ico", "/robots.txt", "/Skirmish", "/skirmish/a.png", "/a/ABCDE/x", "//", "/a//", "/dist/app.js", "/../client.go"} {
		require.Equal(t, http.StatusNotFound, get(t, path, "").StatusCode, path)
	}
}

func TestHandlerSendsProperTypes(t *testing.T) {
	for path, want := range map[string]string{
		"/app.js":       "text/javascript; charset=utf-8",
		"/ninepin.js":   "text/javascript; charset=utf-8",
		"/ninepin.d.ts": "text/plain; charset=utf-8",
		"/style.css":    "text/css; charset=utf-8",
		"/icon.svg":     "image/svg+xml",
	} {
		require.Equal(t, want, get(t, path, "").Header.Get("Content-Type"), path)
	}
}

func TestHandlerAnswersNotModified(t *testing.T) {
	for _, encoding := range []string{"", "gzip"} {
		first := get(t, "/app.js", encoding)
		r := httptest.NewRequest(http.MethodGet, "/app.js", nil)
		r.Header.Set("Accept-Encoding", encoding)
		r.Header.Set("If-None-Match", first.Header.Get("ETag"))
		w := httptest.NewRecorder()
		client.Handler().ServeHTTP(w, r)
		require.Equal(t, http.StatusNotModified, w.Code)
		require.Zero(t, w.Body.Len())
	}
}

func TestHandlerCompresses(t *testing.T) {
	zipped, err := gzip.NewReader(get(t, "/app.js", "gzip").Body)
	require.NoError(t, err)
	unzipped, err := io.ReadAll(zipped)
	require.NoError(t, err)
	plain, err := io.ReadAll(get(t, "/app.js", "").Body)
	require.NoError(t, err)
	require.True(t, string(plain) == string(unzipped))
}

func TestHandlerRefusesOtherMethods(t *testing.T) {
	w := httptest.NewRecorder()
	client.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
	require.Equal(t, http.StatusMethodNotAllowed, w.Code)
}

func get(t *testing.T, path, encoding string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	client.Handler().ServeHTTP(w, r)
	return w.Result()
}

func TestSDKCanBeImportedFromOtherPages(t *testing.T) {
	require.Equal(t, "*", get(t, "/ninepin.js", "").Header.Get("Access-Control-Allow-Origin"))
}
