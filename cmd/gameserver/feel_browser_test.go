package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/cmd/gameserver/internal/browser"
	"ninepin/game/skirmish"
)

// TestFeel plays in a real browser what a player feels: how soon, how smoothly, at what cost.
func TestFeel(t *testing.T) {
	b := browser.Start(t)
	for _, scenario := range []struct {
		name string
		play func(*testing.T, *browser.Browser)
	}{
		{"APictureIsCheap", aPictureIsCheap},
		{"TheMatchIsReadable", theMatchIsReadable},
	} {
		t.Run(scenario.name, func(t *testing.T) { scenario.play(t, b) })
	}
}

// ticks waits, without a look at the frames, until the match has made so many ticks more.
func ticks(p *browser.Page, n int) {
	browser.Eval[bool](p, fmt.Sprintf(`new Promise(done => {
		const end = ninepin.room.tick + %d;
		const off = ninepin.room.onState((_, tick) => { if (tick >= end) { off(); done(true); } });
	})`, n))
}

// aPictureIsCheap measures the frame loop with eight fighters who shoot.
func aPictureIsCheap(t *testing.T, b *browser.Browser) {
	full := skirmish.Kind()
	full.Bots = full.MaxPlayers
	addr, _ := startServer(t, full)
	ada := b.Person(t, "ada", browser.Desktop)
	play(ada, "http://"+addr, "Ada")
	ada.WaitFor("ninepin.room.state.ps.length === 8 && ninepin.room.state.sh.length > 0")
	ada.KeyDown("d")
	ada.KeyDown("j")
	ticks(ada, 60) // the compiler has seen it all

	const span = 160
	pictures := browser.Eval[[]float64](ada, fmt.Sprintf(`new Promise(done => {
		const times = [], end = ninepin.room.tick + %d;
		const look = now => { times.push(now); ninepin.room.tick < end ? requestAnimationFrame(look) : done(times); };
		requestAnimationFrame(look);
	})`, span))
	costs := ada.FrameCosts(func() { ticks(ada, span) })
	require.NotEmpty(t, costs)
	slices.Sort(costs)
	at := func(part float64) time.Duration { return costs[int(part*float64(len(costs)-1))] }
	t.Logf("%.1f pictures a second; script per picture: median %v, p95 %v, most %v, of %d",
		float64(len(pictures)-1)*1000/(pictures[len(pictures)-1]-pictures[0]), at(.5), at(.95), at(1), len(costs))

	frames := 0
	bytes := ada.Allocated(func() {
		frames = browser.Eval[int](ada, fmt.Sprintf(`new Promise(done => {
			let frames = 0;
			const end = ninepin.room.tick + %d;
			const look = () => { frames++; ninepin.room.tick < end ? requestAnimationFrame(look) : done(frames); };
			requestAnimationFrame(look);
		})`, span))
	})
	total := 0.0
	for _, n := range bytes {
		total += n
	}
	t.Logf("%.0f bytes a picture are allocated", total/float64(frames))
	for _, name := range slices.SortedFunc(maps.Keys(bytes), func(a, b string) int { return cmp.Compare(bytes[b], bytes[a]) })[:min(25, len(bytes))] {
		t.Logf("%8.0f %s", bytes[name]/float64(frames), strings.ReplaceAll(name, "http://"+addr, ""))
	}
}

// theMatchIsReadable looks at a full match on a desktop and on a phone, both ways: the thumbs' sticks and the dash are on
// the screen, and they do not cover one's own fighter where it stands lowest.
func theMatchIsReadable(t *testing.T, b *browser.Browser) {
	full := skirmish.Kind()
	full.Bots = full.MaxPlayers
	addr, _ := startServer(t, full)
	ada := b.Person(t, "ada", browser.Desktop)
	play(ada, "http://"+addr, "Ada")
	ada.WaitFor("ninepin.room.state.ps.length === 8 && ninepin.room.state.sh.length > 6 && own(ninepin.room.state).hp > 0")
	ada.Screenshot("feel-desktop")
	bob := b.Person(t, "bob", browser.Phone)
	play(bob, link(ada), "Bob")
	bob.WaitFor("ninepin.room.state.sh.length > 6 && own(ninepin.room.state).hp > 0")
	bob.Screenshot("feel-portrait")
	bob.Turn()
	bob.WaitFor("innerWidth > innerHeight")
	bob.WaitFor("ninepin.room.state.sh.length > 6 && own(ninepin.room.state).hp > 0")
	bob.Screenshot("feel-landscape")
}
