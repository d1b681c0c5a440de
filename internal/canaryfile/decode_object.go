package canaryfile

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// object reads a mapping into a struct: its keys are the json names, and one
// without omitempty must be there.
func (d *decoder) object(path string, n ast.Node, into reflect.Value) {
	entries, ok := d.entries(path, n)
	if !ok {
		return
	}
	fields, required := fieldsOf(into)
	for _, e := range entries {
		if field, known := fields[e.key]; known {
			d.entry(join(path, e.key), e, field)
		} else {
			d.unknown(path, e, names(into))
		}
	}
	for _, key := range required {
		if !d.has(join(path, key)) {
			d.fail(join(path, key), "%s is missing; needed here: %s", key, strings.Join(required, ", "))
		}
	}
}

// entry is one key of a mapping and what stands under it.
type entry struct {
	key   string
	name  ast.Node
	value ast.Node
}

// entries lists a mapping's keys in file order, each once.
func (d *decoder) entries(path string, n ast.Node) ([]entry, bool) {
	var pairs []*ast.MappingValueNode
	switch n := n.(type) {
	case *ast.MappingNode:
		pairs = n.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{n}
	default:
		d.fail(path, "%s must be a mapping (key: value), got %s", label(path), describe(n))
		return nil, false
	}
	var entries []entry
	seen := map[string]int{}
	for _, pair := range pairs {
		key, ok := pair.Key.(*ast.StringNode)
		if !ok {
			d.failAt(pair.Key, path, "a key here must be a plain word, got %s", strings.TrimSpace(pair.Key.String()))
			continue
		}
		if line, twice := seen[key.Value]; twice {
			d.failAt(key, join(path, key.Value), "%s stands here twice, first in line %d; remove one", quote(key.Value), line)
			continue
		}
		seen[key.Value] = key.GetToken().Position.Line
		entries = append(entries, entry{key: key.Value, name: key, value: pair.Value})
	}
	return entries, true
}

// entry reads the value of a key. Of a key without one the key is what a report
// shows: the parser puts the value it made up behind the line's end.
func (d *decoder) entry(path string, e entry, into reflect.Value) {
	if e.value == nil || e.value.Type() == ast.NullType {
		d.nodes[path] = e.name
		d.nothing(path)
		return
	}
	d.value(path, e.value, into)
}

// unknown reports a key that the format doesn't have. One that was probably
// meant to be another counts as that one, so that nothing else calls it missing.
func (d *decoder) unknown(path string, e entry, known []string) {
	if near, found := nearest(e.key, known); found {
		meant := join(path, near)
		if !d.has(meant) {
			d.nodes[meant] = e.name
		}
		d.failAt(e.name, meant, "unknown key %s; did you mean %s?", quote(e.key), near)
		return
	}
	d.failAt(e.name, join(path, e.key), "unknown key %s; known here: %s", quote(e.key), strings.Join(known, ", "))
}

// failAt reports a problem with a node that has no path of its own: a key.
func (d *decoder) failAt(n ast.Node, path, format string, args ...any) {
	d.problems = append(d.problems, d.source.token(first(n), path, fmt.Sprintf(format, args...)))
}

// fieldsOf maps a struct's keys to its fields, and lists those that must be
// there.
func fieldsOf(into reflect.Value) (map[string]reflect.Value, []string) {
	fields := map[string]reflect.Value{}
	var required []string
	for i := range into.NumField() {
		name, options, _ := strings.Cut(into.Type().Field(i).Tag.Get("json"), ",")
		fields[name] = into.Field(i)
		if options != "omitempty" {
			required = append(required, name)
		}
	}
	return fields, required
}

func names(into reflect.Value) []string {
	all := make([]string, into.NumField())
	for i := range all {
		all[i], _, _ = strings.Cut(into.Type().Field(i).Tag.Get("json"), ",")
	}
	return all
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
