package statesync_test

import (
	"fmt"
	"time"

	"ninepin/game/internal/statesync"
)

type ball struct {
	X  float64 `msgpack:"x" sync:"q=0.1,rate=VX"`
	VX float64 `msgpack:"vx" sync:"q=0.5"`
}

type field struct {
	Balls map[string]*ball `msgpack:"balls"`
	Seed  int              `sync:"-"`
}

// What a match does at each tick, and what a client makes of it.
func Example() {
	state := &field{Balls: map[string]*ball{"red": {VX: 20}}}
	stream := statesync.NewStream(statesync.NewPlans(50 * time.Millisecond))
	public := stream.View("")
	var client statesync.Decoder
	for tick := uint64(1); tick <= 3; tick++ {
		state.Balls["red"].X += state.Balls["red"].VX * 0.05
		stream.Advance(tick)
		stream.Ack(0, uint32(tick)) // the input of seat 0 that this state has consumed
		if err := public.Update(state); err != nil {
			panic(err)
		}
		var frame []byte
		if tick == 1 { // the client has just come
			frame = stream.Keyframe(stream.Prelude(nil, []*statesync.View{public}, nil), public)
		} else {
			frame = stream.Delta(nil, public)
		}
		if err := client.Apply(frame); err != nil {
			panic(err)
		}
		fmt.Println(client.Tick(), client.Acks(), client.State(""), len(frame), "bytes")
	}
	// Output:
	// 1 map[0:1] map[balls:map[red:map[vx:20 x:1]]] 59 bytes
	// 2 map[0:2] map[balls:map[red:map[vx:20 x:2]]] 2 bytes
	// 3 map[0:3] map[balls:map[red:map[vx:20 x:3]]] 2 bytes
}
