package game

import (
	"sync"
)

// maxQueued bounds each player's queue of inputs; when it is full the oldest goes.
const maxQueued = 32

// inbox holds the inputs between the connections that bring them and the step that consumes them. It has its own mutex,
// held for a few instructions at a time, so that bringing an input never waits for a step. One queue per player: a
// flood costs only the one who sends it, and the bound is maxQueued for each seat, whatever comes.
type inbox struct {
	mu      sync.Mutex
	queues  map[PlayerID]*queue
	waiting int // inputs in all queues
	ended   bool
	counts  inputCounts
}

// inputCounts are the inbox's part of Stats.
type inputCounts struct {
	dropped, caughtUp, superseded, old, bad uint64
}

// queue is one player's inputs, oldest first. Guarded by the inbox's mutex.
type queue struct {
	items []queued
	gone  bool   // the player has left
	last  uint32 // the highest sequence accepted
	long  int    // for how many ticks in a row two or more were waiting
	owed  int    // ticks that found nothing here, less the inputs that made up for them; at most maxQueued

	// Memory of inputs, to be used again. What the game gets is always a copy, of which all that a pointer, slice or map
	// leads to is made anew for each input.
	spent []any // of those that the last step has consumed: it may be at work with them
	free  []any // at most keepInputs
}

// keepInputs is how many inputs' memory is kept for each player: in good times one waits and one is consumed.
const keepInputs = 4

type queued struct {
	seq   uint32
	input any
	saw   float64 // the tick that the player looked at; 0: it does not say
}

// open makes a queue for a player who has been seated.
func (b *inbox) open(id PlayerID) *queue {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.queues == nil {
		b.queues = make(map[PlayerID]*queue)
	}
	q := new(queue)
	b.queues[id] = q
	return q
}

// close forgets a player's queue.
func (b *inbox) close(id PlayerID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if q := b.queues[id]; q != nil {
		b.waiting -= len(q.items)
		*q = queue{gone: true}
		delete(b.queues, id)
	}
}

// end refuses all inputs from now on.
func (b *inbox) end() {
	b.mu.Lock()
	b.ended = true
	b.mu.Unlock()
}

// restart empties a queue and lets its sequence begin again.
func (b *inbox) restart(q *queue) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waiting -= len(q.items)
	*q = queue{}
}

// find returns a player's queue.
func (b *inbox) find(id PlayerID) (*queue, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	q := b.queues[id]
	switch {
	case b.ended:
		return nil, ErrEnded
	case q == nil:
		return nil, ErrNoSeat
	}
	return q, nil
}

// accepts tells whether an input would be queued, before the work of decoding it.
func (b *inbox) accepts(q *queue, seq uint32) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.check(q, seq)
}

// put queues an input. It returns memory for another one, or that of this one if it was refused.
func (b *inbox) put(q *queue, in queued) (memory any, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.check(q, in.seq); err != nil {
		return in.input, err
	}
	if len(q.items) == maxQueued {
		q.release(q.pop().input)
		b.waiting--
		b.counts.dropped++
	}
	q.items = append(q.items, in)
	q.last = in.seq
	b.waiting++
	return q.spare(), nil
}

// check tells why an input with that sequence is refused. Call with mu held.
func (b *inbox) check(q *queue, seq uint32) error {
	switch {
	case b.ended:
		return ErrEnded
	case q.gone:
		return ErrNoSeat
	case seq <= q.last:
		b.counts.old++
		return ErrOldInput
	}
	return nil
}

// release takes in the memory of an input that nobody needs any more.
func (q *queue) release(memory any) {
	if len(q.free) < keepInputs {
		q.free = append(q.free, memory)
	}
}

// spare gives out memory for an input; nil if there is none.
func (q *queue) spare() any {
	n := len(q.free) - 1
	if n < 0 {
		return nil
	}
	memory := q.free[n]
	q.free[n] = nil
	q.free = q.free[:n]
	return memory
}

// refused counts an input that could not be decoded.
func (b *inbox) refused() {
	b.mu.Lock()
	b.counts.bad++
	b.mu.Unlock()
}

// pop removes the oldest input.
func (q *queue) pop() queued {
	oldest := q.items[0]
	n := copy(q.items, q.items[1:])
	q.items[n] = queued{}
	q.items = q.items[:n]
	return oldest
}

// take removes the input that this tick consumes from each seat's queue and notes its sequence in the seat. A queue in
// which two or more were waiting for window ticks in a row gives one extra, and again every quarter of a window while
// that goes on, more often if many wait: so a clump that arrived late costs its latency for a while, not for ever. The
// extra input makes up for a tick that had none: then the game gets both, and a client that has predicted both is right.
// A client that is owed nothing sends faster than the match steps, and its older input is superseded: nobody plays more
// inputs than there were ticks. window 0 never drains.
func (b *inbox) take(seats []*seat, window int, into []given) []given {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range seats {
		switch {
		case s == nil:
		case s.player.Bot:
			into = append(into, given{player: &s.player})
		default:
			into = b.takeOf(s, b.due(s.queue, window), into)
		}
	}
	return into
}

// due tells how many inputs this tick consumes of a queue. Call with mu held.
func (b *inbox) due(q *queue, window int) int {
	switch {
	case len(q.items) == 0:
		q.long, q.owed = 0, min(q.owed+1, maxQueued)
		return 0
	case len(q.items) == 1:
		q.long = 0
		return 1
	}
	if q.long++; window == 0 || q.long < window {
		return 1
	}
	q.long -= max(1, (window+3)/4-len(q.items)/4)
	if q.owed > 0 {
		q.owed--
		b.counts.caughtUp++
		return 2
	}
	q.release(q.pop().input)
	b.waiting--
	b.counts.superseded++
	return 1
}

// takeOf removes n inputs from a seat's queue, whose memory is free again when it is called next. Call with mu held.
func (b *inbox) takeOf(s *seat, n int, into []given) []given {
	for _, memory := range s.queue.spent {
		s.queue.release(memory)
	}
	s.queue.spent = s.queue.spent[:0]
	for range n {
		next := s.queue.pop()
		b.waiting--
		s.acked = next.seq
		s.queue.spent = append(s.queue.spent, next.input)
		into = append(into, given{player: &s.player, input: next.input, saw: next.saw})
	}
	return into
}

// pending tells whether any input waits.
func (b *inbox) pending() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.waiting > 0
}

func (b *inbox) stats() inputCounts {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.counts
}
