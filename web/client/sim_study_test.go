package client_test

import "slices"

// study is the playback of the design's study ("adaptive p95, cap 250"), for comparison: on the very frames that a page
// has got, and at the very moments of its pictures.
type study struct {
	offsets           []float64 // of the last frames
	base, delay       float64
	playhead, drawnAt float64
}

// come takes in a frame.
func (s *study) come(f frame) {
	s.offsets = append(s.offsets, f.came-f.sent)
	if len(s.offsets) > 100 {
		s.offsets = s.offsets[1:]
	}
	s.base = slices.Min(s.offsets)
	want := min(250, messageGap+percentile(s.offsets, 0.95)-s.base+4)
	if want > s.delay {
		s.delay += (want - s.delay) * 0.5
	} else {
		s.delay += (want - s.delay) * 0.02
	}
}

// draw moves the playhead to now.
func (s *study) draw(now float64) float64 {
	target := now - s.base - s.delay
	elapsed := now - s.drawnAt
	behind := target - s.playhead - elapsed
	s.playhead += elapsed * (1 + max(-0.08, min(0.05, behind/400)))
	if d := target - s.playhead; d > 400 || d < -400 {
		s.playhead = target
	}
	s.drawnAt = now
	return s.playhead
}

// compare returns the lag, ms, and the share of starved pictures that the study's playback has on a page's link.
func (l *pageLog) compare(from, to float64) (lag, starved float64) {
	s := study{delay: 2 * messageGap}
	var lags []float64
	next, newest := 0, 0.0
	for _, p := range l.pictures {
		for ; next < len(l.frames) && l.frames[next].came <= p.at; next++ {
			s.come(l.frames[next])
			newest = l.frames[next].sent
		}
		moment := s.draw(p.at)
		if p.at < from || p.at >= to {
			continue
		}
		lags = append(lags, p.at-moment)
		if moment > newest {
			starved++
		}
	}
	return mean(lags), starved / float64(len(lags))
}
