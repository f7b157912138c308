package statesync

import (
	"fmt"
	"reflect"
)

// Field is what the tags of a struct's field say about how it is sent. For tools that describe types; it is the rule of
// [Compile], which also checks what FieldOf takes as given.
type Field struct {
	Name   string // on the wire, unless Inline
	Hidden bool   // not sent: by its tags, or because it is not exported
	Inline bool   // an embedded struct, whose fields are sent in its place
	Text   bool   // sync:"str": 64-bit integers as text
	Raw    bool   // sync:"raw": whole, by package msgpack
	Key    string // sync:"key=": names what tells the elements of a slice apart
}

// FieldOf reads the tags of a field.
func FieldOf(f reflect.StructField) (Field, error) {
	tag, err := parseTags(f, f.Name)
	if err != nil {
		return Field{}, fmt.Errorf("statesync: %w", err)
	}
	name, named := wireName(f)
	inline := f.Anonymous && !named && f.Type.Kind() == reflect.Struct && !tag.raw && !marshals(f.Type)
	return Field{
		Name:   name,
		Hidden: name == "-" || tag.hidden || !f.IsExported() && !inline,
		Inline: inline,
		Text:   tag.text,
		Raw:    tag.raw,
		Key:    tag.key,
	}, nil
}

// NameOf is the name of a field where sync tags mean nothing: in the arguments of events. "-": not sent.
func NameOf(f reflect.StructField) (name string, inline bool) {
	name, named := wireName(f)
	inline = f.Anonymous && !named && f.Type.Kind() == reflect.Struct && !marshals(f.Type)
	if !f.IsExported() && !inline {
		return "-", false
	}
	return name, inline
}

// Marshals tells whether values of a type say themselves how they are sent, so that their Go type says nothing of it.
func Marshals(t reflect.Type) bool { return marshals(t) }
