package event

// quoted reads a text.
func (s *scanner) quoted() bool {
	if !s.eat('"') {
		return false
	}
	for {
		text, n := s.text[s.at:], 0
		for n < len(text) && text[n] >= ' ' && text[n] != '"' && text[n] != '\\' {
			n++
		}
		s.at += n
		if s.eat('"') {
			return true
		}
		if !s.eat('\\') || !s.escape() {
			return false
		}
	}
}

// escape reads what follows a backslash.
func (s *scanner) escape() bool {
	if s.at >= len(s.text) {
		return false
	}
	c := s.text[s.at]
	s.at++
	switch c {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	case 'u':
		for range 4 {
			if s.at >= len(s.text) || !hex(s.text[s.at]) {
				return false
			}
			s.at++
		}
		return true
	}
	return false
}

func hex(c byte) bool { return digit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F' }

func digit(c byte) bool { return '0' <= c && c <= '9' }

// number reads -?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?
func (s *scanner) number() bool {
	s.eat('-')
	if !s.eat('0') && !s.digits() {
		return false
	}
	if s.eat('.') && !s.digits() {
		return false
	}
	if s.eat('e') || s.eat('E') {
		if !s.eat('+') {
			s.eat('-')
		}
		return s.digits()
	}
	return true
}

// digits reads one or more.
func (s *scanner) digits() bool {
	from := s.at
	for s.at < len(s.text) && digit(s.text[s.at]) {
		s.at++
	}
	return s.at > from
}
