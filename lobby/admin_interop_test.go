package lobby_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/lobby"
)

// TestInteropAdmin goes through what the official Admin UI does, with the client that it is made of. What the UI gets has
// the form of testdata/admin-ui-0.5.1.jsonl, which the same script wrote with the official server: socket.io 4.8.4 and
// @socket.io/admin-ui 0.5.1.
func TestInteropAdmin(t *testing.T) {
	in := newInterop(t)
	official, err := os.Open("testdata/admin-ui-0.5.1.jsonl")
	require.NoError(t, err)
	defer official.Close()
	want := jsonLines(t, official)
	ws := []string{"websocket"}
	for name, clients := range map[string][3]client{
		"JSON looks at msgpack, polling then upgrade": {{Parser: "json"}, {Parser: "msgpack"}},
		"msgpack looks at compact, websocket":         {{Parser: "msgpack", Transports: ws}, {Parser: in.compact, Transports: ws}},
	} {
		t.Run(name, func(t *testing.T) {
			srv := lobby.New(nil)
			openAdmin(t, srv, lobby.AdminOptions{Development: true})
			got := in.run(t, "admin.mjs", serveInterop(t, srv), clients)
			require.Equal(t, want, got)
		})
	}
}
