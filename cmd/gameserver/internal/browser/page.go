package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Deadline bounds every wait that does not name its own. It is long, because it only ends tests that fail.
const Deadline = 20 * time.Second

// Page is one tab of one person, in a browser context of its own: nobody else's storage, cookies or connections.
type Page struct {
	t       testing.TB
	name    string
	ctx     context.Context
	device  Device
	console console
	fingers fingers
}

// Person opens an empty page on the device. It is closed when t ends; name tells it from others in logs and file names.
func (b *Browser) Person(t testing.TB, name string, d Device) *Page {
	t.Helper()
	p := &Page{t: t, name: name, device: d, fingers: fingers{}}
	var closePage context.CancelFunc
	p.ctx, closePage = chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(p.console.listen))
	t.Cleanup(func() {
		defer closePage()
		p.finish()
	})
	p.do("opening a page", chromedp.Action[chromedp.Void](d.emulate))
	return p
}

// Open loads url and returns when its load event has fired.
func (p *Page) Open(url string) {
	p.t.Helper()
	p.do("opening "+url, chromedp.Navigate(url))
}

// Reload loads the same address again, as the browser's button does.
func (p *Page) Reload() {
	p.t.Helper()
	p.do("reloading", chromedp.Reload())
}

// Turn turns the device by a quarter.
func (p *Page) Turn() {
	p.t.Helper()
	p.device = p.device.Turned()
	p.do("turning the device", chromedp.Action[chromedp.Void](p.device.emulate))
}

// Offline takes the network away from the page, or gives it back. Connections do not break: they fall silent, as on a
// phone in a tunnel.
func (p *Page) Offline(offline bool) {
	p.t.Helper()
	conditions := []*network.Conditions{}
	if offline {
		conditions = append(conditions, &network.Conditions{Offline: true, DownloadThroughput: -1, UploadThroughput: -1})
	}
	p.do("changing the network", func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Call(p.ctx, network.EmulateNetworkConditionsByRule,
			network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: conditions})
		if err != nil {
			return chromedp.Void{}, err
		}
		_, err = chromedp.Call(p.ctx, network.OverrideNetworkState,
			network.OverrideNetworkStateParams{Offline: offline, DownloadThroughput: -1, UploadThroughput: -1})
		return chromedp.Void{}, err
	})
}

// Eval returns the value of a JavaScript expression, awaited if it is a promise. What the expression throws fails the
// test.
func Eval[T any](p *Page, js string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Deadline)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: evaluating %s: %v", p.name, js, err)
	}
	return v
}

// WaitFor returns as soon as the JavaScript expression js, awaited, is true, be it after navigations. An expression that
// throws is not true yet. After Deadline the test fails.
func (p *Page) WaitFor(js string) {
	p.t.Helper()
	WaitIn[bool](p, Deadline, "(async () => !!await ("+js+"))()")
}

// Wait returns the first truthy value of the JavaScript expression js, as WaitFor does.
func Wait[T any](p *Page, js string) T {
	p.t.Helper()
	return WaitIn[T](p, Deadline, js)
}

// WaitIn is Wait with a deadline of its own.
func WaitIn[T any](p *Page, limit time.Duration, js string) T {
	p.t.Helper()
	end := time.Now().Add(limit)
	for {
		v, err := poll[T](p, time.Until(end), js)
		if err == nil {
			return v
		}
		if !navigated(err) || time.Until(end) <= 0 {
			p.t.Fatalf("%s: waited %v for: %s\n\t%v", p.name, limit, js, err)
		}
	}
}

// poll checks js on each animation frame of the present document.
func poll[T any](p *Page, limit time.Duration, js string) (T, error) {
	script := fmt.Sprintf(`(async () => {
	const end = performance.now() + %d;
	for (let last;;) {
		try { last = await (%s); if (last) return last; } catch (e) { last = e; }
		if (performance.now() > end) throw new Error("it was last: " + (last instanceof Error ? last : JSON.stringify(last)));
		await new Promise(requestAnimationFrame);
	}
})()`, limit.Milliseconds(), js)
	ctx, cancel := context.WithTimeout(p.ctx, limit+5*time.Second) // the page's own deadline says more, but it may hang
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}

// navigated tells whether an evaluation ended because its document went away.
func navigated(err error) bool {
	var thrown *chromedp.ExceptionError
	if errors.As(err, &thrown) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	for _, sign := range []string{"navigated", "context", "collected"} {
		if strings.Contains(err.Error(), sign) {
			return true
		}
	}
	return false
}

// do runs an action with the usual deadline.
func (p *Page) do(what string, action chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	// The first action of a context binds the tab's life to the context that it gets, so the deadline is a timer's.
	ctx, cancel := p.ctx, context.CancelFunc(func() {})
	if chromedp.FromContext(p.ctx).Target != nil {
		ctx, cancel = context.WithTimeout(p.ctx, Deadline)
	}
	defer cancel()
	if err := chromedp.Do(ctx, action); err != nil {
		p.t.Fatalf("%s: %s: %v", p.name, what, err)
	}
}

// quote returns s as a JavaScript string.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always can
	}
	return string(b)
}
