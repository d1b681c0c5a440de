package canaryfile

import (
	"cmp"
	"fmt"
	"strings"
)

// Problem is one thing that is wrong with a file, or a warning.
type Problem struct {
	// File is the name Load was given.
	File string `json:"file"`
	// Line and Column are where, from 1; a column counts characters.
	Line   int `json:"line"`
	Column int `json:"column"`
	// Path names the value: "steps[1].weight"; "" for the file as a whole.
	Path string `json:"path,omitempty"`
	// Text says what is wrong and what was expected.
	Text string `json:"text"`
	// Excerpt is the line and a second one with carets under the value.
	Excerpt string `json:"excerpt,omitempty"`
}

// String is the report of one problem, without a final newline.
func (p Problem) String() string {
	head := fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Text)
	if p.Excerpt == "" {
		return head
	}
	return head + "\n" + p.Excerpt
}

// Problems is the error of [Load]: all that is wrong, in file order.
type Problems struct {
	List []Problem
}

// Error is the whole report, one problem under the other.
func (p *Problems) Error() string {
	texts := make([]string, len(p.List))
	for i, one := range p.List {
		texts[i] = one.String()
	}
	return strings.Join(texts, "\n")
}

func byPosition(a, b Problem) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}
