package target

import (
	"context"
	"fmt"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// Preflight names the canary: what the staging distribution shows. Its form has the
// configuration that a promotion overwrites, but no secrets.
func (d *cloudFrontDistribution) Preflight(ctx context.Context, in worker.TargetPreflight) (worker.TargetFinding, error) {
	shows, err := d.read(ctx)
	if err != nil {
		return worker.TargetFinding{}, err
	}
	finding := worker.TargetFinding{Canary: shows.staged}
	kept, lost := d.withhold(shows.primary, shows.staging)
	form := cloudFrontForm{Stable: shows.stable, Comment: shows.staging.Comment, Primary: d.bare(shows.primary), Policy: off(shows.policy), Withheld: kept}
	if finding.Form, err = form.text(); err != nil {
		return worker.TargetFinding{}, err
	}
	if in.Canary != "" && in.Canary != shows.staged {
		finding.Canary = in.Canary
		finding.Problems = append(finding.Problems, statemachine.Problem{Code: statemachine.CodeIdleOverwritten, Text: fmt.Sprintf(
			"staging distribution %s shows %s, not %s: a promotion has no undo; deploy the old version to it and release it anew", d.Staging, shows.staged, in.Canary)})
	}
	finding.Problems = append(finding.Problems, append(d.unfit(shows), d.losesHeaders(lost)...)...)
	for _, weight := range in.WeightsPct {
		if d.Header != nil && weight < cloudFrontCeiling {
			finding.Problems = append(finding.Problems, statemachine.Problem{Code: statemachine.CodeStepsUnfit, Text: fmt.Sprintf(
				"weight %g%% can't be shown: a header's requests are told as %d%%, so steps below 100 must be at least that", weight, cloudFrontCeiling)})
			break
		}
	}
	return finding, nil
}

// unfit is what CloudFront refuses, or what would show nothing.
func (d *cloudFrontDistribution) unfit(shows cloudFrontShows) []statemachine.Problem {
	var problems []statemachine.Problem
	for id, config := range map[string]*types.DistributionConfig{d.Distribution: shows.primary, d.Staging: shows.staging} {
		if v := config.HttpVersion; v == types.HttpVersionHttp3 || v == types.HttpVersionHttp2and3 {
			problems = append(problems, unfit("distribution %s speaks HTTP/3, which continuous deployment does not support", id))
		}
		if !aws.ToBool(config.Enabled) {
			problems = append(problems, unfit("distribution %s is disabled", id))
		}
	}
	return problems
}

// Resolve takes any label: what is released is what the staging distribution shows.
func (d *cloudFrontDistribution) Resolve(_ context.Context, version string) (string, error) {
	if !regexp.MustCompile(`^[!-~][ -~]{0,127}$`).MatchString(version) {
		return "", failed(worker.ErrInvalid, distributionRead, d.Staging, "%q is no label: give up to 128 printable characters, such as a commit", version)
	}
	return version, nil
}
