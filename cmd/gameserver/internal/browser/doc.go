// Package browser drives a real Chromium in tests: one process, and an isolated context (own storage, own connections)
// for each person who plays.
//
//	b := browser.Start(t)                        // skips with one line where there is no Chromium
//	ada := b.Person(t, "ada", browser.Desktop)
//	ada.Open(url)
//	ada.Click("#play")
//	ada.WaitFor("ninepin.room.you.role === 'player'")
//	ada.KeyDown("d")
//
// It is a thin layer over chromedp, whose types stay inside. A Page fails its test by itself: helpers return values, not
// errors. Nothing sleeps: a wait is a condition that the page itself checks on each animation frame, and it has a
// deadline. Whatever a page logs as an error, or throws, fails the test when it ends, unless the test has said with
// [Page.Expect] that it provokes it.
//
// When a test fails, a screenshot and the console of each of its pages are written to a folder whose path is printed:
// $NINEPIN_SHOTS if set, else the test's artifact folder under go test -artifacts, else a new temporary one.
//
// The goroutines are chromedp's; [Start] and [Browser.Person] end them in t.Cleanup and wait for them, and for the
// Chromium processes. A Page is for one goroutine.
package browser
