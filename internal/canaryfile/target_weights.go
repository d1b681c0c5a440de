package canaryfile

import "github.com/serinhq/serin/statemachine"

// weightlessBlock is a target that shows none or all of the traffic.
type weightlessBlock interface {
	targetBlock
	// weightless is what it is, for people.
	weightless() string
}

// wholeWeights refuses a plan with weights that one of its targets can't show:
// targets are moved in lock-step, so one without weights binds them all.
func (p *planner) wholeWeights(steps []statemachine.Step) {
	for _, t := range p.doc.Targets {
		one, ok := t.block.(weightlessBlock)
		if !ok {
			continue
		}
		for i, step := range steps {
			if step.WeightPct == 0 || step.WeightPct == 100 {
				continue
			}
			at := join(stepPath(i), "weight")
			if p.has("strategy") {
				at = "strategy"
			}
			p.fail(at, "weight must be 100 beside target %s: %s has no weights, it shows one version at a time", t.kind, one.weightless())
			if at == "strategy" {
				return
			}
		}
		return
	}
}
