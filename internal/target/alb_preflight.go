package target

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// Preflight finds the roles: the group with all traffic is stable, the other is
// the canary, whatever version it was asked for. Its form keeps both groups'
// numbers and places, and how many healthy targets the stable one has.
func (r *albRule) Preflight(ctx context.Context, in worker.TargetPreflight) (worker.TargetFinding, error) {
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
	healthy := 0
	for _, look := range []func() ([]statemachine.Problem, error){
		func() ([]statemachine.Problem, error) { return r.ownerProblems(ctx) },
		func() ([]statemachine.Problem, error) { return r.groupProblems(ctx) },
		func() (p []statemachine.Problem, err error) {
			healthy, p, err = r.targetProblems(ctx, stable, canary)
			return p, err
		},
	} {
		problems, err := look()
		if err != nil {
			return worker.TargetFinding{}, err
		}
		finding.Problems = append(finding.Problems, problems...)
	}
	form, err := json.Marshal(albForm{Stable: stable, Healthy: healthy, Groups: pair.groups})
	if err != nil {
		return worker.TargetFinding{}, fmt.Errorf("note what %s shows: %w", r.name, err)
	}
	finding.Form = string(form)
	return finding, nil
}

// weightProblems are the weights of a plan that the pair can't show exactly.
func (p albPair) weightProblems(weightsPct []float64) []statemachine.Problem {
	var problems []statemachine.Problem
	total := sum(p.groups)
	for _, weight := range append([]float64{0, 100}, weightsPct...) {
		if _, _, ok := albWeights(weight, total, p.others > 0); !ok {
			problems = append(problems, statemachine.Problem{Code: statemachine.CodeStepsUnfit, Text: fmt.Sprintf(
				"weight %s can't be shown exactly with whole weights up to %d%s", percent(weight), maxWeight, p.beside(total))})
		}
	}
	return problems
}

// ownerProblems: an ingress controller (AWS Load Balancer Controller) writes its
// own weights over any other.
func (r *albRule) ownerProblems(ctx context.Context) ([]statemachine.Problem, error) {
	const call = "elasticloadbalancing:DescribeTags"
	out, err := r.api.DescribeTags(ctx, &elb.DescribeTagsInput{ResourceArns: albFamily(r.name)})
	if err != nil {
		return nil, awserr.Classify(call, r.name, err)
	}
	var problems []statemachine.Problem
	for _, d := range out.TagDescriptions {
		for _, tag := range d.Tags {
			key := aws.ToString(tag.Key)
			if key == "elbv2.k8s.aws/cluster" || strings.HasPrefix(key, "ingress.k8s.aws/") {
				problems = append(problems, statemachine.Problem{Code: statemachine.CodeTargetOwned, Text: fmt.Sprintf(
					"an ingress controller writes %s (tag %s: %s)", aws.ToString(d.ResourceArn), key, aws.ToString(tag.Value))})
			}
		}
	}
	return problems, nil
}

// groupProblems: a group that is missing, or belongs to another load balancer.
func (r *albRule) groupProblems(ctx context.Context) ([]statemachine.Problem, error) {
	var problems []statemachine.Problem
	for _, group := range r.Groups {
		out, err := r.api.DescribeTargetGroups(ctx, &elb.DescribeTargetGroupsInput{TargetGroupArns: []string{group}})
		err = awserr.Classify("elasticloadbalancing:DescribeTargetGroups", group, err)
		switch {
		case errors.Is(err, worker.ErrNotFound):
			problems = append(problems, statemachine.Problem{Code: statemachine.CodeGone, Text: "target group " + group + " does not exist"})
			continue
		case err != nil:
			return nil, err
		}
		family := albFamily(r.name)
		for _, found := range out.TargetGroups {
			if of := found.LoadBalancerArns; len(of) > 0 && !slices.Contains(of, family[len(family)-1]) {
				problems = append(problems, unfit("target group %s belongs to another load balancer: %s", group, strings.Join(of, ", ")))
			}
		}
	}
	return problems, nil
}

// targetProblems counts both groups. A canary group without any target may get
// them yet; health is waited for when it is given traffic.
func (r *albRule) targetProblems(ctx context.Context, stable, canary string) (healthy int, problems []statemachine.Problem, err error) {
	counts := map[string]albHealth{}
	for _, group := range []string{stable, canary} {
		counts[group], err = r.health(ctx, group)
		switch {
		case errors.Is(err, worker.ErrNotFound): // groupProblems says so
			return 0, nil, nil
		case err != nil:
			return 0, nil, err
		}
	}
	if counts[canary].registered == 0 {
		problems = append(problems, statemachine.Problem{Code: statemachine.CodeCanaryTooSmall, Wait: true,
			Text: "target group " + canary + ", which would be the canary, has no targets"})
	}
	return counts[stable].healthy, problems, nil
}

// Resolve keeps a version as it is: it is a label, and preflight says which group
// is the canary.
func (r *albRule) Resolve(_ context.Context, version string) (string, error) {
	if version == "" {
		return "", failed(worker.ErrInvalid, r.readCall(), r.name, "a release needs a version, as a label")
	}
	return version, nil
}

// other is the group that a group of the pair swaps roles with.
func (r *albRule) other(group string) string {
	if group == r.Groups[0] {
		return r.Groups[1]
	}
	return r.Groups[0]
}

// albFamily is a rule or a listener, and what it belongs to: its listener and,
// last, its load balancer. Their ARNs share their ids.
func albFamily(arn string) []string {
	family := []string{arn}
	if head, ids, ok := strings.Cut(arn, ":listener-rule/"); ok {
		arn = head + ":listener/" + ids[:strings.LastIndexByte(ids, '/')]
		family = append(family, arn)
	}
	if head, ids, ok := strings.Cut(arn, ":listener/"); ok {
		family = append(family, head+":loadbalancer/"+ids[:strings.LastIndexByte(ids, '/')])
	}
	return family
}
