package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/cmd/gameserver/internal/browser"
	"ninepin/cmd/gameserver/internal/netsim"
	"ninepin/game/four"
)

// TestNetPanel looks at the connection as a player does. One Chromium serves all of it.
func TestNetPanel(t *testing.T) {
	b := browser.Start(t)
	for _, scenario := range []struct {
		name string
		play func(*testing.T, *browser.Browser)
	}{
		{"OpensByKeyAndShowsFigures", netPanelOpensByKeyAndShowsFigures},
		{"OpensByButtonAndEscapeCloses", netPanelOpensByButtonAndEscapeCloses},
		{"LeavesTheControlsFree", netPanelLeavesTheControlsFree},
		{"SliderWorsensThisLink", sliderWorsensThisLink},
		{"GameWithoutAClockHasItsFigures", gameWithoutAClockHasItsFigures},
		{"AddressWorsensThisLink", addressWorsensThisLink},
		{"ResetLinkComesBackToItsSeat", resetLinkComesBackToItsSeat},
		{"BadAddressIsExplained", badAddressIsExplained},
		{"ServerSimulatesTheLink", serverSimulatesTheLink},
	} {
		t.Run(scenario.name, func(t *testing.T) { scenario.play(t, b) })
	}
}

// figure is what the panel shows under a label.
func figure(label string) string {
	return fmt.Sprintf("document.querySelector('[data-reading=%q] dd').innerText", label)
}

// roundTrip is the round trip that the button shows, ms; NaN before it was measured.
const roundTrip = "parseFloat(document.querySelector('#ping').innerText)"

func netPanelOpensByKeyAndShowsFigures(t *testing.T, b *browser.Browser) {
	addr, _ := startServer(t)
	ada := b.Person(t, "ada", browser.Desktop)
	play(ada, "http://"+addr, "Ada")
	ada.Press("n")
	ada.WaitFor("!document.querySelector('#net-panel').hidden && document.activeElement.id === 'net-panel'")
	ada.WaitFor("parseFloat(" + figure("Round trip") + ") >= 0")
	ada.WaitFor("/^(\\d+) of \\1\\/s$/.test(" + figure("States") + ")")
	ada.WaitFor("parseFloat(" + figure("In") + ") > 0 && parseFloat(" + figure("Out") + ") > 0")
	ada.WaitFor("parseFloat(" + figure("Pictures") + ") > 0")
	ada.WaitFor("document.querySelector('#net-verdict').innerText !== ''")
	steer(ada)
	ada.Screenshot("net-desktop")
	ada.Press("n")
	ada.WaitFor("document.querySelector('#net-panel').hidden")
	steer(ada)
}

func netPanelOpensByButtonAndEscapeCloses(t *testing.T, b *browser.Browser) {
	addr, _ := startServer(t, quiet())
	ada := b.Person(t, "ada", browser.Desktop)
	play(ada, "http://"+addr, "Ada")
	browser.Eval[any](ada, "document.querySelector('#net').focus()")
	ada.Press(browser.Enter)
	ada.WaitFor("document.querySelector('#net').getAttribute('aria-expanded') === 'true' && document.activeElement.id === 'net-panel'")
	ada.Press("\t")
	ada.WaitFor("document.activeElement.id === 'net-why'")
	ada.Press(browser.Escape)
	ada.WaitFor("document.querySelector('#net-panel').hidden && document.activeElement.id === 'net'")
	ada.Click("#net")
	ada.WaitFor("!document.querySelector('#net-panel').hidden")
	ada.Click("#net-why")
	ada.WaitFor("document.querySelector('.reading .why').checkVisibility()")
	ada.Click("#net-close")
	ada.WaitFor("document.querySelector('#net-panel').hidden")
	require.Equal(t, "Connection", browser.Eval[string](ada, "document.querySelector('#net-panel').getAttribute('aria-label')"))
}

func netPanelLeavesTheControlsFree(t *testing.T, b *browser.Browser) {
	addr, _ := startServer(t, quiet())
	ada := b.Person(t, "ada", browser.Phone)
	play(ada, "http://"+addr, "Ada")
	ada.Click("#net")
	ada.WaitFor("!document.querySelector('#net-panel').hidden")
	thumbs(t, ada)
	ada.Screenshot("net-phone-portrait")
	height := browser.Eval[float64](ada, "document.querySelector('#net-panel').offsetHeight")
	for _, text := range []string{"Good connection.", "Your connection stutters: 12 % of pictures came late.", "The server put you elsewhere 17 times in a minute."} {
		browser.Eval[any](ada, fmt.Sprintf("document.querySelector('#net-verdict').innerText = %q", text))
		require.Equal(t, height, browser.Eval[float64](ada, "document.querySelector('#net-panel').offsetHeight"), "the game below does not jump")
	}
	ada.Click("#net-worsen")
	ada.Click("[data-sim=Phone]")
	ada.Screenshot("net-phone-portrait-sliders")
	ada.Turn()
	ada.WaitFor("innerWidth > innerHeight")
	ada.Screenshot("net-phone-landscape-sliders")
	ada.Click("[data-sim=None]")
	ada.Click("#net-worsen")
	thumbs(t, ada)
	ada.Screenshot("net-phone-landscape")
	ada.Click("#net")
	ada.WaitFor("document.querySelector('#net-panel').hidden")
}

func sliderWorsensThisLink(t *testing.T, b *browser.Browser) {
	addr, _ := startServer(t)
	ada := b.Person(t, "ada", browser.Desktop)
	play(ada, "http://"+addr, "Ada")
	ada.Press("n")
	ada.Click("#net-worsen")
	before := browser.Wait[float64](ada, roundTrip)
	browser.Eval[any](ada, "document.querySelector('#sim-rtt').focus()")
	browser.Eval[any](ada, "(e => { e.value = 400; e.dispatchEvent(new Event('input', {bubbles: true})); })(document.querySelector('#sim-rtt'))")
	ada.WaitFor("document.querySelector('output[for=sim-rtt]').innerText === '400 ms'")
	ada.WaitFor(fmt.Sprintf("%s > %f", roundTrip, before+60))
	ada.WaitFor("document.querySelector('#net-verdict').innerText !== 'Good connection.'")
	ada.Click("#net-ghost")
	key := browser.Eval[string](ada, "own(ninepin.room.state)?.x < 800 ? 'd' : 'a'")
	ada.KeyDown(key)
	ada.Screenshot("net-desktop-sliders")
	ada.KeyUp(key)
	ada.Click("[data-sim=None]")
	ada.WaitFor("document.querySelector('#sim-link').hidden")
	ada.Press(browser.Escape)
	steer(ada)
}

func gameWithoutAClockHasItsFigures(t *testing.T, b *browser.Browser) {
	addr, _ := startServer(t, four.Kind())
	ada := b.Person(t, "ada", browser.Phone)
	play(ada, "http://"+addr+"/four", "Ada")
	ada.Click("#net")
	ada.WaitFor("parseFloat(" + figure("Round trip") + ") >= 0")
	require.Equal(t, []string{"Round trip", "Unanswered", "In", "Out", "Pictures"},
		browser.Eval[[]string](ada, "[...document.querySelectorAll('[data-reading]')].map(e => e.dataset.reading)"))
	require.Zero(t, browser.Eval[int](ada, "document.querySelectorAll('#net-ghost').length"), "there is nothing to show")
	ada.Screenshot("net-phone-four")
}

func addressWorsensThisLink(t *testing.T, b *browser.Browser) {
	addr, _ := startServer(t)
	ada := b.Person(t, "ada", browser.Desktop)
	play(ada, "http://"+addr+"/?sim=rtt=200ms,jitter=20ms", "Ada")
	ada.WaitFor(roundTrip + " >= 200")
	require.Equal(t, "?sim=rtt=200ms,jitter=20ms", browser.Eval[string](ada, "location.search"), "it stays with the page")
	steer(ada)
	ada.Press("n")
	ada.WaitFor("document.querySelector('.worsened').innerText.includes('rtt=200ms, jitter=20ms')")
	ada.Reload()
	inRoom(ada, "player")
	ada.WaitFor(roundTrip + " >= 200")
}

func resetLinkComesBackToItsSeat(t *testing.T, b *browser.Browser) {
	addr, _ := startServer(t, quiet())
	network, err := netsim.Listen(addr)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, network.Close()) })
	ada := b.Person(t, "ada", browser.Desktop)
	ada.Expect(`WebSocket connection to .* failed|Failed to load resource: net::ERR_`)
	play(ada, "http://"+network.Addr().String(), "Ada")
	seat := browser.Eval[int](ada, "ninepin.room.me.seat")
	browser.Eval[int](ada, "window.losses = 0; ninepin.client.onStatus(s => losses += s === 'lost'); 0")
	network.Set(netsim.Conditions{Reset: time.Second})
	ada.WaitFor("losses > 1")
	network.Set(netsim.Conditions{})
	ada.WaitFor("ninepin.room?.joined")
	require.Equal(t, seat, browser.Eval[int](ada, "ninepin.room.me.seat"))
}

func badAddressIsExplained(t *testing.T, b *browser.Browser) {
	addr, _ := startServer(t)
	ada := b.Person(t, "ada", browser.Desktop)
	ada.Open("http://" + addr + "/?sim=jitter=40")
	ada.WaitFor("document.querySelector('#toast').innerText.includes('write jitter=40ms')")
}

func serverSimulatesTheLink(t *testing.T, b *browser.Browser) {
	addr, _ := startSimulated(t, "rtt=150ms,jitter=10ms")
	ada := b.Person(t, "ada", browser.Desktop)
	play(ada, "http://"+addr, "Ada")
	ada.WaitFor(roundTrip + " >= 150")
	steer(ada)
}
