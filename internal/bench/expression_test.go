package bench_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// env is what an expression is read with: names, values and the item it is about.
type env struct {
	names  map[string]string
	values item
	item   item
}

// tokens caches what expressions are made of: the same few come again and again.
var tokens sync.Map //nolint:gochecknoglobals // a cache

var token = regexp.MustCompile(`[#:]?\w+|<=|>=|<>|[=<>(),]`)

func tokensOf(expression string) []string {
	if known, ok := tokens.Load(expression); ok {
		return known.([]string)
	}
	list := token.FindAllString(expression, -1)
	tokens.Store(expression, list)
	return list
}

// reader walks through tokens.
type reader struct {
	env
	rest []string
}

func (r *reader) next() string {
	if len(r.rest) == 0 {
		return ""
	}
	t := r.rest[0]
	r.rest = r.rest[1:]
	return t
}

func (r *reader) peek() string {
	if len(r.rest) == 0 {
		return ""
	}
	return r.rest[0]
}

func (r *reader) expect(want string) {
	if got := r.next(); got != want {
		panic(fmt.Sprintf("bench: expression: %q where %q should be", got, want))
	}
}

// holds is a condition's truth.
func (e env) holds(condition string) bool {
	r := &reader{e, tokensOf(condition)}
	return r.or()
}

func (r *reader) or() bool {
	is := r.and()
	for strings.EqualFold(r.peek(), "or") {
		r.next()
		other := r.and()
		is = is || other
	}
	return is
}

func (r *reader) and() bool {
	is := r.term()
	for strings.EqualFold(r.peek(), "and") {
		r.next()
		other := r.term()
		is = is && other
	}
	return is
}

func (r *reader) term() bool {
	switch r.peek() {
	case "(":
		r.next()
		is := r.or()
		r.expect(")")
		return is
	case "attribute_not_exists", "attribute_exists", "begins_with":
		return r.function(r.next())
	}
	left, op, right := r.operand(), r.next(), r.operand()
	if left == nil {
		return op == "<>"
	}
	if op == "=" {
		return bytes.Equal(left, right)
	}
	order := strings.Compare(textOf(left), textOf(right))
	return map[string]bool{"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0, "<>": order != 0}[op]
}

func (r *reader) function(name string) bool {
	r.expect("(")
	of := r.operand()
	defer r.expect(")")
	switch name {
	case "attribute_exists":
		return of != nil
	case "attribute_not_exists":
		return of == nil
	}
	r.expect(",")
	return strings.HasPrefix(textOf(of), textOf(r.operand()))
}

// operand is an attribute's value, or a given one; nil if there is none.
func (r *reader) operand() json.RawMessage {
	word := r.next()
	switch {
	case strings.HasPrefix(word, ":"):
		return r.values[word]
	case word == "if_not_exists":
		r.expect("(")
		is := r.operand()
		r.expect(",")
		otherwise := r.operand()
		r.expect(")")
		if is == nil {
			return otherwise
		}
		return is
	}
	return r.item[r.name(word)]
}

func (r *reader) name(word string) string {
	if strings.HasPrefix(word, "#") {
		return r.names[word]
	}
	return word
}

// update sets and removes as the expression says.
func (e env) update(expression string, into item) {
	r := &reader{e, tokensOf(expression)}
	clause := ""
	for len(r.rest) > 0 {
		switch word := r.next(); {
		case word == ",":
		case word == "SET" || word == "REMOVE":
			clause = word
		case clause == "REMOVE":
			delete(into, r.name(word))
		default:
			r.expect("=")
			into[r.name(word)] = r.operand()
		}
	}
}

// partition is the value that the hash key must equal: the first of a key condition.
func (e env) partition(condition string) string {
	for _, t := range tokensOf(condition) {
		if strings.HasPrefix(t, ":") {
			return textOf(e.values[t])
		}
	}
	return ""
}
