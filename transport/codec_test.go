package transport_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/transport"
)

// frame is one Engine.IO message: text with its leading 4, or hexadecimal binary.
type frame struct{ Text, Bin string }

func (f frame) bytes(t testing.TB) (data []byte, binary bool) {
	if f.Text != "" {
		return []byte(f.Text[1:]), false
	}
	data, err := hex.DecodeString(f.Bin)
	require.NoError(t, err)
	return data, true
}

// golden is one case of testdata/golden.json, which testdata/capture.js makes with the official parsers.
type golden struct {
	Name      string
	Type      transport.PacketType
	Namespace string `json:"nsp"`
	ID        int64
	Value     any
	JSON      []frame
	Msgpack   []frame // as a server would send it
	Client    []frame // as socket.io-client does
}

func goldens(t testing.TB) []golden {
	b, err := os.ReadFile("testdata/golden.json")
	require.NoError(t, err)
	var cases []golden
	require.NoError(t, json.Unmarshal(b, &cases))
	require.NotEmpty(t, cases)
	return cases
}

// decodeFrames decodes the frames of exactly one packet.
func decodeFrames(t testing.TB, frames []frame) *transport.Packet {
	d := transport.NewDecoder(1e6)
	for i, f := range frames {
		data, binary := f.bytes(t)
		p, err := d.Decode(data, binary)
		require.NoError(t, err)
		if i == len(frames)-1 {
			require.NotNil(t, p)
			return p
		}
		require.Nil(t, p)
	}
	return nil
}

// meaning is a canonical value in the notation of golden.json.
func meaning(t testing.TB, data []byte) any {
	if data == nil {
		return nil
	}
	array, err := transport.EncodeArgs()
	require.NoError(t, err)
	var v any
	require.NoError(t, append(transport.Args{array}, data).Bind(1, &v))
	b, err := json.Marshal(notation(v))
	require.NoError(t, err)
	var out any
	require.NoError(t, json.Unmarshal(b, &out))
	return out
}

func notation(v any) any {
	switch x := v.(type) {
	case []byte:
		return map[string]any{"$bin": hex.EncodeToString(x)}
	case time.Time:
		return map[string]any{"$date": x.UnixMilli()}
	case []any:
		out := make([]any, len(x))
		for i, y := range x {
			out[i] = notation(y)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, y := range x {
			out[k] = notation(y)
		}
		return out
	}
	return v
}

// asJSON replaces what the JSON parser cannot tell apart: dates are ISO strings.
func asJSON(v any) any {
	switch x := v.(type) {
	case []any:
		for i := range x {
			x[i] = asJSON(x[i])
		}
	case map[string]any:
		if ms, ok := x["$date"].(float64); ok {
			return time.UnixMilli(int64(ms)).UTC().Format("2006-01-02T15:04:05.000Z")
		}
		for k := range x {
			x[k] = asJSON(x[k])
		}
	}
	return v
}

func TestJSONDecodesWhatTheOfficialParserEncodes(t *testing.T) {
	for _, g := range goldens(t) {
		t.Run(g.Name, func(t *testing.T) {
			p := decodeFrames(t, g.JSON)
			require.Equal(t, g.Type, p.Type)
			require.Equal(t, g.Namespace, p.Namespace)
			require.Equal(t, g.ID, p.ID)
			require.Equal(t, asJSON(g.Value), meaning(t, p.Data))
		})
	}
}

func TestMsgpackDecodesWhatTheOfficialParserEncodes(t *testing.T) {
	for _, g := range goldens(t) {
		t.Run(g.Name, func(t *testing.T) {
			for _, frames := range [][]frame{g.Msgpack, g.Client} {
				p := decodeFrames(t, frames)
				require.Equal(t, g.Type, p.Type)
				require.Equal(t, g.Namespace, p.Namespace)
				require.Equal(t, g.ID, p.ID)
				require.Equal(t, g.Value, meaning(t, p.Data))
			}
		})
	}
}

func TestJSONEncodesAsTheOfficialParser(t *testing.T) {
	for _, g := range goldens(t) {
		t.Run(g.Name, func(t *testing.T) {
			b, err := transport.NewMessage(*decodeFrames(t, g.JSON)).Frames(transport.CodecJSON)
			require.NoError(t, err)
			require.Equal(t, g.JSON, unframe(t, b))
		})
	}
}

func TestMsgpackEncodesAsTheOfficialParser(t *testing.T) {
	for _, g := range goldens(t) {
		if g.Name == "undefined" || g.Name == "array buffer" {
			continue // they become nil and bin
		}
		t.Run(g.Name, func(t *testing.T) {
			b, err := transport.NewMessage(*decodeFrames(t, g.Msgpack)).Frames(transport.CodecMsgpack)
			require.NoError(t, err)
			require.Equal(t, g.Msgpack, unframe(t, b))
		})
	}
}

func TestCompactRoundTrip(t *testing.T) {
	for _, g := range goldens(t) {
		t.Run(g.Name, func(t *testing.T) {
			p := decodeFrames(t, g.Msgpack)
			b, err := transport.NewMessage(*p).Frames(transport.CodecCompact)
			require.NoError(t, err)
			require.Equal(t, p, decodeFrames(t, unframe(t, b)))
		})
	}
}

func TestCompactLeavesOutWhatIsAbsent(t *testing.T) {
	data, err := transport.EncodeArgs("a")
	require.NoError(t, err)
	for want, p := range map[string]transport.Packet{
		"920100":             {Type: transport.Disconnect, Namespace: "/", ID: transport.NoID},
		"9201a22f78":         {Type: transport.Disconnect, Namespace: "/x", ID: transport.NoID},
		"940200c091a161":     {Type: transport.Event, Namespace: "/", ID: transport.NoID, Data: data},
		"9403a22f780791a161": {Type: transport.Ack, Namespace: "/x", ID: 7, Data: data},
	} {
		b, err := transport.NewMessage(p).Frames(transport.CodecCompact)
		require.NoError(t, err)
		require.Equal(t, []frame{{Bin: want}}, unframe(t, b))
	}
}

// stateFrame is a transport.State that counts how often it is asked.
type stateFrame struct {
	wire         []byte
	wires, plain int
}

func (s *stateFrame) AppendWire(b []byte) []byte {
	s.wires++
	return append(b, s.wire...)
}

func (s *stateFrame) Plain() transport.Packet {
	s.plain++
	data, _ := transport.EncodeArgs("state", 1)
	return transport.Packet{Type: transport.Event, Namespace: "/", ID: transport.NoID, Data: data}
}

func TestStateGoesRawToCompactConnections(t *testing.T) {
	s := &stateFrame{wire: []byte{1, 2, 3}}
	b, err := transport.NewStateMessage(s).Frames(transport.CodecCompact)
	require.NoError(t, err)
	require.Equal(t, []frame{{Bin: "c1010203"}}, unframe(t, b))
	require.Zero(t, s.plain, "the plain packet is not needed")
}

func TestStateIsAskedForItsWireOnceForAllCarriers(t *testing.T) {
	for _, first := range []func(*transport.Message, transport.Codec) ([]byte, error){
		(*transport.Message).Frames, (*transport.Message).Base64Frames, (*transport.Message).Payload,
	} {
		s := &stateFrame{wire: []byte{1, 2, 3}}
		m := transport.NewStateMessage(s)
		_, err := first(m, transport.CodecCompact)
		require.NoError(t, err)
		s.wire = []byte{9}
		b, err := m.Frames(transport.CodecCompact)
		require.NoError(t, err)
		require.Equal(t, []frame{{Bin: "c1010203"}}, unframe(t, b))
		b, err = m.Payload(transport.CodecCompact)
		require.NoError(t, err)
		require.Equal(t, "bwQECAw==", string(b))
		require.Equal(t, 1, s.wires)
	}
}

func TestStateGoesAsAPacketToOthersAskedForOnce(t *testing.T) {
	s := &stateFrame{wire: []byte{1}}
	m := transport.NewStateMessage(s)
	b, err := m.Frames(transport.CodecJSON)
	require.NoError(t, err)
	require.Equal(t, []frame{{Text: `42["state",1]`}}, unframe(t, b))
	_, err = m.Frames(transport.CodecMsgpack)
	require.NoError(t, err)
	require.Equal(t, 1, s.plain)
	require.Zero(t, s.wires, "nobody speaks the compact codec")
}

func TestMessageIsRenewedInPlaceUnlessAPollingClientHasIt(t *testing.T) {
	first, second := &stateFrame{wire: []byte{1}}, &stateFrame{wire: []byte{2}}
	m := transport.NewStateMessage(first)
	old, err := m.Frames(transport.CodecCompact)
	require.NoError(t, err)
	require.Same(t, m, m.Renew(second))
	b, err := m.Frames(transport.CodecCompact)
	require.NoError(t, err)
	require.Equal(t, []frame{{Bin: "c102"}}, unframe(t, b))
	require.Equal(t, []frame{{Bin: "c101"}}, unframe(t, old), "bytes that were handed over stay")

	_, err = m.Payload(transport.CodecJSON)
	require.NoError(t, err)
	next := m.Renew(first)
	require.NotSame(t, m, next)
	b, err = m.Frames(transport.CodecCompact)
	require.NoError(t, err)
	require.Equal(t, []frame{{Bin: "c102"}}, unframe(t, b))
}

func TestMessageWithoutMemoryIsRenewed(t *testing.T) {
	var m *transport.Message
	b, err := m.Renew(&stateFrame{wire: []byte{7}}).Frames(transport.CodecCompact)
	require.NoError(t, err)
	require.Equal(t, []frame{{Bin: "c107"}}, unframe(t, b))
}

func TestMessageIsEncodedOncePerCodec(t *testing.T) {
	data, err := transport.EncodeArgs("a")
	require.NoError(t, err)
	m := transport.NewMessage(transport.Packet{Type: transport.Event, Namespace: "/", ID: transport.NoID, Data: data})
	first, err := m.Frames(transport.CodecJSON)
	require.NoError(t, err)
	again, err := m.Frames(transport.CodecJSON)
	require.NoError(t, err)
	require.Same(t, &first[0], &again[0])
}

func TestPayloadJoinsAttachmentsAsBase64(t *testing.T) {
	data, err := transport.EncodeArgs("b", []byte{1, 2})
	require.NoError(t, err)
	m := transport.NewMessage(transport.Packet{Type: transport.Event, Namespace: "/", ID: transport.NoID, Data: data})
	b, err := m.Payload(transport.CodecJSON)
	require.NoError(t, err)
	require.Equal(t, `451-["b",{"_placeholder":true,"num":0}]`+"\x1ebAQI=", string(b))
	b, err = m.Payload(transport.CodecCompact)
	require.NoError(t, err)
	require.Equal(t, "blAIAwJKhYsQCAQI=", string(b))
	b, err = m.Base64Frames(transport.CodecCompact)
	require.NoError(t, err)
	require.Equal(t, []frame{{Text: "blAIAwJKhYsQCAQI="}}, unframe(t, b))
}

func TestLargeMessagesHaveTheLongFrameHeaders(t *testing.T) {
	for _, n := range []int{125, 126, 65535, 65536, 300000} {
		data, err := transport.EncodeArgs(strings.Repeat("x", n))
		require.NoError(t, err)
		b, err := transport.NewMessage(transport.Packet{Type: transport.Event, Namespace: "/", ID: transport.NoID, Data: data}).Frames(transport.CodecJSON)
		require.NoError(t, err)
		require.Equal(t, []frame{{Text: `42["` + strings.Repeat("x", n) + `"]`}}, unframe(t, b))
	}
}

func TestJSONSendsTenAttachmentsAtMost(t *testing.T) {
	args := []any{"b"}
	for range transport.MaxAttachments + 1 {
		args = append(args, []byte{1})
	}
	data, err := transport.EncodeArgs(args...)
	require.NoError(t, err)
	m := transport.NewMessage(transport.Packet{Type: transport.Event, Namespace: "/", ID: transport.NoID, Data: data})
	_, err = m.Frames(transport.CodecJSON)
	require.ErrorContains(t, err, "more than 10 binary values")
	_, err = m.Frames(transport.CodecMsgpack)
	require.NoError(t, err)
}

func TestJSONHasNoBinaryOutsideOfEventsAndAcks(t *testing.T) {
	data, err := transport.EncodeArgs(map[string][]byte{"a": {1, 2}})
	require.NoError(t, err)
	b, err := transport.NewMessage(transport.Packet{Type: transport.ConnectError, Namespace: "/", ID: transport.NoID, Data: data[1:]}).Frames(transport.CodecJSON)
	require.NoError(t, err)
	require.Equal(t, []frame{{Text: `44{"a":"AQI="}`}}, unframe(t, b))
}

// unframe splits unmasked, final WebSocket frames.
func unframe(t testing.TB, b []byte) []frame {
	var frames []frame
	for len(b) > 0 {
		op, payload, rest := cutFrame(t, b)
		switch op {
		case 0x81:
			frames = append(frames, frame{Text: string(payload)})
		case 0x82:
			frames = append(frames, frame{Bin: hex.EncodeToString(payload)})
		default:
			require.Failf(t, "unexpected frame", "%x", op)
		}
		b = rest
	}
	return frames
}

func cutFrame(t testing.TB, b []byte) (op byte, payload, rest []byte) {
	require.GreaterOrEqual(t, len(b), 2)
	n, at := int(b[1]), 2
	switch n {
	case 126:
		n, at = int(b[2])<<8|int(b[3]), 4
	case 127:
		n, at = 0, 10
		for _, c := range b[2:10] {
			n = n<<8 | int(c)
		}
	}
	require.GreaterOrEqual(t, len(b), at+n)
	return b[0], b[at : at+n], b[at+n:]
}
