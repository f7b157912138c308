// Package client is what browsers get: the SDK and the page, written in TypeScript under src, bundled by esbuild (as a
// Go library: contributors need no Node) into dist, which is committed and embedded.
//
//	src/sdk            the SDK: socket.io-client with a compact codec, rooms, inputs, interpolation, prediction
//	src/page           the page around every game: home, room, inspector, and the net panel with its simulated link
//	src/games/<name>   a game's own view; kinds without one get the inspector
//	src/sim            the pages of the link simulation, for tests only
//	vendor             modules of socket.io-client, as released; src/sdk/socketio puts them together
//	dist               the result; `go generate` builds it, a test checks that it is current
//
// The link simulation (sim_*_test.go, src/sim) is how smoothness is held: the bundled SDK runs in pages in a process of Node's,
// the real server in the test's, both in virtual time, and between them links of the design's models, seeded, so that a run
// repeats. On cable, wifi, mobile and a bad link it holds how far others lag and how often they are starved, and on each:
// nobody runs backwards or leaps, no own player is corrected, no predicted shot is taken back, every state is the server's.
// Stalls, pauses of a phone, hidden tabs, sleep and reconnects have tests of their own. Five minutes a link, 1.5 under the
// race detector; NINEPIN_SIM_MINUTES sets another length, and below five the targets of lag and starving are only shown:
//
//	NINEPIN_SIM_MINUTES=1 go test -v -run SmoothOnEveryLink ./web/client
//
// The Go side only serves files: it starts no goroutines and holds nothing but the compressed files.
package client
