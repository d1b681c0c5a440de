package canaryfile

import (
	"errors"
	"slices"

	"github.com/serinhq/serin/statemachine"
)

// File is a canary file that was accepted.
type File struct {
	// Plan is what it declares, defaults filled in. Definition and the targets'
	// Traits are zero: the store numbers definitions, and only the adapters know
	// traits.
	Plan statemachine.Plan
	// Warnings are what is allowed but seldom meant, in file order.
	Warnings []Problem
}

// Load reads one canary from data. Name is what reports call the file. The
// error is a [*Problems] with everything that is wrong; the file is then empty.
func Load(name string, data []byte) (File, error) {
	src := newSource(name, data)
	root, problems := src.parse()
	if len(problems) > 0 {
		return File{}, &Problems{List: problems}
	}
	d := &decoder{source: src, nodes: nodes{}}
	var doc document
	d.document(root, &doc)
	p := planner{decoder: d, doc: &doc}
	plan := p.plan()
	if len(d.problems) > 0 {
		slices.SortStableFunc(d.problems, byPosition)
		return File{}, &Problems{List: d.problems}
	}
	slices.SortStableFunc(p.warnings, byPosition)
	return File{Plan: plan, Warnings: p.warnings}, nil
}

// ProblemsOf returns the problems of a file that [Load] refused; nil if err is
// none of its errors.
func ProblemsOf(err error) []Problem {
	if all, ok := errors.AsType[*Problems](err); ok {
		return all.List
	}
	return nil
}
