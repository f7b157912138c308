package bundle

import (
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

// packages are the modules that the SDK and the files below vendor import by the names of their packages.
var packages = map[string]string{
	"socket.io-client":             "src/sdk/socketio/io.js",
	"socket.io-parser":             "src/sdk/socketio/types.js",
	"engine.io-client":             "src/sdk/socketio/engine.js",
	"engine.io-parser":             "src/sdk/socketio/packets.js",
	"@socket.io/component-emitter": "src/sdk/socketio/emitter.js",
}

// replaced are modules that files below vendor import by relative paths: the packages themselves name other files for
// browsers, and of the rest the SDK has its own, smaller ones.
var replaced = map[string]string{
	"./globals.node.js":     "src/sdk/socketio/util.js",
	"./util.js":             "src/sdk/socketio/util.js",
	"../util.js":            "src/sdk/socketio/util.js",
	"./contrib/backo2.js":   "src/sdk/socketio/backoff.js",
	"./contrib/parseqs.js":  "src/sdk/socketio/query.js",
	"./contrib/parseuri.js": "src/sdk/socketio/parseuri.js",
	"./transports/index.js": "src/sdk/socketio/transports.js",
}

// vendored finds the modules of socket.io-client. The files below vendor are as released, so that a new release is a
// matter of copying.
func vendored(root string) api.Plugin {
	return api.Plugin{Name: "vendored", Setup: func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: `^(socket|engine)\.io-|^@socket\.io/|\.js$`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			path, ok := packages[a.Path]
			if rel, err := filepath.Rel(filepath.Join(root, "vendor"), a.Importer); !ok && err == nil && filepath.IsLocal(rel) {
				path, ok = replaced[a.Path]
			}
			if !ok {
				return api.OnResolveResult{}, nil
			}
			return api.OnResolveResult{Path: filepath.Join(root, filepath.FromSlash(path)), SideEffects: api.SideEffectsFalse}, nil
		})
	}}
}
