package lobbytest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"
)

var errShort = errors.New("lobbytest: truncated msgpack")

// unpack decodes one MessagePack value into nil, bool, int64, uint64, float64, string, []byte, time.Time, []any and
// map[string]any. Whole floats become int64, so that all codecs give the same. It knows both forms of dates, and
// undefined, of notepack.io.
func unpack(b []byte) (v any, rest []byte, err error) {
	if len(b) == 0 {
		return nil, nil, errShort
	}
	c, b := b[0], b[1:]
	switch {
	case c < 0x80:
		return int64(c), b, nil
	case c < 0x90:
		return unpackMap(b, int(c&0x0f))
	case c < 0xa0:
		return unpackArray(b, int(c&0x0f))
	case c < 0xc0:
		return unpackString(b, int(c&0x1f))
	case c >= 0xe0:
		return int64(int8(c)), b, nil
	case c == 0xc0:
		return nil, b, nil
	case c == 0xc2, c == 0xc3:
		return c == 0xc3, b, nil
	}
	if c >= 0xd4 && c <= 0xd8 {
		return unpackExt(c, b, 1<<(c-0xd4))
	}
	size, ok := map[byte]int{
		0xc4: 1, 0xc5: 2, 0xc6: 4, 0xc7: 1, 0xc8: 2, 0xc9: 4, 0xca: 4, 0xcb: 8, 0xcc: 1, 0xcd: 2, 0xce: 4, 0xcf: 8,
		0xd0: 1, 0xd1: 2, 0xd2: 4, 0xd3: 8, 0xd9: 1, 0xda: 2, 0xdb: 4, 0xdc: 2, 0xdd: 4, 0xde: 2, 0xdf: 4,
	}[c]
	if !ok {
		return nil, nil, fmt.Errorf("lobbytest: byte %#x is no msgpack", c)
	}
	if len(b) < size {
		return nil, nil, errShort
	}
	var n uint64
	for _, x := range b[:size] {
		n = n<<8 | uint64(x)
	}
	return unpackSized(c, n, size, b[size:])
}

// unpackSized decodes what begins with a number n of size bytes: itself, or a length.
func unpackSized(c byte, n uint64, size int, b []byte) (any, []byte, error) {
	switch c {
	case 0xc4, 0xc5, 0xc6:
		if uint64(len(b)) < n {
			return nil, nil, errShort
		}
		return b[:n:n], b[n:], nil
	case 0xc7, 0xc8, 0xc9:
		return unpackExt(c, b, int(n))
	case 0xca:
		return whole(float64(math.Float32frombits(uint32(n)))), b, nil
	case 0xcb:
		return whole(math.Float64frombits(n)), b, nil
	case 0xcc, 0xcd, 0xce, 0xcf:
		if n > math.MaxInt64 {
			return n, b, nil
		}
		return int64(n), b, nil
	case 0xd0, 0xd1, 0xd2, 0xd3:
		shift := 64 - 8*size
		return int64(n<<shift) >> shift, b, nil
	case 0xd9, 0xda, 0xdb:
		return unpackString(b, int(n))
	case 0xdc, 0xdd:
		return unpackArray(b, int(n))
	}
	return unpackMap(b, int(n))
}

func whole(f float64) any {
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return int64(f)
	}
	return f
}

func unpackString(b []byte, n int) (any, []byte, error) {
	if len(b) < n {
		return nil, nil, errShort
	}
	return string(b[:n]), b[n:], nil
}

func unpackArray(b []byte, n int) (any, []byte, error) {
	if len(b) < n {
		return nil, nil, errShort
	}
	list := make([]any, n)
	var err error
	for i := range list {
		if list[i], b, err = unpack(b); err != nil {
			return nil, nil, err
		}
	}
	return list, b, nil
}

func unpackMap(b []byte, n int) (any, []byte, error) {
	if len(b) < 2*n {
		return nil, nil, errShort
	}
	m := make(map[string]any, n)
	for range n {
		k, rest, err := unpack(b)
		if err != nil {
			return nil, nil, err
		}
		key, ok := k.(string)
		if !ok {
			return nil, nil, fmt.Errorf("lobbytest: a map key of type %T", k)
		}
		if m[key], b, err = unpack(rest); err != nil {
			return nil, nil, err
		}
	}
	return m, b, nil
}

// unpackExt decodes the extensions of n bytes: -1 is the standard's time; of notepack's type 0 the code byte decides.
func unpackExt(c byte, b []byte, n int) (any, []byte, error) {
	if len(b) < n+1 {
		return nil, nil, errShort
	}
	typ, body, rest := int8(b[0]), b[1:n+1], b[n+1:]
	switch {
	case typ == 0 && c == 0xd4:
		return nil, rest, nil
	case typ == 0 && c == 0xd7:
		return time.UnixMilli(int64(binary.BigEndian.Uint64(body))).UTC(), rest, nil
	case typ == -1 && n == 4:
		return time.Unix(int64(binary.BigEndian.Uint32(body)), 0).UTC(), rest, nil
	case typ == -1 && n == 8:
		x := binary.BigEndian.Uint64(body)
		return time.Unix(int64(x&(1<<34-1)), int64(x>>34)).UTC(), rest, nil
	case typ == -1 && n == 12:
		return time.Unix(int64(binary.BigEndian.Uint64(body[4:])), int64(binary.BigEndian.Uint32(body))).UTC(), rest, nil
	}
	return body, rest, nil
}
