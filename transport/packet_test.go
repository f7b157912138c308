package transport_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vmihailenco/msgpack/v5"

	"ninepin/transport"
)

func decodeText(s string) (*transport.Packet, error) {
	return transport.NewDecoder(1e6).Decode([]byte(s), false)
}

func TestJSONHeads(t *testing.T) {
	for s, want := range map[string]transport.Packet{
		"0":            {Type: transport.Connect, Namespace: "/", ID: transport.NoID},
		"0/custom":     {Type: transport.Connect, Namespace: "/custom", ID: transport.NoID},
		"0/custom,":    {Type: transport.Connect, Namespace: "/custom", ID: transport.NoID},
		"0null":        {Type: transport.Connect, Namespace: "/", ID: transport.NoID},
		"1/custom":     {Type: transport.Disconnect, Namespace: "/custom", ID: transport.NoID},
		`2["e"]`:       {Type: transport.Event, Namespace: "/", ID: transport.NoID, Data: unhex("91a165")},
		`2/a,7["e"]`:   {Type: transport.Event, Namespace: "/a", ID: 7, Data: unhex("91a165")},
		`30[]`:         {Type: transport.Ack, Namespace: "/", ID: 0, Data: unhex("90")},
		`50-["e"]`:     {Type: transport.Event, Namespace: "/", ID: transport.NoID, Data: unhex("91a165")},
		`60-/a,3["e"]`: {Type: transport.Ack, Namespace: "/a", ID: 3, Data: unhex("91a165")},
	} {
		p, err := decodeText(s)
		require.NoError(t, err, s)
		require.Equal(t, &want, p, s)
	}
}

func TestInvalidPacketsAreRefused(t *testing.T) {
	for _, s := range []string{
		"", "x", "7", "9", "abc", "0[]", "0 1", `0"x"`, "1{}", `1["a"]`, "2", "2{}", "2[]", "2[null]", "2[{}]", "2[true]", `2["connect"]`,
		`2["connect_error"]`, `2["disconnect"]`, `2["disconnecting"]`, `2["newListener"]`, `2["removeListener"]`, "2null", "2[", `2["a"]x`, "3[]", "30{}", "30", "3",
		"4", "4[]", `4"x"`, "5", `5["a"]`, `5-["a"]`, `5x-["a"]`, `511-["a"]`, `599-["a"]`, `5000-["a"]`, `5-1-["a"]`,
		`299999999999999999999["a"]`, "2-1[]",
	} {
		_, err := decodeText(s)
		require.ErrorIs(t, err, transport.ErrMalformed, "%q", s)
	}
}

func TestInvalidBinaryPacketsAreRefused(t *testing.T) {
	for name, h := range map[string]string{
		"no type":             "81a36e7370a12f",
		"no namespace":        "81a47479706500",
		"type 5":              "83a47479706505a36e7370a12fa46461746191a161",
		"negative type":       "82a474797065ffa36e7370a12f",
		"type as a string":    "82a474797065a130a36e7370a12f",
		"namespace as bin":    "82a47479706500a36e7370c4012f",
		"negative id":         "84a47479706502a36e7370a12fa26964ffa46461746191a161",
		"id above int64":      "84a47479706502a36e7370a12fa26964cfffffffffffffffffa46461746191a161",
		"fraction as id":      "84a47479706502a36e7370a12fa26964cb3ff8000000000000a46461746191a161",
		"reserved name":       "83a47479706502a36e7370a12fa46461746191a7636f6e6e656374",
		"event of nothing":    "83a47479706502a36e7370a12fa46461746190",
		"bytes behind":        "82a47479706500a36e7370a12f00",
		"disconnect and data": "83a47479706501a36e7370a12fa46461746190",
		"ack without id":      "83a47479706503a36e7370a12fa46461746190",
		"compact, empty":      "90",
		"compact, five items": "950000c0c0c0",
		"compact, type 5":     "940500c091a161",
		"compact, no data":    "930200c0",
		"compact, behind":     "910000",
		"array32":             "dd0000000100",
		"first byte":          "c400",
	} {
		_, err := transport.NewDecoder(1e6).Decode(unhex(h), true)
		require.ErrorIs(t, err, transport.ErrMalformed, name)
	}
}

func TestNilStandsForAbsent(t *testing.T) { // as Python's client writes its packets
	p, err := transport.NewDecoder(1e6).Decode(unhex("84a47479706501a464617461c0a26964c0a36e7370a12f"), true)
	require.NoError(t, err)
	require.Equal(t, &transport.Packet{Type: transport.Disconnect, Namespace: "/", ID: transport.NoID}, p)
}

func TestCodecIsFixedByTheFirstPacket(t *testing.T) {
	d := transport.NewDecoder(1e6)
	_, err := d.Decode(unhex("9100"), true)
	require.NoError(t, err)
	_, err = d.Decode([]byte("0"), false)
	require.ErrorIs(t, err, transport.ErrMalformed)

	d = transport.NewDecoder(1e6)
	_, err = d.Decode([]byte("0"), false)
	require.NoError(t, err)
	_, err = d.Decode(unhex("9100"), true)
	require.ErrorIs(t, err, transport.ErrMalformed)
}

func TestTextIsRefusedWhereAnAttachmentIsDue(t *testing.T) {
	d := transport.NewDecoder(1e6)
	p, err := d.Decode([]byte(`51-["a",{"_placeholder":true,"num":0}]`), false)
	require.NoError(t, err)
	require.Nil(t, p)
	_, err = d.Decode([]byte(`2["a"]`), false)
	require.ErrorIs(t, err, transport.ErrMalformed)
}

func TestPlaceholdersMustHaveTheirAttachment(t *testing.T) {
	for _, s := range []string{
		`51-["a",{"_placeholder":true,"num":1}]`,
		`51-["a",{"_placeholder":true,"num":-1}]`,
		`51-["a",{"_placeholder":true,"num":0.5}]`,
		`51-["a",{"_placeholder":true,"num":"0"}]`,
		`51-["a",{"_placeholder":true}]`,
		`51-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}]`,
	} {
		d := transport.NewDecoder(1e6)
		_, err := d.Decode([]byte(s), false)
		require.NoError(t, err)
		_, err = d.Decode([]byte{1}, true)
		require.ErrorIs(t, err, transport.ErrMalformed, s)
	}
}

func TestPlaceholdersWithoutAttachmentsAreOrdinaryObjects(t *testing.T) {
	p, err := decodeText(`2["a",{"_placeholder":true,"num":0}]`)
	require.NoError(t, err)
	require.Equal(t, []any{"a", map[string]any{"_placeholder": true, "num": 0.0}}, meaning(t, p.Data))
}

func TestAttachmentsCountAgainstThePayloadLimit(t *testing.T) {
	d := transport.NewDecoder(100)
	_, err := d.Decode([]byte(`52-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`), false)
	require.NoError(t, err)
	_, err = d.Decode(make([]byte, 20), true)
	require.NoError(t, err)
	_, err = d.Decode(make([]byte, 20), true)
	require.ErrorIs(t, err, transport.ErrMalformed)
}

func TestBrokenStringsAreMended(t *testing.T) {
	p, err := transport.NewDecoder(1e6).Decode(unhex("940200c092a161a3f09f98"), true)
	require.NoError(t, err)
	require.Equal(t, []any{"a", "\uFFFD"}, meaning(t, p.Data))
}

func TestEncodeArgsUsesJSONTagsWhereThereAreNoOthers(t *testing.T) {
	type T struct {
		A int     `json:"a"`
		B float64 `msgpack:"b" json:"x"`
		C int64   `json:"c,omitempty"`
	}
	b, err := transport.EncodeArgs("ev", T{A: 1, B: 2}, time.Unix(1, 0))
	require.NoError(t, err)
	require.Equal(t, unhex("93a2657682a16101a16202d6ff00000001"), b)
}

func TestEncodeArgsMendsBrokenStrings(t *testing.T) {
	b, err := transport.EncodeArgs("ev", []string{"ok", "half \xf0\x9f\x98"})
	require.NoError(t, err)
	require.Equal(t, []any{"ev", []any{"ok", "half \uFFFD"}}, meaning(t, b))
}

func TestEncodeArgsTellsWhichArgumentIsWrong(t *testing.T) {
	_, err := transport.EncodeArgs("ev", make(chan int))
	require.ErrorContains(t, err, "argument 1 (chan int)")
}

func TestSplitArgsSharesTheBytes(t *testing.T) {
	b, err := transport.EncodeArgs("ev", 300, []int{1, 2})
	require.NoError(t, err)
	args, err := transport.SplitArgs(b)
	require.NoError(t, err)
	require.Equal(t, transport.Args{unhex("a26576"), unhex("cd012c"), unhex("920102")}, args)
	require.Same(t, &b[1], &args[0][0])
	_ = append(args[0], 0)
	require.Equal(t, byte(0xcd), args[1][0])
}

func TestCutArgsCutsAsSplitArgsDoes(t *testing.T) {
	b, err := transport.EncodeArgs("a", 70000, []any{1, []any{}, map[string]any{"k": nil}}, strings.Repeat("x", 300), nil, 1.5, []byte{1})
	require.NoError(t, err)
	want, err := transport.SplitArgs(b)
	require.NoError(t, err)
	var room [8][]byte
	got, err := transport.CutArgs(room[:0], b)
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.Same(t, &b[1], &got[0][0])
	require.Same(t, &room[0], &got[0], "it takes no memory")
}

func TestCutArgsStaysWithinTheBytes(t *testing.T) {
	for _, h := range []string{"", "c0", "80", "92a161", "91dd7fffffff", "9181a16b", "91dfffffffff", "91a5616263", "dc"} {
		_, err := transport.CutArgs(nil, unhex(h))
		require.ErrorIs(t, err, transport.ErrMalformed, h)
	}
}

func TestSplitArgsRefusesWhatIsNoArray(t *testing.T) {
	for _, h := range []string{"", "00", "80", "91", "9100ff", "dd7fffffff"} {
		_, err := transport.SplitArgs(unhex(h))
		require.ErrorIs(t, err, transport.ErrMalformed, h)
	}
}

func TestBind(t *testing.T) {
	type pos struct {
		X, Y int
		Name string `json:"name"`
	}
	b, err := transport.EncodeArgs("move", map[string]any{"X": 1, "Y": 2, "name": "n"}, 2.5, []byte{1})
	require.NoError(t, err)
	args, err := transport.SplitArgs(b)
	require.NoError(t, err)
	var p pos
	var f float64
	var raw []byte
	missing := 7
	require.NoError(t, args.Bind(1, &p, &f, &raw, &missing))
	require.Equal(t, pos{1, 2, "n"}, p)
	require.Equal(t, 2.5, f)
	require.Equal(t, []byte{1}, raw)
	require.Equal(t, 7, missing)
}

func TestBindIntoInterfaces(t *testing.T) {
	at := time.UnixMilli(1234567890123).UTC()
	b, err := transport.EncodeArgs(1, -300, uint64(1)<<63, "s", nil, true, []any{1}, map[string]any{"a": []byte{1}}, at)
	require.NoError(t, err)
	args, err := transport.SplitArgs(b)
	require.NoError(t, err)
	got := make([]any, len(args))
	for i := range args {
		require.NoError(t, args.Bind(i, &got[i]))
	}
	require.Equal(t, []any{int64(1), int64(-300), uint64(1) << 63, "s", nil, true, []any{int64(1)}, map[string]any{"a": []byte{1}}, at}, got)
}

func TestBindTellsWhichArgumentIsWrong(t *testing.T) {
	b, err := transport.EncodeArgs("ev", 1.5, nil)
	require.NoError(t, err)
	args, err := transport.SplitArgs(b)
	require.NoError(t, err)
	var n int
	require.ErrorContains(t, args.Bind(1, &n), "argument 1")
	var at time.Time
	require.ErrorContains(t, args.Bind(2, &at), "argument 2") // nil panics inside msgpack
	var m map[string]any
	require.ErrorContains(t, args.Bind(0, &m), "cannot decode string into a map")
}

func TestCanonicalDataIsSafeForMsgpack(t *testing.T) {
	for _, g := range goldens(t) {
		p := decodeFrames(t, g.Client)
		if p.Data == nil {
			continue
		}
		var v any
		require.NoError(t, msgpack.Unmarshal(p.Data, &v), g.Name)
	}
}
