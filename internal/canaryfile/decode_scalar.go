package canaryfile

import (
	"encoding"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// rule is what a text must look like. The decoder and the schema both use it.
type rule struct {
	pattern string // understood alike by Go and by ECMAScript
	expects string // completes "… must be"
}

// ruled is a text with a rule.
type ruled interface{ rule() rule }

// text reads a field that is a string.
func (d *decoder) text(path string, n ast.Node, into reflect.Value) {
	got, ok := stringOf(n)
	if !ok {
		d.fail(path, "%s must be text, got %s%s", label(path), describe(n), quoteIt(n))
		return
	}
	if field, ok := reflect.TypeAssert[ruled](into); ok {
		if rule := field.rule(); !regexp.MustCompile(rule.pattern).MatchString(got) {
			d.fail(path, "%s must be %s, got %s", label(path), rule.expects, quote(got))
			return
		}
	}
	into.SetString(got)
}

// quoteIt is the advice for what YAML takes for a number or a bool.
func quoteIt(n ast.Node) string {
	if _, scalar := n.(ast.ScalarNode); scalar {
		return " (put it in quotes)"
	}
	return ""
}

func stringOf(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	}
	return "", false
}

// flag reads a field that is a bool.
func (d *decoder) flag(path string, n ast.Node, into reflect.Value) {
	if b, ok := n.(*ast.BoolNode); ok {
		into.SetBool(b.Value)
		return
	}
	d.fail(path, "%s must be true or false, got %s", label(path), describe(n))
}

// word reads one of the words of an enum.
func (d *decoder) word(path string, n ast.Node, into encoding.TextUnmarshaler) {
	got, ok := stringOf(n)
	if !ok || into.UnmarshalText([]byte(got)) != nil {
		d.fail(path, "%s must be %s, got %s", label(path), or(wordsOf(reflect.TypeOf(into).Elem())), describe(n))
		reflect.ValueOf(into).Elem().SetZero()
	}
}

// wordsOf lists the words of an enum of the core, in the order of its values.
func wordsOf(t reflect.Type) []string {
	var words []string
	for value := int64(1); ; value++ {
		v := reflect.New(t).Elem()
		v.SetInt(value)
		m, ok := reflect.TypeAssert[encoding.TextMarshaler](v)
		if !ok {
			return words
		}
		word, err := m.MarshalText()
		if err != nil {
			return words // past the last
		}
		words = append(words, string(word))
	}
}

// or lists alternatives: "a, b or c".
func or(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// list reads a sequence into a slice. An element that can't be read is there all
// the same, zero, so that paths and indexes agree.
func (d *decoder) list(path string, n ast.Node, into reflect.Value) {
	sequence, ok := n.(*ast.SequenceNode)
	if !ok {
		d.fail(path, "%s must be a list, got %s", label(path), describe(n))
		return
	}
	into.Set(reflect.MakeSlice(into.Type(), len(sequence.Values), len(sequence.Values)))
	for i, element := range sequence.Values {
		d.value(path+"["+strconv.Itoa(i)+"]", element, into.Index(i))
	}
}
