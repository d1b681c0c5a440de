package target

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/vpclattice"
	"github.com/aws/aws-sdk-go-v2/service/vpclattice/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

const listTargetsCall = "vpc-lattice:ListTargets"

// Preflight finds the roles: the group with all traffic is stable, the other is
// the canary, whatever version it was asked for. Its form keeps both groups'
// numbers and places, and how many healthy targets the stable one has.
func (r *latticeRule) Preflight(ctx context.Context, in worker.TargetPreflight) (worker.TargetFinding, error) {
	stable, one := in.Shows.One()
	if !one {
		stable = in.Shows.Stable
	}
	shows, err := r.read(ctx)
	if err != nil {
		return worker.TargetFinding{}, err
	}
	pair := shows.pair(r.Groups)
	canary := r.other(stable)
	finding := worker.TargetFinding{Canary: canary, Problems: pair.weightProblems(in.WeightsPct)}
	if shows.isDefault {
		finding.Problems = append(finding.Problems, statemachine.Problem{Code: statemachine.CodeInvalid,
			Text: "rule " + r.Rule + " is its listener's default rule, which can't be changed as a rule: name the listener instead"})
	}
	healthy, problems, err := r.targetProblems(ctx, stable, canary)
	if err != nil {
		return worker.TargetFinding{}, err
	}
	finding.Problems = append(finding.Problems, problems...)
	form, err := json.Marshal(albForm{Stable: stable, Healthy: healthy, Groups: pair.groups})
	if err != nil {
		return worker.TargetFinding{}, fmt.Errorf("note what %s shows: %w", r.name, err)
	}
	finding.Form = string(form)
	return finding, nil
}

// targetProblems counts both groups; one may be missing. A canary group without any
// target may get them yet; health is waited for when it is given traffic.
func (r *latticeRule) targetProblems(ctx context.Context, stable, canary string) (int, []statemachine.Problem, error) {
	counts := map[string]albHealth{}
	var problems []statemachine.Problem
	for _, group := range []string{stable, canary} {
		count, err := r.health(ctx, group)
		switch {
		case errors.Is(err, worker.ErrNotFound):
			problems = append(problems, statemachine.Problem{Code: statemachine.CodeGone, Text: "target group " + group + " does not exist"})
			continue
		case err != nil:
			return 0, nil, err
		}
		counts[group] = count
		if group == canary && count.registered == 0 {
			problems = append(problems, statemachine.Problem{Code: statemachine.CodeCanaryTooSmall, Wait: true,
				Text: "target group " + canary + ", which would be the canary, has no targets"})
		}
	}
	return counts[stable].healthy, problems, nil
}

// enough is ErrNotReady as long as a group has too few healthy targets for its
// share. A group that nothing forwards to has none: it is attached at weight 0
// meanwhile, so that its health checks begin.
func (r *latticeRule) enough(ctx context.Context, group string, sharePct float64, form albForm) error {
	stable := form.Healthy
	if form.Stable == "" {
		other, err := r.health(ctx, r.other(group))
		if err != nil {
			return err
		}
		stable = other.healthy
	}
	has, err := r.health(ctx, group)
	if err != nil {
		return err
	}
	if need := needed(sharePct, r.CapacityPct, stable); has.healthy < need {
		return failed(worker.ErrNotReady, listTargetsCall, group,
			"%d of %d targets are healthy, %s needs %d (the other group has %d, capacity %d%%)",
			has.healthy, has.registered, percent(sharePct), need, stable, r.CapacityPct)
	}
	return nil
}

// health counts what can take traffic: healthy targets, and those of a group whose
// health checks are switched off, which are UNAVAILABLE (API TargetSummary).
func (r *latticeRule) health(ctx context.Context, group string) (albHealth, error) {
	id := groupID(group)
	var count albHealth
	pages := vpclattice.NewListTargetsPaginator(r.api, &vpclattice.ListTargetsInput{TargetGroupIdentifier: &id})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return albHealth{}, awserr.Classify(listTargetsCall, group, err)
		}
		for _, t := range page.Items {
			if t.Status == types.TargetStatusDraining {
				continue
			}
			count.registered++
			if t.Status == types.TargetStatusHealthy || t.Status == types.TargetStatusUnavailable {
				count.healthy++
			}
		}
	}
	return count, nil
}

// Resolve keeps a version as it is: it is a label, and preflight says which group
// is the canary.
func (r *latticeRule) Resolve(_ context.Context, version string) (string, error) {
	if version == "" {
		return "", failed(worker.ErrInvalid, r.readCall(), r.name, "a release needs a version, as a label")
	}
	return version, nil
}

// other is the group that a group of the pair swaps roles with.
func (r *latticeRule) other(group string) string {
	if group == r.Groups[0] {
		return r.Groups[1]
	}
	return r.Groups[0]
}
