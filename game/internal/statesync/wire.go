package statesync

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// The writers of MessagePack's forms, each in the shortest one (https://github.com/msgpack/msgpack/blob/master/spec.md).

func appendInt(b []byte, v int64) []byte {
	if v >= -32 && v <= 127 {
		return append(b, byte(v))
	}
	return appendWide(b, v)
}

func appendWide(b []byte, v int64) []byte {
	switch {
	case v >= 0:
		return appendUint(b, uint64(v))
	case v >= -32:
		return append(b, byte(v))
	case v >= math.MinInt8:
		return append(b, 0xd0, byte(v))
	case v >= math.MinInt16:
		return append(b, 0xd1, byte(v>>8), byte(v))
	case v >= math.MinInt32:
		return binary.BigEndian.AppendUint32(append(b, 0xd2), uint32(v))
	}
	return binary.BigEndian.AppendUint64(append(b, 0xd3), uint64(v))
}

func appendUint(b []byte, v uint64) []byte {
	switch {
	case v <= 127:
		return append(b, byte(v))
	case v <= math.MaxUint8:
		return append(b, 0xcc, byte(v))
	case v <= math.MaxUint16:
		return append(b, 0xcd, byte(v>>8), byte(v))
	case v <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(b, 0xce), uint32(v))
	}
	return binary.BigEndian.AppendUint64(append(b, 0xcf), v)
}

// appendFloat writes whole numbers as integers and what a float32 holds exactly as a float32; nothing is rounded. All
// NaNs are written as one.
func appendFloat(b []byte, v float64) []byte {
	if i := int64(v); v > -1<<53 && v < 1<<53 && float64(i) == v && (i != 0 || !math.Signbit(v)) {
		return appendInt(b, i)
	}
	if math.IsNaN(v) {
		return append(b, 0xca, 0x7f, 0xc0, 0, 0)
	}
	if f := float32(v); float64(f) == v {
		return binary.BigEndian.AppendUint32(append(b, 0xca), math.Float32bits(f))
	}
	return binary.BigEndian.AppendUint64(append(b, 0xcb), math.Float64bits(v))
}

func appendString(b []byte, s string) []byte {
	switch n := len(s); {
	case n < 32:
		b = append(b, 0xa0|byte(n))
	case n <= math.MaxUint8:
		b = append(b, 0xd9, byte(n))
	case n <= math.MaxUint16:
		b = append(b, 0xda, byte(n>>8), byte(n))
	default:
		b = binary.BigEndian.AppendUint32(append(b, 0xdb), uint32(n))
	}
	return append(b, s...)
}

func appendBin(b []byte, s string) []byte {
	switch n := len(s); {
	case n <= math.MaxUint8:
		b = append(b, 0xc4, byte(n))
	case n <= math.MaxUint16:
		b = append(b, 0xc5, byte(n>>8), byte(n))
	default:
		b = binary.BigEndian.AppendUint32(append(b, 0xc6), uint32(n))
	}
	return append(b, s...)
}

func appendArrayLen(b []byte, n int) []byte { return appendLen(b, n, 0x90, 0xdc) }

func appendMapLen(b []byte, n int) []byte { return appendLen(b, n, 0x80, 0xde) }

func appendLen(b []byte, n int, short, long byte) []byte {
	switch {
	case n < 16:
		return append(b, short|byte(n))
	case n <= math.MaxUint16:
		return append(b, long, byte(n>>8), byte(n))
	}
	return binary.BigEndian.AppendUint32(append(b, long+1), uint32(n))
}

// appendNumbers writes D(v) of each value. In a busy tick most of the encoder's output comes from here.
func appendNumbers(b []byte, values []int64) []byte {
	for _, v := range values {
		if v += bias; uint64(v+32) < 160 {
			b = append(b, byte(v))
		} else {
			b = appendWide(b, v)
		}
	}
	return b
}

// appendMask says which columns follow.
func appendMask(b []byte, mask []uint64, columns int) []byte {
	if columns <= 7 {
		if columns == 0 {
			return append(b, 0)
		}
		return append(b, byte(mask[0]))
	}
	last := 0
	for w, m := range mask {
		if m != 0 {
			last = w<<6 + 63 - bits.LeadingZeros64(m)
		}
	}
	for i := 0; ; i += 6 {
		group := byte(bitsAt(mask, i) & 63)
		if i+6 > last {
			return append(b, group)
		}
		b = append(b, group|64)
	}
}

// bitsAt returns seven bits or more, from bit i on.
func bitsAt(set []uint64, i int) uint64 {
	w, s := i>>6, i&63
	if w >= len(set) {
		return 0
	}
	v := set[w] >> s
	if s > 57 && w+1 < len(set) {
		v |= set[w+1] << (64 - s)
	}
	return v
}

// Special bytes of a bitmap.
const (
	bitmapSame = 0xff // -1
	bitmapAll  = 0xfe // -2
	bitmapEnd  = 0xfd // -3
)

// appendBitmap writes the bitmap of a column over n slots. before is the bitmap of the column before, or nil.
func appendBitmap(b []byte, set, before, live []uint64, n int) []byte {
	if before != nil && equalSets(set, before) {
		return append(b, bitmapSame)
	}
	if n > 7 && equalSets(set, live) {
		return append(b, bitmapAll)
	}
	b, rest := appendGroups(b, set, (n+6)/7)
	if rest {
		b = append(b, bitmapEnd)
	}
	return b
}

// appendOpenBitmap writes a bitmap whose reader does not know the number of slots.
func appendOpenBitmap(b []byte, set []uint64) []byte {
	b, _ = appendGroups(b, set, (len(set)*64+6)/7)
	return append(b, bitmapEnd)
}

// appendGroups writes groups of seven slots up to the last one with a member; rest: there would have been more.
func appendGroups(b []byte, set []uint64, groups int) (_ []byte, rest bool) {
	skipped := 0
	for i := range groups {
		v := byte(bitsAt(set, 7*i) & 127)
		if v == 0 {
			skipped++
			continue
		}
		for skipped > 1 {
			n := min(skipped, 30)
			b = append(b, byte(-2-n))
			skipped -= n
		}
		if skipped == 1 {
			b = append(b, 0)
		}
		skipped = 0
		b = append(b, v)
	}
	return b, skipped > 0
}

func equalSets(a, b []uint64) bool {
	for i, v := range a {
		if v != b[i] {
			return false
		}
	}
	return true
}
