package event

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/serinhq/serin/worker"
)

// maxKey is how long a name from outside may be, in bytes. A longer one is malformed: cut, it could be another's.
const maxKey = 512

// fields reads a JSON object field by field and remembers the first thing wrong with it. Keys match exactly, where
// decoding into a struct would take "STATE" for "state".
type fields struct {
	path  string // of the object in the body, "" or "detail."
	all   []member
	first *error // shared with the objects inside
}

// parse reads body as one JSON object. Its error says where the JSON ends, not what it says.
func parse(body string) (*fields, error) {
	all, err := membersOf(body, "detail", "state")
	if err != nil {
		return nil, err
	}
	return &fields{all: all, first: new(error)}, nil
}

// membersOf splits an object, by scan if it can, and what is in it along the path.
func membersOf(body string, path ...string) ([]member, error) {
	if all, ok := scan(body, path...); ok {
		return all, nil
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal([]byte(body), &raw); err != nil {
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			return nil, fmt.Errorf("not JSON from byte %d on", syntax.Offset)
		}
		return nil, errors.New("not a JSON object")
	}
	if raw == nil {
		return nil, errors.New("null, not a JSON object")
	}
	all := make([]member, 0, len(raw))
	for name, value := range raw {
		all = append(all, member{name: name, value: string(value)})
	}
	return all, nil
}

// member is the one of that name, the zero one if there is none. Of several the last counts, as encoding/json has it.
func (f *fields) member(name string) member {
	for _, m := range slices.Backward(f.all) {
		if m.name == name {
			return m
		}
	}
	return member{}
}

func (f *fields) value(name string) string { return f.member(name).value }

// err is the first thing that was wrong with any field read so far.
func (f *fields) err() error { return *f.first }

func (f *fields) fail(name, what string) {
	if *f.first == nil {
		*f.first = fmt.Errorf("%w: %s%s %s", worker.ErrMalformed, f.path, name, what)
	}
}

func (f *fields) has(name string) bool {
	value := f.value(name)
	return value != "" && value != "null"
}

// key is a text that must be there: something is found by it.
func (f *fields) key(name string) string {
	text, ok := f.string(name)
	switch {
	case !ok, strings.TrimSpace(text) == "":
		f.fail(name, "is missing or no text")
	case len(text) > maxKey:
		f.fail(name, "is too long")
	case strings.ContainsFunc(text, unprintable):
		f.fail(name, "has characters no name has")
	default:
		return text
	}
	return ""
}

// unprintable also finds what stands for an escape that is no character: two such names would look the same.
func unprintable(r rune) bool { return unicode.IsControl(r) || r == unicode.ReplacementChar }

func (f *fields) string(name string) (string, bool) {
	value := f.value(name)
	if len(value) < 2 || value[0] != '"' {
		return "", false
	}
	if strings.IndexByte(value, '\\') < 0 {
		return value[1 : len(value)-1], true
	}
	var text string
	err := json.Unmarshal([]byte(value), &text)
	return text, err == nil
}

// name is a key without a slash, which ends it in a longer one.
func (f *fields) name(name string) string {
	text := f.key(name)
	if strings.Contains(text, "/") {
		f.fail(name, "has a slash, which ends it in the key")
	}
	return text
}

// firstText is the first text of a list, "" if there is none.
func (f *fields) firstText(name string) string {
	var all []string
	if value := f.value(name); value == "" || json.Unmarshal([]byte(value), &all) != nil || len(all) == 0 {
		return ""
	}
	return all[0]
}

// account is an AWS account id: twelve digits, as text, or its leading zeros would be lost.
func (f *fields) account(name string) string {
	id := f.key(name)
	if len(id) != 12 || strings.Trim(id, "0123456789") != "" {
		f.fail(name, "is not twelve digits")
	}
	return id
}

func (f *fields) time(name, layout string) time.Time {
	at, err := time.Parse(layout, f.key(name))
	if err != nil || at.IsZero() {
		f.fail(name, "is not a time")
	}
	return at.UTC()
}

// object is an object that must be there. What is wrong inside is wrong with the whole.
func (f *fields) object(name string) *fields {
	inner := &fields{path: f.path + name + ".", first: f.first}
	m := f.member(name)
	if m.inner != nil {
		inner.all = m.inner
		return inner
	}
	var err error
	if inner.all, err = membersOf(m.value); err != nil {
		f.fail(name, "is missing or no object")
	}
	return inner
}

// isCommand says whether this is what the command line sends, which must never act on the word of a rule.
func (f *fields) isCommand() bool { return f.has("verb") && f.has("canary") }
