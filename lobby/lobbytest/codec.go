package lobbytest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vmihailenco/msgpack/v5"

	"ninepin/game"
	"ninepin/transport"
)

// Codec is the parser that a Client speaks. They are written anew here, not taken from the server.
type Codec int

const (
	JSON    Codec = iota // socket.io-parser, the default of every Socket.IO client
	Msgpack              // socket.io-msgpack-parser
	Compact              // that of Ninepin's own SDK
)

// Codecs are all of them, for tests that run in each.
var Codecs = []Codec{JSON, Msgpack, Compact}

func (c Codec) String() string { return [...]string{"json", "msgpack", "compact"}[c] }

// packet is a Socket.IO packet; data is generic.
type packet struct {
	typ  transport.PacketType
	nsp  string
	id   int64 // transport.NoID: none
	data any   // nil: absent
}

// generic turns arguments into values without types, by their msgpack tags, the same for every codec.
func generic(args []any) ([]any, error) {
	b, err := transport.EncodeArgs(args...)
	if err != nil {
		return nil, err
	}
	v, _, err := unpack(b)
	if err != nil {
		return nil, err
	}
	return v.([]any), nil
}

// encode returns the text or the first binary message, and the binary messages that follow it.
func (c Codec) encode(p packet) (text string, binary [][]byte, err error) {
	switch c {
	case JSON:
		return encodeJSON(p)
	case Msgpack:
		m := map[string]any{"type": int(p.typ), "nsp": p.nsp}
		if p.data != nil {
			m["data"] = p.data
		}
		if p.id != transport.NoID {
			m["id"] = p.id
		}
		if p.typ == transport.Event {
			m["options"] = map[string]any{"compress": true} // as the official client does
		}
		b, err := pack(m)
		return "", [][]byte{b}, err
	}
	a := []any{int(p.typ), any(0), nil, p.data}
	if p.nsp != "/" {
		a[1] = p.nsp
	}
	if p.id != transport.NoID {
		a[2] = p.id
	}
	for a[len(a)-1] == nil {
		a = a[:len(a)-1]
	}
	b, err := pack(a)
	return "", [][]byte{b}, err
}

func pack(v any) ([]byte, error) {
	var b bytes.Buffer
	e := msgpack.NewEncoder(&b)
	e.UseCompactInts(true)
	err := e.Encode(v)
	return b.Bytes(), err
}

func encodeJSON(p packet) (string, [][]byte, error) {
	var binary [][]byte
	data := detach(p.data, &binary)
	typ := int(p.typ)
	var s strings.Builder
	if len(binary) > 0 {
		if typ += 3; typ == 4 {
			return "", nil, errors.New("lobbytest: binary in CONNECT")
		}
		fmt.Fprintf(&s, "%d%d-", map[int]int{5: 5, 6: 6}[typ], len(binary))
	} else {
		fmt.Fprintf(&s, "%d", typ)
	}
	if p.nsp != "/" {
		s.WriteString(p.nsp + ",")
	}
	if p.id != transport.NoID {
		s.WriteString(strconv.FormatInt(p.id, 10))
	}
	if data != nil {
		b, err := json.Marshal(data)
		if err != nil {
			return "", nil, err
		}
		s.Write(b)
	}
	return s.String(), binary, nil
}

// detach replaces binary values by placeholders, and what JSON cannot say by what JavaScript says.
func detach(v any, binary *[][]byte) any {
	switch v := v.(type) {
	case []byte:
		*binary = append(*binary, v)
		return map[string]any{"_placeholder": true, "num": len(*binary) - 1}
	case []any:
		list := make([]any, len(v))
		for i, x := range v {
			list[i] = detach(x, binary)
		}
		return list
	case map[string]any:
		m := make(map[string]any, len(v))
		for k, x := range v {
			m[k] = detach(x, binary)
		}
		return m
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
	case time.Time:
		return v.UTC().Format("2006-01-02T15:04:05.000Z")
	}
	return v
}

// decodeBinary decodes a packet of the two binary codecs.
func (c Codec) decodeBinary(b []byte) (packet, error) {
	p := packet{nsp: "/", id: transport.NoID}
	v, rest, err := unpack(b)
	if err != nil {
		return p, err
	}
	if len(rest) > 0 {
		return p, fmt.Errorf("lobbytest: %d bytes behind a packet", len(rest))
	}
	var typ, nsp, id any
	switch v := v.(type) {
	case map[string]any:
		if c != Msgpack {
			return p, errors.New("lobbytest: a map on a compact connection")
		}
		typ, nsp, id, p.data = v["type"], v["nsp"], v["id"], v["data"]
	case []any:
		if c != Compact {
			return p, errors.New("lobbytest: an array on a msgpack connection")
		}
		v = append(v, nil, nil, nil)
		typ, nsp, id, p.data = v[0], v[1], v[2], v[3]
	}
	n, ok := typ.(int64)
	if !ok {
		return p, fmt.Errorf("lobbytest: a packet of type %v", typ)
	}
	p.typ = transport.PacketType(n)
	if s, ok := nsp.(string); ok {
		p.nsp = s
	}
	if n, ok := id.(int64); ok {
		p.id = n
	}
	return p, nil
}

// copyTree copies a state, which the decoder goes on changing. Whole numbers are int64, as in the other codecs.
func copyTree(v any) any {
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i, x := range v {
			list[i] = copyTree(x)
		}
		return list
	case map[string]any:
		m := make(map[string]any, len(v))
		for k, x := range v {
			m[k] = copyTree(x)
		}
		return m
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int64(v)
		}
	}
	return v
}

// decodeState shows a state frame as the event that the other codecs get.
func decodeState(d *game.Decoder, b []byte) (packet, error) {
	if err := d.Apply(b); err != nil {
		return packet{}, fmt.Errorf("lobbytest: not a state frame: %w", err)
	}
	var state any
	if views := d.Views(); len(views) == 1 && views[0] == "" {
		state = copyTree(d.State(""))
	} else {
		byName := map[string]any{}
		for _, name := range views {
			byName[name] = copyTree(d.State(name))
		}
		state = byName
	}
	acks, bySeat := []any{}, d.Acks()
	for _, seat := range slices.Sorted(maps.Keys(bySeat)) {
		acks = append(acks, []any{int64(seat), int64(bySeat[seat])})
	}
	meta := map[string]any{"tick": int64(d.Tick()), "full": true, "acks": acks}
	return packet{typ: transport.Event, nsp: "/", id: transport.NoID, data: []any{"state", state, meta}}, nil
}

// decodeText decodes a packet of the JSON codec; attachments is how many binary messages follow.
func decodeText(s string) (p packet, attachments int, err error) {
	p = packet{nsp: "/", id: transport.NoID}
	if s == "" {
		return p, 0, errShort
	}
	typ := int(s[0] - '0')
	s = s[1:]
	if typ == 5 || typ == 6 {
		n, rest, ok := strings.Cut(s, "-")
		if attachments, err = strconv.Atoi(n); !ok || err != nil {
			return p, 0, fmt.Errorf("lobbytest: attachments: %q", s)
		}
		typ, s = typ-3, rest
	}
	p.typ = transport.PacketType(typ)
	if strings.HasPrefix(s, "/") {
		p.nsp, s, _ = strings.Cut(s, ",")
	}
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	if digits > 0 {
		p.id, _ = strconv.ParseInt(s[:digits], 10, 64)
		s = s[digits:]
	}
	if s == "" {
		return p, attachments, nil
	}
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	err = d.Decode(&p.data)
	return p, attachments, err
}

// attach puts the binary messages back, and turns numbers into those of the other codecs.
func attach(v any, binary [][]byte) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		return whole(f)
	case []any:
		for i, x := range v {
			v[i] = attach(x, binary)
		}
	case map[string]any:
		if n, ok := v["num"].(json.Number); ok && v["_placeholder"] == true {
			i, _ := n.Int64()
			return binary[i]
		}
		for k, x := range v {
			v[k] = attach(x, binary)
		}
	}
	return v
}
