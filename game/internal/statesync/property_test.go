package statesync_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/game/internal/statesync"
)

// followers are clients of one stream, each with a history of its own.
type followers struct {
	stream  *statesync.Stream
	views   []*statesync.View
	clients []*statesync.Decoder
	plain   any // what a plain client holds
}

// send gives everybody the message of this tick: most follow the chain, some lose it and get a keyframe, some are new.
func (f *followers) send(t *testing.T, r *rand.Rand, tick int) {
	delta := f.stream.Delta(nil, f.views...)
	for i, c := range f.clients {
		if r.IntN(8) == 0 {
			require.NoError(t, c.Apply(f.stream.Keyframe(nil, f.views...)), "client %d", i)
			continue
		}
		require.NoError(t, c.Apply(delta), "tick %d, client %d: % x", tick, i, delta)
	}
	if tick%5 == 1 {
		joiner := &statesync.Decoder{}
		frame := f.stream.Prelude(nil, f.views, nil)
		require.NoError(t, joiner.Apply(f.stream.Keyframe(frame, f.views...)))
		f.clients = append(f.clients, joiner)
	}
	if len(f.clients) > 4 {
		f.clients = f.clients[1:]
	}
	if f.plain == nil {
		f.plain = decodeTree(f.stream.Full(nil, f.views...))
	} else {
		patch := decodePatch(f.stream.Patch(nil, f.views...))
		f.plain = merge(f.plain, patch)
	}
}

func TestDecoderFollowsRandomTypes(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 1))
		typ := randomType(r, 2)
		state := reflect.New(typ)
		f := &followers{stream: statesync.NewStream(statesync.NewPlans(50 * time.Millisecond))}
		f.stream.Plain(true)
		f.views = []*statesync.View{f.stream.View("")}
		acks := map[int]uint32{}
		for tick, number := 1, uint64(0); tick <= 40; tick++ {
			mutate(r, state.Elem(), "", 2+r.IntN(20))
			number += 1 + uint64(r.IntN(2)*r.IntN(3))
			f.stream.Advance(number)
			randomAcks(r, f.stream, acks)
			require.NoError(t, f.views[0].Update(state.Interface()))
			require.NoError(t, f.views[0].Fault())
			f.send(t, r, tick)

			want := tree(state, "")
			where := fmt.Sprintf("seed %d, tick %d, %v", seed, tick, typ)
			for _, c := range f.clients {
				requireSame(t, want, plain(c.State("")), where)
				require.Equal(t, acks, c.Acks(), where)
				require.Equal(t, number, c.Tick(), where)
			}
			requireSame(t, want, f.plain, "merge patch", where)
			requireSame(t, want, decodeTree(f.stream.Full(nil, f.views...)), "full", where)
		}
	}
}

// randomAcks lets eight seats come, play, pause, catch up and go.
func randomAcks(r *rand.Rand, s *statesync.Stream, acks map[int]uint32) {
	for seat := range 8 {
		switch seq := acks[seat]; {
		case seq == 0 && r.IntN(6) == 0:
			acks[seat] = 1
		case seq != 0 && r.IntN(30) == 0:
			delete(acks, seat)
		case seq != 0 && r.IntN(10) != 0 && (seat != 5 || r.IntN(20) == 0):
			acks[seat] += 1 + uint32(r.IntN(5)/4)
		}
		s.Ack(seat, acks[seat])
	}
}

// decodePatch decodes a merge patch, in which nil has a meaning.
func decodePatch(b []byte) any {
	return normal(decodeAny(b), true)
}

func TestDecoderFollowsRandomViews(t *testing.T) {
	type card struct {
		ID   int
		Rank int
	}
	type hand struct {
		Cards []card `sync:"key=ID"`
	}
	type table struct {
		Turn int
		Pot  map[string]int
	}
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 2))
		stream := statesync.NewStream(statesync.NewPlans(50 * time.Millisecond))
		states := []any{&table{Pot: map[string]int{}}, &hand{}, &hand{}, &hand{}}
		type client struct {
			decoder statesync.Decoder
			views   []*statesync.View
		}
		clients := []*client{{}, {}, {}}
		for tick := uint64(1); tick < 80; tick++ {
			stream.Advance(tick)
			views := make([]*statesync.View, len(states))
			for i, s := range states {
				mutate(r, reflect.ValueOf(s).Elem(), "", 8)
				views[i] = stream.View(fmt.Sprint("view", i))
				require.NoError(t, views[i].Update(s))
			}
			for i, c := range clients {
				var frame []byte
				before := c.views
				if tick == 1 || r.IntN(6) == 0 {
					c.views = nil
					for _, j := range r.Perm(len(views))[:1+r.IntN(3)] {
						c.views = append(c.views, views[j])
					}
				}
				switch {
				case before == nil || r.IntN(10) == 0:
					frame = stream.Keyframe(stream.Prelude(nil, c.views, nil), c.views...)
				case !reflect.DeepEqual(viewNames(before), viewNames(c.views)):
					frame = stream.Switch(nil, before, c.views)
				default:
					frame = stream.Delta(nil, c.views...)
				}
				require.NoError(t, c.decoder.Apply(frame), "seed %d, tick %d, client %d", seed, tick, i)
				require.Equal(t, viewNames(c.views), c.decoder.Views())
				for _, v := range c.views {
					var n int
					fmt.Sscanf(v.Name(), "view%d", &n)
					requireSame(t, tree(reflect.ValueOf(states[n]), ""), plain(c.decoder.State(v.Name())), seed, tick, i)
				}
			}
		}
	}
}

func viewNames(views []*statesync.View) []string {
	names := []string{}
	for _, v := range views {
		names = append(names, v.Name())
	}
	return names
}
