package statesync

// acks tell each player how far its inputs were consumed. Nearly always everybody's input of the tick was, so both
// sides predict that, and one zero byte confirms it for the whole room: the message stays the same for all. A seat that
// sends no inputs is told to stand still once, and costs nothing from then on.
type acks struct {
	seats []ackSeat // by seat
}

// ackSeat is one seat as the clients know it, and as it is.
type ackSeat struct {
	known    uint32 // 0: nothing was ever consumed, or the seat is empty
	now      uint32
	standing bool  // predicted not to advance
	missed   uint8 // messages in a row that it did not advance
}

// A seat stands still after so many messages without an input: one that comes late now and then is better predicted to
// move on.
const missesToStand = 2

// maxSeats keeps the number of exceptions in one byte; rooms have half as many seats.
const maxSeats = 127

func (a *acks) set(seat int, seq uint32) {
	if seat < 0 || seat >= maxSeats {
		return
	}
	for len(a.seats) <= seat {
		a.seats = append(a.seats, ackSeat{standing: true})
	}
	a.seats[seat].now = seq
}

// appendDelta writes the exceptions from the prediction over adv ticks.
func (a *acks) appendDelta(b []byte, adv int64) []byte {
	at, n := len(b), 0
	b = append(b, 0)
	for i := range a.seats {
		off, turn := a.seats[i].advance(adv)
		if off == 0 && !turn {
			continue
		}
		n++
		if turn {
			b = appendInt(b, int64(-1-i))
		} else {
			b = appendInt(b, int64(i))
		}
		b = appendInt(b, off+bias)
	}
	b[at] = byte(n)
	return b
}

// advance makes the clients' knowledge current. off is the difference from what they predicted; turn: the seat goes from
// standing to moving or back.
func (s *ackSeat) advance(adv int64) (off int64, turn bool) {
	predicted := int64(s.known)
	if !s.standing {
		predicted += adv
	}
	switch {
	case s.now == s.known && !s.standing:
		s.missed++
		turn = s.missed >= missesToStand
	case s.now == 0:
		turn = !s.standing
	case s.now != s.known:
		s.missed = 0
		turn = s.standing
	}
	if turn {
		s.standing, s.missed = !s.standing, 0
	}
	s.known = s.now
	return int64(s.now) - predicted, turn
}

// appendAll writes what the clients know after the last appendDelta.
func (a *acks) appendAll(b []byte) []byte {
	n := 0
	for i := range a.seats {
		if a.seats[i].known != 0 {
			n++
		}
	}
	b = appendInt(b, int64(n))
	for i, s := range a.seats {
		if s.known == 0 {
			continue
		}
		if s.standing {
			i = -1 - i
		}
		b = appendUint(appendInt(b, int64(i)), uint64(s.known))
	}
	return b
}
