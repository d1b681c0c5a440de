package local

import (
	"context"
	"slices"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// ruleTarget is a client's way to a rule.
type ruleTarget struct {
	*Client
	rule string
}

var _ worker.Target = ruleTarget{}

// Observe reads the split; there is no fence.
func (t ruleTarget) Observe(ctx context.Context) (statemachine.Split, worker.Token, error) {
	split, err := call(ctx, t.Client, Call{Name: "elasticloadbalancing:DescribeRules", Resource: t.rule}, func() (statemachine.Split, error) {
		r, err := shown[*rule](t.world, KindALB, t.rule)
		if err != nil {
			return statemachine.Split{}, err
		}
		return r.show(), nil
	})
	return split, "", err
}

// Write attaches what is missing at weight 0, then sets the weights once the
// canary group is ready.
func (t ruleTarget) Write(ctx context.Context, want worker.Want, _ worker.Token) error {
	return done(ctx, t.Client, Call{Name: "elasticloadbalancing:ModifyRule", Resource: t.rule, Write: true}, func() error {
		r, err := shown[*rule](t.world, KindALB, t.rule)
		if err != nil {
			return err
		}
		if err := r.check(want.Split); err != nil {
			return err
		}
		if r.unready[want.Canary] && want.WeightPct > 0 {
			if !r.attached(want.Canary) {
				r.groups = append(r.groups, share{want.Canary, 0})
				t.world.record(Change{By: t.id, What: Showed, Resource: t.rule, Split: r.show()})
			}
			return refuse(worker.ErrNotReady, "group %s has too few healthy targets", want.Canary)
		}
		if !r.restore(want.Split) {
			r.weigh(want.Split)
		}
		t.world.record(Change{By: t.id, What: Showed, Resource: t.rule, Split: r.show()})
		return nil
	})
}

func (r *rule) check(split statemachine.Split) error {
	for _, group := range []string{split.Stable, split.Canary} {
		if group != "" && !slices.Contains(r.pair[:], group) {
			return refuse(worker.ErrInvalid, "group %s is not one of the target's", group)
		}
	}
	if split.Stable == "" || split.Stable == split.Canary || split.WeightPct < 0 || split.WeightPct > 100 {
		return refuse(worker.ErrInvalid, "no rule can show %s", split)
	}
	return nil
}

// Preflight finds the idle group: it would be the canary.
func (t ruleTarget) Preflight(ctx context.Context, in worker.TargetPreflight) (worker.TargetFinding, error) {
	return call(ctx, t.Client, Call{Name: "elasticloadbalancing:DescribeTargetHealth", Resource: t.rule}, func() (worker.TargetFinding, error) {
		r, err := shown[*rule](t.world, KindALB, t.rule)
		if err != nil {
			return worker.TargetFinding{}, err
		}
		stable, one := in.Shows.One()
		if !one {
			stable = in.Shows.Stable
		}
		form, err := r.form()
		finding := worker.TargetFinding{Canary: r.other(stable), Form: form}
		if err == nil && !slices.Contains(r.pair[:], stable) {
			finding.Problems = append(finding.Problems, statemachine.Problem{
				Code: statemachine.CodeMovedByOther, Text: "the rule shows group " + stable + ", which is not one of the target's",
			})
		}
		return finding, err
	})
}

// Resolve keeps the word: it is a label, and preflight tells the canary.
func (t ruleTarget) Resolve(_ context.Context, version string) (string, error) {
	if version == "" {
		return "", &worker.CallError{Call: "elasticloadbalancing:DescribeRules", Resource: t.rule, Kind: worker.ErrInvalid}
	}
	return version, nil
}
