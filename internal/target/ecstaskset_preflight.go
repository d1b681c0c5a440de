package target

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// Preflight finds the roles: the primary task set's group must have all traffic,
// and behind the other there must be one task set, the canary's, however small.
func (t *taskSets) Preflight(ctx context.Context, in worker.TargetPreflight) (worker.TargetFinding, error) {
	sets, err := t.read(ctx)
	if err != nil {
		return worker.TargetFinding{}, err
	}
	shows, err := t.rule.read(ctx)
	if err != nil {
		return worker.TargetFinding{}, err
	}
	pair, stable := shows.pair(t.Groups), in.Shows.Stable
	finding := worker.TargetFinding{Canary: t.rule.other(stable), Problems: pair.weightProblems(in.WeightsPct)}
	form := taskSetForm{Rule: albForm{Stable: stable, Groups: pair.groups}}
	finding.Problems = append(finding.Problems, t.setProblems(sets, stable, &form)...)
	if shows.isDefault {
		finding.Problems = append(finding.Problems, statemachine.Problem{Code: statemachine.CodeInvalid,
			Text: "rule " + t.Rule + " is its listener's default rule, which can't be changed as a rule: name the listener instead"})
	}
	for _, look := range []func(context.Context) ([]statemachine.Problem, error){t.rule.ownerProblems, t.rule.groupProblems} {
		problems, err := look(ctx)
		if err != nil {
			return worker.TargetFinding{}, err
		}
		finding.Problems = append(finding.Problems, problems...)
	}
	has, err := t.rule.health(ctx, stable)
	if err != nil && !errors.Is(err, worker.ErrNotFound) { // groupProblems says so
		return worker.TargetFinding{}, err
	}
	form.Rule.Healthy = has.healthy
	finding.Form, err = form.note(t.name)
	return finding, err
}

// setProblems are what is wrong with the task sets; the two of them are noted.
func (t *taskSets) setProblems(sets setList, stable string, form *taskSetForm) []statemachine.Problem {
	var problems []statemachine.Problem
	canary := t.rule.other(stable)
	waiting := 0
	for _, set := range sets {
		switch {
		case aws.ToString(set.Status) == primarySet:
			form.Primary = aws.ToString(set.TaskSetArn)
		case behind(set, canary):
			waiting++
			form.Canary, form.ScalePct = aws.ToString(set.TaskSetArn), scaleOf(set)
		case behind(set, stable):
			problems = append(problems, unfit("task set %s stands behind %s beside the primary one: its tasks would get the stable traffic", aws.ToString(set.Id), stable))
		}
	}
	switch {
	case waiting == 0:
		problems = append(problems, statemachine.Problem{Code: statemachine.CodeCanaryTooSmall, Wait: true,
			Text: fmt.Sprintf("no task set of %s stands behind target group %s, which would be the canary", t.name, canary)})
	case waiting > 1:
		problems = append(problems, unfit("%d task sets stand behind %s, which would be the canary: delete the old one before the next is made", waiting, canary))
	}
	return problems
}

// Resolve keeps a version as it is: it is a label, and preflight says which task
// set is the canary.
func (t *taskSets) Resolve(ctx context.Context, version string) (string, error) {
	return t.rule.Resolve(ctx, version)
}
