package game

import (
	"hash/fnv"
	"time"
)

// maxCatchUp is how many steps may run at once after a delay. Beyond it steps are dropped: a server that is too slow
// would otherwise fall behind for ever, each catch-up making the next one longer.
const maxCatchUp = 5

// due tells how many steps of length delta to run now, when the next one was due at next, and how many to drop. Both
// times count from the same moment. The step after these is due at next + (steps + dropped)*delta.
func due(now, next, delta time.Duration) (steps, dropped int) {
	if now < next {
		return 0, 0
	}
	n := int((now-next)/delta) + 1
	return min(n, maxCatchUp), max(n-maxCatchUp, 0)
}

// phase spreads the steps of matches over delta by their ids, so that matches that start together do not step together:
// above 0, up to delta.
func phase(id string, delta time.Duration) time.Duration {
	h := fnv.New64a()
	h.Write([]byte(id))
	x := h.Sum64()
	x ^= x >> 29 // FNV leaves the ids' last letters in the low bits
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 32
	return time.Duration(x%uint64(delta)) + 1
}
