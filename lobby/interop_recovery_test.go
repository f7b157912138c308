package lobby_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/lobby"
	"ninepin/transport"
)

// newBreakable is the server of .ci/interop/recovery-server.mjs in Go.
func newBreakable(t *testing.T, recovery *lobby.Recovery) *lobby.Server {
	t.Helper()
	srv := lobby.New(&lobby.Options{
		Recovery: recovery, Transport: transport.Options{MaxPayload: 4e6, MaxQueue: 8 << 20},
	})
	check := func(err error) {
		if err != nil {
			t.Error(err)
		}
	}
	srv.OfRegexp(regexp.MustCompile(`^/room-\d+$`)).OnConnect(func(s *lobby.Socket) error {
		return s.Emit("welcome", s.Namespace().Name())
	})
	srv.OnConnect(func(s *lobby.Socket) error {
		s.On("emit me", func(e *lobby.Event) {
			var event string
			var value any
			check(errors.Join(e.Bind(&event, &value), s.Emit(event, value), e.Ack()))
		})
		s.On("emit to", func(e *lobby.Event) {
			args, err := arguments(e)
			check(err)
			to := srv.To(texts(args[0])...).Except(texts(args[1])...)
			check(errors.Join(to.Emit(args[2].(string), args[3:]...), e.Ack()))
		})
		s.On("join", func(e *lobby.Event) {
			var rooms []string
			check(e.Bind(&rooms))
			s.Join(rooms...)
			check(e.Ack())
		})
		s.On("rooms", func(e *lobby.Event) { check(e.Ack(s.Rooms())) })
		s.On("store", func(e *lobby.Event) {
			var value any
			check(e.Bind(&value))
			s.SetData(value)
			check(e.Ack())
		})
		s.On("stored", func(e *lobby.Event) { check(e.Ack(s.Data())) })
		s.On("here", func(e *lobby.Event) {
			var id string
			check(e.Bind(&id))
			check(e.Ack(len(srv.To(id).Sockets()) > 0))
		})
		s.On("buffered", func(e *lobby.Event) {
			var value any
			check(errors.Join(e.Bind(&value), s.Emit("got", value)))
		})
		s.On("send me away", func(*lobby.Event) { s.Disconnect(false) })
		s.On("echo", func(e *lobby.Event) {
			var value any
			check(errors.Join(e.Bind(&value), e.Ack(value)))
		})
		return s.Emit("hello", s.Recovered())
	})
	return srv
}

// officialBreakable starts recovery-server.mjs and returns its address.
func (in interop) officialBreakable(t *testing.T, parser, expect string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), interopDeadline)
	cmd := exec.CommandContext(ctx, "node", "recovery-server.mjs", parser, expect)
	cmd.Dir, cmd.Stderr, cmd.WaitDelay = in.dir, os.Stderr, time.Second
	_, err := cmd.StdinPipe() // open as long as the server
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // killed
	})
	first, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	var listening struct{ Port int }
	require.NoError(t, json.Unmarshal([]byte(first), &listening))
	return fmt.Sprintf("http://127.0.0.1:%d", listening.Port)
}

// plan is the argument of recovery.mjs and restart.mjs.
func (in interop) plan(t *testing.T, url, expect string, c client) string {
	t.Helper()
	plan, err := json.Marshal(map[string]any{"url": url, "client": c, "expect": expect})
	require.NoError(t, err)
	return string(plan)
}

// TestInteropRecovery cuts official clients off, on the official server and on ours: they must come back as the same.
func TestInteropRecovery(t *testing.T) {
	in := newInterop(t)
	ws, poll := []string{"websocket"}, []string{"polling"}
	for _, c := range []struct {
		name    string
		client  client
		expect  string
		options *lobby.Recovery
	}{
		{"JSON", client{Parser: "json", Transports: ws}, "recovered", &lobby.Recovery{}},
		{"msgpack", client{Parser: "msgpack", Transports: ws}, "recovered", &lobby.Recovery{}},
		{"compact", client{Parser: in.compact, Transports: ws}, "recovered", &lobby.Recovery{}},
		{"polling", client{Parser: "json", Transports: poll}, "recovered", &lobby.Recovery{}},
		{"upgrade", client{Parser: "json"}, "recovered", &lobby.Recovery{}},
		{"off", client{Parser: "json", Transports: ws}, "new", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			run := func(url string) {
				require.NotEmpty(t, runScript(t, in.dir, "node", "recovery.mjs", in.plan(t, url, c.expect, c.client)))
			}
			if c.client.Parser == "json" { // its clients are all alike
				t.Run("official server", func(t *testing.T) { run(in.officialBreakable(t, "json", c.expect)) })
			}
			run(serveInterop(t, newBreakable(t, c.options)))
		})
	}
}

// TestInteropRestart stops the server under an official client and starts another one at the same address.
func TestInteropRestart(t *testing.T) {
	in := newInterop(t)
	for name, c := range map[string]client{
		"JSON":    {Parser: "json", Transports: []string{"websocket"}},
		"msgpack": {Parser: "msgpack", Transports: []string{"websocket"}},
		"compact": {Parser: in.compact, Transports: []string{"websocket"}},
		"upgrade": {Parser: "json"},
	} {
		t.Run(name, func(t *testing.T) {
			address, stop := serveAt(t, "127.0.0.1:0", newBreakable(t, &lobby.Recovery{}))
			ctx, cancel := context.WithTimeout(t.Context(), interopDeadline)
			defer cancel()
			cmd := exec.CommandContext(ctx, "node", "restart.mjs", in.plan(t, "http://"+address, "", c))
			cmd.Dir, cmd.Stderr, cmd.WaitDelay = in.dir, os.Stderr, time.Second
			stdout, err := cmd.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			lines := bufio.NewReader(stdout)
			line, err := lines.ReadString('\n')
			require.NoError(t, err)
			require.Contains(t, line, `"restart"`)
			stop()
			_, stop = serveAt(t, address, newBreakable(t, &lobby.Recovery{}))
			defer stop()
			line, err = lines.ReadString('\n')
			require.NoError(t, err)
			require.Contains(t, line, `"back"`)
			require.NoError(t, cmd.Wait())
		})
	}
}

// serveAt serves srv at an address until stop.
func serveAt(t *testing.T, address string, srv *lobby.Server) (at string, stop func()) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", address)
	require.NoError(t, err)
	web := &httptest.Server{Listener: l, Config: &http.Server{Handler: srv, ReadHeaderTimeout: interopDeadline}}
	web.Start()
	return l.Addr().String(), func() {
		ctx, cancel := context.WithTimeout(context.Background(), interopDeadline)
		defer cancel()
		require.NoError(t, srv.Shutdown(ctx))
		web.Close()
	}
}
