package netsim

import (
	"math/rand/v2"
	"time"
)

const (
	// segment is what fits into one Ethernet frame with the usual TCP options.
	segment = 1448
	// resend is what passes beyond a round trip until a lost segment is sent again. A game's stream is thin: the third
	// following frame, or the timer of RFC 6298 with Linux' least of 200 ms, tells the sender of the loss.
	resend = 150 * time.Millisecond
	// buffered is how much a router holds back, as time, before the sender has to wait.
	buffered = 250 * time.Millisecond
	// Pauses last pauseLeast and, at random, pauseMore again on average: mostly a third of a second, rarely more than one.
	pauseLeast = 100 * time.Millisecond
	pauseMore  = 250 * time.Millisecond
	pauseMost  = 2 * time.Second
)

// line is the timing of one connection: when bytes that are sent now arrive. It reads no clock; all moments are time
// since the connection began, and those that it is given never go back. For one goroutine at a time.
type line struct {
	random   *rand.Rand
	pauses   pauses
	up, down way
	reset    time.Duration // the Conditions' own that end was made for
	end      time.Duration // when it breaks
}

// way is one direction of a line.
type way struct {
	free time.Duration // when the last byte has left
	last time.Duration // when the last byte arrives: none overtakes it
}

func newLine(seed, number uint64) *line {
	return &line{random: rand.New(rand.NewPCG(seed, number))}
}

// send puts n bytes, at most a segment, on a way at now, and returns when they arrive. A segment that is lost holds up
// all that follow, as TCP hands nothing over out of order.
func (l *line) send(c Conditions, w *way, now time.Duration, n int) time.Duration {
	w.free = l.pauses.after(l.random, c.Stall, now, max(now, w.free))
	if c.Bandwidth > 0 {
		w.free += time.Duration(float64(n) / float64(c.Bandwidth) * float64(time.Second))
	}
	arrives := w.free + c.RTT/2
	if c.Jitter > 0 {
		arrives += time.Duration(l.random.Int64N(int64(c.Jitter)))
	}
	for c.Loss > 0 && l.random.Float64() < c.Loss {
		arrives += c.RTT + resend
	}
	w.last = max(w.last, arrives)
	return w.last
}

// broken tells whether the line has come to its end by now.
func (l *line) broken(c Conditions, now time.Duration) bool {
	if c.Reset != l.reset {
		l.reset, l.end = c.Reset, now+time.Duration(l.random.ExpFloat64()*float64(c.Reset))
	}
	return c.Reset > 0 && now >= l.end
}

// ready returns when a way takes more bytes: before, the router's buffer is full and the sender waits.
func (w *way) ready() time.Duration { return w.free - buffered }

// pauses are the moments in which a line stands still, both ways, made up as time goes on.
type pauses struct {
	share float64
	spans []span // of now and later, in order
	end   time.Duration
}

// span is from start until before end.
type span struct{ start, end time.Duration }

// after returns t, or the end of the pause in which t lies. Nobody asks about a moment before now any more.
func (p *pauses) after(random *rand.Rand, share float64, now, t time.Duration) time.Duration {
	if share != p.share {
		*p = pauses{share: share, end: t}
	}
	if share <= 0 {
		return t
	}
	for len(p.spans) > 0 && p.spans[0].end <= now {
		p.spans = p.spans[1:]
	}
	for p.end <= t {
		pause := min(pauseLeast+time.Duration(random.ExpFloat64()*float64(pauseMore)), pauseMost)
		moving := random.ExpFloat64() * float64(pauseLeast+pauseMore) * (1 - share) / share
		start := p.end + time.Duration(moving)
		p.spans = append(p.spans, span{start: start, end: start + pause})
		p.end = start + pause
	}
	for _, s := range p.spans {
		if s.start <= t && t < s.end {
			return s.end
		}
	}
	return t
}
