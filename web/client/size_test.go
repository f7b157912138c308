package client_test

import (
	"bytes"
	"compress/gzip"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/web/client/internal/bundle"
)

// The whole SDK, socket.io-client, the decoder of states, interpolation and prediction included, fits into 20 kB.
func TestSDKStaysSmall(t *testing.T) {
	files, err := bundle.Build(".")
	require.NoError(t, err)
	var zipped bytes.Buffer
	w, err := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	require.NoError(t, err)
	_, err = w.Write(files["ninepin.js"])
	require.NoError(t, err)
	require.NoError(t, w.Close())
	t.Logf("ninepin.js: %d bytes, %d compressed", len(files["ninepin.js"]), zipped.Len())
	require.LessOrEqual(t, zipped.Len(), 20_000)
}

// The bundler shortens the names of private properties; what the types promise keeps its name.
func TestPublicNamesAreNotShortened(t *testing.T) {
	types, err := os.ReadFile("src/sdk/ninepin.d.ts")
	require.NoError(t, err)
	code := regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAll(types, nil)
	public := map[string]bool{}
	for _, name := range regexp.MustCompile(`[\w$]+`).FindAllString(string(code), -1) {
		public[name] = true
	}
	for _, name := range bundle.Private() {
		require.False(t, public[name], "%s is in ninepin.d.ts and in the bundler's list of private names", name)
	}
}

// socket.io-client calls some of its own private members by a string: those are renamed too, or they would be missing.
func TestPrivateNamesAreShortenedInStringsToo(t *testing.T) {
	files, err := bundle.Build(".")
	require.NoError(t, err)
	require.Empty(t, regexp.MustCompile(`(\.|\["?)_\w{3,}`).FindAllString(string(files["ninepin.js"]), -1))
}
