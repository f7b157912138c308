package statesync_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Sizes are exact, so a change of the format that costs bytes fails here: payload per tick and recipient, with header and
// acknowledgements, over a minute.
func TestFramesAreAsSmallAsTheTargets(t *testing.T) {
	a, w := newArena(1), newWorld(2, 200)
	rated, tol := &arenaRated{map[string]*fighterRated{}, map[uint32]*shotRated{}}, &arenaTol{map[string]*fighterTol{}, map[uint32]*shotTol{}}
	worldTol := &worldTol{map[uint32]*unitTol{}}
	a.rated(rated)
	a.tol(tol)
	w.tol(worldTol)
	workloads := []struct {
		name   string
		state  any
		target float64
		room   *room
		bytes  int
	}{
		{name: "W1", state: a, target: 64},
		{name: "W1 predicted", state: rated, target: 38},
		{name: "W1 predicted within a quantum", state: tol, target: 25},
		{name: "W200", state: w, target: 515},
		{name: "W200 predicted within a quantum", state: worldTol, target: 200},
	}
	for i := range workloads {
		workloads[i].room = newRoom(t, workloads[i].state)
	}
	const ticks = 1200
	for range ticks {
		a.step()
		w.step()
		a.rated(rated)
		a.tol(tol)
		w.tol(worldTol)
		for i := range workloads {
			l := &workloads[i]
			l.room.inputs()
			l.room.encode(t, l.state)
			l.bytes += len(l.room.out)
		}
	}
	for _, l := range workloads {
		t.Logf("%s: %.1f B", l.name, float64(l.bytes)/ticks)
		require.LessOrEqual(t, float64(l.bytes)/ticks, l.target, l.name)
	}
}

// Whoever comes back after having missed frames gets one keyframe. A log of deltas to resume from would be smaller only
// for those who have missed less than these ticks; nobody is back within so few.
func TestKeyframeIsAsSmallAsAFewDeltas(t *testing.T) {
	a, w := newArena(1), newWorld(2, 200)
	rated := &arenaRated{map[string]*fighterRated{}, map[uint32]*shotRated{}}
	a.rated(rated)
	for _, l := range []struct {
		name  string
		state any
		ticks float64
	}{{"W1", a, 7}, {"W1 predicted", rated, 12}, {"W200", w, 7}} {
		r := newRoom(t, l.state)
		deltas, keyframes := 0, 0
		for range 1200 {
			a.step()
			a.rated(rated)
			w.step()
			r.inputs()
			r.encode(t, l.state)
			deltas += len(r.out)
			keyframes += len(r.stream.Keyframe(nil, r.view))
		}
		t.Logf("%s: a keyframe has %d B, as much as %.1f deltas", l.name, keyframes/1200, float64(keyframes)/float64(deltas))
		require.Less(t, float64(keyframes)/float64(deltas), l.ticks, l.name)
	}
}
