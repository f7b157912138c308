package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/cmd/gameserver/internal/browser"
	"ninepin/lobby"
)

// cheatSheetPage is the front end of the cheat sheet: the official client from the server itself, and one line.
const cheatSheetPage = `<!doctype html><link rel="icon" href="data:,"><script src="/socket.io/socket.io.js"></script>
<script>
	const socket = io();
	const got = [];
	socket.onAny((...args) => got.push(args));
	socket.on("connect", () => socket.emit("join", "hall"));
</script>`

// officialBundleConnectsUnchanged runs the official browser client against a plain server: it polls first, upgrades, and
// sees what each call of the cheat sheet means.
func officialBundleConnectsUnchanged(t *testing.T, b *browser.Browser) {
	srv := lobby.New(nil)
	t.Cleanup(func() { require.NoError(t, srv.Shutdown(context.Background())) })
	srv.OnConnect(func(s *lobby.Socket) error {
		s.On("join", lobby.Typed(func(s *lobby.Socket, room string) {
			s.Join(room)
			_ = s.Emit("joined", room)
		}))
		s.On("say", func(e *lobby.Event) {
			var text string
			var bytes []byte
			if err := e.Bind(&text, &bytes); err != nil {
				e.Fail(err)
				return
			}
			_ = srv.To("hall").Emit("all", text, bytes)
			_ = s.To("hall").Emit("others", text)
			_ = e.Ack("heard")
		})
		return nil
	})
	mux := http.NewServeMux()
	mux.Handle(lobby.Path, srv)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, cheatSheetPage)
	})
	web := httptest.NewServer(mux)
	t.Cleanup(web.Close)

	ann, bob := b.Person(t, "ann", browser.Desktop), b.Person(t, "bob", browser.Desktop)
	for _, p := range []*browser.Page{ann, bob} {
		p.Open(web.URL)
		p.WaitFor(`got.some(([e]) => e === "joined") && socket.io.engine.transport.name === "websocket"`)
	}
	browser.Eval[int](ann, `socket.emit("say", "hé 🎳", new Uint8Array([1, 2, 255]), (answer) => got.push([answer])); 0`)
	ann.WaitFor(`got.some(([e]) => e === "heard")`)
	bob.WaitFor(`got.some(([e]) => e === "others")`)
	all := `JSON.stringify(got.filter(([e]) => e === "all").map(([, text, bytes]) => [text, [...new Uint8Array(bytes)]]))`
	for _, p := range []*browser.Page{ann, bob} {
		require.Equal(t, `[["hé 🎳",[1,2,255]]]`, browser.Eval[string](p, all), "the sender too")
	}
	require.False(t, browser.Eval[bool](ann, `got.some(([e]) => e === "others")`), "all but the sender")
	browser.Eval[int](ann, `socket.disconnect(); 0`)
	ann.WaitFor(`!socket.connected`)
}
