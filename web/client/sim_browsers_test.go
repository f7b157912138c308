package client_test

import (
	"encoding/binary"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vmihailenco/msgpack/v5"

	"ninepin/web/client/internal/bundle"
)

// browsers is the process in which all pages of a simulation run: src/sim/main.ts, which describes the conversation.
type browsers struct {
	t   *testing.T
	in  io.Writer
	out io.Reader
}

// tab is how a page is opened.
type tab struct {
	Name   string  `msgpack:"name"`
	Role   string  `msgpack:"role"`
	Manner string  `msgpack:"manner"`
	At     float64 `msgpack:"at"` // ms
}

// What passes between a page's socket and the network.
const (
	kindOpen = iota
	kindText
	kindBinary
	kindClose
)

// turn lets the pages' time pass.
type turn struct {
	Until    float64      `msgpack:"until"` // ms
	Hide     map[int]bool `msgpack:"hide,omitempty"`
	Sleep    map[int]bool `msgpack:"sleep,omitempty"`
	Arrivals []arrival    `msgpack:"arrivals"`
}

// arrival is what comes to a socket of a page.
type arrival struct {
	//lint:ignore U1000 msgpack looks for it
	_msgpack struct{} `msgpack:",as_array"`
	Socket   int
	At       float64
	Kind     int
	Data     any
}

// turnReport is what happened in a turn.
type turnReport struct {
	Posts []post   `msgpack:"posts"`
	Notes []note   `msgpack:"notes"`
	Pages []record `msgpack:"pages"`
}

// record is what a page has recorded in a turn: see page.ts.
type record struct {
	Pictures    []byte `msgpack:"pictures"` // float64s
	Predictions []byte `msgpack:"predictions"`
	Newest      []byte `msgpack:"newest"`
	Withdrawn   int    `msgpack:"withdrawn"` // so far
	Corrections int    `msgpack:"corrections"`
}

// post is what a page's socket has sent.
type post struct {
	//lint:ignore U1000 msgpack looks for it
	_msgpack struct{} `msgpack:",as_array"`
	Page     int
	Socket   int
	At       float64
	Kind     int
	Data     any
}

// note is what a page has to say.
type note struct {
	//lint:ignore U1000 msgpack looks for it
	_msgpack struct{} `msgpack:",as_array"`
	Page     int
	At       float64
	What     string
	Text     string
}

var simScript = sync.OnceValues(func() ([]byte, error) { return bundle.Script(".", "src/sim/main.ts") })

// setting is what the process is told first.
type setting struct {
	Tabs  []tab   `msgpack:"tabs"`
	Clock float64 `msgpack:"clock"` // how fast the pages' clocks run
}

// openBrowsers starts the process. It ends with the test. Call it outside of any bubble.
func openBrowsers(t *testing.T, s setting) *browsers {
	t.Helper()
	node := needsNode(t)
	script, err := simScript()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "main.mjs")
	require.NoError(t, os.WriteFile(path, script, 0o644))
	cmd := exec.Command(node, path)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = in.Close()
		_, _ = io.Copy(io.Discard, out)
		require.NoError(t, cmd.Wait())
	})
	b := &browsers{t: t, in: in, out: out}
	b.send(s)
	return b
}

// send writes one message.
func (b *browsers) send(v any) {
	b.t.Helper()
	body, err := msgpack.Marshal(v)
	require.NoError(b.t, err)
	_, err = b.in.Write(append(binary.LittleEndian.AppendUint32(nil, uint32(len(body))), body...))
	require.NoError(b.t, err, "the pages' process has ended")
}

// report reads what the pages say of the turn.
func (b *browsers) report() (r turnReport) {
	b.t.Helper()
	var head [4]byte
	_, err := io.ReadFull(b.out, head[:])
	require.NoError(b.t, err, "the pages' process has ended")
	body := make([]byte, binary.LittleEndian.Uint32(head[:]))
	_, err = io.ReadFull(b.out, body)
	require.NoError(b.t, err)
	require.NoError(b.t, msgpack.Unmarshal(body, &r))
	return r
}
