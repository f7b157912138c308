package transport_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vmihailenco/msgpack/v5"

	"ninepin/transport"
)

// FuzzCodecs feeds bytes to all codecs. Whatever is accepted must be decodable by msgpack, and must survive the way out
// and in again through each codec.
func FuzzCodecs(f *testing.F) {
	for _, g := range goldens(f) {
		for _, fr := range append(append(g.JSON, g.Msgpack...), g.Client...) {
			data, binary := fr.bytes(f)
			f.Add(data, binary)
		}
		b, err := transport.NewMessage(*decodeFrames(f, g.Msgpack)).Frames(transport.CodecCompact)
		require.NoError(f, err)
		data, binary := unframe(f, b)[0].bytes(f)
		f.Add(data, binary)
	}
	for _, b := range hostile() {
		if len(b) < 1<<16 {
			f.Add(b, true)
			f.Add(append(unhex("940200c091"), b...), true)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, binary bool) {
		p, err := transport.NewDecoder(1e6).Decode(data, binary)
		if err != nil {
			require.ErrorIs(t, err, transport.ErrMalformed)
			return
		}
		if p == nil {
			return // waits for attachments
		}
		if p.Data != nil {
			require.NoError(t, transport.Scan(p.Data))
			var v any
			require.NoError(t, msgpack.Unmarshal(p.Data, &v))
		}
		checkRoundTrips(t, p)
	})
}

func checkRoundTrips(t *testing.T, p *transport.Packet) {
	m := transport.NewMessage(*p)
	b, err := m.Frames(transport.CodecCompact)
	require.NoError(t, err)
	compact := decodeFrames(t, unframe(t, b))
	if p.Type != transport.Event && p.Type != transport.Ack {
		compact.ID = p.ID // means nothing there, and is not sent
	}
	require.Equal(t, p, compact)

	b, err = m.Frames(transport.CodecMsgpack)
	require.NoError(t, err)
	again := decodeFrames(t, unframe(t, b))
	require.Equal(t, p.Type, again.Type)
	require.Equal(t, p.Namespace, again.Namespace)

	if b, err = m.Frames(transport.CodecJSON); err == nil && p.Namespace[0] == '/' {
		for _, f := range unframe(t, b) {
			if f.Text != "" {
				at := 0
				for at < len(f.Text) && f.Text[at] != '[' && f.Text[at] != '{' {
					at++
				}
				require.True(t, at == len(f.Text) || p.Namespace != "/" || json.Valid([]byte(f.Text[at:])), f.Text)
			}
		}
	}
}

// FuzzJSON holds the transcoder to encoding/json: the same texts are valid, and mean the same.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{`[1,-2.5e3,"a\u00e9\n",{"k":[true,false,null]}]`, `"\ud83d\ude00"`, `{"a":{"b":{}}}`, "[[]]", "1e400", "0.1", `"\ud800"`, "\"\xff\"", "12345678901234567890", "-0"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		b, err := transport.FromJSON(text)
		var want any
		stdErr := json.Unmarshal(text, &want)
		if err != nil {
			if stdErr == nil { // the bounds are ours alone
				require.True(t, tooMuch(want, 0) || len(text) > transport.MaxNodes, "%q: %v", text, err)
			}
			return
		}
		require.NoError(t, stdErr, "%q", text)
		require.NoError(t, transport.Scan(b))
		out, err := transport.ToJSON(b)
		require.NoError(t, err)
		var got any
		require.NoError(t, json.Unmarshal(out, &got), "%s", out)
		require.True(t, reflect.DeepEqual(want, got), "%q became %s", text, out)
	})
}

func tooMuch(v any, depth int) bool {
	switch x := v.(type) {
	case []any:
		if depth == transport.MaxDepth {
			return true
		}
		for _, y := range x {
			if tooMuch(y, depth+1) {
				return true
			}
		}
	case map[string]any:
		if depth == transport.MaxDepth {
			return true
		}
		for _, y := range x {
			if tooMuch(y, depth+1) {
				return true
			}
		}
	}
	return false
}
