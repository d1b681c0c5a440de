package event

import "strings"

// member is one name and value of a JSON object, the value as it stands in the body.
type member struct {
	name, value string
	// inner are the value's own members, if scan was told to keep them.
	inner []member
}

// maxDepth is how deep values may be nested, as encoding/json has it.
const maxDepth = 10_000

// scan splits a JSON object into its members, and the objects along the path into theirs, in one pass and almost without
// allocating: most of what arrives in a storm of alarms concerns nobody, and is read only to find that out. False: it is
// no object, or not JSON, or has a name with an escape in it; encoding/json then says what it is.
func scan(body string, path ...string) (members []member, ok bool) {
	s := scanner{text: body}
	s.space()
	members, ok = s.object(true, path)
	s.space()
	return members, ok && s.at == len(s.text)
}

// scanner reads JSON strictly (RFC 8259). Its methods are false for what is not.
type scanner struct {
	text  string
	at    int
	depth int
}

func (s *scanner) space() {
	at := s.at
	for at < len(s.text) && s.text[at] <= ' ' && (s.text[at] == ' ' || s.text[at] == '\n' || s.text[at] == '\t' || s.text[at] == '\r') {
		at++
	}
	s.at = at
}

// eat takes one byte if it is c.
func (s *scanner) eat(c byte) bool {
	if s.at < len(s.text) && s.text[s.at] == c {
		s.at++
		return true
	}
	return false
}

// close ends an object or array if c is next.
func (s *scanner) close(c byte) bool {
	if !s.eat(c) {
		return false
	}
	s.depth--
	return true
}

// object reads an object, and keeps its members if it is asked to, and those along the path.
func (s *scanner) object(keep bool, path []string) (members []member, ok bool) {
	if s.depth++; s.depth > maxDepth || !s.eat('{') {
		return nil, false
	}
	if keep {
		members = make([]member, 0, 5+5/s.depth) // an envelope has nine
	}
	if s.space(); s.close('}') {
		return members, true
	}
	for {
		s.space()
		name := s.at
		if !s.quoted() {
			return nil, false
		}
		m := member{name: s.text[name+1 : s.at-1]}
		if s.space(); !s.eat(':') {
			return nil, false
		}
		s.space()
		value := s.at
		if keep && len(path) > 0 && m.name == path[0] && s.at < len(s.text) && s.text[s.at] == '{' {
			m.inner, ok = s.object(true, path[1:])
		} else {
			ok = s.value()
		}
		if !ok {
			return nil, false
		}
		m.value = s.text[value:s.at]
		if keep {
			if strings.IndexByte(m.name, '\\') >= 0 {
				return nil, false
			}
			members = append(members, m)
		}
		if s.space(); s.close('}') {
			return members, true
		}
		if !s.eat(',') {
			return nil, false
		}
	}
}

func (s *scanner) array() bool {
	if s.depth++; s.depth > maxDepth || !s.eat('[') {
		return false
	}
	if s.space(); s.close(']') {
		return true
	}
	for {
		s.space()
		if !s.value() {
			return false
		}
		if s.space(); s.close(']') {
			return true
		}
		if !s.eat(',') {
			return false
		}
	}
}

func (s *scanner) value() bool {
	if s.at >= len(s.text) {
		return false
	}
	switch s.text[s.at] {
	case '{':
		_, ok := s.object(false, nil)
		return ok
	case '[':
		return s.array()
	case '"':
		return s.quoted()
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	}
	return s.number()
}

func (s *scanner) word(w string) bool {
	if !strings.HasPrefix(s.text[s.at:], w) {
		return false
	}
	s.at += len(w)
	return true
}
