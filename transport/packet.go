package transport

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/vmihailenco/msgpack/v5"
)

// PacketType is a Socket.IO v5 packet type. The binary variants (5 and 6) exist only inside the JSON codec.
type PacketType uint8

// The packet types of the Socket.IO protocol, version 5.
const (
	Connect PacketType = iota
	Disconnect
	Event
	Ack
	ConnectError
)

// Packet is one Socket.IO packet. Data is canonical: MessagePack whatever the client's codec is, with binary as bin and
// dates as the timestamp extension, and already checked for depth, declared lengths and node count, so that decoding it
// with vmihailenco/msgpack is safe. Its strings are valid UTF-8 and its map keys are strings.
type Packet struct {
	Type      PacketType
	Namespace string // "/" for the main one; never empty
	ID        int64  // of the ack asked for or given; NoID when there is none
	Data      []byte // Event, Ack: an array (for Event the name comes first); Connect, ConnectError: a map, or nil; Disconnect: nil
}

// NoID is the ID of a packet that asks for no ack.
const NoID = -1

// ErrMalformed is what every error about a client's bytes wraps.
var ErrMalformed = errors.New("transport: malformed packet")

// EncodeArgs makes the canonical array for Data. Structs use msgpack tags, or json tags where a field has none. Whole
// floats become integers, as they are in JavaScript, and bytes of a string that are not UTF-8 U+FFFD. An item that is
// already canonical goes in as msgpack.RawMessage.
func EncodeArgs(args ...any) ([]byte, error) {
	var buf bytes.Buffer
	enc := msgpack.GetEncoder()
	defer msgpack.PutEncoder(enc)
	enc.Reset(&buf)
	enc.UseCompactInts(true)
	enc.UseCompactFloats(true)
	enc.SetCustomStructTag("json")
	if err := enc.EncodeArrayLen(len(args)); err != nil {
		return nil, fmt.Errorf("transport: encode: %w", err)
	}
	for i, a := range args {
		if err := enc.Encode(a); err != nil {
			return nil, fmt.Errorf("transport: encode argument %d (%T): %w", i, a, err)
		}
	}
	b := buf.Bytes()
	if !validStrings(b) {
		return toCanonical(nil, b)
	}
	return b, nil
}

// Args is a decoded canonical array whose items are still encoded: Args[0] of an event is its name.
type Args [][]byte

// CutArgs splits canonical Data into its items without copying, and appends them to dst. It is for Data that came in a
// Packet from this package, which has checked it: it only cuts.
func CutArgs(dst Args, data []byte) (Args, error) {
	h, err := readHead(data)
	if err != nil {
		return nil, err
	}
	if h.kind != kindArray {
		return nil, fmt.Errorf("%w: not an array", ErrMalformed)
	}
	data = data[h.body:]
	for range h.n {
		n, err := valueLen(data)
		if err != nil {
			return nil, err
		}
		dst, data = append(dst, data[:n:n]), data[n:]
	}
	return dst, nil
}

// valueLen returns the length of the value that b begins with, and trusts it in everything but to end within b.
func valueLen(b []byte) (int, error) {
	pos := 0
	for owed := 1; owed > 0; owed-- {
		h, err := readHead(b[pos:])
		if err != nil {
			return 0, err
		}
		switch h.kind {
		case kindArray:
			owed += h.n
		case kindMap:
			owed += 2 * h.n
		}
		pos += h.size()
	}
	return pos, nil
}

// Bind decodes items from index from on into dst, each a pointer; missing items leave dst as it is. The error says
// which argument is wrong and how. An *any, *[]any or *map[string]any gets int64, uint64, float64, string, bool, []byte,
// time.Time, []any and map[string]any; a struct is decoded by its msgpack tags, or json tags.
func (a Args) Bind(from int, dst ...any) error {
	for i, d := range dst {
		if from+i >= len(a) {
			return nil
		}
		if err := decodeInto(a[from+i], d); err != nil {
			return fmt.Errorf("transport: argument %d: %w", from+i, err)
		}
	}
	return nil
}

// decodeInto decodes one canonical value. msgpack panics for some mismatches (nil into a time.Time), hence the recover.
func decodeInto(b []byte, dst any) (err error) {
	switch d := dst.(type) {
	case *any:
		*d, _, err = decodeAny(b, 0)
		return err
	case *[]any, *map[string]any:
		return decodeGeneric(b, dst)
	}
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("cannot decode into %T: %v", dst, v)
		}
	}()
	dec := msgpack.GetDecoder()
	defer msgpack.PutDecoder(dec)
	dec.Reset(bytes.NewReader(b))
	dec.SetCustomStructTag("json")
	return dec.Decode(dst)
}

func decodeGeneric(b []byte, dst any) error {
	v, _, err := decodeAny(b, 0)
	if err != nil {
		return err
	}
	switch d := dst.(type) {
	case *[]any:
		l, ok := v.([]any)
		if !ok && v != nil {
			return fmt.Errorf("cannot decode %T into an array", v)
		}
		*d = l
	case *map[string]any:
		m, ok := v.(map[string]any)
		if !ok && v != nil {
			return fmt.Errorf("cannot decode %T into a map", v)
		}
		*d = m
	}
	return nil
}

// check holds the validity rules of the Socket.IO protocol, those of section 2.1 of its version 5.
func (p *Packet) check() error {
	switch p.Type {
	case Connect, ConnectError:
		if len(p.Data) == 0 && p.Type == Connect {
			return nil
		}
		if h, err := readHead(p.Data); err == nil && h.kind == kindMap {
			return nil
		}
	case Disconnect:
		if len(p.Data) == 0 {
			return nil
		}
	case Event:
		if eventName(p.Data) {
			return nil
		}
	case Ack:
		if h, err := readHead(p.Data); err == nil && h.kind == kindArray && p.ID >= 0 {
			return nil
		}
	}
	return fmt.Errorf("%w: not a valid packet of type %d", ErrMalformed, p.Type)
}

// eventName tells whether data is an array that begins with a number or a name that is not reserved.
func eventName(data []byte) bool {
	h, err := readHead(data)
	if err != nil || h.kind != kindArray || h.n == 0 {
		return false
	}
	data = data[h.body:]
	h, err = readHead(data)
	if err != nil {
		return false
	}
	switch h.kind {
	case kindInt, kindFloat:
		return true
	case kindStr:
		switch string(data[h.body : h.body+h.n]) {
		case "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener":
			return false
		}
		return true
	}
	return false
}
