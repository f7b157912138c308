package game

import (
	"context"
	"errors"
	"time"
)

// errRunning is returned by the second of two Runs.
var errRunning = errors.New("game: Run is already running this match")

// never is the time of the next step of a match that waits for somebody to come.
const never = time.Duration(-1)

// Run ticks until ctx ends or the match does; it blocks, the caller owns the goroutine. nil: the match ended in good
// order (ErrOver). A *PanicError: the game panicked; only this match ends. When ctx ends its error is returned, and the
// match can be run again.
//
// This is the only place that knows how a match gets its time: a goroutine and a timer of its own. All the rest is in
// advance, which whatever drives matches calls when it said, or earlier when the match has asked for it through wake.
func (m *Match) Run(ctx context.Context) error {
	if !m.running.CompareAndSwap(false, true) {
		return errRunning
	}
	defer m.running.Store(false)
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	defer timer.Stop()
	m.pause()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		next, err := m.advance(m.now())
		if err != nil {
			return m.outcome()
		}
		if next == never {
			timer.Stop()
		} else {
			timer.Reset(next - m.now())
		}
		select {
		case <-ctx.Done():
		case <-m.wake:
		case <-timer.C:
		}
	}
}

// now is the time since the match was made.
func (m *Match) now() time.Duration { return time.Since(m.born) }

// notify asks for advance to be called soon. It never blocks.
func (m *Match) notify() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// advance runs the steps that are due at now and tells when to come again: a time, or never until notified. The error
// tells that the match has ended.
func (m *Match) advance(now time.Duration) (next time.Duration, err error) {
	if m.kind.OnInput {
		return m.advanceOnInput(now)
	}
	steps, err := m.schedule(now)
	for range steps {
		if err == nil {
			err = m.stepOnce(false)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.next, err
}

// pause forgets when the next step was due.
func (m *Match) pause() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.next = never
}

// schedule takes the steps that are due on the clock, and drops those that are too many.
func (m *Match) schedule(now time.Duration) (steps int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.ended != nil:
		return 0, m.ended
	case !m.awake():
		m.next = never
	case m.next == never:
		m.next = now + m.phase
	default:
		var dropped int
		steps, dropped = due(now, m.next, m.delta)
		m.next += time.Duration(steps+dropped) * m.delta
		m.stats.Dropped += uint64(dropped)
		if dropped > 0 {
			m.stats.Overruns++
		}
	}
	return steps, nil
}

// advanceOnInput runs the step that a turn-based match has been asked for. If more inputs wait it asks to be called
// again at once, so that ctx and the other users of the mutex get their turn in between.
func (m *Match) advanceOnInput(now time.Duration) (next time.Duration, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.ended != nil:
		return never, m.ended
	case !m.awake():
		return never, nil
	}
	woken := m.deadline != never && now >= m.deadline && m.enough()
	if woken || m.changed || m.inbox.pending() {
		if err := m.tickOnce(woken); err != nil {
			return never, err
		}
	}
	if m.inbox.pending() || m.changed {
		return now, nil
	}
	if !m.enough() {
		return never, nil // a deadline that passes meanwhile is kept for when somebody has come
	}
	return m.deadline, nil
}

// enough tells whether enough seats are taken for Update. Call with mu held.
func (m *Match) enough() bool { return m.taken() >= m.kind.MinPlayers }

// awake tells whether anybody is there to play or to watch. Call with mu held.
func (m *Match) awake() bool {
	if m.watching > 0 {
		return true
	}
	for _, s := range m.seats {
		if s != nil && !s.player.Bot && !s.player.Away {
			return true
		}
	}
	return false
}
