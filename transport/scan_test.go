package transport_test

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/transport"
)

// hostile are bytes that end a process, or exhaust it, when msgpack decodes them unchecked.
func hostile() map[string][]byte {
	return map[string][]byte{
		"array32 of 2^32-1":        unhex("ddffffffff"),
		"array32 of 2^28":          unhex("dd10000000"),
		"map32 of 2^26":            unhex("df04000000"),
		"map32 of 2^32-1":          unhex("dfffffffff"),
		"bin32 of 2^31":            unhex("c680000000"),
		"str32 of 2^31":            unhex("db80000000"),
		"ext32 of 2^31":            unhex("c980000000ff"),
		"nested array16 of 65535":  bytes.Repeat(unhex("dcffff"), 4000),
		"ten nested array16":       bytes.Repeat(unhex("dcffff"), 10),
		"nested array16, truthful": bytes.Repeat(unhex("dcff00"), 21845),
		"depth 17":                 append(bytes.Repeat([]byte{0x91}, 17), 0),
		"depth of 4 MB":            bytes.Repeat([]byte{0x91}, 4<<20),
		"depth of maps":            bytes.Repeat(unhex("81a0"), 1e6),
		"empty arrays at depth 17": append(bytes.Repeat([]byte{0x91}, 16), 0x90),
		"more than 65535 values":   append(unhex("dd00010000"), make([]byte, 65536)...),
		"array as a map key":       unhex("819001"),
		"nil as a map key":         unhex("81c001"),
		"number as a map key":      unhex("810101"),
		"0xc1":                     unhex("c1"),
		"timestamp of 3 bytes":     unhex("c703ff000000"),
		"interned string":          unhex("d48000"),
		"unknown extension":        unhex("d40500"),
		"half a string":            unhex("a5616263"),
		"half a float":             unhex("cb0000"),
		"half an extension":        unhex("d7ff00"),
		"half a length":            unhex("dd0000"),
		"nothing":                  {},
		"two values":               unhex("0000"),
	}
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

func TestScanRefusesHostileBytes(t *testing.T) {
	for name, b := range hostile() {
		t.Run(name, func(t *testing.T) {
			require.ErrorIs(t, transport.Scan(b), transport.ErrMalformed)
		})
	}
}

func TestCodecsRefuseHostileBytesAsData(t *testing.T) {
	for name, b := range hostile() {
		if name == "two values" {
			continue // in a map the second would be the next key
		}
		t.Run(name, func(t *testing.T) {
			asMap := append(unhex("83a47479706502a36e7370a12fa464617461"), append(unhex("91"), b...)...)
			_, err := transport.NewDecoder(1e6).Decode(asMap, true)
			require.ErrorIs(t, err, transport.ErrMalformed)
			other := append(unhex("84a47479706502a36e7370a12fa46461746191a161a16f"), b...)
			_, err = transport.NewDecoder(1e6).Decode(other, true)
			require.ErrorIs(t, err, transport.ErrMalformed)
			asArray := append(unhex("940200c092a161"), b...)
			_, err = transport.NewDecoder(1e6).Decode(asArray, true)
			require.ErrorIs(t, err, transport.ErrMalformed)
			_, err = transport.NewDecoder(1e6).Decode(b, true)
			require.ErrorIs(t, err, transport.ErrMalformed)
		})
	}
}

func TestScanAcceptsTheDeepestAllowed(t *testing.T) {
	require.NoError(t, transport.Scan(append(bytes.Repeat([]byte{0x91}, transport.MaxDepth), 0)))
	require.NoError(t, transport.Scan(append(bytes.Repeat([]byte{0x91}, transport.MaxDepth-1), 0x90)))
	require.NoError(t, transport.Scan(append(unhex("dd0000fffe"), make([]byte, transport.MaxNodes-1)...)))
}

func TestScanDoesNotAllocate(t *testing.T) {
	b := unhex("82a16193010203a16282a178cb3ff0000000000000a179d6ff00000000")
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if transport.Scan(b) != nil {
			panic("refused")
		}
	}))
	bad := bytes.Repeat(unhex("dcffff"), 4000)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if transport.Scan(bad) == nil {
			panic("accepted")
		}
	}))
}

func TestJSONRefusesWhatIsNotJSON(t *testing.T) {
	for _, s := range []string{
		"", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{", "{1:2}", `{"a"}`, `{"a":}`, `{"a":1,}`, `{"a":1]`, `[1}`, "tru", "nul", "falsy",
		"01", "-", "1.", ".5", "1e", "1e+", "+1", "0x1", "NaN", "Infinity", `"`, `"a`, `"\`, `"\x"`, `"\u12"`, `"\u12g4"`, "\"a\nb\"", "\"\x00\"", "1 2", "[1] x", "1e999",
		strings.Repeat("[", 17) + strings.Repeat("]", 17),
		strings.Repeat("[", 1<<20),
		strings.Repeat(`{"":`, 1<<18),
		"[" + strings.Repeat("0,", 65535) + "0]",
		"{" + strings.Repeat(`"":0,`, 32768) + `"":0}`,
	} {
		_, err := transport.FromJSON([]byte(s))
		require.ErrorIs(t, err, transport.ErrMalformed, "%.40q", s)
	}
}

func TestJSONToMsgpack(t *testing.T) {
	for s, want := range map[string]string{
		"0":                                   "00",
		"-0":                                  "00",
		"1.0":                                 "01",
		"1e3":                                 "cd03e8",
		"9223372036854775807":                 "cf7fffffffffffffff",
		"-9223372036854775808":                "d38000000000000000",
		"9223372036854775808":                 "cb43e0000000000000",
		"0.5":                                 "cb3fe0000000000000",
		` [ 1 , { "a" : [ ] , "b":{} } ] `:    "92" + "01" + "82a16190a16280",
		`"a\"\\\/\b\f\n\r\té"`:                "ab61225c2f080c0a0d09c3a9",
		`"\ud83d\ude00"`:                      "a4f09f9880",
		`"\ud83d"`:                            "a3efbfbd",
		`"\ud83dx"`:                           "a4efbfbd78",
		"\"\xff\"":                            "a3efbfbd",
		"[" + strings.Repeat("1,", 15) + "1]": "dc0010" + strings.Repeat("01", 16),
	} {
		b, err := transport.FromJSON([]byte(s))
		require.NoError(t, err, s)
		require.Equal(t, want, hex.EncodeToString(b), s)
	}
}

func TestMsgpackToJSON(t *testing.T) {
	for h, want := range map[string]string{
		"c0": "null", "c2": "false", "c3": "true", "ff": "-1", "cfffffffffffffffff": "18446744073709551615",
		"cb7ff8000000000000":             "null",
		"cb7ff0000000000000":             "null",
		"cb3ff8000000000000":             "1.5",
		"cb3e7ad7f29abcaf48":             "1e-7",
		"cb444b1ae4d6e2ef50":             "1e+21",
		"ca3dcccccd":                     "0.1",
		"a3615cff":                       `"a\\�"`,
		"a11e":                           `"\u001e"`,
		"d6ff00000001":                   `"1970-01-01T00:00:01.000Z"`,
		"c70cff00000000ffffffffffffffff": `"1969-12-31T23:59:59.000Z"`,
		"c70cff000000007fffffffffffffff": "null",
		"8201a161a16290":                 `{"1":"a","b":[]}`,
		"9180":                           "[{}]",
		"c40101":                         `"AQ=="`,
	} {
		b, err := transport.ToJSON(unhex(h))
		require.NoError(t, err, h)
		require.Equal(t, want, string(b), h)
	}
}

func TestMsgpackToJSONIsBounded(t *testing.T) {
	_, err := transport.ToJSON(append(bytes.Repeat([]byte{0x91}, 1e6), 0))
	require.ErrorContains(t, err, "nested deeper")
}
