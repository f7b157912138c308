package main

import (
	"errors"
	"net"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/cmd/gameserver/internal/browser"
	"ninepin/cmd/gameserver/internal/netsim"
	"ninepin/game"
)

// TestPage holds what the page says when things go wrong. One Chromium serves all of it.
func TestPage(t *testing.T) {
	b := browser.Start(t)
	for _, scenario := range []struct {
		name string
		play func(*testing.T, *browser.Browser)
	}{
		{"StoppedServerIsSaidOnceAndAwaited", stoppedServerIsSaidOnceAndAwaited},
		{"StoppedServerIsSaidOnceAtHome", stoppedServerIsSaidOnceAtHome},
		{"InspectorShowsWhatIsRefused", inspectorShowsWhatIsRefused},
	} {
		t.Run(scenario.name, func(t *testing.T) { scenario.play(t, b) })
	}
}

// restartable is an address behind which one server can follow another.
type restartable struct {
	proxy *netsim.Proxy
	now   atomic.Pointer[string]
}

func newRestartable(t *testing.T) *restartable {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r := &restartable{}
	r.proxy = netsim.New(l, func() (net.Conn, error) {
		if addr := r.now.Load(); addr != nil {
			return net.Dial("tcp", *addr)
		}
		return nil, errors.New("no server runs")
	})
	t.Cleanup(func() { require.NoError(t, r.proxy.Close()) })
	return r
}

// start runs a server behind the address and returns what stops it.
func (r *restartable) start(t *testing.T, kinds ...*game.Kind) (stop func()) {
	t.Helper()
	addr, stopServer := startServer(t, kinds...)
	r.now.Store(&addr)
	return func() {
		r.now.Store(nil)
		require.NoError(t, stopServer())
	}
}

func (r *restartable) url() string { return "http://" + r.proxy.Addr().String() }

// said are the messages that the page shows now.
const said = `["#banner", "#toast", "#ending"].filter(s => document.querySelector(s)?.checkVisibility())`

func stoppedServerIsSaidOnceAndAwaited(t *testing.T, b *browser.Browser) {
	site := newRestartable(t)
	stop := site.start(t, quiet())
	ada := b.Person(t, "ada", browser.Desktop)
	ada.Expect(`WebSocket connection to .* failed|Failed to load resource: net::ERR_`)
	play(ada, site.url(), "Ada")
	browser.Eval[int](ada, `window.most = 0; window.counting = setInterval(() => most = Math.max(most, `+said+`.length), 5); 0`)
	stop()
	ada.WaitFor("ninepin.client.status === 'lost' && " + said + ".includes('#ending')")
	require.Contains(t, text(ada, "#ending"), "The server is restarting")
	require.True(t, browser.Eval[bool](ada, "document.querySelector('#again').disabled"), "there is nothing to go back to yet")
	ada.Screenshot("server-restarting")

	site.start(t, quiet())
	ada.WaitFor("!document.querySelector('#again').disabled")
	require.Contains(t, text(ada, "#ending"), "It is back.")
	require.Equal(t, 1, browser.Eval[int](ada, "most"), "messages at once")
	ada.Click("#again")
	inRoom(ada, "player")
}

func stoppedServerIsSaidOnceAtHome(t *testing.T, b *browser.Browser) {
	site := newRestartable(t)
	stop := site.start(t, quiet())
	ada := b.Person(t, "ada", browser.Desktop)
	ada.Expect(`WebSocket connection to .* failed|Failed to load resource: net::ERR_`)
	live(ada, site.url())
	stop()
	ada.WaitFor("document.querySelector('#banner').innerText.includes('The server is restarting')")
	require.Equal(t, []string{"#banner"}, browser.Eval[[]string](ada, said))
	site.start(t, quiet())
	ada.WaitFor("!document.querySelector('#banner').checkVisibility() && ninepin.room?.joined")
}

// Pile is a game without a view of its own.
type Pile struct{ Height int }

// Stone is what is laid on it.
type Stone struct {
	Weight int    `msgpack:"weight"`
	Colour string `msgpack:"colour"`
	Flat   bool   `msgpack:"flat"`
}

func (*Pile) Join(*game.Player) error { return nil }
func (*Pile) Leave(*game.Player)      {}
func (p *Pile) State() *Pile          { return p }
func (p *Pile) Update(t *game.Tick[Stone]) error {
	for _, stone := range t.Inputs() {
		p.Height += stone.Weight
	}
	return nil
}

func inspectorShowsWhatIsRefused(t *testing.T, b *browser.Browser) {
	addr, _ := startServer(t, game.Define("pile", func() *Pile { return &Pile{} }))
	ada := b.Person(t, "ada", browser.Desktop)
	play(ada, "http://"+addr+"/pile", "Ada")
	ada.WaitFor(`document.querySelector("#input-json").value.includes("weight")`)
	require.JSONEq(t, `{"weight": 0, "colour": "", "flat": false}`, browser.Eval[string](ada, `document.querySelector("#input-json").value`),
		"it begins with an input of zeros")
	browser.Eval[any](ada, `document.querySelector("#input-json").value = '{"weight": "heavy"}'`)
	ada.Click("#input-send")
	ada.WaitFor(`document.querySelector("#input-result").innerText.startsWith("Refused: Input.Weight: want an integer")`)
	ada.Screenshot("inspector-refused")
	browser.Eval[any](ada, `document.querySelector("#input-json").value = '{"weight": 3}'`)
	ada.Click("#input-send")
	ada.WaitFor(`ninepin.room.state.Height === 3`)
}
