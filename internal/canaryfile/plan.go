package canaryfile

import (
	"time"

	"github.com/serinhq/serin/statemachine"
)

// What a field means that the file leaves out; document.go says the same to people.
const (
	defaultPreflightWait   = 15 * time.Minute
	defaultHoldTimeout     = 24 * time.Hour
	defaultApprovalTimeout = 24 * time.Hour
	// deadlineSlack is added to twice the bakes.
	deadlineSlack = time.Hour
	// trafficSteps is how often the last step at shift is taken to come: ECS's own
	// default of a linear deployment is ten times 10 %.
	trafficSteps = 10
	// gateTimeout is how long a CodePipeline approval waits if its action does
	// not say timeoutInMinutes.
	gateTimeout = 7 * 24 * time.Hour
)

// planner makes the plan of a document, and checks what the parts mean
// together. A value the decoder could not read is zero here and never reported
// a second time.
type planner struct {
	*decoder
	doc      *document
	warnings []Problem
}

func (p *planner) plan() statemachine.Plan {
	plan := statemachine.Plan{
		Canary:        string(p.doc.Name),
		Trigger:       p.doc.Trigger.spec(),
		Targets:       p.targets(),
		Deployment:    p.deployment(),
		Steps:         p.steps(),
		Alarms:        p.alarms(),
		PreflightWait: orDefault(time.Duration(p.doc.PreflightWait), defaultPreflightWait),
		HoldTimeout:   orDefault(time.Duration(p.doc.HoldTimeout), defaultHoldTimeout),
		Adopt:         p.doc.Adopt,
	}
	p.wholeWeights(plan.Steps)
	if p.doc.PipelineRollback != nil {
		plan.PipelineRollback = &statemachine.PipelineRollback{Stage: string(p.doc.PipelineRollback.Stage)}
	}
	p.sides()
	p.stage()
	plan.Deadline = p.deadline(plan.Steps)
	p.gateWait(plan)
	return plan
}

// warn notes what is allowed but seldom meant.
func (p *planner) warn(path, format string, args ...any) {
	p.warnings = append(p.warnings, p.problem(path, format, args...))
}

func (p *planner) deployment() *statemachine.DeploymentSpec {
	if p.doc.Trigger.guard == nil {
		return nil
	}
	spec := p.doc.Trigger.guard.deployment()
	spec.Kind = p.doc.Trigger.kind
	return &spec
}

// sides holds a file to one of its two forms: targets that Serin moves, or a
// deployment that AWS moves and Serin guards.
func (p *planner) sides() {
	const targets = "targets"
	switch {
	case p.doc.Trigger.guards():
		for _, key := range []string{targets, "strategy", "preflightWait", "adopt"} {
			if p.has(key) {
				p.fail(key, "%s must not stand beside trigger %s: AWS itself shifts that deployment, and Serin guards it", key, p.doc.Trigger.kind)
			}
		}
	case p.doc.Trigger.kind == "":
		// Which form is meant is not known.
	case !p.has(targets):
		p.fail(targets, "targets is missing; expected 1 to 10 targets, each %s", or(wordsIn(targetKinds())))
	case p.broken(targets):
		// Not a list.
	case len(p.doc.Targets) < 1 || len(p.doc.Targets) > 10:
		p.fail(targets, "targets must be 1 to 10 targets, got %d", len(p.doc.Targets))
	}
}

// stage holds pipelineRollback to a pipeline: no other trigger names one.
func (p *planner) stage() {
	const key = "pipelineRollback"
	if kind := p.doc.Trigger.kind; p.has(key) && kind != "" && kind != byPipeline {
		p.fail(key, "%s must not stand beside trigger %s: only a pipeline has a stage to roll back", key, kind)
	}
}

// deadline is the file's, or twice the bakes and an hour. The last step at shift
// comes once for every traffic step that is left.
func (p *planner) deadline(steps []statemachine.Step) time.Duration {
	var bakes, repeats time.Duration
	for i, step := range steps {
		bakes += step.Bake
		if step.At == statemachine.PointShift && (i+1 == len(steps) || steps[i+1].At != statemachine.PointShift) {
			repeats += (trafficSteps - 1) * step.Bake
		}
	}
	given := time.Duration(p.doc.Deadline)
	switch {
	case given != 0 && given <= bakes:
		p.fail("deadline", "deadline must be longer than the bakes, which are %s together, got %s", spanText(bakes), spanText(given))
	case given == 0 && bakes+repeats >= maxDuration:
		p.fail("steps", "the bakes are %s together; they must be shorter than %s", spanText(bakes), spanText(maxDuration))
	}
	return orDefault(given, min(2*(bakes+repeats)+deadlineSlack, maxDuration))
}

// gateWait warns when the pipeline's approval would time out before the release
// can be done.
func (p *planner) gateWait(plan statemachine.Plan) {
	var longest time.Duration
	for _, step := range plan.Steps {
		longest += step.Lasts()
	}
	if plan.Trigger.Kind == statemachine.TriggerPipeline && longest > gateTimeout {
		p.warn("steps", "the steps may take %s, and CodePipeline lets an approval wait for %s: give the action a longer timeoutInMinutes", spanText(longest), spanText(gateTimeout))
	}
}
