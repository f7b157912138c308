package statesync

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// ErrWire is wrapped by the errors of a Decoder: the bytes are not of this format, or out of their order.
var ErrWire = errors.New("statesync: bad frame")

func bad(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrWire, fmt.Sprintf(format, args...))
}

// reader reads tokens and never trusts one. Its first error stays, and everything after it reads as zero.
type reader struct {
	b   []byte
	err error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = bad(format, args...)
		r.b = nil
	}
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.fail("truncated")
		return nil
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

func (r *reader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) peek() byte {
	if len(r.b) == 0 {
		return 0
	}
	return r.b[0]
}

// uint reads a big-endian number of 1, 2, 4 or 8 bytes.
func (r *reader) uint(size int) uint64 {
	var whole [8]byte
	copy(whole[8-size:], r.take(size))
	return binary.BigEndian.Uint64(whole[:])
}

func (r *reader) int() int64 {
	b := r.byte()
	if v, ok := r.intAs(b); ok {
		return v
	}
	r.fail("%#x is no integer", b)
	return 0
}

func (r *reader) intAs(b byte) (int64, bool) {
	switch {
	case b < 0x80 || b >= 0xe0:
		return int64(int8(b)), true
	case b >= 0xcc && b <= 0xcf:
		return int64(r.uint(1 << (b - 0xcc))), true
	case b >= 0xd0 && b <= 0xd3:
		size := 1 << (b - 0xd0)
		return int64(r.uint(size)) << (64 - 8*size) >> (64 - 8*size), true
	}
	return 0, false
}

// d reads D(v).
func (r *reader) d() int64 { return r.int() - bias }

// number reads an integer or a float.
func (r *reader) number() float64 {
	switch b := r.byte(); b {
	case 0xca:
		return float64(math.Float32frombits(uint32(r.uint(4))))
	case 0xcb:
		return math.Float64frombits(r.uint(8))
	default:
		v, ok := r.intAs(b)
		if !ok {
			r.fail("%#x is no number", b)
		}
		return float64(v)
	}
}

func isString(b byte) bool { return b&0xe0 == 0xa0 || b >= 0xd9 && b <= 0xdb }

func (r *reader) string() string {
	b := r.byte()
	var n uint64
	switch {
	case b&0xe0 == 0xa0:
		n = uint64(b & 31)
	case b >= 0xd9 && b <= 0xdb:
		n = r.uint(1 << (b - 0xd9))
	default:
		r.fail("%#x is no string", b)
	}
	return string(r.take(int(n)))
}

func (r *reader) bin() []byte {
	b := r.byte()
	if b < 0xc4 || b > 0xc6 {
		r.fail("%#x is no bin", b)
		return nil
	}
	return append([]byte{}, r.take(int(r.uint(1<<(b-0xc4))))...)
}

// array reads the length of an array, which cannot be above the bytes that are left.
func (r *reader) array() int {
	b := r.byte()
	n := uint64(b & 15)
	switch {
	case b&0xf0 == 0x90:
	case b == 0xdc || b == 0xdd:
		n = r.uint(2 << (b - 0xdc))
	default:
		r.fail("%#x is no array", b)
	}
	return r.count(n)
}

func (r *reader) count(n uint64) int {
	if n > uint64(len(r.b)) {
		r.fail("truncated")
		return 0
	}
	return int(n)
}

// Values nested deeper are refused.
const maxDepth = 16

// Extension is a MessagePack extension value, such as a timestamp, inside a raw column.
type Extension struct {
	Type int8
	Data []byte
}

// any reads any value into the types of a tree: see [Decoder.State].
func (r *reader) any(depth int) any {
	if depth > maxDepth {
		r.fail("nested too deep")
	}
	switch b := r.peek(); {
	case isString(b):
		return r.string()
	case b >= 0xc4 && b <= 0xc6:
		return r.bin()
	case b&0xf0 == 0x90 || b == 0xdc || b == 0xdd:
		list := []any{}
		for range r.array() {
			if r.err != nil {
				break
			}
			list = append(list, r.any(depth+1))
		}
		return list
	case b&0xf0 == 0x80 || b == 0xde || b == 0xdf:
		return r.anyMap(depth)
	case b == 0xca || b == 0xcb:
		return r.number()
	case b == 0xc0:
		r.byte()
		return nil
	case b == 0xc2 || b == 0xc3:
		return r.byte() == 0xc3
	case b >= 0xc7 && b <= 0xc9 || b >= 0xd4 && b <= 0xd8:
		return r.extension()
	}
	return r.int()
}

func (r *reader) anyMap(depth int) any {
	b := r.byte()
	n := uint64(b & 15)
	if b >= 0xde {
		n = r.uint(2 << (b - 0xde))
	}
	m := map[string]any{}
	for range r.count(2*n) / 2 {
		if r.err != nil {
			break
		}
		key := fmt.Sprint(r.any(depth + 1))
		m[key] = r.any(depth + 1)
	}
	return m
}

func (r *reader) extension() any {
	b := r.byte()
	n := uint64(1)
	if b >= 0xd4 {
		n <<= b - 0xd4
	} else {
		n = r.uint(1 << (b - 0xc7))
	}
	kind := int8(r.byte())
	return Extension{kind, append([]byte{}, r.take(r.count(n))...)}
}
