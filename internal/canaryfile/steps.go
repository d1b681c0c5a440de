package canaryfile

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/serinhq/serin/statemachine"
)

// maxSteps bounds a plan.
const maxSteps = 100

// steps makes the rungs of either form of file, or of a strategy's name.
func (p *planner) steps() []statemachine.Step {
	guarded, known := p.doc.Trigger.guards(), p.doc.Trigger.kind != ""
	switch has := p.has("steps"); {
	case has && p.has("strategy") && !guarded:
		p.fail("strategy", "strategy must not stand beside steps; keep one of the two")
	case !has && p.has("strategy"):
		steps, _ := ParseStrategy(string(p.doc.Strategy)) // unknown: reported when it was read
		return steps
	case !has && known && !guarded:
		p.fail("steps", "steps is missing; expected steps, or strategy with one of CodeDeploy's names such as Canary10Percent5Minutes")
	case has && guarded && len(p.doc.Steps) == 0 && !p.broken("steps"):
		p.fail("steps", "steps must have at least one step; leave it out to guard with alarms and deadline alone")
	case guarded && p.has("steps") && len(p.pointWords()) == 0:
		p.fail("steps", "steps must not stand here: %s deployments wait nowhere; they are guarded with alarms and deadline alone", p.doc.Trigger.kind)
		return nil
	case len(p.doc.Steps) > maxSteps:
		p.fail("steps", "steps must be at most %d, got %d", maxSteps, len(p.doc.Steps))
	}
	if guarded {
		p.guardedOrder()
	} else if known {
		p.weightOrder()
	}
	var steps []statemachine.Step
	for i, s := range p.doc.Steps {
		at := stepPath(i)
		if known && !p.broken(at) && !p.unreadable(at) {
			p.step(at, i, guarded)
		}
		steps = append(steps, s.spec())
	}
	return steps
}

// unreadable says whether a step has a key that the format doesn't know: what
// it lacks then is likely what was misspelt.
func (p *planner) unreadable(at string) bool {
	return slices.ContainsFunc(p.problems, func(one Problem) bool {
		return strings.HasPrefix(one.Path, at+".") && !p.has(one.Path)
	})
}

// step checks which keys stand together.
func (p *planner) step(at string, i int, guarded bool) {
	s, waits := p.doc.Steps[i], p.waits(at)
	p.checkKeys(at)
	has := func(key string) bool { return p.has(join(at, key)) }
	switch {
	case guarded && has("weight"):
		p.fail(join(at, "weight"), "weight must not stand in a guarded canary: AWS itself shifts the deployment; expected at, with bake or approval")
	case guarded && !has("at"):
		p.fail(at, "at is missing; a guarded canary's step says where it waits: %s", or(p.pointWords()))
	case guarded && s.At != 0 && !slices.Contains(p.pointWords(), s.At.String()):
		p.fail(join(at, "at"), "%s deployments do not wait at %s; expected %s", p.doc.Trigger.kind, s.At, or(p.pointWords()))
	case len(waits) > 1:
		p.fail(join(at, waits[1]), "%s must not stand beside %s; make it a step of its own", waits[1], waits[0])
	case guarded && has("bake") == (len(waits) > 0):
		p.fail(at, "a step at a point must have either bake, approval, %s", or(checkWords()))
	case guarded:
	case has("at"):
		p.fail(join(at, "at"), "at must not stand in a step of a canary with targets: it is a point of a guarded deployment; expected weight and bake, or approval")
	case has("weight") && len(waits) > 0:
		p.fail(join(at, waits[0]), "%s must not stand beside weight; make it a step of its own", waits[0])
	case has("bake") && len(waits) > 0:
		p.fail(join(at, "bake"), "bake must not stand beside %s; it belongs to a weight", waits[0])
	case !has("weight") && len(waits) == 0:
		p.fail(at, "a step must have a weight and a bake, or an approval, or a check: %s", or(checkWords()))
	case has("weight") && !has("bake") && !p.bakeless(i):
		p.fail(at, "bake is missing: nothing would watch this weight; only the last step, at 100, and one before an approval or a check do without")
	}
}

// bakeless says whether a weight may do without a bake: the last one at 100,
// and one that a person or a check looks at.
func (p *planner) bakeless(i int) bool {
	if i == len(p.doc.Steps)-1 {
		return p.doc.Steps[i].Weight == 100 || p.broken(join(stepPath(i), "weight"))
	}
	return len(p.waits(stepPath(i+1))) > 0
}

// weightOrder holds the weights to rise, and a plan to have one.
func (p *planner) weightOrder() {
	highest, some := weight(0), false
	for i, s := range p.doc.Steps {
		at := join(stepPath(i), "weight")
		some = some || p.has(at) || p.brokenUnder(stepPath(i))
		if s.Weight == 0 {
			continue
		}
		if s.Weight <= highest {
			p.fail(at, "weight must be above the one before it, %s, got %s", percent(float64(highest)), percent(float64(s.Weight)))
		}
		highest = max(highest, s.Weight)
	}
	if p.has("steps") && !some && !p.broken("steps") {
		p.fail("steps", "steps must have at least one with a weight")
	}
}

// pointWords are where the guarded deployment can wait; any point while its block
// can't be read.
func (p *planner) pointWords() []string {
	if p.doc.Trigger.guard == nil {
		return wordsOf(reflect.TypeFor[statemachine.Point]())
	}
	var words []string
	for _, point := range p.doc.Trigger.guard.points() {
		words = append(words, point.String())
	}
	return words
}

// guardedOrder holds the points to the order a deployment comes to them, each
// at most once but for shift, which comes with every traffic step.
func (p *planner) guardedOrder() {
	var last statemachine.Point
	for i, s := range p.doc.Steps {
		at := join(stepPath(i), "at")
		switch {
		case s.At == 0:
			continue
		case s.At == last && s.At != statemachine.PointShift:
			p.fail(at, "at must name each point once, got %s again", s.At)
		case s.At < last:
			p.fail(at, "at must follow the deployment: %s comes before %s", s.At, last)
		}
		last = max(last, s.At)
	}
}

func (s step) spec() statemachine.Step {
	spec := statemachine.Step{WeightPct: float64(s.Weight), Bake: time.Duration(s.Bake), At: s.At, Check: s.checkSpec()}
	if s.Approval != nil {
		spec.Approval = &statemachine.Approval{
			Timeout:   orDefault(time.Duration(s.Approval.Timeout), defaultApprovalTimeout),
			OnTimeout: orDefault(s.Approval.OnTimeout, statemachine.TimeoutRollback),
		}
	}
	return spec
}

func stepPath(i int) string { return "steps[" + strconv.Itoa(i) + "]" }

// percent writes a weight as the file does.
func percent(share float64) string { return strconv.FormatFloat(share, 'f', -1, 64) }
