package lobby

import (
	"bytes"
	"compress/gzip"
	"embed"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// The folder bundle holds the browser builds of the official client as npm publishes them (package socket.io, folder
// client-dist), unchanged. Take all of them, and VERSION, from one release.
//
//go:embed bundle/*.js bundle/*.map
var bundleFS embed.FS

//go:embed bundle/VERSION
var bundleVersion string

// bundleFile is one file of the official client.
type bundleFile struct {
	contentType string
	body        []byte
	zipped      func() []byte // made when first asked for
}

// bundle returns the files by name, the same map each time.
var bundle = sync.OnceValue(func() map[string]*bundleFile {
	entries, err := bundleFS.ReadDir("bundle")
	if err != nil {
		panic(err) // it is embedded
	}
	files := make(map[string]*bundleFile, len(entries))
	for _, e := range entries {
		body, _ := bundleFS.ReadFile(path.Join("bundle", e.Name()))
		f := &bundleFile{contentType: "application/javascript; charset=utf-8", body: body}
		if path.Ext(e.Name()) == ".map" {
			f.contentType = "application/json; charset=utf-8"
		}
		f.zipped = sync.OnceValue(func() []byte { return zip(body) })
		files[e.Name()] = f
	}
	return files
})

func zip(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(b) // memory does not fail
	_ = w.Close()
	return out.Bytes()
}

// serveBundle answers a request below Path with a file of the official client, which pages load as
// /socket.io/socket.io.js from the server that they will talk to. The headers are those of the Node server.
func (srv *Server) serveBundle(w http.ResponseWriter, r *http.Request) {
	name, below := strings.CutPrefix(r.URL.Path, Path)
	f := bundle()[name]
	if !below || f == nil {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	etag := `"` + strings.TrimSpace(bundleVersion) + `"`
	h.Set("Cache-Control", "public, max-age=0") // keep it, but ask each time whether it is still good
	h.Set("ETag", etag)
	h.Set("Vary", "Accept-Encoding")
	if len(srv.o.Transport.AllowedOrigins) > 0 {
		h.Set("Access-Control-Allow-Origin", "*") // modules of other pages; it is public
	}
	if matches(r.Header.Values("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := f.body
	if acceptsGzip(r.Header.Values("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		body = f.zipped()
	}
	h.Set("Content-Type", f.contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // for HEAD, net/http drops it
}

// matches tells whether an If-None-Match names the tag, weak or strong (RFC 9110, section 13.1.2).
func matches(fields []string, etag string) bool {
	return slices.ContainsFunc(listed(fields), func(tag string) bool {
		return tag == "*" || strings.TrimPrefix(tag, "W/") == etag
	})
}

// acceptsGzip reads an Accept-Encoding (RFC 9110, section 12.5.3): gzip is named, with a weight that is not zero.
func acceptsGzip(fields []string) bool {
	return slices.ContainsFunc(listed(fields), func(item string) bool {
		coding, weight, _ := strings.Cut(item, ";")
		if !strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			return false
		}
		value, weighted := strings.CutPrefix(strings.ReplaceAll(strings.ToLower(weight), " ", ""), "q=")
		q, err := strconv.ParseFloat(value, 64)
		return !weighted || err == nil && q > 0
	})
}

// listed returns the items of a header that is a list.
func listed(fields []string) []string {
	items := strings.Split(strings.Join(fields, ","), ",")
	for i, item := range items {
		items[i] = strings.TrimSpace(item)
	}
	return items
}
