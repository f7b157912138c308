package browser_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"ninepin/cmd/gameserver/internal/browser"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// page records what happens to it in window.seen.
const page = `<!doctype html><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<style>html{touch-action:none} body{margin:0} #late{position:absolute;top:40px;left:40px;width:90px;height:40px}</style>
<button id="late" hidden>late</button><input id="name" style="margin:100px 10px" value="old">
<script>
window.seen = [];
for (const type of ["keydown", "keyup"]) addEventListener(type, e => seen.push(type + " " + e.key + " " + e.code));
for (const type of ["pointerdown", "pointermove", "pointerup", "pointercancel"])
	addEventListener(type, e => { if (e.pointerType === "touch") seen.push(type.slice(7) + " " + Math.round(e.clientX) + "," + Math.round(e.clientY)); });
document.querySelector("#late").onclick = () => seen.push("clicked");
localStorage.visits = Number(localStorage.visits ?? 0) + 1;
</script>`

// TestBrowser shares one Chromium between the behaviours below.
func TestBrowser(t *testing.T) {
	b := browser.Start(t)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/missing" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, page)
	}))
	t.Cleanup(site.Close)

	open := func(t *testing.T, d browser.Device) *browser.Page {
		p := b.Person(t, "ada", d)
		p.Open(site.URL)
		return p
	}
	seen := func(p *browser.Page) []string { return browser.Eval[[]string](p, "seen") }

	t.Run("EvalAwaitsPromises", func(t *testing.T) {
		p := open(t, browser.Desktop)
		require.Equal(t, 42, browser.Eval[int](p, "Promise.resolve(6 * 7)"))
	})
	t.Run("DesktopHasItsViewportAndAMouse", func(t *testing.T) {
		p := open(t, browser.Desktop)
		require.Equal(t, []int{1280, 800, 1}, browser.Eval[[]int](p, "[innerWidth, innerHeight, devicePixelRatio]"))
		require.True(t, browser.Eval[bool](p, "matchMedia('(pointer: fine)').matches && document.hasFocus()"))
	})
	t.Run("PhoneHasItsViewportAndTouch", func(t *testing.T) {
		p := open(t, browser.Phone)
		require.Equal(t, []int{390, 844, 2}, browser.Eval[[]int](p, "[innerWidth, innerHeight, devicePixelRatio]"))
		require.True(t, browser.Eval[bool](p, "matchMedia('(pointer: coarse)').matches && navigator.maxTouchPoints > 1"))
	})
	t.Run("TurnMakesLandscape", func(t *testing.T) {
		p := open(t, browser.Phone)
		p.Turn()
		p.WaitFor("innerWidth === 844 && innerHeight === 390 && screen.orientation.type === 'landscape-primary'")
	})
	t.Run("ClickWaitsUntilTheElementCanBeHit", func(t *testing.T) {
		p := open(t, browser.Desktop)
		browser.Eval[any](p, "setTimeout(() => document.querySelector('#late').hidden = false, 50)")
		p.Click("#late")
		require.Equal(t, []string{"clicked"}, seen(p))
	})
	t.Run("TypeReplacesText", func(t *testing.T) {
		p := open(t, browser.Desktop)
		p.Type("#name", "Ada L")
		require.Equal(t, "Ada L", browser.Eval[string](p, "document.querySelector('#name').value"))
	})
	t.Run("KeysAreHeldUntilLetGo", func(t *testing.T) {
		p := open(t, browser.Desktop)
		p.KeyDown("d")
		p.KeyDown(browser.Up)
		p.KeyUp("d")
		p.KeyUp(browser.Up)
		require.Equal(t, []string{"keydown d KeyD", "keydown ArrowUp ArrowUp", "keyup d KeyD", "keyup ArrowUp ArrowUp"}, seen(p))
	})
	t.Run("FingersMoveAndLiftOneByOne", func(t *testing.T) {
		p := open(t, browser.Phone)
		p.TouchStart(1, browser.Point{X: 50, Y: 300})
		p.TouchStart(2, browser.Point{X: 200, Y: 300})
		p.TouchMove(1, browser.Point{X: 80, Y: 300})
		p.TouchEnd(1)
		p.WaitFor("seen.at(-1) === 'up 80,300'")
		p.TouchEnd(2)
		p.WaitFor("seen.at(-1) === 'up 200,300'")
		require.Equal(t, []string{"down 50,300", "down 200,300"}, seen(p)[:2])
		require.Contains(t, seen(p), "move 80,300")
	})
	t.Run("AFingerClicks", func(t *testing.T) {
		p := open(t, browser.Phone)
		browser.Eval[any](p, "document.querySelector('#late').hidden = false")
		p.Click("#late")
		p.WaitFor("seen.includes('clicked')")
	})
	t.Run("PersonsShareNothing", func(t *testing.T) {
		ada, bob := open(t, browser.Desktop), b.Person(t, "bob", browser.Desktop)
		bob.Open(site.URL)
		ada.Reload()
		require.Equal(t, "2", browser.Eval[string](ada, "localStorage.visits"))
		require.Equal(t, "1", browser.Eval[string](bob, "localStorage.visits"))
	})
	t.Run("WaitSurvivesNavigation", func(t *testing.T) {
		p := open(t, browser.Desktop)
		browser.Eval[any](p, "setTimeout(() => location.reload(), 50)")
		p.WaitFor("localStorage.visits === '2'")
	})
	t.Run("WaitForAwaitsPromises", func(t *testing.T) {
		p := open(t, browser.Desktop)
		p.WaitFor("Promise.resolve(seen.push('asked') > 3)")
		require.Len(t, seen(p), 4)
	})
	t.Run("OfflineRefusesRequests", func(t *testing.T) {
		p := open(t, browser.Desktop)
		p.Expect(`ERR_INTERNET_DISCONNECTED`)
		p.Offline(true)
		require.Equal(t, "failed", browser.Eval[string](p, "fetch('/').then(() => 'loaded', () => 'failed')"))
		p.Offline(false)
		require.Equal(t, "loaded", browser.Eval[string](p, "fetch('/').then(() => 'loaded', () => 'failed')"))
	})
	t.Run("ConsoleErrorsFailTheTest", func(t *testing.T) {
		t.Setenv("NINEPIN_SHOTS", t.TempDir())
		for what, js := range map[string]string{
			"console.error": "console.error('alas', 7)",
			"a throw":       "setTimeout(() => { throw new Error('alas 7') })",
			"a rejection":   "void Promise.reject(new Error('alas 7'))",
			"a 404":         "fetch('/missing')",
		} {
			outcome := attempt(t, func(t testing.TB) {
				p := b.Person(t, "ada", browser.Desktop)
				p.Open(site.URL)
				browser.Eval[any](p, js+"; 0")
				for frames := 0; len(p.Errors()) == 0 && frames < 1000; frames++ { // it comes when it comes
					browser.Eval[any](p, "new Promise(requestAnimationFrame)")
				}
			})
			require.True(t, outcome.failed, what)
			require.Regexp(t, "in the console: .*(alas 7|404)", outcome.text, what)
		}
	})
	t.Run("ExpectedConsoleErrorsDoNot", func(t *testing.T) {
		p := open(t, browser.Desktop)
		p.Expect("^error: alas")
		browser.Eval[any](p, "console.error('alas')")
	})
	t.Run("WhatNeverBecomesTrueFailsWithItsLastValue", func(t *testing.T) {
		t.Setenv("NINEPIN_SHOTS", t.TempDir())
		outcome := attempt(t, func(t testing.TB) {
			p := b.Person(t, "ada", browser.Desktop)
			browser.WaitIn[bool](p, 1, "nothing.here")
		})
		require.True(t, outcome.failed)
		require.Contains(t, outcome.text, "nothing is not defined")
	})
	t.Run("AFailureLeavesScreenshotAndConsole", func(t *testing.T) {
		folder := t.TempDir()
		t.Setenv("NINEPIN_SHOTS", folder)
		outcome := attempt(t, func(t testing.TB) {
			p := b.Person(t, "ada", browser.Desktop)
			p.Open(site.URL)
			browser.Eval[any](p, "console.log('the last words')")
			t.Fatal("alas")
		})
		require.Contains(t, outcome.text, folder)
		logs, err := filepath.Glob(filepath.Join(folder, "failed-*.log"))
		require.NoError(t, err)
		require.Len(t, logs, 1)
		text, err := os.ReadFile(logs[0])
		require.NoError(t, err)
		require.Contains(t, string(text), "log: the last words")
		shots, err := filepath.Glob(filepath.Join(folder, "failed-*.png"))
		require.NoError(t, err)
		require.Len(t, shots, 1)
	})
}

func TestMissingChromiumSkipsOrFailsUnderCI(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv("CI", "")
	outcome := attempt(t, func(t testing.TB) { browser.Start(t) })
	require.True(t, outcome.skipped)
	require.Contains(t, outcome.text, "install chromium, or run make test")
	t.Setenv("CI", "true")
	outcome = attempt(t, func(t testing.TB) { browser.Start(t) })
	require.True(t, outcome.failed)
	require.False(t, outcome.skipped)
}

// outcome is a test run by attempt: what it reported, instead of reporting it.
type outcome struct {
	testing.TB
	text            string
	failed, skipped bool
	cleanups        []func()
}

// attempt runs f as a test of its own, whose failure is a result.
func attempt(t *testing.T, f func(testing.TB)) *outcome {
	o := &outcome{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(o)
	}()
	<-done
	for i := len(o.cleanups) - 1; i >= 0; i-- {
		o.cleanups[i]()
	}
	return o
}

func (o *outcome) Cleanup(f func())               { o.cleanups = append(o.cleanups, f) }
func (o *outcome) Failed() bool                   { return o.failed }
func (o *outcome) Logf(format string, a ...any)   { o.text += fmt.Sprintf(format, a...) + "\n" }
func (o *outcome) Errorf(format string, a ...any) { o.failed = true; o.Logf(format, a...) }
func (o *outcome) Fatalf(format string, a ...any) { o.Errorf(format, a...); runtime.Goexit() }
func (o *outcome) Fatal(a ...any)                 { o.Fatalf("%s", fmt.Sprint(a...)) }
func (o *outcome) Skip(a ...any)                  { o.skipped = true; o.Logf("%s", fmt.Sprint(a...)); runtime.Goexit() }
