package browser

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// closeTime bounds the graceful end of Chromium; afterwards it is killed.
const closeTime = 10 * time.Second

// Browser is one running Chromium. It may be used by several tests at once; each opens its own pages.
type Browser struct {
	ctx context.Context
}

// Find returns the path of the first of chromium, chromium-browser and google-chrome in PATH.
func Find() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no Chromium found: install chromium, or run make test")
}

// Start runs Chromium without a window until t and its subtests have ended. Where there is none it skips the test, or
// fails it when the environment variable CI is set: a check that silently does not run is no check.
func Start(t testing.TB) *Browser {
	t.Helper()
	path, err := Find()
	switch {
	case err != nil && os.Getenv("CI") != "":
		t.Fatal(err)
	case err != nil:
		t.Skip(err)
	}
	ctx, freeAllocator := chromedp.NewExecAllocator(context.Background(), options(path)...)
	ctx, stop := chromedp.NewContext(ctx, chromedp.WithErrorf(func(string, ...any) {})) // its complaints about events newer than itself
	t.Cleanup(func() {
		limit, cancel := context.WithTimeout(ctx, closeTime)
		defer cancel()
		if err := chromedp.Cancel(limit); err != nil {
			t.Errorf("closing Chromium: %v", err)
		}
		stop()
		freeAllocator()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting %s: %v", path, err)
	}
	return &Browser{ctx: ctx}
}

// options returns chromedp's defaults, which keep pages in the background running, and what a test needs beyond them:
// no traffic of Chromium's own.
func options(path string) []chromedp.ExecAllocatorOption {
	opts := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	opts = append(opts, chromedp.ExecPath(path), chromedp.DisableGPU)
	for _, name := range []string{"disable-quic", "disable-component-update", "disable-domain-reliability", "disable-crash-reporter", "mute-audio"} {
		opts = append(opts, chromedp.Flag(name, true))
	}
	// A machine without a mouse still plays a desktop; a Phone overrides it: 4 is a fine pointer, 2 is one that hovers.
	opts = append(opts, chromedp.Flag("blink-settings",
		"primaryPointerType=4,availablePointerTypes=4,primaryHoverType=2,availableHoverTypes=2"))
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox) // Chromium refuses to sandbox for root
	}
	return opts
}
