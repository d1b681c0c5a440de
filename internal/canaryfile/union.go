package canaryfile

import (
	"reflect"
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// kind is one of several forms a value may have: the word that names it, and a
// fresh block to read what stands under the word into.
type kind[B any] struct {
	word  string
	fresh func() B // a pointer to a zero struct
}

// oneOf reads a mapping with exactly one key, the word of a kind; expects
// completes "… must be". It says which it was, "" if none, and what stands
// there; nil if that can't be read.
func oneOf[B any](d *decoder, path string, n ast.Node, kinds []kind[B], expects string) (string, B) {
	var none B
	entries, ok := d.entries(path, n)
	if !ok {
		return "", none
	}
	if len(entries) == 0 {
		d.fail(path, "%s must be %s, got an empty mapping", label(path), expects)
		return "", none
	}
	at := slices.IndexFunc(kinds, func(k kind[B]) bool { return k.word == entries[0].key })
	if at < 0 {
		d.unknown(path, entries[0], wordsIn(kinds))
		return "", none
	}
	for _, extra := range entries[1:] {
		d.failAt(extra.name, join(path, extra.key), "%s must be %s, got %s as a second key", label(path), expects, quote(extra.key))
	}
	word, block := kinds[at].word, kinds[at].fresh()
	d.entry(join(path, word), entries[0], reflect.ValueOf(block).Elem())
	if d.broken(join(path, word)) {
		return word, none
	}
	return word, block
}

func wordsIn[B any](kinds []kind[B]) []string {
	words := make([]string, len(kinds))
	for i, k := range kinds {
		words[i] = k.word
	}
	return words
}
