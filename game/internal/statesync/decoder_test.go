package statesync_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/game/internal/statesync"
)

// start is the frame that a joiner of this stream gets.
func start(stream *statesync.Stream, views ...*statesync.View) []byte {
	return stream.Keyframe(stream.Prelude(nil, views, nil), views...)
}

func TestDecoderRefusesAChangeBeforeAKeyframe(t *testing.T) {
	r := newRoom(t, newArena(1))
	var d statesync.Decoder
	require.ErrorIs(t, d.Apply(r.out), statesync.ErrWire)
	require.NoError(t, d.Apply(start(r.stream, r.view)))
}

func TestDecoderRefusesTruncatedFrames(t *testing.T) {
	a := newArena(1)
	r := newRoom(t, a)
	frame := start(r.stream, r.view)
	for n := range frame {
		var d statesync.Decoder
		require.ErrorIs(t, d.Apply(frame[:n]), statesync.ErrWire, "%d of %d bytes", n, len(frame))
	}
}

func TestDecoderBoundsItsMemory(t *testing.T) {
	type state struct{ L []bool }
	s := &state{}
	r := newRoom(t, s)
	d := statesync.Decoder{MaxCells: 1000}
	require.NoError(t, d.Apply(start(r.stream, r.view)))
	for i := range 100 { // grown and cut: what is gone does not count
		s.L = make([]bool, i%2*400)
		r.tick++
		r.encode(t, s)
		require.NoError(t, d.Apply(r.out))
	}
	s.L = make([]bool, 1<<20)
	r.tick++
	r.encode(t, s)
	require.ErrorIs(t, d.Apply(r.out), statesync.ErrWire, "three bytes for a million elements")
}

func TestDecoderCountsWhatIsHeld(t *testing.T) {
	type row struct {
		A int
		M map[int]int
	}
	type state struct{ M map[int]*row }
	s := &state{M: map[int]*row{}}
	r := newRoom(t, s)
	d := statesync.Decoder{MaxCells: 500}
	require.NoError(t, d.Apply(start(r.stream, r.view)))
	random := rand.New(rand.NewPCG(1, 1))
	for i := range 3000 {
		delete(s.M, random.IntN(40))
		if k := random.IntN(40); len(s.M) < 20 {
			s.M[k] = &row{A: i, M: map[int]int{k: i, i: k}}
		}
		for k, row := range s.M {
			delete(row.M, k+i%3)
		}
		r.tick++
		r.encode(t, s)
		require.NoError(t, d.Apply(r.out), "after %d ticks", i)
		if i%100 == 0 {
			require.NoError(t, d.Apply(start(r.stream, r.view)))
		}
	}
}

func FuzzDecoder(f *testing.F) {
	a := newArena(1)
	r := newRoom(f, a)
	first := start(r.stream, r.view)
	for range 5 {
		a.step()
		r.inputs()
		r.encode(f, a)
		f.Add(first, bytes.Clone(r.out))
	}
	to := &arenaTol{map[string]*fighterTol{}, map[uint32]*shotTol{}}
	a.tol(to)
	rated := newRoom(f, to)
	f.Add(start(rated.stream, rated.view), rated.out)
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 3))
		state := reflectNew(randomType(random, 2))
		mutate(random, state.Elem(), "", 2)
		r := newRoom(f, state.Interface())
		first := start(r.stream, r.view)
		mutate(random, state.Elem(), "", 3)
		r.inputs()
		r.encode(f, state.Interface())
		f.Add(first, bytes.Clone(r.out))
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		d := statesync.Decoder{MaxCells: 1 << 12}
		if d.Apply(first) != nil {
			return
		}
		for range 3 {
			if d.Apply(second) != nil {
				break
			}
		}
		for _, name := range d.Views() {
			d.State(name)
		}
		d.Acks()
	})
}
