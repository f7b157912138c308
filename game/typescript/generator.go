package typescript

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"ninepin/game/internal/statesync"
)

// role is what a type is used for. The same Go type may arrive differently in each.
type role int

const (
	asState role = iota
	asInput
	asEvent
)

var roleNames = [...]string{"State", "Input", "Event"}

// place is a struct type in a role.
type place struct {
	typ  reflect.Type
	role role
}

// generator collects declarations in the order in which they are first needed.
type generator struct {
	docs  docs
	decls []*decl
	names map[place]string
	taken map[string]int // index in decls by TypeScript name
	err   error          // the first one
}

// decl is one exported declaration.
type decl struct {
	typ        reflect.Type // of an interface; nil for others
	body, text string
}

// root declares a kind's State or Input and exports it under that name as well.
func (g *generator) root(name string, t reflect.Type, r role) {
	is := g.typeOf(t, r)
	if _, used := g.taken[name]; used {
		return // it has that name, or something else has it that must not lose it
	}
	doc := fmt.Sprintf("The %s of this game.", name)
	g.add(name, &decl{text: comment(doc, "") + "export type " + name + " = " + is + ";\n"})
}

func (g *generator) add(name string, d *decl) {
	g.taken[name] = len(g.decls)
	g.decls = append(g.decls, d)
}

// typeOf returns the TypeScript type of t, and declares it if it is a struct with a name.
func (g *generator) typeOf(t reflect.Type, r role) string {
	if statesync.Marshals(t) {
		return "unknown"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "boolean"
	case reflect.String:
		return "string"
	case reflect.Pointer:
		return orNull(g.typeOf(t.Elem(), r))
	case reflect.Map:
		return "Record<string, " + g.element(t.Elem(), r, r == asState) + ">"
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return "Uint8Array"
		}
		return array(g.element(t.Elem(), r, r == asState && t.Kind() == reflect.Slice))
	case reflect.Struct:
		if t.Name() == "" {
			return g.body(t, r, "")
		}
		return g.declare(t, r)
	case reflect.Interface, reflect.Func, reflect.Chan, reflect.Complex64, reflect.Complex128, reflect.UnsafePointer:
		return "unknown"
	}
	return "number"
}

// element is the type of what lies in a collection; live: pointers there are never null.
func (g *generator) element(t reflect.Type, r role, live bool) string {
	if live && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return g.typeOf(t, r)
}

func orNull(t string) string {
	if strings.HasSuffix(t, " | null") {
		return t
	}
	return t + " | null"
}

func array(t string) string {
	if strings.Contains(t, " | ") && !strings.HasPrefix(t, "Record<") && !strings.HasPrefix(t, "{") {
		t = "(" + t + ")"
	}
	return t + "[]"
}

// declare makes the interface of a struct, once for all roles in which it is the same.
func (g *generator) declare(t reflect.Type, r role) string {
	if name, ok := g.names[place{t, r}]; ok {
		return name
	}
	bare := identifier(t.Name())
	name := bare
	if i, used := g.taken[name]; used && g.decls[i].typ == t {
		name += roleNames[r] // unless it turns out to be equal
	} else if used {
		name = identifier(packageName(t)) + bare
	}
	for n := 2; ; n++ {
		if _, used := g.taken[name]; !used {
			break
		}
		name = fmt.Sprint(bare, n)
	}
	g.names[place{t, r}] = name
	d := &decl{typ: t}
	g.add(name, d)
	d.body = g.body(t, r, "")
	if i := g.taken[bare]; g.decls[i] != d && g.decls[i].typ == t && g.decls[i].body == d.body {
		g.names[place{t, r}] = bare
		g.remove(name)
		return bare
	}
	d.text = comment(g.doc(t, ""), "") + "export interface " + name + " " + d.body + "\n"
	return name
}

// remove takes back a declaration that has turned out to be one that is there already.
func (g *generator) remove(name string) {
	at := g.taken[name]
	delete(g.taken, name)
	g.decls = slices.Delete(g.decls, at, at+1)
	for n, i := range g.taken {
		if i > at {
			g.taken[n] = i - 1
		}
	}
}

// body is a struct as an object type.
func (g *generator) body(t reflect.Type, r role, indent string) string {
	var b strings.Builder
	b.WriteString("{\n")
	g.fields(&b, t, r, indent+"  ")
	b.WriteString(indent + "}")
	return b.String()
}

func (g *generator) fields(b *strings.Builder, t reflect.Type, r role, indent string) {
	for i := range t.NumField() {
		f := t.Field(i)
		var field statesync.Field
		if r == asEvent {
			field.Name, field.Inline = statesync.NameOf(f)
			field.Hidden = field.Name == "-"
		} else if field = g.field(f); r == asInput {
			field.Text, field.Raw = false, false
		}
		switch {
		case field.Hidden:
			continue
		case field.Inline:
			g.fields(b, f.Type, r, indent)
			continue
		}
		is := strings.ReplaceAll(g.fieldType(f.Type, field, r), "\n", "\n"+indent)
		optional := ""
		if r == asInput && f.Type.Kind() == reflect.Pointer || r != asState && omitted(f) {
			optional = "?"
		}
		b.WriteString(comment(g.doc(t, f.Name), indent))
		fmt.Fprintf(b, "%s%s%s: %s;\n", indent, property(field.Name), optional, is)
	}
}

func (g *generator) field(f reflect.StructField) statesync.Field {
	field, err := statesync.FieldOf(f)
	if err != nil && g.err == nil {
		g.err = err
	}
	return field
}

// fieldType is the type of a field, sync tags heeded.
func (g *generator) fieldType(t reflect.Type, f statesync.Field, r role) string {
	switch {
	case f.Raw:
		return g.typeOf(t, asEvent) // package msgpack sends it, as it sends events
	case !f.Text:
		return g.typeOf(t, r)
	}
	switch t.Kind() { // collections of integers as text
	case reflect.Pointer:
		return orNull(g.fieldType(t.Elem(), f, r))
	case reflect.Map:
		return "Record<string, " + g.fieldType(t.Elem(), f, r) + ">"
	case reflect.Slice, reflect.Array:
		return array(g.fieldType(t.Elem(), f, r))
	}
	return "string"
}

// omitted tells whether a field may be missing.
func omitted(f reflect.StructField) bool {
	tag, ok := f.Tag.Lookup("msgpack")
	if !ok {
		tag = f.Tag.Get("json")
	}
	options := strings.Split(tag, ",")[1:]
	return slices.Contains(options, "omitempty") || slices.Contains(options, "omitzero")
}

// events declares Events, a type and not an interface because only those fit the SDK's EventMap.
func (g *generator) events(t reflect.Type) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		g.err = fmt.Errorf("Source.Events is a %v; pass a struct with one field for each event", t)
		return
	}
	var b strings.Builder
	for i := range t.NumField() {
		f := t.Field(i)
		name, _ := statesync.NameOf(f)
		if name == "-" {
			continue
		}
		list := strings.ReplaceAll(g.arguments(f.Type), "\n", "\n  ")
		fmt.Fprintf(&b, "%s  %s: [%s];\n", comment(g.doc(t, f.Name), "  "), property(name), list)
	}
	if _, used := g.taken["Events"]; used {
		g.err = fmt.Errorf("a type of the state, the input or an argument is called Events, as the events are; rename it")
		return
	}
	g.add("Events", &decl{text: comment(g.doc(t, ""), "") + "export type Events = {\n" + b.String() + "};\n"})
}

// arguments lists what an event carries.
func (g *generator) arguments(t reflect.Type) string {
	if t.Kind() != reflect.Func {
		return g.typeOf(t, asEvent)
	}
	args := make([]string, t.NumIn())
	for i := range args {
		args[i] = g.typeOf(t.In(i), asEvent)
	}
	if t.IsVariadic() {
		args[len(args)-1] = "..." + args[len(args)-1]
	}
	return strings.Join(args, ", ")
}

func (g *generator) doc(t reflect.Type, field string) string {
	text, err := g.docs.of(t, field)
	if err != nil && g.err == nil {
		g.err = err
	}
	return text
}

// identifier makes a TypeScript name of a Go one, which for instances of generic types has brackets and paths in it.
func identifier(name string) string {
	var b strings.Builder
	for part := range strings.FieldsFuncSeq(name, func(c rune) bool { return c == '[' || c == ']' || c == ',' }) {
		part = part[strings.LastIndexAny(part, "/.")+1:]
		part = strings.Map(func(c rune) rune {
			if c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c) {
				return c
			}
			return -1
		}, part)
		first, n := utf8.DecodeRuneInString(part)
		b.WriteString(string(unicode.ToUpper(first)) + part[n:])
	}
	return b.String()
}

func packageName(t reflect.Type) string {
	return t.PkgPath()[strings.LastIndexByte(t.PkgPath(), '/')+1:]
}

var plain = regexp.MustCompile(`^[A-Za-z_$][\w$]*$`)

// property is a field's name as it stands in an object type.
func property(name string) string {
	if plain.MatchString(name) {
		return name
	}
	quoted, _ := json.Marshal(name) // of a string: no error
	return string(quoted)
}

// comment is a doc comment in TypeScript's form.
func comment(text, indent string) string {
	text = strings.ReplaceAll(strings.TrimSpace(text), "*/", "*\\/")
	if text == "" {
		return ""
	}
	if !strings.Contains(text, "\n") {
		return indent + "/** " + text + " */\n"
	}
	var b strings.Builder
	b.WriteString(indent + "/**\n")
	for line := range strings.SplitSeq(text, "\n") {
		b.WriteString(strings.TrimRight(indent+" * "+line, " ") + "\n")
	}
	b.WriteString(indent + " */\n")
	return b.String()
}
