package typescript

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
)

// docs are the comments of packages: by import path, then by "Type" and "Type.Field".
type docs map[string]map[string]string

// of returns the comment of a type, or of one of its fields; "" if it has none.
func (d docs) of(t reflect.Type, field string) (string, error) {
	if t.Name() == "" || t.PkgPath() == "" {
		return "", nil
	}
	comments, ok := d[t.PkgPath()]
	if !ok {
		var err error
		if comments, err = read(t.PkgPath()); err != nil {
			return "", err
		}
		d[t.PkgPath()] = comments
	}
	name, _, _ := strings.Cut(t.Name(), "[") // instances of a generic type have its comments
	if field != "" {
		name += "." + field
	}
	return comments[name], nil
}

// read parses the package in its folder. The types of an external test package are in that of the package it tests.
func read(path string) (map[string]string, error) {
	p, err := build.Import(strings.TrimSuffix(path, "_test"), ".", build.FindOnly)
	if err != nil {
		return nil, fmt.Errorf("the source of %s is not to be found: %w; generate inside the game's module", path, err)
	}
	files, err := filepath.Glob(filepath.Join(p.Dir, "*.go"))
	if err != nil {
		return nil, err
	}
	comments := map[string]string{}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		if strings.HasSuffix(f.Name.Name, "_test") != strings.HasSuffix(path, "_test") {
			continue
		}
		for _, d := range f.Decls {
			if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.TYPE {
				collect(comments, d)
			}
		}
	}
	return comments, nil
}

// collect takes the comments of one type declaration.
func collect(comments map[string]string, d *ast.GenDecl) {
	for _, spec := range d.Specs {
		spec := spec.(*ast.TypeSpec)
		doc := spec.Doc
		if doc == nil && len(d.Specs) == 1 {
			doc = d.Doc
		}
		comments[spec.Name.Name] = doc.Text()
		s, ok := spec.Type.(*ast.StructType)
		if !ok {
			continue
		}
		for _, f := range s.Fields.List {
			doc := f.Doc
			if doc == nil {
				doc = f.Comment
			}
			for _, name := range f.Names {
				comments[spec.Name.Name+"."+name.Name] = doc.Text()
			}
		}
	}
}
