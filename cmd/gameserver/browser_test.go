package main

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/cmd/gameserver/internal/browser"
	"ninepin/cmd/gameserver/internal/netsim"
	"ninepin/game"
	"ninepin/game/four"
	"ninepin/game/skirmish"
)

// TestBrowser plays in a real browser, each person in a context of their own. One Chromium serves all of it.
func TestBrowser(t *testing.T) {
	b := browser.Start(t)
	for _, scenario := range []struct {
		name string
		play func(*testing.T, *browser.Browser)
	}{
		{"HomeIsALiveMatchAndOneClickPlays", homeIsALiveMatchAndOneClickPlays},
		{"EverybodySeesBothPlayersMove", everybodySeesBothPlayersMove},
		{"SpectatorCannotAct", spectatorCannotAct},
		{"LinkLeadsIntoTheRoom", linkLeadsIntoTheRoom},
		{"LinkToNowhereIsExplained", linkToNowhereIsExplained},
		{"FullRoomIsWatchedUntilASeatIsFree", fullRoomIsWatchedUntilASeatIsFree},
		{"ReloadKeepsNameAndSeat", reloadKeepsNameAndSeat},
		{"ThumbsPlayInPortraitAndLandscape", thumbsPlayInPortraitAndLandscape},
		{"LostConnectionComesBackToItsSeat", lostConnectionComesBackToItsSeat},
		{"RoundEndsWithResultsAndTheNextBegins", roundEndsWithResultsAndTheNextBegins},
		{"FourIsPlayedToAWinAndAgain", fourIsPlayedToAWinAndAgain},
		{"PrivateRoomOpensWithItsLinkAlone", privateRoomOpensWithItsLinkAlone},
		{"KeyboardOnlyReachesTheGame", keyboardOnlyReachesTheGame},
		{"SeatTakenUpInAnotherTabIsSaidInTheOld", seatTakenUpInAnotherTabIsSaidInTheOld},
		{"OfficialBundleConnectsUnchanged", officialBundleConnectsUnchanged},
	} {
		t.Run(scenario.name, func(t *testing.T) { scenario.play(t, b) })
	}
}

// quiet is skirmish without bots: nobody moves but those who play, and nobody dies.
func quiet() *game.Kind {
	k := skirmish.Kind()
	k.Bots = 0
	return k
}

// helpers are what the scenarios look at a room with: all states that came since, and the own fighter in one.
const helpers = `
	window.seen = [];
	window.own = s => s?.ps.find(p => p.id === ninepin.room.me.seat);
	window.speed = p => p ? Math.hypot(p.vx, p.vy) : 0;
	ninepin.room.onState((s, tick) => seen.push([tick, s]));
	0`

// live waits for the home page, or a link's, with a match playing behind it.
func live(p *browser.Page, url string) {
	p.Open(url)
	p.WaitFor(`document.body.dataset.screen === "home" && ninepin.room?.joined`)
}

// inRoom waits for the room's screen in a role, and installs the helpers.
func inRoom(p *browser.Page, role string) {
	p.WaitFor(fmt.Sprintf(`document.body.dataset.screen === "room" && ninepin.room?.joined && ninepin.room.me.role === %q`, role))
	browser.Eval[int](p, helpers)
}

// play opens an address, gives a name and presses Play.
func play(p *browser.Page, url, name string) {
	live(p, url)
	p.Type("#name", name)
	p.Click("#play")
	inRoom(p, "player")
}

// watch opens a room's link to look on.
func watch(p *browser.Page, url string) {
	live(p, url)
	p.Click("#watch")
	inRoom(p, "spectator")
}

// link returns the link of the room that a page is in, as the page gives it to friends.
func link(p *browser.Page) string {
	return browser.Eval[string](p, "location.origin + ninepin.room.path")
}

// steer holds a key until the page's own fighter rolls by the server's word, and lets it go until it stands.
func steer(p *browser.Page) {
	p.WaitFor("own(ninepin.room.state)?.hp > 0")
	mark := browser.Eval[int](p, "seen.length")
	key := browser.Eval[string](p, "own(ninepin.room.state).x < 800 ? 'd' : 'a'")
	p.KeyDown(key)
	p.WaitFor(fmt.Sprintf("seen.slice(%d).some(([, s]) => speed(own(s)) > 100)", mark))
	p.KeyUp(key)
	p.WaitFor("speed(own(ninepin.room.state)) === 0")
}

// text is what an element shows to people.
func text(p *browser.Page, selector string) string {
	return browser.Eval[string](p, fmt.Sprintf("document.querySelector(%q)?.innerText ?? ''", selector))
}

func homeIsALiveMatchAndOneClickPlays(t *testing.T, b *browser.Browser) {
	addr, _ := startServer(t)
	ada := b.Person(t, "ada", browser.Desktop)
	live(ada, "http://"+addr)
	browser.Eval[int](ada, helpers)
	ada.WaitFor("ninepin.room.me.role === 'spectator' && ninepin.room.players.filter(p => p.bot).length === 4")
	ada.WaitFor("[0, 1, 2, 3].every(seat => seen.some(([, s]) => speed(s.ps.find(p => p.id === seat)) > 100))")
	ada.WaitFor("document.querySelectorAll('#rooms [data-room]').length === 1")
	ada.Screenshot("home")

	ada.Type("#name", "Ada")
	ada.Click("#play")
	inRoom(ada, "player")
	steer(ada)
	require.Equal(t, "Ada", browser.Eval[string](ada, "ninepin.room.players.find(p => p.id === ninepin.room.me.id).name"))
	require.Contains(t, text(ada, "#players .me"), "Ada")
	ada.WaitFor("seen.some(([, s]) => s.sh.length > 0)")
	ada.Screenshot("game")
}

func everybodySeesBothPlayersMove(t *testing.T, b *browser.Browser) {
	addr, _ := startServer(t, quiet())
	ada, bob, cat := b.Person(t, "ada", browser.Desktop), b.Person(t, "bob", browser.Desktop), b.Person(t, "cat", browser.Desktop)
	play(ada, "http://"+addr, "Ada")
	play(bob, link(ada), "Bob")
	watch(cat, link(ada))
	everybody := []*browser.Page{ada, bob, cat}
	for _, mover := range []*browser.Page{ada, bob} {
		seat := browser.Eval[int](mover, "ninepin.room.me.seat")
		marks := make([]int, len(everybody))
		for i, p := range everybody {
			marks[i] = browser.Eval[int](p, "seen.length")
		}
		steer(mover)
		for i, p := range everybody {
			p.WaitFor(fmt.Sprintf("seen.slice(%d).some(([, s]) => speed(s.ps.find(p => p.id === %d)) > 100)", marks[i], seat))
		}
	}
	requireSameStates(t, everybody)
}

// requireSameStates holds the pages to have been shown the same state in each tick that all of them saw.
func requireSameStates(t *testing.T, pages []*browser.Page) {
	t.Helper()
	from := 0
	for _, p := range pages {
		from = max(from, browser.Eval[int](p, "seen[0][0]"))
	}
	all := make([]map[string]json.RawMessage, len(pages))
	for i, p := range pages {
		p.WaitFor(fmt.Sprintf("ninepin.room.tick > %d", from+20))
		all[i] = browser.Eval[map[string]json.RawMessage](p, "Object.fromEntries(seen)")
	}
	common := 0
	for tick, state := range all[0] {
		together := true
		for _, other := range all[1:] {
			together = together && other[tick] != nil
		}
		if !together {
			continue
		}
		common++
		for _, other := range all[1:] {
			require.JSONEq(t, string(state), string(other[tick]), "tick %s", tick)
		}
	}
	require.Greater(t, common, 10, "ticks that everybody saw")
}

func spectatorCannotAct(t *testing.T, b *browser.Browser) {
	addr, _ := startServer(t, quiet())
	ada, cat := b.Person(t, "ada", browser.Desktop), b.Person(t, "cat", browser.Phone)
	play(ada, "http://"+addr, "Ada")
	watch(cat, link(ada))
	require.Zero(t, browser.Eval[int](cat, "document.querySelectorAll('.stick, .dash').length"), "no controls")
	cat.Screenshot("phone-watching")
	require.False(t, browser.Eval[bool](cat, "ninepin.room.input({dx: 1, dy: 0, a: 0, f: true, d: true})"), "the SDK does not send it")

	ada.WaitFor("own(ninepin.room.state)?.hp > 0")
	const standing = "JSON.stringify(ninepin.room.state.ps.map(p => [p.x, p.y]))"
	before := browser.Eval[string](ada, standing)
	answer := browser.Eval[struct {
		OK    bool
		Error struct{ Code, Message string }
	}](cat, "ninepin.client.ack('input', 1, {dx: 1, dy: 0, a: 0, f: true, d: true})")
	require.False(t, answer.OK)
	require.Equal(t, "no_seat", answer.Error.Code)
	require.Contains(t, answer.Error.Message, "take a seat", "it says what to do")
	mark := browser.Eval[int](ada, "seen.length")
	ada.WaitFor(fmt.Sprintf("seen.length > %d", mark+10))
	require.Equal(t, before, browser.Eval[string](ada, standing), "nobody has moved")
	require.False(t, browser.Eval[bool](ada, "seen.some(([, s]) => s.sh.length > 0)"), "nobody has fired")
}

func linkLeadsIntoTheRoom(t *testing.T, b *browser.Browser) {
	addr, _ := startServer(t)
	ada, bob := b.Person(t, "ada", browser.Desktop), b.Person(t, "bob", browser.Desktop)
	play(ada, "http://"+addr, "Ada")
	id := browser.Eval[string](ada, "ninepin.room.id")
	require.Equal(t, "http://"+addr+"/skirmish/"+id, browser.Eval[string](ada, "location.href"))
	require.Equal(t, id, text(ada, "#room-code"))

	live(bob, "http://"+addr+"/skirmish/"+id)
	require.Contains(t, text(bob, ".tag"), id, "the page says where one is invited")
	bob.Screenshot("invitation")
	bob.Type("#name", "Bob")
	bob.Click("#play")
	inRoom(bob, "player")
	require.Equal(t, id, browser.Eval[string](bob, "ninepin.room.id"))
	ada.WaitFor("ninepin.room.players.some(p => p.name === 'Bob' && !p.bot)")
	steer(bob)
}

func linkToNowhereIsExplained(t *testing.T, b *browser.Browser) {
	addr, _ := startServer(t)
	ada := b.Person(t, "ada", browser.Desktop)
	ada.Open("http://" + addr + "/skirmish/ZZZZZ")
	ada.WaitFor("document.querySelector('#problem')?.innerText.includes('ZZZZZ')")
	ada.Click("#play")
	inRoom(ada, "player")
}

func fullRoomIsWatchedUntilASeatIsFree(t *testing.T, b *browser.Browser) {
	two := quiet()
	two.MaxPlayers = 2
	addr, _ := startServer(t, two)
	ada, bob, cat := b.Person(t, "ada", browser.Desktop), b.Person(t, "bob", browser.Desktop), b.Person(t, "cat", browser.Desktop)
	play(ada, "http://"+addr, "Ada")
	play(bob, link(ada), "Bob")
	live(cat, link(ada))
	cat.Type("#name", "Cat")
	cat.Click("#play")
	inRoom(cat, "spectator")
	require.Contains(t, text(cat, "#toast"), "All seats are taken")
	require.Contains(t, text(cat, "#seat"), "next free seat")
	cat.Screenshot("full-room")
	cat.Click("#seat")
	cat.WaitFor("document.querySelector('#seat').innerText.includes('Waiting')")

	ada.Click("#leave")
	inRoom(cat, "player")
	require.Equal(t, "Cat", browser.Eval[string](cat, "ninepin.room.players.find(p => p.id === ninepin.room.me.id).name"))
	steer(cat)
	ada.WaitFor("document.body.dataset.screen === 'home'")
}

func reloadKeepsNameAndSeat(t *testing.T, b *browser.Browser) {
	addr, _ := startServer(t, quiet())
	ada, bob := b.Person(t, "ada", browser.Desktop), b.Person(t, "bob", browser.Desktop)
	play(ada, "http://"+addr, "Ada")
	play(bob, link(ada), "Bob")
	const who = "JSON.stringify([ninepin.room.id, ninepin.room.me.id, ninepin.room.me.seat, ninepin.room.me.name])"
	before := browser.Eval[string](ada, who)
	ada.Reload()
	inRoom(ada, "player")
	require.Equal(t, before, browser.Eval[string](ada, who))
	require.True(t, browser.Eval[bool](ada, "ninepin.room.me.resumed"))
	steer(ada)
	require.Equal(t, 2, browser.Eval[int](bob, "ninepin.room.players.length"), "no second Ada")

	ada.Click("#leave")
	ada.WaitFor("document.body.dataset.screen === 'home'")
	require.Equal(t, "Ada", browser.Eval[string](ada, "document.querySelector('#name').value"))
}

func thumbsPlayInPortraitAndLandscape(t *testing.T, b *browser.Browser) {
	addr, _ := startServer(t, quiet())
	ada := b.Person(t, "ada", browser.Phone)
	live(ada, "http://"+addr)
	ada.Screenshot("phone-home")
	play(ada, "http://"+addr, "Ada")
	thumbs(t, ada)
	ada.Screenshot("phone-portrait")
	ada.Turn()
	ada.WaitFor("innerWidth > innerHeight")
	thumbs(t, ada)
	ada.Screenshot("phone-landscape")
}

// thumbs rolls with the left thumb, then fires with the right one while the left still holds, and dashes.
func thumbs(t *testing.T, p *browser.Page) {
	t.Helper()
	require.True(t, browser.Eval[bool](p, "document.documentElement.scrollWidth <= innerWidth"), "nothing to scroll sideways")
	p.WaitFor("own(ninepin.room.state)?.hp > 0")
	const left, right = 1, 2
	resting := func(selector string) browser.Point {
		return browser.Wait[browser.Point](p, fmt.Sprintf(`(r => r.width > 0 && r.left >= 0 && r.right <= innerWidth && r.bottom <= innerHeight &&
			{X: r.x + r.width / 2, Y: r.y + r.height / 2})(document.querySelector(%q).getBoundingClientRect())`, selector))
	}
	move, aim := resting(".stick.left"), resting(".stick.right")
	mark := browser.Eval[int](p, "seen.length")
	since := func(condition string) string {
		return fmt.Sprintf("seen.slice(%d).some(([, s]) => %s)", mark, condition)
	}
	p.TouchStart(left, move)
	p.TouchMove(left, browser.Point{X: move.X + 45, Y: move.Y - 45})
	p.WaitFor(since("speed(own(s)) > 100"))
	p.TouchStart(right, aim)
	p.TouchMove(right, browser.Point{X: aim.X - 45, Y: aim.Y})
	p.WaitFor(since("s.sh.some(shot => shot.o === ninepin.room.me.seat)"))
	p.TouchEnd(right)
	p.WaitFor("own(ninepin.room.state).co === 0") // rested from the last dash
	p.Click("#dash")
	p.WaitFor(since("own(s)?.da > 0"))
	p.TouchEnd(left)
	p.WaitFor("speed(own(ninepin.room.state)) === 0")
}

func lostConnectionComesBackToItsSeat(t *testing.T, b *browser.Browser) {
	addr, _ := startServer(t, quiet())
	network, err := netsim.Listen(addr)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, network.Close()) })
	ada, bob := b.Person(t, "ada", browser.Desktop), b.Person(t, "bob", browser.Desktop)
	ada.Expect(`WebSocket connection to .* failed|Failed to load resource: net::ERR_`)
	play(ada, "http://"+network.Addr().String(), "Ada")
	play(bob, "http://"+addr+browser.Eval[string](ada, "ninepin.room.path"), "Bob")
	const who = "JSON.stringify([ninepin.room.id, ninepin.room.me.id, ninepin.room.me.seat])"
	before := browser.Eval[string](ada, who)
	require.True(t, browser.Eval[bool](ada, "document.querySelector('#banner').hidden"))

	network.Refuse(true)
	require.Positive(t, network.Reset())
	ada.WaitFor("!document.querySelector('#banner').hidden && document.querySelector('#banner').innerText.includes('Connection lost')")
	bob.WaitFor("ninepin.room.players.find(p => p.name === 'Ada').away")
	ada.Screenshot("connection-lost")
	network.Refuse(false)
	ada.WaitFor("document.querySelector('#banner').hidden && ninepin.room?.joined")
	require.Equal(t, before, browser.Eval[string](ada, who))
	bob.WaitFor("!ninepin.room.players.find(p => p.name === 'Ada').away")
	steer(ada)
}

func roundEndsWithResultsAndTheNextBegins(t *testing.T, b *browser.Browser) {
	addr, _ := startServer(t, skirmish.KindWith(skirmish.Rules{RoundTicks: 100, PodiumTicks: 60}))
	ada := b.Person(t, "ada", browser.Desktop)
	play(ada, "http://"+addr, "Ada")
	round := browser.Wait[int](ada, "document.querySelector('#results .count')?.innerText.startsWith('Next round in') && ninepin.room.state.rd")
	require.Contains(t, text(ada, "#results"), "Ada")
	ada.Screenshot("results")
	ada.WaitFor(fmt.Sprintf("ninepin.room.state.rd > %d && !document.querySelector('#results')", round))
	steer(ada)
}

func fourIsPlayedToAWinAndAgain(t *testing.T, b *browser.Browser) {
	addr, _ := startServer(t, quiet(), four.Kind())
	ada, bob, cat := b.Person(t, "ada", browser.Desktop), b.Person(t, "bob", browser.Phone), b.Person(t, "cat", browser.Desktop)
	live(ada, "http://"+addr)
	ada.Type("#name", "Ada")
	browser.Eval[any](ada, "document.querySelector('#create-game').value = 'four'")
	ada.Click("#create")
	inRoom(ada, "player")
	play(bob, link(ada), "Bob")
	watch(cat, link(ada))
	everybody := []*browser.Page{ada, bob, cat}
	first := browser.Wait[int](ada, "ninepin.room.state?.phase === 'playing' && ninepin.room.state.turn + 1") - 1
	players := map[int]*browser.Page{}
	for _, p := range everybody[:2] {
		players[browser.Eval[int](p, "ninepin.room.me.seat")] = p
	}
	require.Len(t, players, 2)
	for move := range 7 { // the first player fills column 0, the other column 1
		if move == 6 {
			cat.Screenshot("four")
			bob.Screenshot("phone-four")
		}
		mover, column := players[(first+move)%2], move%2
		mover.Click(fmt.Sprintf("[data-col='%d']", column))
		for _, p := range everybody {
			p.WaitFor(fmt.Sprintf("ninepin.room.state.board.filter(Boolean).length === %d && document.querySelectorAll('.disc').length === %d", move+1, move+1))
		}
	}
	winner, loser := players[first], players[1-first]
	winner.WaitFor("document.querySelector('#status').innerText.includes('You win')")
	for _, p := range everybody {
		p.WaitFor(fmt.Sprintf("ninepin.room.state.phase === 'won' && ninepin.room.state.winner === %d && document.querySelectorAll('.cell.line').length === 4", first))
	}
	cat.Screenshot("four-won")
	name := browser.Eval[string](winner, "ninepin.room.me.name")
	require.Contains(t, text(loser, "#status"), name+" wins")
	require.Contains(t, text(cat, "#status"), name+" wins")
	require.True(t, browser.Eval[bool](cat, "document.querySelector('#rematch').hidden && [...document.querySelectorAll('.column')].every(c => c.disabled)"), "no controls")

	winner.Click("#rematch")
	loser.WaitFor("document.querySelector('#rematch').innerText.includes('They want a rematch')")
	loser.Click("#rematch")
	for _, p := range everybody {
		p.WaitFor("ninepin.room.state.phase === 'playing' && !ninepin.room.state.board.some(Boolean) && !document.querySelector('.disc')")
	}
}

func privateRoomOpensWithItsLinkAlone(t *testing.T, b *browser.Browser) {
	addr, _ := startServer(t)
	ada, bob, cat := b.Person(t, "ada", browser.Desktop), b.Person(t, "bob", browser.Desktop), b.Person(t, "cat", browser.Desktop)
	live(ada, "http://"+addr)
	ada.Type("#name", "Ada")
	ada.Click("#create-private")
	ada.Click("#create")
	inRoom(ada, "player")
	require.True(t, browser.Eval[bool](ada, "ninepin.room.private && location.hash.length > 8"))
	id := browser.Eval[string](ada, "ninepin.room.id")

	play(bob, link(ada), "Bob")
	require.Equal(t, id, browser.Eval[string](bob, "ninepin.room.id"))

	cat.Open("http://" + addr + "/skirmish/" + id)
	message := browser.Wait[string](cat, "document.querySelector('#problem')?.innerText")
	require.Regexp(t, "(?i)private|link|key", message)
	require.NotContains(t, message, "bad_key", "it is for people")
	cat.WaitFor("document.querySelectorAll('#rooms [data-room]').length > 0")
	require.Zero(t, browser.Eval[int](cat, fmt.Sprintf("document.querySelectorAll('#rooms [data-room=%q]').length", id)), "it is not listed")
	cat.Screenshot("private-refused")
}

func keyboardOnlyReachesTheGame(t *testing.T, b *browser.Browser) {
	addr, _ := startServer(t, quiet())
	ada := b.Person(t, "ada", browser.Desktop)
	live(ada, "http://"+addr)
	browser.Eval[any](ada, "document.querySelector('#name').focus()")
	ada.Press("A")
	ada.Press(browser.Enter)
	inRoom(ada, "player")
	steer(ada)
}

func seatTakenUpInAnotherTabIsSaidInTheOld(t *testing.T, b *browser.Browser) {
	addr, _ := startServer(t, quiet())
	ada, tab := b.Person(t, "ada", browser.Desktop), b.Person(t, "tab", browser.Desktop)
	play(ada, "http://"+addr, "Ada")
	seat := browser.Eval[int](ada, "ninepin.room.me.seat")
	held := browser.Eval[string](ada, "JSON.stringify(Object.entries(sessionStorage))")
	live(tab, "http://"+addr)
	browser.Eval[any](tab, fmt.Sprintf("for (const [k, v] of %s) sessionStorage.setItem(k, v)", held)) // what "Duplicate tab" does
	tab.Open(link(ada))
	inRoom(tab, "player")
	require.Equal(t, seat, browser.Eval[int](tab, "ninepin.room.me.seat"))
	ada.WaitFor("document.querySelector('#ending')?.innerText.includes('another tab')")
	ada.Screenshot("moved")
	steer(tab)
}
