package lobby

import (
	"sync"
	"time"
)

// tasks counts the goroutines and timers of a Server, so that Shutdown can wait for them. Each timer is counted from
// when it is set until it is stopped or its function has returned.
type tasks struct {
	// Guarded by mu.
	mu     sync.Mutex
	closed bool
	wg     sync.WaitGroup
}

// begin counts one more task, unless the tasks are closed.
func (t *tasks) begin() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.closed {
		t.wg.Add(1)
	}
	return !t.closed
}

// spawn runs f on a goroutine of its own.
func (t *tasks) spawn(f func()) bool {
	if !t.begin() {
		return false
	}
	go func() {
		defer t.wg.Done()
		f()
	}()
	return true
}

// after runs f once d has passed. The timer it returns is nil once the tasks are closed; a nil timer can be stopped.
func (t *tasks) after(d time.Duration, f func()) *timer {
	if !t.begin() {
		return nil
	}
	tm := &timer{tasks: t}
	tm.t = time.AfterFunc(d, func() {
		defer t.wg.Done()
		f()
	})
	return tm
}

// close lets nothing new begin, and waits for the rest.
func (t *tasks) close() error {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.wg.Wait()
	return nil
}

// timer is one pending task. Its owner calls stop from one goroutine at a time.
type timer struct {
	tasks *tasks
	t     *time.Timer
}

// stop prevents the function from running if it has not begun.
func (t *timer) stop() {
	if t != nil && t.t.Stop() {
		t.tasks.wg.Done()
	}
}
