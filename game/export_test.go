package game

import "time"

// The clock's pure functions, for their tests.
var (
	Due   = due
	Phase = phase
)

// Past is what a match knows of its last states.
type Past = past

// NewPast makes one for a State.
var NewPast = newPast

// Keep takes in the state after a tick.
func (p *past) Keep(tick uint64, state any) { p.keep(tick, state) }

// At returns the state at a moment.
func (p *past) At(tick float64) (any, bool) { return p.at(tick) }

// Clock returns the time of a match and when the step after those that run now is due: for a game's Update.
func Clock(m *Match) (now, next time.Duration) { return m.now(), m.next }
