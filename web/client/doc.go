// Package client is what browsers get: the SDK and the page, written in TypeScript under src, bundled by esbuild (as a
// Go library: contributors need no Node) into dist, which is committed and embedded.
//
//	src/sdk            the SDK: socket.io-client with a compact codec, rooms, inputs, interpolation, prediction
//	src/page           the page around every game: home, room, inspector, and the net panel with its simulated link
//	src/games/<name>   a game's own view; kinds without one get the inspector
//	vendor             modules of socket.io-client, as released; src/sdk/socketio puts them together
//	dist               the result; `go generate` builds it, a test checks that it is current
//
// The Go side only serves files: it starts no goroutines and holds nothing but the compressed files.
package client
