package client

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"
)

//go:generate go run ./internal/build

//go:embed dist
var dist embed.FS

// FS holds the built files: index.html, app.js, style.css, icon.svg, and the SDK as ninepin.js with its types in
// ninepin.d.ts.
var FS = sub(dist, "dist")

// page matches the paths that the page itself answers: the home page, a game's, a room's. What stands in a room's place
// need not be a code: the page tells people about mistyped links better than "not found" does. Files have a dot.
var page = regexp.MustCompile(`^/(?:[a-z0-9-]{1,32}(?:/[^/.]{1,64})?/?)?$`)

// asset is one file, ready to send.
type asset struct {
	plain, zipped []byte
	contentType   string
	etag          string
}

// Handler serves FS: the files by their names, and index.html for "/", "/<game>" and "/<game>/<ROOM>", whose rest is the
// page's own affair. Everything else is not found. Answers carry an ETag and are to be revalidated, so a new build is
// seen at once. It panics if the embedded files cannot be read, which a build that compiles cannot bring about.
func Handler() http.Handler {
	assets, err := load(FS)
	if err != nil {
		panic(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		name := strings.TrimPrefix(r.URL.Path, "/")
		if page.MatchString(r.URL.Path) {
			name = "index.html"
		}
		a, ok := assets[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		a.serve(w, r)
	})
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept-Encoding")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Access-Control-Allow-Origin", "*") // public files, without credentials: a module script on another page may import the SDK
	h.Set("Content-Security-Policy", "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; base-uri 'none'; form-action 'none'")
	body, etag := a.plain, a.etag
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && len(a.zipped) < len(a.plain) {
		h.Set("Content-Encoding", "gzip")
		body, etag = a.zipped, a.etag+"-gz"
	}
	etag = `"` + etag + `"`
	h.Set("ETag", etag)
	if match := r.Header.Get("If-None-Match"); match != "" && strings.Contains(match, etag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a client that has gone away is its own affair
	}
}

// load reads and compresses every file of files.
func load(files fs.FS) (map[string]*asset, error) {
	assets := map[string]*asset{}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		plain, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(plain)
		assets[name] = &asset{
			plain:       plain,
			zipped:      zip(plain),
			contentType: contentType(name),
			etag:        base64.RawURLEncoding.EncodeToString(sum[:9]),
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("client: reading the embedded page: %w", err)
	}
	return assets, nil
}

func zip(plain []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is valid, and a Buffer takes every write
	_, _ = w.Write(plain)
	_ = w.Close()
	return b.Bytes()
}

// contentType does not leave the types that browsers insist on to the machine's own tables.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".ts":
		return "text/plain; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".html":
		return "text/html; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".webmanifest":
		return "application/manifest+json"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

func sub(files embed.FS, dir string) fs.FS {
	f, err := fs.Sub(files, dir)
	if err != nil {
		panic(err) // only an invalid dir does that
	}
	return f
}
