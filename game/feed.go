package game

// Feed is the short way of one player's inputs into a match: Match.Input without looking the player up each time, and
// without allocating, since the memory of inputs that were consumed is used again. It is for one goroutine at a time, and
// for one stay of the player's: after that all inputs are refused with ErrNoSeat.
type Feed struct {
	match *Match
	queue *queue
	reads decoder
	next  any // memory for the next input, nil or a pointer to the kind's Input
}

// Feed returns the feed of a seated player; the error is ErrNoSeat or ErrEnded.
func (m *Match) Feed(id PlayerID) (*Feed, error) {
	q, err := m.inbox.find(id)
	if err != nil {
		return nil, err
	}
	return &Feed{match: m, queue: q}, nil
}

// Put is Match.InputAt.
func (f *Feed) Put(seq uint32, raw []byte, saw float64) (err error) {
	m := f.match
	if err := m.inbox.accepts(f.queue, seq); err != nil {
		return err
	}
	f.next, err = m.kind.adapter.decode(&f.reads, raw, f.next)
	if err != nil {
		m.inbox.refused()
		return err
	}
	if f.next, err = m.inbox.put(f.queue, queued{seq, f.next, saw}); err != nil {
		return err
	}
	if m.kind.OnInput {
		m.notify()
	}
	return nil
}
