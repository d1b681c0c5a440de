package canaryfile

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// nodes are where each path of the file stands: "steps[1].weight".
type nodes map[string]ast.Node

// decoder reads YAML nodes into the structs of the format. It goes on after a
// problem, so that a report is complete.
type decoder struct {
	source   source
	nodes    nodes
	problems []Problem
}

// reader is a value of the format that reads itself. What it can't read it
// reports to the decoder, and stays zero.
type reader interface {
	read(d *decoder, path string, n ast.Node)
}

// fail reports a problem with the value at path, or, where there is none, with
// what it would stand in.
func (d *decoder) fail(path, format string, args ...any) {
	d.problems = append(d.problems, d.problem(path, format, args...))
}

func (d *decoder) problem(path, format string, args ...any) Problem {
	text := fmt.Sprintf(format, args...)
	for at := path; ; at = at[:max(0, strings.LastIndexAny(at, ".["))] {
		if n := d.nodes[at]; n != nil || at == "" {
			return d.source.token(first(n), path, text)
		}
	}
}

// has says whether the file has something at path, right or wrong.
func (d *decoder) has(path string) bool { return d.nodes[path] != nil }

// broken says whether the value at path itself was reported.
func (d *decoder) broken(path string) bool {
	return slices.ContainsFunc(d.problems, func(p Problem) bool { return p.Path == path })
}

// brokenUnder says whether the value at path, or one in it, was reported.
func (d *decoder) brokenUnder(path string) bool {
	return slices.ContainsFunc(d.problems, func(p Problem) bool {
		rest, under := strings.CutPrefix(p.Path, path)
		return under && (rest == "" || rest[0] == '.' || rest[0] == '[')
	})
}

// document reads the whole file.
func (d *decoder) document(root ast.Node, doc *document) {
	d.nodes[""] = root
	d.value("", root, reflect.ValueOf(doc).Elem())
}

// value reads n, which stands at path, into a field.
func (d *decoder) value(path string, n ast.Node, into reflect.Value) {
	d.nodes[path] = n
	if n.Type() == ast.NullType {
		d.nothing(path)
		return
	}
	if !d.plain(path, n) {
		return
	}
	switch field := into.Addr().Interface().(type) {
	case reader:
		field.read(d, path, n)
		return
	case encoding.TextUnmarshaler:
		d.word(path, n, field)
		return
	}
	d.byKind(path, n, into)
}

// byKind reads a field that is made of other fields, or plain.
func (d *decoder) byKind(path string, n ast.Node, into reflect.Value) {
	switch into.Kind() {
	case reflect.Pointer:
		fresh := reflect.New(into.Type().Elem())
		d.value(path, n, fresh.Elem())
		into.Set(fresh)
	case reflect.Struct:
		d.object(path, n, into)
	case reflect.Slice:
		d.list(path, n, into)
	case reflect.String:
		d.text(path, n, into)
	case reflect.Bool:
		d.flag(path, n, into)
	default:
		panic("canaryfile: the format has a field of kind " + into.Kind().String())
	}
}

// nothing reports a value that was left out: a key with nothing behind it.
func (d *decoder) nothing(path string) {
	if tk := first(d.nodes[path]); tk != nil && tk.Position != nil {
		if p, found := d.source.bareVariableIn(tk.Position.Line, path); found {
			d.problems = append(d.problems, p)
			return
		}
	}
	d.fail(path, "%s has no value; give it one, or leave it out", label(path))
}

// plain says no to what a short file doesn't need and what would make the place
// of a value ambiguous.
func (d *decoder) plain(path string, n ast.Node) bool {
	switch n.Type() {
	case ast.AnchorType, ast.AliasType, ast.TagType, ast.MergeKeyType:
		d.fail(path, "anchors, aliases, merges and tags are not read here; write the value out")
		return false
	}
	return true
}

// label is how a sentence names a path: by its last part.
func label(path string) string {
	if path == "" {
		return "the file"
	}
	return path[strings.LastIndexByte(path, '.')+1:]
}

// describe names what stands in the file in place of what was expected.
func describe(n ast.Node) string {
	switch n := n.(type) {
	case *ast.StringNode:
		return quote(n.Value)
	case *ast.LiteralNode:
		return quote(n.Value.Value)
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.NullNode:
		return "nothing"
	}
	return strings.Trim(quote(n.GetToken().Value), `"`)
}
