package netsim

import "time"

// Line is the scheduling core with one way, for property tests.
type Line struct {
	line *line
	way  *way
}

func NewLine(seed uint64) *Line {
	l := newLine(seed, 0)
	return &Line{line: l, way: &l.up}
}

// Back is the other way of the same line.
func (l *Line) Back() *Line { return &Line{line: l.line, way: &l.line.down} }

// Send returns when n bytes that are sent at now arrive.
func (l *Line) Send(c Conditions, now time.Duration, n int) time.Duration {
	return l.line.send(c, l.way, now, n)
}

// Ready returns when the line takes more.
func (l *Line) Ready() time.Duration { return l.way.ready() }

const (
	Segment  = segment
	Resend   = resend
	Buffered = buffered
)
