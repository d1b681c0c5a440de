package event

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
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
	raw   map[string]json.RawMessage
	first *error // shared with the objects inside
}

// parse reads body as one JSON object. Its error says where the JSON ends, not what it says.
func parse(body []byte) (*fields, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(body, &raw); err != nil {
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			return nil, fmt.Errorf("not JSON from byte %d on", syntax.Offset)
		}
		return nil, errors.New("not a JSON object")
	}
	if raw == nil {
		return nil, errors.New("null, not a JSON object")
	}
	return &fields{raw: raw, first: new(error)}, nil
}

// err is the first thing that was wrong with any field read so far.
func (f *fields) err() error { return *f.first }

func (f *fields) fail(name, what string) {
	if *f.first == nil {
		*f.first = fmt.Errorf("%w: %s%s %s", worker.ErrMalformed, f.path, name, what)
	}
}

func (f *fields) has(name string) bool {
	raw, ok := f.raw[name]
	return ok && !bytes.Equal(raw, []byte("null"))
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
	var text string
	if !f.has(name) || json.Unmarshal(f.raw[name], &text) != nil {
		return "", false
	}
	return text, true
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
	if json.Unmarshal(f.raw[name], &inner.raw) != nil || inner.raw == nil {
		f.fail(name, "is missing or no object")
	}
	return inner
}

// isCommand says whether this is what the command line sends, which must never act on the word of a rule.
func (f *fields) isCommand() bool { return f.has("verb") && f.has("canary") }
