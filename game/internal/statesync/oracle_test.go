package statesync_test

import (
	"bytes"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vmihailenco/msgpack/v5"
)

// tree says what a state should look like to a client. It is written independently of the package: plain recursion over
// the values, nothing incremental. Nil pointers are left out; all numbers are float64.
func tree(v reflect.Value, tag string) any {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return tree(v.Elem(), tag)
	case reflect.Struct:
		m := map[string]any{}
		treeFields(m, v)
		return m
	case reflect.Map:
		m := map[string]any{}
		for it := v.MapRange(); it.Next(); {
			if x := tree(it.Value(), tag); x != nil {
				m[fmt.Sprint(it.Key())] = x
			}
		}
		return m
	case reflect.Slice, reflect.Array:
		return treeList(v, tag)
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return v.Bool()
	case reflect.Float32, reflect.Float64:
		return quantised(v.Float(), option(tag, "q"), option(tag, "rate") != "")
	}
	if strings.Contains(tag, "str") {
		return fmt.Sprint(v)
	}
	if v.CanInt() {
		return float64(v.Int())
	}
	return float64(v.Uint())
}

func treeList(v reflect.Value, tag string) any {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		b := []byte{}
		for i := range v.Len() {
			b = append(b, byte(v.Index(i).Uint()))
		}
		return b
	}
	list := []any{}
	order := []int{}
	for i := range v.Len() {
		order = append(order, i)
	}
	if key := option(tag, "key"); key != "" {
		slices.SortFunc(order, func(a, b int) int {
			x, y := reflect.Indirect(v.Index(a)).FieldByName(key), reflect.Indirect(v.Index(b)).FieldByName(key)
			if x.Kind() == reflect.String {
				return strings.Compare(x.String(), y.String())
			}
			return int(x.Int() - y.Int())
		})
		tag = ""
	}
	for _, i := range order {
		list = append(list, tree(v.Index(i), tag))
	}
	return list
}

func treeFields(m map[string]any, v reflect.Value) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("msgpack"), ",")
		tag := f.Tag.Get("sync")
		switch {
		case f.Anonymous && name == "":
			treeFields(m, v.Field(i))
			continue
		case !f.IsExported() || name == "-" || tag == "-":
			continue
		case name == "":
			name = f.Name
		}
		if tag == "raw" {
			b, err := msgpack.Marshal(v.Field(i).Interface())
			if err != nil {
				panic(err)
			}
			m[name] = decodeTree(b)
		} else {
			m[name] = tree(v.Field(i), tag)
		}
		if m[name] == nil {
			delete(m, name)
		}
	}
}

func option(tag, name string) string {
	for _, o := range strings.Split(tag, ",") {
		if k, v, ok := strings.Cut(o, "="); ok && k == name {
			return v
		}
	}
	return ""
}

func quantised(x float64, q string, rated bool) any {
	if q == "" {
		return x
	}
	quantum, err := strconv.ParseFloat(q, 64)
	if err != nil {
		panic(err)
	}
	inv := 1 / quantum
	if math.Abs(inv-math.Round(inv)) < 1e-9*inv {
		inv = math.Round(inv)
	}
	if rated {
		return math.Floor(x*inv+0.5) / inv
	}
	return (math.RoundToEven(x*inv) + 0) / inv // never -0
}

// plain brings a decoded tree to the oracle's form: nil pointers are left out.
func plain(v any) any { return normal(v, false) }

func normal(v any, keepNil bool) any {
	switch v := v.(type) {
	case map[string]any:
		m := map[string]any{}
		for k, x := range v {
			if x = normal(x, keepNil); x != nil || keepNil {
				m[k] = x
			}
		}
		return m
	case []any:
		list := []any{}
		for _, x := range v {
			list = append(list, normal(x, keepNil))
		}
		return list
	case nil, string, bool, []byte, float64:
		return v
	}
	x := reflect.ValueOf(v)
	if x.CanInt() {
		return float64(x.Int())
	}
	if x.CanUint() {
		return float64(x.Uint())
	}
	return x.Float()
}

// decodeTree decodes one value with the msgpack library.
func decodeTree(b []byte) any { return plain(decodeAny(b)) }

func decodeAny(b []byte) any {
	d := msgpack.NewDecoder(bytes.NewReader(b))
	v, err := d.DecodeInterface()
	if err != nil {
		panic(err)
	}
	return v
}

// requireSame compares trees; NaN is equal to itself, and -0 is not 0.
func requireSame(t *testing.T, want, got any, where ...any) {
	t.Helper()
	if path := difference("", want, got); path != "" {
		require.Equal(t, want, got, append([]any{path}, where...)...)
		require.Fail(t, path, where...)
	}
}

func difference(path string, a, b any) string {
	switch a := a.(type) {
	case map[string]any:
		m, ok := b.(map[string]any)
		if !ok || len(m) != len(a) {
			return path + " (keys)"
		}
		for k := range a {
			if _, ok := m[k]; !ok {
				return path + "." + k + " (missing)"
			}
			if d := difference(path+"."+k, a[k], m[k]); d != "" {
				return d
			}
		}
		return ""
	case []any:
		l, ok := b.([]any)
		if !ok || len(l) != len(a) {
			return path + " (length)"
		}
		for i := range a {
			if d := difference(fmt.Sprint(path, "[", i, "]"), a[i], l[i]); d != "" {
				return d
			}
		}
		return ""
	case float64:
		if f, ok := b.(float64); ok && (math.Float64bits(f) == math.Float64bits(a) || a != a && f != f || a == f && a != 0) {
			return ""
		}
		return fmt.Sprint(path, ": ", a, " != ", b)
	}
	if !reflect.DeepEqual(a, b) {
		return fmt.Sprint(path, ": ", a, " != ", b)
	}
	return ""
}

// merge applies a merge patch (RFC 7396, section 2).
func merge(target, patch any) any {
	p, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	t, ok := target.(map[string]any)
	if !ok {
		t = map[string]any{}
	}
	for k, v := range p {
		if v == nil {
			delete(t, k)
		} else {
			t[k] = merge(t[k], v)
		}
	}
	return t
}

// typeOf is the struct type that a pointer leads to.
func typeOf(state any) reflect.Type { return reflect.TypeOf(state).Elem() }

func valueOf(state any) reflect.Value { return reflect.ValueOf(state).Elem() }

func reflectNew(t reflect.Type) reflect.Value { return reflect.New(t) }
