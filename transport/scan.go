package transport

import (
	"encoding/binary"
	"fmt"
	"unicode/utf8"
)

// Bounds of one incoming packet. A size limit alone is no protection: 12 kB of nested array headers make a decoder
// allocate gigabytes, and a megabyte of 0x91 overflows its stack.
const (
	maxDepth = 16        // containers inside one another, the argument array being the first
	maxNodes = 1<<16 - 1 // values and map keys
)

var (
	errTruncated = fmt.Errorf("%w: it ends too early", ErrMalformed)
	errTrailing  = fmt.Errorf("%w: bytes behind its end", ErrMalformed)
	errDepth     = fmt.Errorf("%w: nested deeper than %d", ErrMalformed, maxDepth)
	errNodes     = fmt.Errorf("%w: more than %d values", ErrMalformed, maxNodes)
	errCode      = fmt.Errorf("%w: unknown MessagePack code or extension", ErrMalformed)
	errKey       = fmt.Errorf("%w: a map key that is not a string", ErrMalformed)
)

type kind uint8

const (
	kindNil kind = iota
	kindBool
	kindInt
	kindFloat
	kindStr
	kindBin
	kindExt
	kindArray
	kindMap
)

// head is the first part of a MessagePack value.
type head struct {
	kind kind
	ext  int8
	body int // offset of what follows the head: the payload, or the first item
	n    int // payload bytes; of an array the items, of a map the pairs
}

// size is the bytes of a leaf, and of a container without its items.
func (h head) size() int {
	if h.kind >= kindArray {
		return h.body
	}
	return h.body + h.n
}

// readHead reads the head of the value that b begins with. A leaf's payload is inside b; a container's items are not
// looked at, but each needs a byte, so that a count above the bytes left is refused.
func readHead(b []byte) (head, error) {
	if len(b) == 0 {
		return head{}, errTruncated
	}
	c := b[0]
	switch {
	case c <= 0x7f || c >= 0xe0:
		return head{kind: kindInt, body: 1}, nil
	case c <= 0x8f:
		return bounded(b, kindMap, 1, uint64(c&0x0f))
	case c <= 0x9f:
		return bounded(b, kindArray, 1, uint64(c&0x0f))
	case c <= 0xbf:
		return bounded(b, kindStr, 1, uint64(c&0x1f))
	}
	switch c {
	case 0xc0:
		return head{kind: kindNil, body: 1}, nil
	case 0xc2, 0xc3:
		return head{kind: kindBool, body: 1}, nil
	case 0xca, 0xcb:
		return bounded(b, kindFloat, 1, 4<<(c-0xca))
	case 0xcc, 0xcd, 0xce, 0xcf:
		return bounded(b, kindInt, 1, 1<<(c-0xcc))
	case 0xd0, 0xd1, 0xd2, 0xd3:
		return bounded(b, kindInt, 1, 1<<(c-0xd0))
	case 0xd4, 0xd5, 0xd6, 0xd7, 0xd8:
		return extension(b, 1, 1<<(c-0xd4))
	case 0xc4, 0xc5, 0xc6:
		return sized(b, kindBin, 1<<(c-0xc4))
	case 0xc7, 0xc8, 0xc9:
		return sized(b, kindExt, 1<<(c-0xc7))
	case 0xd9, 0xda, 0xdb:
		return sized(b, kindStr, 1<<(c-0xd9))
	case 0xdc, 0xdd:
		return sized(b, kindArray, 2<<(c-0xdc))
	case 0xde, 0xdf:
		return sized(b, kindMap, 2<<(c-0xde))
	}
	return head{}, errCode
}

// sized reads a length of width bytes behind the code.
func sized(b []byte, k kind, width int) (head, error) {
	if len(b) < 1+width {
		return head{}, errTruncated
	}
	var n uint64
	switch width {
	case 1:
		n = uint64(b[1])
	case 2:
		n = uint64(binary.BigEndian.Uint16(b[1:]))
	default:
		n = uint64(binary.BigEndian.Uint32(b[1:]))
	}
	if k == kindExt {
		return extension(b, 1+width, n)
	}
	return bounded(b, k, 1+width, n)
}

func extension(b []byte, at int, n uint64) (head, error) {
	if len(b) <= at {
		return head{}, errTruncated
	}
	h, err := bounded(b, kindExt, at+1, n)
	h.ext = int8(b[at])
	return h, err
}

func bounded(b []byte, k kind, body int, n uint64) (head, error) {
	need := n
	if k == kindMap {
		need = 2 * n
	}
	if uint64(len(b)) < uint64(body)+need {
		return head{}, errTruncated
	}
	return head{kind: k, body: body, n: int(n)}, nil
}

// scanner checks MessagePack from a peer before anything decodes it: depth, declared counts against the bytes that are
// left, the number of values over all calls, the extensions that exist, string keys. It allocates nothing and does not
// recurse. It also notes whether what it saw is canonical already.
type scanner struct {
	nodes   int
	foreign bool // notepack's extension type 0, or a string that is not UTF-8: has to be transcoded
}

// value checks the value that b begins with, in which containers may be depth deep, and returns its length.
func (s *scanner) value(b []byte, depth int) (int, error) {
	var stack [maxDepth]struct {
		left  int
		isMap bool
	}
	pos, top := 0, 0
	for owed := 1; owed > 0; {
		h, err := readHead(b[pos:])
		if err != nil {
			return 0, err
		}
		if top > 0 {
			f := &stack[top-1]
			if f.isMap && f.left%2 == 0 && h.kind != kindStr {
				return 0, errKey
			}
			f.left--
		}
		if err := s.leaf(b[pos:], h); err != nil {
			return 0, err
		}
		pos += h.size()
		owed--
		if s.nodes++; s.nodes+owed > maxNodes {
			return 0, errNodes
		}
		if h.kind >= kindArray {
			if top == depth {
				return 0, errDepth
			}
			count := h.n
			if h.kind == kindMap {
				count *= 2
			}
			if owed += count; owed > len(b)-pos {
				return 0, errTruncated
			}
			stack[top].left, stack[top].isMap = count, h.kind == kindMap
			top++
		}
		for top > 0 && stack[top-1].left == 0 {
			top--
		}
	}
	return pos, nil
}

// leaf checks what a value's head cannot tell.
func (s *scanner) leaf(b []byte, h head) error {
	switch h.kind {
	case kindStr:
		if !utf8.Valid(b[h.body : h.body+h.n]) {
			s.foreign = true
		}
	case kindExt:
		switch {
		case h.ext == 0:
			s.foreign = true
		case h.ext != -1 || h.n != 4 && h.n != 8 && h.n != 12:
			return errCode
		}
	}
	return nil
}
