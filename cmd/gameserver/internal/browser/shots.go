package browser

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// Screenshot writes what the page shows to NAME.png in the folder for pictures, if there is one: $NINEPIN_SHOTS, or the
// test's artifact folder under go test -artifacts. Otherwise it does nothing.
func (p *Page) Screenshot(name string) {
	p.t.Helper()
	folder := pictures(p.t)
	if folder == "" {
		return
	}
	p.settle()
	if err := p.shoot(filepath.Join(folder, name+".png")); err != nil {
		p.t.Errorf("%s: screenshot %s: %v", p.name, name, err)
	}
}

// settle lets what moves once come to rest: the animations of the style sheet, and half a second of frames for those of
// a canvas.
func (p *Page) settle() {
	p.t.Helper()
	p.WaitFor(`(async () => {
	const once = document.getAnimations().filter(a => Number.isFinite(a.effect.getComputedTiming().endTime));
	await Promise.allSettled(once.map(a => a.finished));
	for (const end = performance.now() + 500; performance.now() < end;) await new Promise(requestAnimationFrame);
	return true;
})()`)
}

// pictures returns the folder that the developer asked pictures into, or "".
func pictures(t testing.TB) string {
	if folder := os.Getenv("NINEPIN_SHOTS"); folder != "" {
		return folder
	}
	if f := flag.Lookup("test.artifacts"); f != nil && f.Value.String() == "true" {
		return t.ArtifactDir()
	}
	return ""
}

// shoot writes a screenshot to path.
func (p *Page) shoot(path string) error {
	ctx, cancel := context.WithTimeout(p.ctx, Deadline)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, png, 0o644)
}

// finish is the page's last act: errors in its console fail the test, and if the test has failed it leaves evidence.
func (p *Page) finish() {
	if chromedp.FromContext(p.ctx).Target == nil {
		return // it never opened
	}
	ctx, cancel := context.WithTimeout(p.ctx, Deadline)
	defer cancel()
	// Events come in order: once this is answered, what the page logged before has arrived.
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[int]("0")); err != nil {
		p.t.Errorf("%s: the page does not answer: %v", p.name, err)
	}
	for _, text := range p.Errors() {
		p.t.Errorf("%s: in the console: %s", p.name, text)
	}
	if p.t.Failed() {
		p.evidence()
	}
}

// evidence saves a screenshot and the console of a failed test, and prints where.
func (p *Page) evidence() {
	folder := pictures(p.t)
	if folder == "" {
		var err error
		if folder, err = os.MkdirTemp("", "ninepin-browser-"); err != nil {
			p.t.Logf("%s: no folder for the screenshot: %v", p.name, err)
			return
		}
	}
	base := filepath.Join(folder, "failed-"+strings.ReplaceAll(p.t.Name(), "/", "-")+"-"+p.name)
	if err := p.shoot(base + ".png"); err != nil {
		p.t.Logf("%s: no screenshot: %v", p.name, err)
	}
	if err := os.WriteFile(base+".log", []byte(p.console.String()), 0o644); err != nil {
		p.t.Logf("%s: console not saved: %v", p.name, err)
	}
	p.t.Logf("%s: see %s.png and .log", p.name, base)
}
