package game

import (
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"unicode/utf8"
)

// decoder reads one MessagePack value from a stranger. No declared length is believed before the bytes are there, and
// depth is bounded by the type, so hostile bytes cost no more than in proportion to their length.
type decoder struct {
	b []byte // what is left
}

// decodeAll reads raw, all of it, into v, which is zero, by means of d, of which nothing is kept. Errors wrap
// ErrBadInput. The bytes are a stranger's, so should this file have a bug that panics, it costs the sender one input and
// not everybody the server.
func (n *node) decodeAll(d *decoder, raw []byte, v reflect.Value) (err error) {
	defer func() {
		d.b = nil
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", ErrBadInput, p)
		}
	}()
	d.b = raw
	if err := n.dec(d, v); err != nil {
		return fmt.Errorf("%w: %w", ErrBadInput, err)
	}
	if len(d.b) > 0 {
		return fmt.Errorf("%w: %d bytes after the value", ErrBadInput, len(d.b))
	}
	return nil
}

// token is one MessagePack head: a whole scalar, or the length of what follows.
type token struct {
	kind tokenKind
	u    uint64 // unsigned and non-negative integers; lengths; a bool as 0 or 1
	i    int64  // negative integers
	f    float64
}

type tokenKind byte

const (
	tokenNone tokenKind = iota // truncated, or 0xc1
	tokenNil
	tokenBool
	tokenUint
	tokenNegative
	tokenFloat
	tokenString
	tokenBin
	tokenArray
	tokenMap
	tokenExt // u counts the type byte too
)

var tokenNames = [...]string{"nothing", "nil", "a boolean", "an integer", "a negative integer", "a float", "a string", "bytes", "an array", "a map", "an extension"}

// take removes n bytes; nil if they are not there.
func (d *decoder) take(n uint64) []byte {
	if n > uint64(len(d.b)) {
		return nil
	}
	b := d.b[:n:n]
	d.b = d.b[n:]
	return b
}

// number removes a big-endian number of n bytes.
func (d *decoder) number(n uint64) (uint64, bool) {
	b := d.take(n)
	if b == nil {
		return 0, false
	}
	switch n {
	case 1:
		return uint64(b[0]), true
	case 2:
		return uint64(binary.BigEndian.Uint16(b)), true
	case 4:
		return uint64(binary.BigEndian.Uint32(b)), true
	}
	return binary.BigEndian.Uint64(b), true
}

// next removes one head.
func (d *decoder) next() token {
	if len(d.b) == 0 {
		return token{}
	}
	c := d.b[0]
	d.b = d.b[1:]
	switch {
	case c <= 0x7f:
		return token{kind: tokenUint, u: uint64(c)}
	case c <= 0x8f:
		return token{kind: tokenMap, u: uint64(c & 0x0f)}
	case c <= 0x9f:
		return token{kind: tokenArray, u: uint64(c & 0x0f)}
	case c <= 0xbf:
		return token{kind: tokenString, u: uint64(c & 0x1f)}
	case c >= 0xe0:
		return token{kind: tokenNegative, i: int64(int8(c))}
	}
	f := forms[c-0xc0]
	if f.size == 0 {
		return token{kind: f.kind, u: f.fixed}
	}
	u, ok := d.number(uint64(f.size))
	if !ok {
		return token{}
	}
	return f.token(u)
}

// form describes the codes 0xc0 to 0xdf.
type form struct {
	kind  tokenKind
	size  uint8  // of the number that follows; 0: the code says all
	fixed uint64 // without a number
}

var forms = [32]form{
	{kind: tokenNil}, {}, {kind: tokenBool}, {kind: tokenBool, fixed: 1},
	{tokenBin, 1, 0}, {tokenBin, 2, 0}, {tokenBin, 4, 0}, {tokenExt, 1, 0}, {tokenExt, 2, 0}, {tokenExt, 4, 0},
	{tokenFloat, 4, 0}, {tokenFloat, 8, 0}, {tokenUint, 1, 0}, {tokenUint, 2, 0}, {tokenUint, 4, 0}, {tokenUint, 8, 0},
	{tokenNegative, 1, 0}, {tokenNegative, 2, 0}, {tokenNegative, 4, 0}, {tokenNegative, 8, 0},
	{tokenExt, 0, 2}, {tokenExt, 0, 3}, {tokenExt, 0, 5}, {tokenExt, 0, 9}, {tokenExt, 0, 17},
	{tokenString, 1, 0}, {tokenString, 2, 0}, {tokenString, 4, 0},
	{tokenArray, 2, 0}, {tokenArray, 4, 0}, {tokenMap, 2, 0}, {tokenMap, 4, 0},
}

func (f form) token(u uint64) token {
	t := token{kind: f.kind, u: u}
	switch f.kind {
	case tokenFloat:
		if f.size == 4 {
			t.f = float64(math.Float32frombits(uint32(u)))
		} else {
			t.f = math.Float64frombits(u)
		}
	case tokenNegative: // the signed codes: they may hold what is not negative
		shift := 64 - 8*f.size
		t.i = int64(u<<shift) >> shift
		if t.i >= 0 {
			t.kind, t.u = tokenUint, uint64(t.i)
		}
	case tokenExt:
		t.u++
	}
	return t
}

// skipNil removes a nil if it is next.
func (d *decoder) skipNil() bool {
	if len(d.b) > 0 && d.b[0] == 0xc0 {
		d.b = d.b[1:]
		return true
	}
	return false
}

// skip removes one whole value, without recursion. It reports false if the bytes end first.
func (d *decoder) skip() bool {
	for left := uint64(1); left > 0; left-- {
		t := d.next()
		switch t.kind {
		case tokenNone:
			return false
		case tokenString, tokenBin, tokenExt:
			if t.u > 0 && d.take(t.u) == nil {
				return false
			}
		case tokenArray:
			left += t.u
		case tokenMap:
			left += 2 * t.u
		}
		if left > uint64(len(d.b))+1 {
			return false
		}
	}
	return true
}

func (n *node) want(what string, got token) error {
	return fmt.Errorf("%s: want %s, got %s", n.path, what, tokenNames[got.kind])
}

func (n *node) cut() error { return fmt.Errorf("%s: the bytes end too early", n.path) }

func (n *node) decodeBool(d *decoder, v reflect.Value) error {
	t := d.next()
	if t.kind != tokenBool {
		return n.want("a boolean", t)
	}
	v.SetBool(t.u == 1)
	return nil
}

// whole turns a float that holds an integer into one: JavaScript has one type for both.
func (t token) whole() token {
	if t.kind != tokenFloat || t.f != math.Trunc(t.f) || t.f < -1<<63 || t.f >= 1<<63 {
		return t
	}
	if t.f < 0 {
		return token{kind: tokenNegative, i: int64(t.f)}
	}
	return token{kind: tokenUint, u: uint64(t.f)}
}

func (n *node) decodeInt(d *decoder, v reflect.Value) error {
	t := d.next().whole()
	switch {
	case t.kind == tokenUint && t.u <= math.MaxInt64:
		t.i = int64(t.u)
	case t.kind != tokenNegative:
		return n.want("an integer of "+v.Type().String(), t)
	}
	if v.OverflowInt(t.i) {
		return fmt.Errorf("%s: %d does not fit into %v", n.path, t.i, v.Type())
	}
	v.SetInt(t.i)
	return nil
}

func (n *node) decodeUint(d *decoder, v reflect.Value) error {
	t := d.next().whole()
	if t.kind != tokenUint {
		return n.want("an integer of "+v.Type().String(), t)
	}
	if v.OverflowUint(t.u) {
		return fmt.Errorf("%s: %d does not fit into %v", n.path, t.u, v.Type())
	}
	v.SetUint(t.u)
	return nil
}

func (n *node) decodeFloat(d *decoder, v reflect.Value) error {
	t := d.next()
	switch t.kind {
	case tokenUint:
		t.f = float64(t.u)
	case tokenNegative:
		t.f = float64(t.i)
	case tokenFloat:
	default:
		return n.want("a number", t)
	}
	if math.IsNaN(t.f) || math.IsInf(t.f, 0) || v.OverflowFloat(t.f) {
		return fmt.Errorf("%s: want a finite number of %v, got %v", n.path, v.Type(), t.f)
	}
	v.SetFloat(t.f)
	return nil
}

func (n *node) decodeString(d *decoder, v reflect.Value) error {
	s, err := n.text(d)
	if err == nil {
		v.SetString(string(s))
	}
	return err
}

// text removes a string; the bytes alias the input.
func (n *node) text(d *decoder) ([]byte, error) {
	t := d.next()
	if t.kind != tokenString {
		return nil, n.want("a string", t)
	}
	if t.u > uint64(len(d.b)) {
		return nil, n.cut()
	}
	b := d.take(t.u)
	if !utf8.Valid(b) {
		return nil, fmt.Errorf("%s: the string is not UTF-8", n.path)
	}
	return b, nil
}

func (n *node) decodeBytes(d *decoder, v reflect.Value) error {
	if v.Kind() == reflect.Slice && d.skipNil() {
		v.SetZero()
		return nil
	}
	t := d.next()
	if t.kind != tokenBin {
		return n.want("bytes", t)
	}
	if t.u > uint64(len(d.b)) {
		return n.cut()
	}
	b := d.take(t.u)
	if v.Kind() == reflect.Slice {
		v.SetBytes(append([]byte{}, b...))
		return nil
	}
	if len(b) != v.Len() {
		return fmt.Errorf("%s: want %d bytes, got %d", n.path, v.Len(), len(b))
	}
	reflect.Copy(v, reflect.ValueOf(b))
	return nil
}

func (n *node) decodeList(d *decoder, v reflect.Value, elem *node) error {
	slice := v.Kind() == reflect.Slice
	if slice && d.skipNil() {
		v.SetZero()
		return nil
	}
	t := d.next()
	if t.kind != tokenArray {
		return n.want("an array", t)
	}
	if t.u > uint64(len(d.b)) {
		return n.cut()
	}
	count := int(t.u)
	if slice {
		v.Set(reflect.MakeSlice(v.Type(), count, count))
	} else if count != v.Len() {
		return fmt.Errorf("%s: want %d items, got %d", n.path, v.Len(), count)
	}
	for i := range count {
		if err := elem.dec(d, v.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

func (n *node) decodeMap(d *decoder, v reflect.Value, elem *node) error {
	if d.skipNil() {
		v.SetZero()
		return nil
	}
	t := d.next()
	if t.kind != tokenMap {
		return n.want("a map", t)
	}
	if t.u > uint64(len(d.b))/2 {
		return n.cut()
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), int(t.u)))
	for range t.u {
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		if err := n.decodeKey(d, key); err != nil {
			return err
		}
		if err := elem.dec(d, value); err != nil {
			return err
		}
		v.SetMapIndex(key, value)
	}
	return nil
}

// decodeKey reads a map key; integers may come as the strings that JavaScript makes of them.
func (n *node) decodeKey(d *decoder, v reflect.Value) error {
	if v.Kind() == reflect.String {
		return n.decodeString(d, v)
	}
	if len(d.b) > 0 && (d.b[0]&0xe0 == 0xa0 || d.b[0] == 0xd9) {
		s, err := n.text(d)
		if err != nil {
			return err
		}
		if v.CanInt() {
			var i int64
			i, err = strconv.ParseInt(string(s), 10, v.Type().Bits())
			v.SetInt(i)
		} else {
			var u uint64
			u, err = strconv.ParseUint(string(s), 10, v.Type().Bits())
			v.SetUint(u)
		}
		if err != nil {
			return fmt.Errorf("%s: the key %q is not an integer of %v", n.path, s, v.Type())
		}
		return nil
	}
	if v.CanInt() {
		return n.decodeInt(d, v)
	}
	return n.decodeUint(d, v)
}

// decodeStruct reads a map into a struct. Unknown names are skipped, absent and nil ones leave the zero value.
func (n *node) decodeStruct(d *decoder, v reflect.Value, fields *fields) error {
	t := d.next()
	if t.kind != tokenMap {
		return n.want("a map", t)
	}
	for i := range t.u {
		name, err := n.text(d)
		if err != nil {
			return err
		}
		f := fields.find(int(i), name)
		if f == nil {
			if !d.skip() {
				return n.cut()
			}
			continue
		}
		if d.skipNil() {
			continue
		}
		if err := f.dec(d, v.FieldByIndex(f.index)); err != nil {
			return err
		}
	}
	return nil
}
