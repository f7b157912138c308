package transport_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/transport"
)

// frames are what the tests below cut into pieces.
var (
	plain     = new(peer)
	textA     = string(plain.frame(1, "42[\"a\"]"))
	ping      = string(plain.frame(9, "hey"))
	bye       = string(plain.frame(8, "\x03\xe8"))
	fragment  = "\x01" + string(plain.frame(1, "42["))[1:]
	fragment2 = "\x00" + string(plain.frame(0, "1,"))[1:]
	lastOne   = string(plain.frame(0, "2]"))
	large     = string(plain.frame(2, strings.Repeat("x", 300)))
	huge      = string(plain.frame(2, strings.Repeat("x", 70000)))
)

func TestIntakeGivesGwsWhatItCanReadWithoutWaiting(t *testing.T) {
	for name, want := range map[string][]string{
		"nothing":                  nil,
		"a message":                {textA},
		"messages":                 {textA, large, textA},
		"a ping":                   {ping},
		"a ping between":           {textA, ping, textA},
		"a goodbye":                {textA, bye},
		"fragments":                {fragment + lastOne},
		"many fragments":           {fragment + fragment2 + fragment2 + lastOne, textA},
		"a ping between fragments": {fragment + ping + lastOne, textA},
		"a continuation of nought": {lastOne, textA},
		"a message in a message":   {fragment + textA},
		"a long frame":             {huge, textA},
	} {
		t.Run(name, func(t *testing.T) {
			stream := strings.Join(want, "")
			require.Equal(t, want, transport.Portions(1<<20, []byte(stream)), "at once")
			require.Equal(t, want, transport.Portions(1<<20, bytewise(stream)...), "byte by byte")
		})
	}
}

func bytewise(s string) [][]byte { return slices.Collect(slices.Chunk([]byte(s), 1)) }

func TestIntakeHoldsBackWhatIsNotWhole(t *testing.T) {
	for _, whole := range []string{textA, ping, bye, large, huge, fragment + lastOne} {
		for _, n := range []int{1, 2, 3, 5, len(whole) - 1} {
			require.Equal(t, []string{textA}, transport.Portions(1<<20, []byte(textA+whole[:n])), "%q", whole[:n])
		}
	}
}

func TestIntakeDoesNotWaitForWhatGwsRefuses(t *testing.T) {
	for name, head := range map[string]string{
		"no mask":            "\x81\x05",
		"reserved bit":       "\xc1\x85abcd",
		"too large":          "\x82\xfe\x03\xe9abcd",
		"negative length":    "\x82\xff\xff\xff\xff\xff\xff\xff\xff\xffabcd",
		"long ping":          "\x89\xfe\x00\x80abcd",
		"fragment of a ping": "\x09\x85abcd",
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, []string{textA, head}, transport.Portions(1000, []byte(textA+head)))
			require.Equal(t, []string{textA, head}, transport.Portions(1000, bytewise(textA+head)...))
		})
	}
}

func TestIntakeBoundsTheFragmentsOfAMessage(t *testing.T) {
	empty := "\x00" + string(plain.frame(0, ""))[1:]
	stream := fragment + strings.Repeat(empty, 20000)
	portions := transport.Portions(1000, slices.Collect(slices.Chunk([]byte(stream), 100))...)
	require.NotEmpty(t, portions, "gws gets them, and finds no end")
	require.Less(t, len(portions[0]), 1000+64<<10+200)
}

// FuzzIntake looks for a stream that is taken apart differently when it comes in pieces.
func FuzzIntake(f *testing.F) {
	f.Add([]byte(textA+ping+fragment+ping+lastOne+large+bye), uint8(3))
	f.Add([]byte("\x82\xff\xff\xff\xff\xff\xff\xff\xff\xffabcd"), uint8(1))
	f.Add([]byte(fragment+textA), uint8(7))
	f.Fuzz(func(t *testing.T, stream []byte, size uint8) {
		const limit = 1000
		whole := transport.Portions(limit, stream)
		pieces := transport.Portions(limit, slices.Collect(slices.Chunk(stream, int(size)+1))...)
		for i, p := range whole {
			if i < len(pieces) && pieces[i] != p { // what gws refuses is as long as what has come
				require.True(t, strings.HasPrefix(p, pieces[i]) && i == len(whole)-1, "%q or %q", p, pieces[i])
				return
			}
		}
		require.GreaterOrEqual(t, len(pieces), len(whole))
	})
}

func TestIntakeUnmasksABinaryFrameOfAnyLength(t *testing.T) {
	for n := range 70 {
		text := strings.Repeat("ninepin ", 9)[:n]
		data := transport.BinaryOf(100, plain.frame(2, text))
		require.NotNil(t, data)
		require.Equal(t, text, string(data))
	}
	require.Equal(t, strings.Repeat("x", 70000), string(transport.BinaryOf(1<<20, []byte(huge))))
}

func TestIntakeLeavesToGwsWhatIsNotOneBinaryFrame(t *testing.T) {
	first := plain.frame(2, "a")
	first[0] = 2 // not final
	for name, portion := range map[string]string{
		"text": textA, "ping": ping, "goodbye": bye, "a fragment": string(first), "too long": large,
		"compressed": "\xc2" + string(plain.frame(2, "a"))[1:], "not masked": "\x82\x01a", "more behind it": string(plain.frame(2, "a")) + textA,
		"a negative length": "\x82\xff\xff\xff\xff\xff\xff\xff\xff\xffabcd",
	} {
		require.Nil(t, transport.BinaryOf(100, []byte(portion)), name)
	}
}
