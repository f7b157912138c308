package statesync_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/game/internal/statesync"
)

var update = flag.Bool("update", false, "write the streams in testdata anew")

// golden is one client's stream, as web/client/src/sdk/statesync.test.ts replays it.
type golden struct {
	Name   string        `json:"name"`
	Frames []goldenFrame `json:"frames"`
}

// goldenFrame is one frame and what it must lead to.
type goldenFrame struct {
	Bytes string         `json:"bytes"`          // base64
	Join  string         `json:"join,omitempty"` // what one who joins now gets instead
	Tick  uint64         `json:"tick"`
	Acks  map[int]uint32 `json:"acks"`
	Hash  uint32         `json:"hash"`            // of all views, see hashOf
	State any            `json:"state,omitempty"` // of all views, now and then: to see what is wrong
}

func (g *golden) add(frame, join []byte, tick uint64, acks map[int]uint32, views map[string]any) {
	f := goldenFrame{Tick: tick, Acks: map[int]uint32{}, Bytes: base64.StdEncoding.EncodeToString(frame), Hash: hashOf(views)}
	for seat, seq := range acks {
		f.Acks[seat] = seq
	}
	if join != nil {
		f.Join = base64.StdEncoding.EncodeToString(join)
	}
	if len(g.Frames) == 10 {
		f.State = canonical(views)
	}
	g.Frames = append(g.Frames, f)
}

// canonical makes a tree that JSON can hold, and that has one text in Go and in JavaScript.
func canonical(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := map[string]any{}
		for k, x := range v {
			m[k] = canonical(x)
		}
		return m
	case []any:
		list := []any{}
		for _, x := range v {
			list = append(list, canonical(x))
		}
		return list
	case []byte:
		return fmt.Sprintf("bytes %x", v)
	case float64:
		switch {
		case math.IsNaN(v):
			return "NaN"
		case math.IsInf(v, 0):
			return fmt.Sprintf("%+v", v)
		case v == 0 && math.Signbit(v):
			return "-0"
		}
	}
	return v
}

// hashOf is the FNV-1a hash of the canonical JSON text with sorted keys.
func hashOf(v any) uint32 {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(canonical(v)); err != nil {
		panic(err)
	}
	h := fnv.New32a()
	h.Write(bytes.TrimSpace(b.Bytes()))
	return h.Sum32()
}

// goldenStream lets a client follow a state through n ticks; now and then it loses the chain, and others could join.
func goldenStream(t *testing.T, name string, seed uint64, n int, state any, next func(r *rand.Rand)) golden {
	r := rand.New(rand.NewPCG(seed, 4))
	stream := newStream()
	views := []*statesync.View{stream.View("")}
	acks := map[int]uint32{}
	g := golden{Name: name}
	tick := uint64(0)
	for i := range n {
		tick += 1 + uint64(r.IntN(9)/8*r.IntN(3))
		next(r)
		stream.Advance(tick)
		randomAcks(r, stream, acks)
		require.NoError(t, views[0].Update(state))
		require.NoError(t, views[0].Fault())
		frame, join := stream.Delta(nil, views...), start(stream, views...)
		switch {
		case i == 0:
			frame = join
		case i%17 == 16:
			frame = stream.Keyframe(nil, views...)
		}
		if i%10 != 5 {
			join = nil
		}
		g.add(frame, join, tick, acks, map[string]any{"": tree(reflect.ValueOf(state), "")})
	}
	return g
}

func goldenViews(t *testing.T) golden {
	type card struct{ ID, Rank int }
	type hand struct {
		Cards []card `sync:"key=ID"`
	}
	type unit struct {
		X  float32 `sync:"q=0.5,rate=VX"`
		VX int16
	}
	type cell struct{ Units map[int]*unit }
	r := rand.New(rand.NewPCG(9, 9))
	stream := newStream()
	states := []any{&hand{}, &hand{}, &cell{}, &cell{}}
	g := golden{Name: "views"}
	var seen []*statesync.View
	for tick := uint64(1); tick < 60; tick++ {
		stream.Advance(tick)
		var all []*statesync.View
		for i, s := range states {
			mutate(r, reflect.ValueOf(s).Elem(), "", 6)
			v := stream.View(fmt.Sprint("view", i))
			require.NoError(t, v.Update(s))
			all = append(all, v)
		}
		before := seen
		var frame []byte
		switch {
		case tick == 1:
			seen = all[:2]
			frame = start(stream, seen...)
		case tick%5 == 0:
			seen = nil
			for _, i := range r.Perm(4)[:1+r.IntN(3)] {
				seen = append(seen, all[i])
			}
			frame = stream.Switch(nil, before, seen)
		default:
			frame = stream.Delta(nil, seen...)
		}
		trees := map[string]any{}
		for _, v := range seen {
			var i int
			_, err := fmt.Sscanf(v.Name(), "view%d", &i)
			require.NoError(t, err)
			trees[v.Name()] = tree(reflect.ValueOf(states[i]), "")
		}
		g.add(frame, nil, tick, nil, trees)
	}
	return g
}

// wide has more columns than fit into one mask, and integers to the ends of what JavaScript holds.
type wide struct {
	A0, A1, A2, A3, A4, A5, A6, A7, A8, A9, B0, B1, B2, B3, B4, B5, B6, B7, B8, B9, C0, C1, C2, C3, C4, C5, C6, C7, C8, C9, D0, D1, D2, D3, D4, D5 int
	Text                                                                                                                                           uint64 `sync:"str"`
	Any                                                                                                                                            any    `sync:"raw"`
	Seats                                                                                                                                          [3]*struct{ Name string }
}

func goldenStreams(t *testing.T) []golden {
	var all []golden
	for _, seed := range []uint64{0, 2, 4, 7, 9, 10, 11, 12, 13, 14, 15, 16} {
		state := reflect.New(randomType(rand.New(rand.NewPCG(seed, 5)), 2))
		all = append(all, goldenStream(t, fmt.Sprint("random ", seed), seed, 40, state.Interface(), func(r *rand.Rand) {
			mutate(r, state.Elem(), "", 3+r.IntN(20))
		}))
	}
	a, rated := newArena(7), &arenaRated{map[string]*fighterRated{}, map[uint32]*shotRated{}}
	all = append(all, goldenStream(t, "predicted", 7, 200, rated, func(*rand.Rand) { a.step(); a.rated(rated) }))
	w := &wide{}
	values := []any{nil, 1, -1.5, "text", true, []any{1, "a", nil}, map[string]any{"k": []byte{1}}}
	all = append(all, goldenStream(t, "wide", 8, 60, w, func(r *rand.Rand) {
		v := reflect.ValueOf(w).Elem()
		for range r.IntN(4) {
			v.Field(r.IntN(36)).SetInt(int64(r.Uint64()>>11) - int64(r.IntN(2))<<53 + int64(r.IntN(2)))
		}
		w.A0, w.A1 = 1<<53-1, (1<<53-1)*(1-2*r.IntN(2))
		w.Text = r.Uint64()
		w.Any = values[r.IntN(len(values))]
		mutate(r, v.FieldByName("Seats"), "", 3)
	}))
	return append(all, goldenViews(t))
}

// recording is a stream to measure decoders by: a keyframe and the frames after it.
type recording struct {
	Keyframe string   `json:"keyframe"`
	Frames   []string `json:"frames"`
}

func record(t *testing.T, n int, state any, next func()) recording {
	r := newRoom(t, state)
	for range 20 {
		next()
		r.inputs()
		r.encode(t, state)
	}
	rec := recording{Keyframe: base64.StdEncoding.EncodeToString(start(r.stream, r.view))}
	for range n {
		next()
		r.inputs()
		r.encode(t, state)
		rec.Frames = append(rec.Frames, base64.StdEncoding.EncodeToString(r.out))
	}
	return rec
}

func recordings(t *testing.T) map[string]recording {
	a, w := newArena(1), newWorld(2, 200)
	b, tol := newArena(1), &arenaTol{map[string]*fighterTol{}, map[uint32]*shotTol{}}
	c, worldTol := newWorld(2, 200), &worldTol{map[uint32]*unitTol{}}
	b.tol(tol)
	c.tol(worldTol)
	return map[string]recording{
		"W1":        record(t, 200, a, a.step),
		"W1 rate":   record(t, 200, tol, func() { b.step(); b.tol(tol) }),
		"W200":      record(t, 60, w, w.step),
		"W200 rate": record(t, 60, worldTol, func() { c.step(); c.tol(worldTol) }),
	}
}

// The streams that the TypeScript decoder is tested with are what this encoder makes, and Go's decoder follows them too.
func TestGoldenStreams(t *testing.T) {
	all := goldenStreams(t)
	for _, g := range all {
		var d statesync.Decoder
		for i, f := range g.Frames {
			frame, err := base64.StdEncoding.DecodeString(f.Bytes)
			require.NoError(t, err)
			require.NoError(t, d.Apply(frame), "%s, frame %d", g.Name, i)
			views := map[string]any{}
			for _, name := range d.Views() {
				views[name] = plain(d.State(name))
			}
			require.Equal(t, f.Hash, hashOf(views), "%s, frame %d", g.Name, i)
			require.Equal(t, f.Acks, d.Acks())
		}
	}
	compareGolden(t, "streams.json", all)
}

func TestGoldenRecordings(t *testing.T) { compareGolden(t, "recordings.json", recordings(t)) }

func compareGolden(t *testing.T, name string, v any) {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	require.NoError(t, err)
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, append(b, '\n'), 0o644))
	}
	have, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, bytes.Equal(have, append(b, '\n')), "%s is not what the encoder makes: if the format was to change, run go test -update", path)
}
