package game_test

import (
	"bytes"
	"fmt"
	"reflect"

	"github.com/vmihailenco/msgpack/v5"

	"ninepin/game"
	"ninepin/game/internal/statesync"
)

// follower is a client with our SDK. Its zero value is a spectator who has just come.
type follower struct {
	player  game.PlayerID
	cursor  game.Cursor
	decoder statesync.Decoder
}

// take receives what brings it to the frame, nil if it is there.
func (c *follower) take(f *game.Frame) *game.Piece {
	p, next := f.Next(c.cursor, c.player)
	if p == nil {
		return nil
	}
	if err := c.decoder.Apply(p.Wire()); err != nil {
		panic(fmt.Sprintf("frame %d: %v", f.Tick, err))
	}
	c.cursor = next
	return p
}

// plainClient is one without: it gets the event "state", patches if it wants.
type plainClient struct {
	player game.PlayerID
	cursor game.Cursor
	state  any
}

// meta is what goes with a plain state.
type meta struct {
	Tick uint64            `msgpack:"tick"`
	Full bool              `msgpack:"full"`
	Acks map[string]uint32 `msgpack:"acks"`
}

func (c *plainClient) take(f *game.Frame) meta {
	p, next := f.Next(c.cursor, c.player)
	c.cursor = next
	state, m := readPlain(p.Patch())
	if m.Full {
		c.state = state
	} else {
		c.state = merge(c.state, state)
	}
	return m
}

// readPlain reads the arguments of a "state" event.
func readPlain(raw []byte) (state any, m meta) {
	dec := msgpack.NewDecoder(bytes.NewReader(raw))
	if n, err := dec.DecodeArrayLen(); err != nil || n != 2 {
		panic(fmt.Sprint(n, " arguments: ", err))
	}
	state, err := dec.DecodeInterface()
	if err == nil {
		err = dec.Decode(&m)
	}
	if err != nil || dec.Buffered().(*bytes.Reader).Len() != 0 {
		panic(err)
	}
	return state, m
}

// merge applies a merge patch (RFC 7396, section 2).
func merge(target, patch any) any {
	p, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	t, ok := target.(map[string]any)
	if !ok {
		t = map[string]any{}
	}
	for k, v := range p {
		if v == nil {
			delete(t, k)
		} else {
			t[k] = merge(t[k], v)
		}
	}
	return t
}

// tree is what a client should see of a state, by way of the msgpack library.
func tree(state any) any {
	raw, err := msgpack.Marshal(state)
	if err != nil {
		panic(err)
	}
	var v any
	if err := msgpack.Unmarshal(raw, &v); err != nil {
		panic(err)
	}
	return normal(v)
}

// normal copies a decoded value so that equal ones are equal: numbers as float64, without fields that are nil.
func normal(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := map[string]any{}
		for k, x := range v {
			if x = normal(x); x != nil {
				m[k] = x
			}
		}
		return m
	case []any:
		list := []any{}
		for _, x := range v {
			list = append(list, normal(x))
		}
		return list
	case nil, string, bool, []byte:
		return v
	}
	return reflect.ValueOf(v).Convert(reflect.TypeFor[float64]()).Float()
}
