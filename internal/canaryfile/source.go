package canaryfile

import (
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// source is the text of a file: what is parsed, and its lines for excerpts.
type source struct {
	name  string
	text  string
	lines []string
}

// newSource makes every line end in \n, as the parser and a reader count lines,
// and takes the byte order mark away.
func newSource(name string, data []byte) source {
	text := strings.TrimPrefix(string(data), "\ufeff")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	return source{name: name, text: text, lines: strings.Split(text, "\n")}
}

// at makes the problem of a place that no node stands for.
func (s source) at(line, column, width int, path, text string) Problem {
	line = min(max(line, 1), len(s.lines))
	column = min(max(column, 1), utf8.RuneCountInString(s.lines[line-1])+1)
	return Problem{
		File: s.name, Line: line, Column: column, Path: path, Text: printable([]rune(text)),
		Excerpt: excerpt(s.lines[line-1], line, column, width),
	}
}

// token makes the problem of a token.
func (s source) token(tk *token.Token, path, text string) Problem {
	if tk == nil || tk.Position == nil {
		return s.at(1, 1, 1, path, text)
	}
	shown, _, _ := strings.Cut(strings.TrimSpace(tk.Origin), "\n")
	column := s.column(tk.Position.Line, tk.Position.Column, shown)
	return s.at(tk.Position.Line, column, utf8.RuneCountInString(strings.TrimSpace(shown)), path, text)
}

// column puts right what the lexer says after a tab: it then points before the
// value.
func (s source) column(line, column int, shown string) int {
	if line < 1 || line > len(s.lines) || column < 1 || shown == "" {
		return column
	}
	text := []rune(s.lines[line-1])
	if column > len(text) {
		return len(text) + 1
	}
	if before, _, found := strings.Cut(string(text[column-1:]), shown); found {
		return column + utf8.RuneCountInString(before)
	}
	return column
}

// first is the token to show for a node: of a block mapping the first key, for
// its own token is the colon after that.
func first(n ast.Node) *token.Token {
	switch n := n.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return first(n.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return first(n.Key)
	}
	return n.GetToken()
}
