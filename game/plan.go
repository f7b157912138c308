package game

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// node is the plan for reading one place in a kind's Input. Plans are compiled once, at Define, and are then only read.
// Reading is ours and not the msgpack library's because input comes from strangers: the library wraps integers that are
// too large, refuses the float64 that JavaScript always sends where a float32 is declared, and trusts declared lengths.
type node struct {
	path string // of the field, for error texts: Input.Moves[].X
	dec  func(d *decoder, v reflect.Value) error
}

// field is one exported field of a struct, embedded ones flattened.
type field struct {
	*node
	name  string
	index []int
}

// fields are those of a struct, in their order.
type fields struct {
	list   []field
	byName map[string]*field
}

// find returns the field of a name, nil if there is none. Clients that send the fields in their order have it found at
// once.
func (s *fields) find(i int, name []byte) *field {
	if i < len(s.list) && s.list[i].name == string(name) {
		return &s.list[i]
	}
	return s.byName[string(name)]
}

// compiler walks a type; parents are the types around the present one, to find cycles.
type compiler struct{ parents []reflect.Type }

func compile(t reflect.Type, path string) (*node, error) {
	return new(compiler).compile(t, path)
}

func (c *compiler) compile(t reflect.Type, path string) (*node, error) {
	if slices.Contains(c.parents, t) {
		return nil, refuse(path, t, "contains itself; refer to other values by a key into a map or an index into a slice")
	}
	c.parents = append(c.parents, t)
	defer func() { c.parents = c.parents[:len(c.parents)-1] }()

	n := &node{path: path}
	var err error
	switch t.Kind() {
	case reflect.Bool:
		n.dec = n.decodeBool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n.dec = n.decodeInt
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n.dec = n.decodeUint
	case reflect.Float32, reflect.Float64:
		n.dec = n.decodeFloat
	case reflect.String:
		n.dec = n.decodeString
	case reflect.Pointer:
		err = c.pointer(n, t)
	case reflect.Slice, reflect.Array:
		err = c.list(n, t)
	case reflect.Map:
		err = c.mapping(n, t)
	case reflect.Struct:
		err = c.structure(n, t)
	case reflect.Interface:
		err = refuse(path, t, "its real type is not known here; use one concrete type")
	case reflect.Chan, reflect.Func, reflect.Uintptr, reflect.UnsafePointer:
		err = refuse(path, t, "it means nothing elsewhere; make the field unexported if it can be rebuilt from the others")
	case reflect.Complex64, reflect.Complex128:
		err = refuse(path, t, "use two floats")
	default:
		err = refuse(path, t, "use another type")
	}
	return n, err
}

func refuse(path string, t reflect.Type, advice string) error {
	return fmt.Errorf("%s: %v cannot be sent: %s", path, t, advice)
}

func (c *compiler) pointer(n *node, t reflect.Type) error {
	elem, err := c.compile(t.Elem(), n.path)
	if err != nil {
		return err
	}
	n.dec = func(d *decoder, v reflect.Value) error {
		if d.skipNil() {
			v.SetZero()
			return nil
		}
		v.Set(reflect.New(t.Elem()))
		return elem.dec(d, v.Elem())
	}
	return nil
}

func (c *compiler) list(n *node, t reflect.Type) error {
	if t.Elem().Kind() == reflect.Uint8 {
		n.dec = n.decodeBytes
		return nil
	}
	elem, err := c.compile(t.Elem(), n.path+"[]")
	if err != nil {
		return err
	}
	n.dec = func(d *decoder, v reflect.Value) error { return n.decodeList(d, v, elem) }
	return nil
}

func (c *compiler) mapping(n *node, t reflect.Type) error {
	signed := t.Key().Kind() >= reflect.Int && t.Key().Kind() <= reflect.Int64
	unsigned := t.Key().Kind() >= reflect.Uint && t.Key().Kind() <= reflect.Uint64
	if t.Key().Kind() != reflect.String && !signed && !unsigned {
		return refuse(n.path, t, "map keys are strings or integers")
	}
	elem, err := c.compile(t.Elem(), n.path+"[]")
	if err != nil {
		return err
	}
	n.dec = func(d *decoder, v reflect.Value) error { return n.decodeMap(d, v, elem) }
	return nil
}

func (c *compiler) structure(n *node, t reflect.Type) error {
	if t == reflect.TypeFor[time.Time]() {
		return refuse(n.path, t, "a match has no clock of its own; count ticks, or send milliseconds as an int64")
	}
	list, err := c.fields(t, n.path, nil)
	if err != nil {
		return err
	}
	if len(list) == 0 && t.NumField() > 0 && !hasHidden(t) {
		return refuse(n.path, t, "it has no exported fields, so nothing of it would arrive; export some, or hold a plain value")
	}
	byName := make(map[string]*field, len(list))
	for i := range list {
		f := &list[i]
		if twin, ok := byName[f.name]; ok {
			return fmt.Errorf("%s and %s are both sent as %q; rename one by a msgpack tag", twin.path, f.path, f.name)
		}
		byName[f.name] = f
	}
	all := &fields{list, byName}
	n.dec = func(d *decoder, v reflect.Value) error { return n.decodeStruct(d, v, all) }
	return nil
}

// fields lists the fields of t in order; prefix leads to t from the struct that embeds it.
func (c *compiler) fields(t reflect.Type, path string, prefix []int) ([]field, error) {
	var list []field
	for i := range t.NumField() {
		sf := t.Field(i)
		name, err := fieldTag(sf, path)
		if err != nil {
			return nil, err
		}
		embedded := sf.Anonymous && name == "" && sf.Type.Kind() == reflect.Struct
		if name == "-" || !sf.IsExported() && !embedded {
			continue
		}
		at := path + "." + sf.Name
		index := append(slices.Clone(prefix), i)
		if embedded {
			inner, err := c.fields(sf.Type, at, index)
			if err != nil {
				return nil, err
			}
			list = append(list, inner...)
			continue
		}
		n, err := c.compile(sf.Type, at)
		if err != nil {
			return nil, err
		}
		if sf.Tag.Get("sync") == "-" { // part of the match, but nobody's to see
			continue
		}
		if name == "" {
			name = sf.Name
		}
		list = append(list, field{node: n, name: name, index: index})
	}
	return list, nil
}

// hasHidden tells whether t has a field that is kept from players on purpose.
func hasHidden(t reflect.Type) bool {
	for i := range t.NumField() {
		if t.Field(i).Tag.Get("sync") == "-" {
			return true
		}
	}
	return false
}

// fieldTag reads the msgpack tag, else the json tag. name is "" if the tag gives none, "-" if the field is not taken.
func fieldTag(sf reflect.StructField, path string) (name string, err error) {
	tag, ok := sf.Tag.Lookup("msgpack")
	if !ok {
		tag = sf.Tag.Get("json")
	}
	if tag == "-" {
		return "-", nil
	}
	name, rest, _ := strings.Cut(tag, ",")
	for option := range strings.SplitSeq(rest, ",") {
		switch option {
		case "", "inline", "omitempty", "omitzero":
		default:
			return "", fmt.Errorf("%s.%s: the tag option %q is not known; use a name, omitempty or -", path, sf.Name, option)
		}
	}
	return name, nil
}
