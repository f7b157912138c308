package transport

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

var (
	errJSON        = fmt.Errorf("%w: not JSON", ErrMalformed)
	errPlaceholder = fmt.Errorf("%w: a placeholder without its attachment", ErrMalformed)
)

// jsonReader transcodes JSON text into canonical MessagePack in one pass, without recursion, with the bounds of the
// scanner. A container's head is written as three bytes and shortened once its length is known; maxNodes sees to it that
// sixteen bits are enough.
type jsonReader struct {
	src   []byte
	pos   int
	dst   []byte
	nodes int
	bins  [][]byte // attachments that placeholders stand for; each may be used once
	used  uint     // bit set of bins
	stack [maxDepth]jsonFrame
	top   int
}

type jsonFrame struct {
	start       int // of the head in dst
	n           int // values so far, and keys
	isMap       bool
	key         jsonKey // the last one
	placeholder bool
	num         int64
}

type jsonKey uint8

const (
	keyOther jsonKey = iota
	keyPlaceholder
	keyNum
)

// fromJSON appends the JSON value in src to dst. With bins, objects that are placeholders become the binary values.
func fromJSON(dst, src []byte, bins [][]byte) ([]byte, error) {
	r := jsonReader{src: src, dst: dst, bins: bins}
	for {
		opened, err := r.value()
		if err != nil {
			return dst, err
		}
		if opened {
			continue
		}
		more, err := r.after()
		if err != nil {
			return dst, err
		}
		if !more {
			if r.space(); r.pos != len(r.src) {
				return dst, errJSON
			}
			return r.dst, nil
		}
	}
}

// space skips white space and returns the next byte, 0 at the end.
func (r *jsonReader) space() byte {
	for ; r.pos < len(r.src); r.pos++ {
		switch c := r.src[r.pos]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

func (r *jsonReader) count() error {
	if r.nodes++; r.nodes > maxNodes {
		return errNodes
	}
	return nil
}

// value reads one value, or opens a container that is not empty: then its first value is next.
func (r *jsonReader) value() (opened bool, err error) {
	if err := r.count(); err != nil {
		return false, err
	}
	switch c := r.space(); c {
	case '{', '[':
		return r.open(c)
	case '"':
		return false, r.str()
	case 't':
		err = r.word("true", 0xc3)
		if f := r.frame(); err == nil && f != nil && f.key == keyPlaceholder {
			f.placeholder = true
		}
		return false, err
	case 'f':
		return false, r.word("false", 0xc2)
	case 'n':
		return false, r.word("null", 0xc0)
	}
	return false, r.number()
}

func (r *jsonReader) frame() *jsonFrame {
	if r.top == 0 {
		return nil
	}
	return &r.stack[r.top-1]
}

func (r *jsonReader) word(w string, code byte) error {
	if len(r.src)-r.pos < len(w) || string(r.src[r.pos:r.pos+len(w)]) != w {
		return errJSON
	}
	r.pos += len(w)
	r.dst = append(r.dst, code)
	return nil
}

func (r *jsonReader) open(c byte) (bool, error) {
	if r.top == maxDepth {
		return false, errDepth
	}
	r.stack[r.top] = jsonFrame{start: len(r.dst), isMap: c == '{', num: -1}
	r.top++
	r.dst = append(r.dst, 0, 0, 0)
	r.pos++
	if end := r.space(); end == c+2 { // ']' and '}' are two behind '[' and '{'
		r.pos++
		return false, r.close()
	}
	if c == '{' {
		return true, r.key()
	}
	return true, nil
}

// key reads an object's key and the colon.
func (r *jsonReader) key() error {
	if err := r.count(); err != nil {
		return err
	}
	f := r.frame()
	f.n++
	if r.space() != '"' {
		return errJSON
	}
	at := r.pos
	if err := r.str(); err != nil {
		return err
	}
	f.key = keyOther
	if r.bins != nil {
		switch string(r.src[at:r.pos]) {
		case `"_placeholder"`:
			f.key = keyPlaceholder
		case `"num"`:
			f.key = keyNum
		}
	}
	if r.space() != ':' {
		return errJSON
	}
	r.pos++
	return nil
}

// after reads what stands behind a value: commas and ends of containers. It reports whether another value follows.
func (r *jsonReader) after() (more bool, err error) {
	for r.top > 0 {
		f := r.frame()
		f.n++
		c := r.space()
		r.pos++
		switch {
		case c == ',' && f.isMap:
			return true, r.key()
		case c == ',':
			return true, nil
		case c == '}' && f.isMap, c == ']' && !f.isMap:
			if err := r.close(); err != nil {
				return false, err
			}
		default:
			return false, errJSON
		}
	}
	return false, nil
}

// close ends the innermost container: its head gets its length, or it turns out to be a placeholder.
func (r *jsonReader) close() error {
	r.top--
	f := &r.stack[r.top]
	if f.placeholder {
		if f.num < 0 || f.num >= int64(len(r.bins)) || r.used>>uint(f.num)&1 == 1 {
			return errPlaceholder
		}
		r.used |= 1 << uint(f.num)
		r.dst = appendBin(r.dst[:f.start], r.bins[f.num])
		return nil
	}
	n, short, long := f.n, byte(0x90), byte(0xdc)
	if f.isMap {
		n, short, long = n/2, 0x80, 0xde
	}
	if n < 16 {
		r.dst[f.start] = short | byte(n)
		r.dst = append(r.dst[:f.start+1], r.dst[f.start+3:]...)
		return nil
	}
	r.dst[f.start] = long
	binary.BigEndian.PutUint16(r.dst[f.start+1:], uint16(n))
	return nil
}

// str reads a string: as it is when nothing in it is escaped or broken.
func (r *jsonReader) str() error {
	r.pos++
	from := r.pos
	plain := true
	for ; r.pos < len(r.src); r.pos++ {
		switch c := r.src[r.pos]; {
		case c == '"':
			s := r.src[from:r.pos]
			r.pos++
			if plain && utf8.Valid(s) {
				r.dst = appendStr(r.dst, s)
				return nil
			}
			return r.unquote(s)
		case c == '\\':
			plain = false
			r.pos++
		case c < ' ':
			return errJSON
		}
	}
	return errJSON
}

// unquote appends a string with escapes; halves of surrogate pairs and bytes that are not UTF-8 become U+FFFD.
func (r *jsonReader) unquote(s []byte) error {
	start := len(r.dst)
	r.dst = append(r.dst, 0xdb, 0, 0, 0, 0)
	for len(s) > 0 {
		if s[0] != '\\' {
			c, n := utf8.DecodeRune(s)
			r.dst, s = utf8.AppendRune(r.dst, c), s[n:]
			continue
		}
		c, n := escape(s)
		if n == 0 {
			return errJSON
		}
		r.dst, s = utf8.AppendRune(r.dst, c), s[n:]
	}
	body := r.dst[start+5:]
	r.dst = appendStr(r.dst[:start], body) // the head only gets shorter, so the bytes move towards the front
	return nil
}

// escape reads one escape, or the two of a surrogate pair; n is 0 if it is not one.
func escape(s []byte) (c rune, n int) {
	if len(s) < 2 {
		return 0, 0
	}
	switch s[1] {
	case '"', '\\', '/':
		return rune(s[1]), 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		c, ok := hex4(s)
		if !ok {
			return 0, 0
		}
		if utf16.IsSurrogate(c) {
			if low, ok := hex4(s[6:]); ok {
				if pair := utf16.DecodeRune(c, low); pair != utf8.RuneError {
					return pair, 12
				}
			}
			return utf8.RuneError, 6
		}
		return c, 6
	}
	return 0, 0
}

// hex4 reads \uXXXX.
func hex4(s []byte) (c rune, ok bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	for _, d := range s[2:6] {
		switch {
		case d >= '0' && d <= '9':
			d -= '0'
		case d >= 'a' && d <= 'f':
			d -= 'a' - 10
		case d >= 'A' && d <= 'F':
			d -= 'A' - 10
		default:
			return 0, false
		}
		c = c<<4 | rune(d)
	}
	return c, true
}

// number reads a number: an int if it is integral and in the range of int64, else a float64.
func (r *jsonReader) number() error {
	from := r.pos
	integral, ok := r.numeral()
	if !ok {
		return errJSON
	}
	s := r.src[from:r.pos]
	if integral {
		if i, err := strconv.ParseInt(string(s), 10, 64); err == nil {
			r.dst = appendInt(r.dst, i)
			if f := r.frame(); f != nil && f.key == keyNum {
				f.num = i
			}
			return nil
		}
	}
	v, err := strconv.ParseFloat(string(s), 64)
	if err != nil {
		return errJSON
	}
	if v == math.Trunc(v) && math.Abs(v) < 1<<63 {
		r.dst = appendInt(r.dst, int64(v))
		return nil
	}
	r.dst = appendFloat(r.dst, v)
	return nil
}

// numeral moves over a number by the grammar of JSON.
func (r *jsonReader) numeral() (integral, ok bool) {
	if r.peek() == '-' {
		r.pos++
	}
	if r.peek() == '0' {
		r.pos++
	} else if !r.digits() {
		return false, false
	}
	integral = true
	if r.peek() == '.' {
		integral = false
		if r.pos++; !r.digits() {
			return false, false
		}
	}
	if c := r.peek(); c == 'e' || c == 'E' {
		integral = false
		r.pos++
		if c := r.peek(); c == '+' || c == '-' {
			r.pos++
		}
		if !r.digits() {
			return false, false
		}
	}
	return integral, true
}

func (r *jsonReader) peek() byte {
	if r.pos < len(r.src) {
		return r.src[r.pos]
	}
	return 0
}

func (r *jsonReader) digits() bool {
	from := r.pos
	for r.peek() >= '0' && r.peek() <= '9' {
		r.pos++
	}
	return r.pos > from
}
