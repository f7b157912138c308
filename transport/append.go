package transport

import (
	"encoding/binary"
	"math"
	"time"
)

func appendInt(dst []byte, v int64) []byte {
	switch {
	case v >= 0:
		return appendUint(dst, uint64(v))
	case v >= -32:
		return append(dst, byte(v))
	case v >= math.MinInt8:
		return append(dst, 0xd0, byte(v))
	case v >= math.MinInt16:
		return binary.BigEndian.AppendUint16(append(dst, 0xd1), uint16(v))
	case v >= math.MinInt32:
		return binary.BigEndian.AppendUint32(append(dst, 0xd2), uint32(v))
	}
	return binary.BigEndian.AppendUint64(append(dst, 0xd3), uint64(v))
}

func appendUint(dst []byte, v uint64) []byte {
	switch {
	case v < 0x80:
		return append(dst, byte(v))
	case v <= math.MaxUint8:
		return append(dst, 0xcc, byte(v))
	case v <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(dst, 0xcd), uint16(v))
	case v <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(dst, 0xce), uint32(v))
	}
	return binary.BigEndian.AppendUint64(append(dst, 0xcf), v)
}

func appendFloat(dst []byte, v float64) []byte {
	return binary.BigEndian.AppendUint64(append(dst, 0xcb), math.Float64bits(v))
}

// appendSized appends a head whose codes for 8, 16 and 32 bits of length follow one another.
func appendSized(dst []byte, code byte, n int) []byte {
	switch {
	case n <= math.MaxUint8:
		return append(dst, code, byte(n))
	case n <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(dst, code+1), uint16(n))
	}
	return binary.BigEndian.AppendUint32(append(dst, code+2), uint32(n))
}

func appendBin(dst, b []byte) []byte { return append(appendSized(dst, 0xc4, len(b)), b...) }

func appendStr[S string | []byte](dst []byte, s S) []byte {
	if len(s) < 32 {
		return append(append(dst, 0xa0|byte(len(s))), s...)
	}
	return append(appendSized(dst, 0xd9, len(s)), s...)
}

// appendTime appends the timestamp extension, in the shortest of its three forms.
func appendTime(dst []byte, t time.Time) []byte {
	sec, nsec := t.Unix(), uint64(t.Nanosecond())
	switch {
	case nsec == 0 && sec >= 0 && sec <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(dst, 0xd6, 0xff), uint32(sec))
	case sec >= 0 && sec < 1<<34:
		return binary.BigEndian.AppendUint64(append(dst, 0xd7, 0xff), nsec<<34|uint64(sec))
	}
	dst = binary.BigEndian.AppendUint32(append(dst, 0xc7, 12, 0xff), uint32(nsec))
	return binary.BigEndian.AppendUint64(dst, uint64(sec))
}

// readTime reads the payload of a timestamp extension, 4, 8 or 12 bytes long.
func readTime(b []byte) time.Time {
	switch len(b) {
	case 4:
		return time.Unix(int64(binary.BigEndian.Uint32(b)), 0).UTC()
	case 8:
		v := binary.BigEndian.Uint64(b)
		return time.Unix(int64(v&(1<<34-1)), int64(v>>34)).UTC()
	}
	return time.Unix(int64(binary.BigEndian.Uint64(b[4:])), int64(binary.BigEndian.Uint32(b))).UTC()
}

// readInt reads the integer that b begins with; signed tells which of the two results holds.
func readInt(b []byte) (i int64, u uint64, signed bool) {
	switch c := b[0]; c {
	case 0xcc:
		return 0, uint64(b[1]), false
	case 0xcd:
		return 0, uint64(binary.BigEndian.Uint16(b[1:])), false
	case 0xce:
		return 0, uint64(binary.BigEndian.Uint32(b[1:])), false
	case 0xcf:
		return 0, binary.BigEndian.Uint64(b[1:]), false
	case 0xd0:
		return int64(int8(b[1])), 0, true
	case 0xd1:
		return int64(int16(binary.BigEndian.Uint16(b[1:]))), 0, true
	case 0xd2:
		return int64(int32(binary.BigEndian.Uint32(b[1:]))), 0, true
	case 0xd3:
		return int64(binary.BigEndian.Uint64(b[1:])), 0, true
	default:
		return int64(int8(c)), 0, true
	}
}

func readFloat(b []byte) (v float64, bits int) {
	if b[0] == 0xca {
		return float64(math.Float32frombits(binary.BigEndian.Uint32(b[1:]))), 32
	}
	return math.Float64frombits(binary.BigEndian.Uint64(b[1:])), 64
}

// decodeAny decodes one canonical value into the Go types that Args.Bind names, and returns its length.
func decodeAny(b []byte, depth int) (any, int, error) {
	h, err := readHead(b)
	if err != nil {
		return nil, 0, err
	}
	body := b[h.body:]
	switch h.kind {
	case kindBool:
		return b[0] == 0xc3, 1, nil
	case kindInt:
		i, u, signed := readInt(b)
		if !signed {
			if i = int64(u); i < 0 {
				return u, h.size(), nil
			}
		}
		return i, h.size(), nil
	case kindFloat:
		v, _ := readFloat(b)
		return v, h.size(), nil
	case kindStr:
		return string(body[:h.n]), h.size(), nil
	case kindBin:
		return append([]byte{}, body[:h.n]...), h.size(), nil
	case kindExt:
		if h.ext != -1 || h.n != 4 && h.n != 8 && h.n != 12 {
			return nil, 0, errCode
		}
		return readTime(body[:h.n]), h.size(), nil
	case kindArray, kindMap:
		return decodeItems(b, h, depth)
	}
	return nil, h.size(), nil
}

func decodeItems(b []byte, h head, depth int) (any, int, error) {
	if depth == maxDepth {
		return nil, 0, errDepth
	}
	pos := h.body
	if h.kind == kindArray {
		list := []any{}
		for range h.n {
			v, n, err := decodeAny(b[pos:], depth+1)
			if err != nil {
				return nil, 0, err
			}
			list, pos = append(list, v), pos+n
		}
		return list, pos, nil
	}
	m := map[string]any{}
	for range h.n {
		k, err := readHead(b[pos:])
		if err != nil {
			return nil, 0, err
		}
		if k.kind != kindStr {
			return nil, 0, errKey
		}
		key := string(b[pos+k.body : pos+k.size()])
		v, n, err := decodeAny(b[pos+k.size():], depth+1)
		if err != nil {
			return nil, 0, err
		}
		m[key], pos = v, pos+k.size()+n
	}
	return m, pos, nil
}
