package bench

import (
	"fmt"
	"io"
	"os"
	"time"
)

// progress tells people what happens: on a terminal in one line that changes, else in a line every few seconds.
type progress struct {
	w        io.Writer
	terminal bool
	began    time.Time
	last     time.Time
	width    int // of the line that is there
}

// quietEvery is the time between two lines where they do not replace each other.
const quietEvery = 5 * time.Second

func newProgress(w io.Writer) *progress {
	p := &progress{w: w, began: time.Now()}
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

func (p *progress) opening(name string, n, of int) {
	if now := time.Now(); now.Sub(p.last) > 100*time.Millisecond {
		p.show(now, fmt.Sprintf("%s: %d of %d connections", name, n, of))
	}
}

func (p *progress) running(name, what string, rate float64) {
	p.show(time.Now(), fmt.Sprintf("%s: %s, %.0f deliveries/s", name, what, rate))
}

func (p *progress) show(now time.Time, text string) {
	if !p.terminal {
		if now.Sub(p.last) >= quietEvery || p.last.IsZero() {
			p.last = now
			fmt.Fprintf(p.w, "%3.0f s  %s\n", now.Sub(p.began).Seconds(), text)
		}
		return
	}
	p.last = now
	line := fmt.Sprintf("%3.0f s  %s", now.Sub(p.began).Seconds(), text)
	fmt.Fprintf(p.w, "\r%-*s", p.width, line)
	p.width = len(line)
}

// end clears the line.
func (p *progress) end() {
	if p.width > 0 {
		fmt.Fprintf(p.w, "\r%*s\r", p.width, "")
		p.width = 0
	}
}
