package lobby

import (
	"sync/atomic"
	"time"

	"ninepin/game"
)

// The application's bound on staleness. A kernel, a proxy or a radio network may hold seconds of frames that have left
// us: only the last tick that a member says it has seen tells how old its view is.
const (
	staleAfter = 2 * time.Second // ticks of so long that were sent and not seen pause a member
	pauseLimit = 5 * time.Second // without word of progress, then it is tried again: it may just have nothing to say
)

// sight is what a member has seen of the frames that it was sent, as far as it tells: the third argument of "input", and
// {tick} of "room:ping". One that tells nothing is never paused. It belongs to whoever delivers; see follow.
type sight struct {
	told   uint64    // the hint that was taken in last
	first  uint64    // tick of the first frame sent to it
	seen   uint64    // last tick that it knows of
	paused time.Time // not zero: it gets no frames before it has caught up, or this time
}

// take takes in the last tick that the member has seen, when sent is the last that it was sent.
func (g *sight) take(k *game.Kind, seen, sent uint64) {
	if k.OnInput || sent == 0 {
		return // without a clock, frames are few
	}
	if seen = min(max(seen, g.first), sent); seen < g.seen {
		return
	}
	progress := seen > g.seen
	g.seen = seen
	limit := uint64(k.TickRate) * uint64(staleAfter/time.Second)
	switch {
	case seen == sent:
		g.paused = time.Time{}
	case g.paused.IsZero() && sent-seen > limit, !g.paused.IsZero() && progress:
		g.paused = time.Now().Add(pauseLimit)
	}
}

// holds tells whether the member gets no frame now.
func (g *sight) holds() bool {
	if g.paused.IsZero() {
		return false
	}
	if time.Now().Before(g.paused) {
		return true
	}
	g.paused = time.Time{}
	return false
}

// hint is what a member says it has seen, on its way from its reader to whoever delivers, who must not wait for each
// other: the last tick, below the number of times that one was said.
type hint struct{ atomic.Uint64 }

// say is the reader's.
func (h *hint) say(tick uint32) { h.Store((h.Load()>>32+1)<<32 | uint64(tick)) }

// saw is told the last tick that the socket's client has seen of its room.
func (f *follow) saw(tick uint32) { f.hint.say(tick) }

// behind tells whether the member gets no frame now because it is behind, by what it has said.
func (f *follow) behind() bool {
	if h := f.hint.Load(); h != f.sight.told {
		f.sight.told = h
		f.sight.take(f.room.kind, uint64(uint32(h)), f.cursor.Tick())
	}
	return f.sight.holds()
}

// pingArgs are the arguments of "room:ping".
type pingArgs struct {
	Tick uint32 `msgpack:"tick"` // the last that the client has seen; 0: it does not say
}

// onPing answers at once. Spectators, who send no inputs, tell by it how far they have got.
func (g *rooms) onPing(e *Event) error {
	var a pingArgs
	if p := e.socket.place.Load(); p != nil && e.Bind(&a) == nil && a.Tick > 0 {
		e.socket.follow.saw(a.Tick)
	}
	return e.Ack(done{true})
}
