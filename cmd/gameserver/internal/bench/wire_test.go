package bench_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vmihailenco/msgpack/v5"

	"ninepin/cmd/gameserver/internal/bench"
)

func TestInputIsAnEventOfTheCompactCodec(t *testing.T) {
	for _, test := range []struct {
		seq uint32
		in  bench.ArenaInput
	}{
		{1, bench.ArenaInput{}},
		{127, bench.ArenaInput{VX: 127, VY: -32, Fire: true}},
		{128, bench.ArenaInput{VX: 128, VY: -33}},
		{255, bench.ArenaInput{VX: 250, VY: -250, Fire: true}},
		{256, bench.ArenaInput{VX: 65535, VY: -128}},
		{65536, bench.ArenaInput{VX: 65536, VY: -32768}},
		{4294967295, bench.ArenaInput{VX: 1 << 31, VY: -1 << 31}},
	} {
		var packet []msgpack.RawMessage
		require.NoError(t, msgpack.Unmarshal(bench.AppendInput(test.seq, test.in), &packet))
		require.Len(t, packet, 4)
		var args []msgpack.RawMessage
		require.NoError(t, msgpack.Unmarshal(packet[3], &args))
		require.Len(t, args, 3)
		var name string
		var seq uint32
		var in bench.ArenaInput
		require.NoError(t, msgpack.Unmarshal(args[0], &name))
		require.NoError(t, msgpack.Unmarshal(args[1], &seq))
		require.NoError(t, msgpack.Unmarshal(args[2], &in))
		require.Equal(t, "input", name)
		require.Equal(t, test.seq, seq)
		require.Equal(t, test.in, in)
	}
}

// serverFrame is a frame as servers send it: a client's without its mask.
func serverFrame(op byte, payload []byte) []byte {
	b := bench.AppendFrame(nil, op, 0, payload)
	b[1] &^= 0x80
	head := len(b) - len(payload)
	return append(b[:head-4:head-4], payload...)
}

func TestFramesOfAllLengthsAreRead(t *testing.T) {
	for _, n := range []int{0, 1, 125, 126, 65535, 65536} {
		payload := bytes.Repeat([]byte{7}, n)
		whole := serverFrame(2, payload)
		for _, cut := range []int{0, 1, 2, 3, 9, len(whole) - 1} {
			if cut < len(whole) {
				_, _, got, err := bench.NextFrame(whole[:cut])
				require.NoError(t, err)
				require.Zero(t, got, "%d of %d bytes are no frame", cut, len(whole))
			}
		}
		op, got, size, err := bench.NextFrame(append(whole, 0x82))
		require.NoError(t, err)
		require.EqualValues(t, 2, op)
		require.Equal(t, len(whole), size)
		require.Equal(t, payload, append([]byte{}, got...))
	}
}

func TestFramesAreMasked(t *testing.T) {
	b := bench.AppendFrame(nil, 2, 0x01020304, []byte{0, 0, 0, 0, 0xff})
	require.Equal(t, []byte{0x82, 0x85, 1, 2, 3, 4, 1, 2, 3, 4, 0xfe}, b)
}

func TestWhatServersMustNotSendIsRefused(t *testing.T) {
	for name, b := range map[string][]byte{
		"masked":     {0x82, 0x80, 0, 0, 0, 0},
		"a fragment": {0x02, 0x01, 0},
		"a reserved": {0xc2, 0x01, 0},
		"too long":   {0x82, 127, 0, 0, 0, 1, 0, 0, 0, 0},
		"a negative": {0x82, 127, 0xff, 0, 0, 0, 0, 0, 0, 0},
	} {
		_, _, _, err := bench.NextFrame(b)
		require.Error(t, err, name)
	}
}

func TestEventNames(t *testing.T) {
	b, err := msgpack.Marshal([]any{2, 0, nil, []any{"room:left", map[string]any{"code": "over"}}})
	require.NoError(t, err)
	require.Equal(t, "room:left", bench.EventName(b))
	ack, err := msgpack.Marshal([]any{3, 0, 1, []any{"room:left"}})
	require.NoError(t, err)
	require.Empty(t, bench.EventName(ack))
	require.Empty(t, bench.EventName(b[:10]))
}

func FuzzNextFrame(f *testing.F) {
	f.Add(serverFrame(2, []byte{0xc1, 1, 2}))
	f.Add(serverFrame(1, bytes.Repeat([]byte("x"), 300)))
	f.Add([]byte{0x82, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		_, payload, n, err := bench.NextFrame(b)
		require.LessOrEqual(t, n, len(b))
		require.LessOrEqual(t, len(payload), max(n-2, 0))
		if err != nil {
			require.Zero(t, n)
		}
		_ = bench.EventName(b)
	})
}
