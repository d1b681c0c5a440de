package statemachine

import (
	"fmt"
	"strconv"
)

// words are the texts of an enum, in the order of its values, which start at
// one: a zero value has no word, so a field that was never set cannot be
// mistaken for a choice.
type words []string

func (w words) text(kind string, value int) string {
	if value < 1 || value > len(w) {
		return kind + "(" + strconv.Itoa(value) + ")"
	}
	return w[value-1]
}

func (w words) marshal(kind string, value int) ([]byte, error) {
	if value < 1 || value > len(w) {
		return nil, fmt.Errorf("%s has no value %d", kind, value)
	}
	return []byte(w[value-1]), nil
}

func (w words) parse(kind string, text []byte) (int, error) {
	for i, word := range w {
		if word == string(text) {
			return i + 1, nil
		}
	}
	return 0, fmt.Errorf("%q is no %s", text, kind)
}
