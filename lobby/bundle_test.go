package lobby_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
	"ninepin/transport"
)

// ask makes a request to a server with these header fields, name and value in turn. The answer is as it was sent: the
// client asks for no compression of its own and undoes none.
func ask(t *testing.T, o *lobby.Options, method, path string, fields ...string) (*http.Response, []byte) {
	t.Helper()
	web := httptest.NewServer(lobbytest.NewServer(t, o))
	defer web.Close()
	req, err := http.NewRequestWithContext(t.Context(), method, web.URL+path, nil)
	require.NoError(t, err)
	for i := 0; i < len(fields); i += 2 {
		req.Header.Add(fields[i], fields[i+1])
	}
	transport := &http.Transport{DisableCompression: true}
	defer transport.CloseIdleConnections()
	res, err := transport.RoundTrip(req)
	require.NoError(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res, body
}

func published(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("bundle", name))
	require.NoError(t, err)
	return b
}

func TestBundleServesEachFileOfTheRelease(t *testing.T) {
	for _, name := range []string{
		"socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.msgpack.min.js",
		"socket.io.js.map", "socket.io.min.js.map", "socket.io.esm.min.js.map", "socket.io.msgpack.min.js.map",
	} {
		t.Run(name, func(t *testing.T) {
			res, body := ask(t, nil, "GET", "/socket.io/"+name)
			require.Equal(t, http.StatusOK, res.StatusCode)
			require.Equal(t, published(t, name), body)
			kind := "application/javascript; charset=utf-8"
			if strings.HasSuffix(name, ".map") {
				kind = "application/json; charset=utf-8"
			}
			require.Equal(t, kind, res.Header.Get("Content-Type"))
			require.Equal(t, "public, max-age=0", res.Header.Get("Cache-Control"))
			require.Equal(t, `"4.8.4"`, res.Header.Get("ETag"))
			require.Empty(t, res.Header.Get("Content-Encoding"))
		})
	}
}

func TestBundleIsOfTheVersionThatItsTagNames(t *testing.T) {
	version := strings.TrimSpace(string(published(t, "VERSION")))
	files, err := filepath.Glob("bundle/*.js")
	require.NoError(t, err)
	require.Len(t, files, 4)
	for _, file := range files {
		require.Contains(t, string(published(t, filepath.Base(file)))[:200], "Socket.IO v"+version+"\n", file)
	}
}

func TestBundleIsNotSentAgainToThoseWhoHaveIt(t *testing.T) {
	for _, tag := range []string{`"4.8.4"`, `W/"4.8.4"`, `"4.8.3", W/"4.8.4"`, `*`} {
		res, body := ask(t, nil, "GET", "/socket.io/socket.io.js", "If-None-Match", tag)
		require.Equal(t, http.StatusNotModified, res.StatusCode, tag)
		require.Empty(t, body)
		require.Equal(t, `"4.8.4"`, res.Header.Get("ETag"))
	}
	res, body := ask(t, nil, "GET", "/socket.io/socket.io.js", "If-None-Match", `"4.8.3"`)
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.NotEmpty(t, body)
}

func TestBundleIsZippedForThoseWhoAccept(t *testing.T) {
	for accept, zipped := range map[string]bool{
		"gzip": true, "gzip, deflate, br": true, "br;q=1.0, GZIP ;q=0.5": true,
		"": false, "br": false, "gzip;q=0": false, "gzip; q=0.0": false, "gzip;q=some": false,
	} {
		res, body := ask(t, nil, "GET", "/socket.io/socket.io.min.js", "Accept-Encoding", accept)
		require.Equal(t, http.StatusOK, res.StatusCode)
		require.Equal(t, "Accept-Encoding", res.Header.Get("Vary"))
		if !zipped {
			require.Equal(t, published(t, "socket.io.min.js"), body, accept)
			continue
		}
		require.Equal(t, "gzip", res.Header.Get("Content-Encoding"), accept)
		r, err := gzip.NewReader(strings.NewReader(string(body)))
		require.NoError(t, err)
		plain, err := io.ReadAll(r)
		require.NoError(t, err)
		require.Equal(t, published(t, "socket.io.min.js"), plain)
	}
}

func TestBundleAnswersHeadWithoutTheFile(t *testing.T) {
	res, body := ask(t, nil, "HEAD", "/socket.io/socket.io.js")
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Empty(t, body)
	require.EqualValues(t, len(published(t, "socket.io.js")), res.ContentLength)
}

func TestBundleHasNothingBesideTheClient(t *testing.T) {
	for _, path := range []string{
		"/socket.io/VERSION", "/socket.io/LICENSE", "/socket.io/other.js", "/socket.io/bundle/socket.io.js", "/socket.io.js", "/",
	} {
		res, _ := ask(t, nil, "GET", path)
		require.Equal(t, http.StatusNotFound, res.StatusCode, path)
	}
}

func TestBundleIsReadOnly(t *testing.T) {
	res, _ := ask(t, nil, "POST", "/socket.io/socket.io.js")
	require.Equal(t, http.StatusMethodNotAllowed, res.StatusCode)
	require.Equal(t, "GET, HEAD", res.Header.Get("Allow"))
}

func TestBundleIsForOtherPagesOnceOthersMayConnect(t *testing.T) {
	res, _ := ask(t, nil, "GET", "/socket.io/socket.io.esm.min.js", "Origin", "https://friend.test")
	require.Empty(t, res.Header.Get("Access-Control-Allow-Origin"))
	friendly := &lobby.Options{Transport: transport.Options{AllowedOrigins: []string{"https://friend.test"}}}
	res, _ = ask(t, friendly, "GET", "/socket.io/socket.io.esm.min.js", "Origin", "https://friend.test")
	require.Equal(t, "*", res.Header.Get("Access-Control-Allow-Origin"))
}
