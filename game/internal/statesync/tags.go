package statesync

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// ErrType is wrapped by the errors of [Compile]; they name the field and tell what to do.
var ErrType = errors.New("cannot be sent")

// refuse is the error for one place in a type.
func refuse(path string, t reflect.Type, advice string, args ...any) error {
	return fmt.Errorf("%s: %v %w: %s", path, t, ErrType, fmt.Sprintf(advice, args...))
}

// tags are the options of a sync tag.
type tags struct {
	hidden, raw, text bool
	quantum           float64 // 0: exact
	rate, key         string
	tol               int64
}

// parseTags reads the sync tag of a field.
func parseTags(f reflect.StructField, path string) (t tags, err error) {
	bad := func(format string, args ...any) (tags, error) {
		return tags{}, fmt.Errorf("%s: the tag sync:%q %w: %s", path, f.Tag.Get("sync"), ErrType, fmt.Sprintf(format, args...))
	}
	for option := range strings.SplitSeq(f.Tag.Get("sync"), ",") {
		name, value, _ := strings.Cut(option, "=")
		switch name {
		case "":
		case "-":
			t.hidden = true
		case "raw":
			t.raw = true
		case "str":
			t.text = true
		case "q":
			t.quantum, err = strconv.ParseFloat(value, 64)
			if err != nil || !(t.quantum > 0 && t.quantum < 1e15) {
				return bad("q is the smallest difference that is sent, for example q=0.1")
			}
		case "rate":
			t.rate = value
		case "key":
			t.key = value
		case "tol":
			t.tol, err = strconv.ParseInt(value, 10, 16)
			if err != nil || t.tol < 0 {
				return bad("tol is a number of quanta, for example tol=1")
			}
		default:
			return bad("%q is not known; use -, q=, rate=, tol=, key=, str or raw", name)
		}
	}
	if t.rate != "" && t.quantum == 0 || t.tol != 0 && t.rate == "" {
		return bad("rate needs q, and tol needs rate, for example q=0.1,rate=VX,tol=1")
	}
	return t, nil
}

// wireName is the name of a field on the wire, by its msgpack tag, else its json tag, else its own; "-" if it is not
// sent, named: a tag gives it.
func wireName(f reflect.StructField) (name string, named bool) {
	tag, ok := f.Tag.Lookup("msgpack")
	if !ok {
		tag = f.Tag.Get("json")
	}
	if tag == "-" {
		return "-", true
	}
	if name, _, _ = strings.Cut(tag, ","); name != "" {
		return name, true
	}
	return f.Name, false
}
