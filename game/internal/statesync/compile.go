package statesync

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/vmihailenco/msgpack/v5"
)

// Compile makes the plan of a state type, which is a struct or a pointer to one. step is the time between two ticks, by
// which rate= predicts; 0 for matches without a clock. An error names the field and tells what to do, and wraps ErrType.
func Compile(t reflect.Type, step time.Duration) (*Plan, error) {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	path := t.Name()
	if path == "" {
		path = "State"
	}
	if t.Kind() != reflect.Struct {
		return nil, refuse(path, t, "a state is a struct; put it into one")
	}
	c := compiler{step: step.Seconds()}
	row, err := c.row(t, tags{}, path)
	if err != nil {
		return nil, err
	}
	p := &Plan{typ: t, root: &tablePlan{kind: single, typ: t, path: path, row: row}}
	p.schema = row.appendSchema(nil)
	p.hash = hash(p.schema)
	return p, nil
}

// compiler walks a type; parents are the types around the present one, to find cycles.
type compiler struct {
	step    float64 // seconds
	parents []reflect.Type
}

// candidate is a column before its place is known.
type candidate struct {
	column
	columnInfo
	rateOf string  // predicted: the field that tells the speed, by its name in Go
	rateAs string  // or by its name on the wire
	q      float64 // the quantum
}

// row compiles one row: a struct, or anything else as a single column without a name.
func (c *compiler) row(t reflect.Type, tag tags, path string) (*rowPlan, error) {
	r := &rowPlan{typ: t}
	var list []candidate
	var err error
	if t.Kind() == reflect.Struct && !tag.raw && !marshals(t) {
		if tag != (tags{}) {
			return nil, refuse(path, t, "its sync tag says how a single value is sent; move it to the fields of %v", t)
		}
		list, err = c.fields(t, scope{path: path})
	} else {
		r.scalar = true
		if err = c.enter(t, path); err == nil {
			list, err = c.value(list, t, tag, scope{path: path}, "", "")
			c.leave()
		}
	}
	if err != nil {
		return nil, err
	}
	return r, r.arrange(list, c.step)
}

// enter refuses a type inside itself.
func (c *compiler) enter(t reflect.Type, path string) error {
	if slices.Contains(c.parents, t) {
		return refuse(path, t, "it contains itself; refer to other values by a key into a map or an index into a slice")
	}
	c.parents = append(c.parents, t)
	return nil
}

func (c *compiler) leave() { c.parents = c.parents[:len(c.parents)-1] }

// scope is where in a row the walk is.
type scope struct {
	path   string
	wire   string // prefix of the names on the wire
	field  string // prefix of the names in Go
	offset uintptr
	index  []int
}

func (s scope) at(f reflect.StructField, i int) scope {
	s.path += "." + f.Name
	s.offset += f.Offset
	s.index = append(slices.Clone(s.index), i)
	return s
}

// fields lists the columns of a struct, embedded and nested ones flattened.
func (c *compiler) fields(t reflect.Type, s scope) ([]candidate, error) {
	if err := c.enter(t, s.path); err != nil {
		return nil, err
	}
	defer c.leave()
	var list []candidate
	sendable := t.NumField() == 0
	for i := range t.NumField() {
		f := t.Field(i)
		at := s.at(f, i)
		tag, err := parseTags(f, at.path)
		if err != nil {
			return nil, err
		}
		name, named := wireName(f)
		inline := f.Anonymous && !named && f.Type.Kind() == reflect.Struct && !tag.raw && !marshals(f.Type)
		if !f.IsExported() && !inline {
			continue
		}
		sendable = true
		if name == "-" || tag.hidden {
			continue
		}
		if inline {
			inner, err := c.fields(f.Type, at)
			if err != nil {
				return nil, err
			}
			list = append(list, inner...)
			continue
		}
		if strings.Contains(name, ".") || name == "__proto__" {
			return nil, refuse(at.path, f.Type, "the name %q has a meaning of its own in clients; tag it with another one", name)
		}
		if list, err = c.value(list, f.Type, tag, at, name, f.Name); err != nil {
			return nil, err
		}
	}
	if !sendable {
		return nil, refuse(s.path, t, `it has no exported fields, so nothing of it would arrive; hold a plain value, or tag it sync:"-"`)
	}
	return list, nil
}

// value appends the column, or the columns, of one value. The names are empty for rows that are no structs.
func (c *compiler) value(list []candidate, t reflect.Type, tag tags, s scope, name, field string) ([]candidate, error) {
	col := candidate{q: tag.quantum}
	col.name, col.field, col.path, col.typ = s.wire+name, s.field+field, s.path, t
	col.place, col.rate, col.tol = placeAt(s.offset, s.index), -1, tag.tol
	if tag.rate != "" {
		col.rateOf, col.rateAs = s.field+tag.rate, s.wire+tag.rate
	}
	var err error
	switch {
	case tag.raw:
		col.op = opRaw
	case marshals(t):
		err = refuse(s.path, t, `it marshals itself; hold a plain value (for a time: ticks, or milliseconds as an int64), or tag it sync:"raw"`)
	case t.Kind() == reflect.Struct:
		s.wire, s.field = s.wire+name+".", s.field+field+"."
		if tag != (tags{}) {
			return nil, refuse(s.path, t, "its sync tag says how a single value is sent; move it to the fields of %v", t)
		}
		inner, err := c.fields(t, s)
		return append(list, inner...), err
	default:
		if col.op, err = scalarOp(t, tag, s.path); err == nil && col.op == opNested {
			col.sub, err = c.table(t, tag, s.path)
		}
	}
	if col.op == opQuant64 || col.op == opQuant32 {
		col.inv = 1 / tag.quantum
		if whole := math.Round(col.inv); math.Abs(col.inv-whole) < 1e-9*whole {
			col.inv = whole
		}
		if tag.rate != "" {
			col.op += opRate64 - opQuant64
		}
	}
	return append(list, col), err
}

// marshals tells whether values of a type say themselves how they are sent.
func marshals(t reflect.Type) bool {
	if t.PkgPath() == "" {
		return false
	}
	for _, i := range [...]reflect.Type{
		reflect.TypeFor[msgpack.CustomEncoder](), reflect.TypeFor[msgpack.Marshaler](),
		reflect.TypeFor[encoding.BinaryMarshaler](), reflect.TypeFor[encoding.TextMarshaler](),
	} {
		if t.Implements(i) || reflect.PointerTo(t).Implements(i) {
			return true
		}
	}
	return false
}

// scalarOp finds how a value is sent; opNested for collections.
func scalarOp(t reflect.Type, tag tags, path string) (op, error) {
	kind := t.Kind()
	collection := kind == reflect.Pointer || kind == reflect.Map || kind == reflect.Slice || kind == reflect.Array
	float := kind == reflect.Float64 || kind == reflect.Float32
	integer := kind >= reflect.Int && kind <= reflect.Uint64
	switch {
	case tag.quantum != 0 && !float && !collection:
		return 0, refuse(path, t, "q= is for floats")
	case tag.key != "" && kind != reflect.Slice:
		return 0, refuse(path, t, "key= is for slices of structs")
	case tag.text && !collection && (!integer || t.Size() != 8):
		return 0, refuse(path, t, "str is for 64-bit integers")
	case kind == reflect.Bool:
		return opBool, nil
	case integer:
		return integerOp(t, tag), nil
	case kind == reflect.Float64 && tag.quantum != 0:
		return opQuant64, nil
	case kind == reflect.Float32 && tag.quantum != 0:
		return opQuant32, nil
	case kind == reflect.Float64:
		return opFloat64, nil
	case kind == reflect.Float32:
		return opFloat32, nil
	case kind == reflect.String:
		return opString, nil
	case (kind == reflect.Slice || kind == reflect.Array) && t.Elem().Kind() == reflect.Uint8 && tag.key == "":
		return opBytes, nil
	case collection:
		return opNested, nil
	case kind == reflect.Interface:
		return 0, refuse(path, t, `its real type is not known here; use one concrete type, or tag it sync:"raw"`)
	case kind == reflect.Complex64 || kind == reflect.Complex128:
		return 0, refuse(path, t, "use two floats")
	}
	return 0, refuse(path, t, `it means nothing elsewhere; tag it sync:"-" or do not export it`)
}

func integerOp(t reflect.Type, tag tags) op {
	signed := t.Kind() <= reflect.Int64
	if tag.text {
		if signed {
			return opIntText
		}
		return opUintText
	}
	first := opUint
	if signed {
		first = opInt
	}
	switch t.Size() {
	case 1:
		return first + (opInt8 - opInt)
	case 2:
		return first + (opInt16 - opInt)
	case 4:
		return first + (opInt32 - opInt)
	}
	return first
}

// table compiles a collection.
func (c *compiler) table(t reflect.Type, tag tags, path string) (*tablePlan, error) {
	p := &tablePlan{typ: t, path: path, length: -1}
	elem := t.Elem()
	switch t.Kind() {
	case reflect.Pointer:
		p.kind = optional
	case reflect.Map:
		key := t.Key().Kind()
		if p.text = key == reflect.String; !p.text && (key < reflect.Int || key > reflect.Uint64) {
			return nil, refuse(path, t, "map keys are strings or integers")
		}
		p.kind, path = mapping, path+"[]"
	case reflect.Array:
		p.length = t.Len()
		p.kind, path = list, path+"[]"
	default:
		p.kind, path = list, path+"[]"
		if tag.key != "" {
			p.kind = keyed
		}
	}
	// Pointers in an array may be nil, like pointers in fields: seats that are free. Elsewhere they lead to the rows.
	if p.kind != optional && elem.Kind() == reflect.Pointer && p.length < 0 {
		p.ptr, elem = true, elem.Elem()
	}
	if elem.Kind() == reflect.Pointer && (p.ptr || p.kind == optional || elem.Elem().Kind() == reflect.Pointer) {
		return nil, refuse(path, t, "use one pointer, not a pointer to a pointer")
	}
	key := tag.key
	tag.key = ""
	var err error
	if p.row, err = c.row(elem, tag, path); err != nil || p.kind != keyed {
		return p, err
	}
	return p, p.takeKey(key, path)
}

// takeKey makes a column of the rows their key: it is sent once, when a row is added, instead of as a value.
func (p *tablePlan) takeKey(name, path string) error {
	r := p.row
	i := slices.IndexFunc(r.info, func(c columnInfo) bool {
		return c.name == name || c.field == name
	})
	if i < 0 || r.scalar {
		return refuse(path, p.typ, "key=%s names no field of %v", name, r.typ)
	}
	switch op := r.cols[i].op; {
	case op == opString:
		p.text = true
	case op > opUint32:
		return refuse(path, p.typ, "key=%s is a %v; use a string or an integer", name, r.info[i].typ)
	case strings.Contains(r.info[i].name, "."):
		return refuse(path, p.typ, "key=%s lies in a nested struct; use a field of %v itself", name, r.typ)
	}
	for j, c := range r.cols {
		if int(c.rate) == i {
			return refuse(r.info[j].path, r.info[j].typ, "its rate= is the key of %v, which never changes", p.typ)
		}
	}
	key := r.cols[i]
	p.key, p.keyAs = &key, r.info[i].name
	r.drop(i)
	return nil
}

// check finds columns that would be sent under the same name.
func check(list []candidate) error {
	paths := map[string]string{}
	for _, c := range list {
		if twin, ok := paths[c.name]; ok {
			return fmt.Errorf("%s and %s are both sent as %q, which %w: rename one by a msgpack tag", twin, c.path, c.name, ErrType)
		}
		paths[c.name] = c.path
	}
	for _, c := range list {
		for i, char := range c.name {
			if char == '.' && paths[c.name[:i]] != "" {
				return fmt.Errorf("%s and %s are both sent as %q, which %w: rename one by a msgpack tag", paths[c.name[:i]], c.path, c.name[:i], ErrType)
			}
		}
	}
	return nil
}
