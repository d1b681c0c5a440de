package canaryfile

import (
	"errors"
	"fmt"
	"regexp"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxBytes bounds a file. A definition is one table item, and a canary is short.
const maxBytes = 64 << 10

// parse finds the one document of a file.
func (s source) parse() (ast.Node, []Problem) {
	if text := s.unreadable(); text != "" {
		return nil, []Problem{s.at(1, 1, 1, "", text)}
	}
	file, err := parseYAML(s.text)
	if err != nil {
		return nil, s.syntax(err)
	}
	var root ast.Node
	for _, doc := range file.Docs {
		body := doc.Body
		if body == nil || body.Type() == ast.DirectiveType || body.Type() == ast.CommentType {
			continue
		}
		if root != nil {
			return nil, []Problem{s.token(first(body), "", "a second document begins here; a file declares one canary: put this one into a file of its own")}
		}
		root = body
	}
	if root == nil {
		return nil, []Problem{s.at(1, 1, 1, "", "the file is empty; expected a canary, beginning with schema: 1")}
	}
	return root, nil
}

func (s source) unreadable() string {
	switch {
	case len(s.text) > maxBytes:
		return fmt.Sprintf("the file has %d bytes; a canary has at most %d", len(s.text), maxBytes)
	case !utf8.ValidString(s.text):
		return "the file is not UTF-8 text"
	}
	return ""
}

// parseYAML is the parser with its panics, if any, as errors.
func parseYAML(text string) (file *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the file could not be read as YAML: %v", r)
		}
	}()
	// Keys that stand twice are ours to report, beside everything else.
	return parser.ParseBytes([]byte(text), 0, parser.AllowDuplicateMapKey())
}

// syntax reports what the parser says. It ends at the first error; if a bare
// #{…} is the likely cause, that is reported in its place.
func (s source) syntax(err error) []Problem {
	if p, found := s.bareVariable(); found {
		return []Problem{p}
	}
	if broken, ok := errors.AsType[*yaml.SyntaxError](err); ok {
		return []Problem{s.token(broken.Token, "", "not YAML: "+broken.Message)}
	}
	return []Problem{s.at(1, 1, 1, "", err.Error())}
}

// bareVariable finds the first output variable that YAML takes for a comment.
func (s source) bareVariable() (Problem, bool) {
	for i := range s.lines {
		if p, found := s.bareVariableIn(i+1, ""); found {
			return p, true
		}
	}
	return Problem{}, false
}

func (s source) bareVariableIn(number int, path string) (Problem, bool) {
	if number < 1 || number > len(s.lines) {
		return Problem{}, false
	}
	bare := regexp.MustCompile(`^[^#]*:\s+(#\{[^}]*\}?)`)
	line := s.lines[number-1]
	at := bare.FindStringSubmatchIndex(line)
	if at == nil {
		return Problem{}, false
	}
	column := utf8.RuneCountInString(line[:at[2]]) + 1
	width := utf8.RuneCountInString(line[at[2]:at[3]])
	return s.at(number, column, width, path, "an output variable must stand in quotes, \"#{…}\": YAML takes # after a space for a comment"), true
}
