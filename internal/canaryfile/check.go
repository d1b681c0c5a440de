package canaryfile

import (
	"time"

	"github.com/serinhq/serin/statemachine"
)

// checkBlock is the part of a step that names a validation elsewhere: one file
// each, one line in the step of document.go and in checkOf.
type checkBlock interface {
	// spec makes the core's spec, without kind, timeout and onTimeout.
	spec() statemachine.CheckSpec
}

// checkWords are the keys of a step that are checks.
func checkWords() []string { return []string{"codebuild", "lambda"} }

// check is the step's block and its key; nil if it has none, or one that can't be
// read.
func (s step) check() (string, checkBlock) {
	switch {
	case s.CodeBuild != nil:
		return "codebuild", s.CodeBuild
	case s.Lambda != nil:
		return "lambda", s.Lambda
	}
	return "", nil
}

func (s step) checkSpec() *statemachine.CheckSpec {
	kind, block := s.check()
	if block == nil {
		return nil
	}
	spec := block.spec()
	spec.Kind = kind
	spec.Timeout = orDefault(time.Duration(s.Timeout), defaultApprovalTimeout)
	spec.OnTimeout = orDefault(s.OnTimeout, statemachine.TimeoutRollback)
	return &spec
}

// waits are the keys of the step at a path that wait for a word: a person's, or a
// check's.
func (p *planner) waits(at string) []string {
	var keys []string
	for _, key := range append([]string{"approval"}, checkWords()...) {
		if p.has(join(at, key)) {
			keys = append(keys, key)
		}
	}
	return keys
}

// checkKeys holds timeout and onTimeout to the check they stand beside.
func (p *planner) checkKeys(at string) {
	for _, word := range checkWords() {
		if p.has(join(at, word)) {
			return
		}
	}
	for _, key := range []string{"timeout", "onTimeout"} {
		switch {
		case !p.has(join(at, key)):
		case p.has(join(at, "approval")):
			p.fail(join(at, key), "%s must stand inside approval: {%s: …}", key, key)
		default:
			p.fail(join(at, key), "%s must stand beside %s", key, or(checkWords()))
		}
	}
}
