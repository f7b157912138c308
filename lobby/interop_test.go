package lobby_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/stretchr/testify/require"

	"ninepin/game"
	"ninepin/lobby"
)

// These tests let the official clients speak: .ci/interop/README.md tells what lies there.

// interopDeadline bounds one script, and one wait for it to end. The scripts bound each of their own waits.
const interopDeadline = 90 * time.Second

// interop is what a test needs of .ci/interop.
type interop struct {
	dir     string // .ci/interop
	compact string // path of the bundle of our own parser
}

// absent skips the test with one line, or fails it in CI, where nothing may be missing.
func absent(t *testing.T, what, do string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		require.FailNow(t, what+" is missing", do)
	}
	t.Skipf("%s is missing: %s", what, do)
}

func newInterop(t *testing.T) interop {
	t.Helper()
	dir, err := filepath.Abs("../.ci/interop")
	require.NoError(t, err)
	const do = "run make test, or: cd .ci/interop && npm ci"
	if _, err := exec.LookPath("node"); err != nil {
		absent(t, "node", do)
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "socket.io-client")); err != nil {
		absent(t, ".ci/interop/node_modules", do)
	}
	in := interop{dir: dir, compact: filepath.Join(t.TempDir(), "compact.mjs")}
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{"../web/client/src/sdk/parser.ts"},
		Outfile:     in.compact,
		Bundle:      true,
		Write:       true,
		Format:      api.FormatESModule,
		TsconfigRaw: "{}",
	})
	require.Empty(t, result.Errors)
	return in
}

// client is one client of a script: dial in clients.mjs documents the fields.
type client struct {
	Package    string   `json:"package,omitempty"`
	Parser     string   `json:"parser,omitempty"`
	Transports []string `json:"transports,omitempty"`
}

// run runs a script with three clients against the server at url and returns the lines it prints.
func (in interop) run(t *testing.T, script, url string, clients [3]client) []map[string]any {
	t.Helper()
	plan, err := json.Marshal(map[string]any{"url": url, "clients": clients})
	require.NoError(t, err)
	return runScript(t, in.dir, "node", script, string(plan))
}

// runScript runs a program that prints lines of JSON and returns them; it must end well.
func runScript(t *testing.T, dir, name string, args ...string) []map[string]any {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), interopDeadline)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	lines := jsonLines(t, &stdout)
	if err != nil {
		reached := any("nothing")
		if len(lines) > 0 {
			reached = lines[len(lines)-1]["step"]
		}
		require.FailNow(t, args[0]+": "+err.Error(), "the last step it ended is %d, %q\n%s", len(lines), reached, &stderr)
	}
	return lines
}

func jsonLines(t *testing.T, r io.Reader) []map[string]any {
	t.Helper()
	var lines []map[string]any
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		var line map[string]any
		require.NoError(t, json.Unmarshal(scanner.Bytes(), &line), scanner.Text())
		lines = append(lines, line)
	}
	require.NoError(t, scanner.Err())
	return lines
}

// transcript is all that three clients saw, and the reasons that the server gave its sockets when it closed.
type transcript struct {
	steps   []map[string]any
	reasons []string
}

// reference runs the cheat sheet against the official server, whose clients are all alike.
func (in interop) reference(t *testing.T, one client) transcript {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), interopDeadline)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", "server.mjs", one.Parser)
	cmd.Dir, cmd.Stderr, cmd.WaitDelay = in.dir, os.Stderr, time.Second
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	ended := false
	defer func() {
		if !ended {
			cancel()
			_ = cmd.Wait() // killed
		}
	}()
	lines := bufio.NewReader(stdout)
	first, err := lines.ReadString('\n')
	require.NoError(t, err)
	var listening struct{ Port int }
	require.NoError(t, json.Unmarshal([]byte(first), &listening))
	var got transcript
	got.steps = in.run(t, "cheatsheet.mjs", fmt.Sprintf("http://127.0.0.1:%d", listening.Port), [3]client{one, one, one})
	require.NoError(t, stdin.Close()) // the server's sign to end
	for _, line := range jsonLines(t, lines) {
		got.reasons = append(got.reasons, line["closed"].(string))
	}
	ended = true
	require.NoError(t, cmd.Wait())
	return got
}

// ours runs the cheat sheet against Ninepin.
func (in interop) ours(t *testing.T, clients [3]client) transcript {
	t.Helper()
	srv := lobby.New(nil)
	c := newControl(t, srv)
	url := serveInterop(t, srv)
	steps := in.run(t, "cheatsheet.mjs", url, clients)
	return transcript{steps, c.end()}
}

func serveInterop(t *testing.T, srv *lobby.Server) string {
	t.Helper()
	web := httptest.NewServer(srv)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), interopDeadline)
		defer cancel()
		require.NoError(t, srv.Shutdown(ctx))
		web.Close()
	})
	return web.URL
}

// TestInteropCheatSheet makes every call of the Socket.IO cheat sheet from official clients, on the official server and
// on ours: what each client sees must be the same, event by event.
func TestInteropCheatSheet(t *testing.T) {
	in := newInterop(t)
	ws, poll := []string{"websocket"}, []string{"polling"}
	j := client{Parser: "json", Transports: ws}
	m := client{Parser: "msgpack", Transports: ws}
	c := client{Parser: in.compact, Transports: ws}
	jp := client{Parser: "json", Transports: poll}
	mp := client{Parser: "msgpack", Transports: poll}
	cp := client{Parser: in.compact, Transports: poll}
	ju, mu, cu := client{Parser: "json"}, client{Parser: "msgpack"}, client{Parser: in.compact} // upgrade
	v3 := client{Package: "socket.io-client-3", Parser: "json", Transports: ws}
	v40 := client{Package: "socket.io-client-4.0", Parser: "json", Transports: ws}
	references := map[string]transcript{}
	for _, c := range []struct {
		name      string
		reference client // of the official server, all of whose clients are alike
		clients   [3]client
	}{
		{"JSON", j, [3]client{j, j, j}},
		{"msgpack", m, [3]client{m, m, m}},
		{"compact", c, [3]client{c, c, c}},
		{"all codecs", j, [3]client{j, m, c}},
		{"all codecs, moved", j, [3]client{c, j, m}},
		{"client 3.1", v3, [3]client{v3, v3, v3}},
		{"client 4.0", v40, [3]client{v40, v40, v40}},
		{"JSON, polling then upgrade", ju, [3]client{ju, ju, ju}},
		{"all codecs, polling then upgrade", ju, [3]client{mu, cu, ju}},
		{"JSON, polling", jp, [3]client{jp, jp, jp}},
		{"all codecs, polling", jp, [3]client{cp, jp, mp}},
		{"all codecs and transports", jp, [3]client{jp, cu, m}},
	} {
		t.Run(c.name, func(t *testing.T) {
			key := fmt.Sprint(c.reference)
			if _, known := references[key]; !known {
				references[key] = in.reference(t, c.reference)
			}
			want, got := references[key], in.ours(t, c.clients)
			for i, step := range want.steps {
				require.Equal(t, step, got.steps[min(i, len(got.steps)-1)])
			}
			require.Len(t, got.steps, len(want.steps))
			require.Equal(t, want.reasons, got.reasons)
		})
	}
}

// counter is a game whose state anyone can add up in the head.
type counter struct{ state counterState }

type counterState struct {
	Count int         `msgpack:"count"`
	By    map[int]int `msgpack:"by"` // seat: sum of what it added
}

type counterInput struct {
	Add  int  `msgpack:"add"`
	Tell bool `msgpack:"tell"`
	Over bool `msgpack:"over"`
}

func newCounter() *counter { return &counter{counterState{By: map[int]int{}}} }

func (c *counter) Join(*game.Player) error { return nil }
func (c *counter) Leave(*game.Player)      {}
func (c *counter) State() *counterState    { return &c.state }

func (c *counter) Update(t *game.Tick[counterInput]) error {
	before := maps.Clone(c.state.By)
	for p, in := range t.Inputs() {
		if in.Over {
			return game.ErrOver
		}
		if in.Tell {
			t.EmitTo(p, "told", c.state.Count)
		}
		if in.Add != 0 {
			c.state.Count += in.Add
			c.state.By[p.Seat] += in.Add
		}
	}
	if !maps.Equal(before, c.state.By) {
		t.Emit("counted", c.state.Count)
	}
	return nil
}

// TestInteropGame plays a match with an official client of each codec, every one of them in each part.
func TestInteropGame(t *testing.T) {
	in := newInterop(t)
	ws, poll := []string{"websocket"}, []string{"polling"}
	j := client{Parser: "json", Transports: ws}
	m := client{Parser: "msgpack", Transports: ws}
	c := client{Parser: in.compact, Transports: ws}
	ju, mu, cu := client{Parser: "json"}, client{Parser: "msgpack"}, client{Parser: in.compact} // upgrade
	jp := client{Parser: "json", Transports: poll}
	for name, clients := range map[string][3]client{
		"JSON and msgpack play, compact watches": {j, m, c},
		"compact and JSON play, msgpack watches": {c, j, m},
		"msgpack and compact play, JSON watches": {m, c, j},
		"polling then upgrade":                   {ju, cu, mu},
		"polling beside WebSocket":               {m, jp, c},
	} {
		t.Run(name, func(t *testing.T) {
			kind := game.Define("counter", newCounter)
			kind.Title, kind.TickRate, kind.MaxPlayers = "Counter", 50, 2
			srv := lobby.New(nil)
			srv.Handle(kind)
			srv.OnConnect(func(s *lobby.Socket) error {
				s.On("say", func(e *lobby.Event) {
					var room, text string
					if err := e.Bind(&room, &text); err != nil {
						e.Fail(err)
						return
					}
					_ = s.To(room).Emit("said", text)
					_ = e.Ack()
				})
				return nil
			})
			require.NotEmpty(t, in.run(t, "game.mjs", serveInterop(t, srv), clients))
		})
	}
}

// TestInteropPython lets Python's Socket.IO clients, one of each codec, talk to our server.
func TestInteropPython(t *testing.T) {
	script, err := filepath.Abs("../.ci/interop/client.py")
	require.NoError(t, err)
	python := ""
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		if exec.CommandContext(t.Context(), name, "-c", "import socketio, websocket, msgpack").Run() == nil {
			python = name
			break
		}
	}
	if python == "" {
		absent(t, "a client library for Python",
			"install the Debian packages python3-socketio python3-websocket python3-msgpack")
	}
	srv := lobby.New(nil)
	newControl(t, srv)
	require.NotEmpty(t, runScript(t, filepath.Dir(script), python, script, serveInterop(t, srv)))
}
