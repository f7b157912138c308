package transport

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"
)

const (
	maxAttachments = 10 // of one JSON packet: every client since socket.io-parser 4.2.6 refuses more
	maxDepthOut    = 64 // containers inside one another in what we send as JSON
)

var errAttachments = fmt.Errorf("transport: more than %d binary values in one packet: JSON clients refuse it", maxAttachments)

// toCanonical appends scanned MessagePack of a peer with notepack's extensions replaced (undefined by nil, Date by the
// timestamp extension, ArrayBuffer by bin) and strings made valid UTF-8: half an emoji, cut off by JavaScript's slice, is
// no reason to end a connection, but would end that of a browser that it is sent to.
func toCanonical(dst, src []byte) ([]byte, error) {
	for len(src) > 0 {
		h, err := readHead(src)
		if err != nil {
			return dst, err
		}
		v, body := src[:h.size()], src[h.body:h.size()]
		switch {
		case h.kind == kindExt && h.ext == 0 && src[0] == 0xd4:
			dst = append(dst, 0xc0)
		case h.kind == kindExt && h.ext == 0 && src[0] == 0xd7:
			dst = appendTime(dst, time.UnixMilli(int64(binary.BigEndian.Uint64(body))))
		case h.kind == kindExt && h.ext == 0:
			dst = appendBin(dst, body)
		case h.kind == kindStr && !utf8.Valid(body):
			dst = appendStr(dst, bytes.ToValidUTF8(body, []byte("\uFFFD")))
		default:
			dst = append(dst, v...)
		}
		src = src[h.size():]
	}
	return dst, nil
}

// validStrings reports whether all strings in b are UTF-8. Browsers end the connection over one that is not.
func validStrings(b []byte) bool {
	for len(b) > 0 {
		h, err := readHead(b)
		if err != nil || h.kind == kindStr && !utf8.Valid(b[h.body:h.size()]) {
			return false
		}
		b = b[h.size():]
	}
	return true
}

// toNotepack appends canonical MessagePack with timestamps as notepack's Date.
func toNotepack(dst, src []byte) ([]byte, error) {
	from := 0
	for pos := 0; pos < len(src); {
		h, err := readHead(src[pos:])
		if err != nil {
			return dst, err
		}
		if h.kind == kindExt {
			if h.ext != -1 || h.n != 4 && h.n != 8 && h.n != 12 {
				return dst, errCode
			}
			ms := readTime(src[pos+h.body : pos+h.size()]).UnixMilli()
			dst = append(append(dst, src[from:pos]...), 0xd7, 0)
			dst = binary.BigEndian.AppendUint64(dst, uint64(ms))
			from = pos + h.size()
		}
		pos += h.size()
	}
	return append(dst, src[from:]...), nil
}

// appendJSON appends one canonical value as JSON. Binary values become placeholders and are appended to bins, or base64
// text if bins is nil.
func appendJSON(dst, src []byte, bins *[][]byte) ([]byte, error) {
	var stack [maxDepthOut]struct {
		left  int
		isMap bool
	}
	for top := 0; ; {
		h, err := readHead(src)
		if err != nil {
			return dst, err
		}
		key := top > 0 && stack[top-1].isMap && stack[top-1].left%2 == 0
		if dst, err = appendJSONLeaf(dst, src, h, key, bins); err != nil {
			return dst, err
		}
		src = src[h.size():]
		if h.kind >= kindArray {
			if top == maxDepthOut {
				return dst, fmt.Errorf("transport: nested deeper than %d", maxDepthOut)
			}
			stack[top].left, stack[top].isMap = h.n, h.kind == kindMap
			if h.kind == kindMap {
				stack[top].left *= 2
			}
			if top++; h.n > 0 {
				continue
			}
			stack[top-1].left = 1
		}
		for { // what ends behind this value, and what stands before the next
			if top == 0 {
				if len(src) != 0 {
					return dst, errTrailing
				}
				return dst, nil
			}
			f := &stack[top-1]
			if f.left--; f.left > 0 {
				if f.isMap && f.left%2 == 1 {
					dst = append(dst, ':')
				} else {
					dst = append(dst, ',')
				}
				break
			}
			if top--; f.isMap {
				dst = append(dst, '}')
			} else {
				dst = append(dst, ']')
			}
		}
	}
}

func appendJSONLeaf(dst, src []byte, h head, key bool, bins *[][]byte) ([]byte, error) {
	body := src[h.body:]
	if key && h.kind != kindStr && h.kind != kindInt {
		return dst, errKey
	}
	switch h.kind {
	case kindNil:
		return append(dst, "null"...), nil
	case kindBool:
		return strconv.AppendBool(dst, src[0] == 0xc3), nil
	case kindInt:
		if key {
			dst = append(dst, '"')
		}
		if i, u, signed := readInt(src); signed {
			dst = strconv.AppendInt(dst, i, 10)
		} else {
			dst = strconv.AppendUint(dst, u, 10)
		}
		if key {
			dst = append(dst, '"')
		}
		return dst, nil
	case kindFloat:
		v, bits := readFloat(src)
		return appendJSONFloat(dst, v, bits), nil
	case kindStr:
		return appendJSONString(dst, body[:h.n]), nil
	case kindBin:
		return appendJSONBinary(dst, body[:h.n], bins)
	case kindArray:
		return append(dst, '['), nil
	case kindMap:
		return append(dst, '{'), nil
	}
	if h.ext != -1 || h.n != 4 && h.n != 8 && h.n != 12 {
		return dst, errCode
	}
	t := readTime(body[:h.n])
	if t.Year() < 0 || t.Year() > 9999 {
		return append(dst, "null"...), nil
	}
	return t.AppendFormat(dst, `"2006-01-02T15:04:05.000Z"`), nil
}

func appendJSONBinary(dst, b []byte, bins *[][]byte) ([]byte, error) {
	if bins == nil {
		dst = base64.StdEncoding.AppendEncode(append(dst, '"'), b)
		return append(dst, '"'), nil
	}
	if len(*bins) == maxAttachments {
		return dst, errAttachments
	}
	dst = strconv.AppendInt(append(dst, `{"_placeholder":true,"num":`...), int64(len(*bins)), 10)
	*bins = append(*bins, b)
	return append(dst, '}'), nil
}

// appendJSONFloat writes a number as JavaScript would; NaN and the infinities are null.
func appendJSONFloat(dst []byte, v float64, bits int) []byte {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return append(dst, "null"...)
	}
	if a := math.Abs(v); a != 0 && (a < 1e-6 || a >= 1e21) {
		dst = strconv.AppendFloat(dst, v, 'e', -1, bits)
		if n := len(dst); dst[n-4] == 'e' && dst[n-3] == '-' && dst[n-2] == '0' { // e-07: JavaScript writes e-7
			dst = append(dst[:n-2], dst[n-1])
		}
		return dst
	}
	return strconv.AppendFloat(dst, v, 'f', -1, bits)
}

const hexDigits = "0123456789abcdef"

// appendJSONString quotes s. Control characters are escaped, the separator 0x1e of polling payloads among them; bytes
// that are not UTF-8 become U+FFFD, since a browser ends the connection over them.
func appendJSONString(dst, s []byte) []byte {
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRune(s[i:])
			if r == utf8.RuneError && n == 1 {
				dst = append(append(dst, s[from:i]...), "\uFFFD"...)
				from = i + 1
			}
			i += n
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		dst = append(dst, s[from:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, `\n`...)
		case '\r':
			dst = append(dst, `\r`...)
		case '\t':
			dst = append(dst, `\t`...)
		default:
			dst = append(dst, `\u00`...)
			dst = append(dst, hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		from = i
	}
	return append(append(dst, s[from:]...), '"')
}
