package target

import (
	"context"
	"errors"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// A CloudFront distribution, its staging distribution and the continuous
// deployment policy between them (Developer Guide, "Use continuous deployment").
//
// Weight: the share of viewers, at most 15, that the policy sends to the staging
// distribution; CloudFront itself may send fewer. With a header it is the requests
// that have it, told as 15. 100 is the promotion: the staging distribution's
// configuration copied over the primary's, which AWS can't undo; the old one is
// kept with the restore point, without the values of headers for origins, and
// written back. A version is a digest of a configuration without those. Shows:
// within minutes; until then it is rolling. Fence: the ETags of the policy and both
// distributions, all three moved by a restore.
// IAM: cloudfront:GetDistribution, UpdateDistribution on both distributions,
// UpdateDistributionWithStagingConfig on the primary, cloudfront:Get- and
// UpdateContinuousDeploymentPolicy on the policy.
func cloudFrontKind() kind {
	return kind{
		TargetKind: worker.TargetKind{Traits: statemachine.Traits{
			Fenced: true, CeilingPct: cloudFrontCeiling, NoUndo: true, Labelled: true, FinalAt100: true,
		}, API: "cloudfront"},
		open: openCloudFront,
	}
}

// cloudFrontCeiling is the highest weight below 100 (API SingleWeightConfig).
const cloudFrontCeiling = 15

// CloudFrontAPI is what a distribution calls.
type CloudFrontAPI interface {
	GetDistribution(context.Context, *cloudfront.GetDistributionInput, ...func(*cloudfront.Options)) (*cloudfront.GetDistributionOutput, error)
	UpdateDistribution(context.Context, *cloudfront.UpdateDistributionInput, ...func(*cloudfront.Options)) (*cloudfront.UpdateDistributionOutput, error)
	UpdateDistributionWithStagingConfig(context.Context, *cloudfront.UpdateDistributionWithStagingConfigInput, ...func(*cloudfront.Options)) (*cloudfront.UpdateDistributionWithStagingConfigOutput, error)
	GetContinuousDeploymentPolicy(context.Context, *cloudfront.GetContinuousDeploymentPolicyInput, ...func(*cloudfront.Options)) (*cloudfront.GetContinuousDeploymentPolicyOutput, error)
	UpdateContinuousDeploymentPolicy(context.Context, *cloudfront.UpdateContinuousDeploymentPolicyInput, ...func(*cloudfront.Options)) (*cloudfront.UpdateContinuousDeploymentPolicyOutput, error)
}

// CloudFrontConfig is the file's part.
type CloudFrontConfig struct {
	// Distribution and Staging are the ids of the primary distribution, which has the
	// policy, and of its staging distribution.
	Distribution string `json:"distribution"`
	Staging      string `json:"staging"`
	// Header, when set, sends the requests that have it to the staging distribution,
	// and no share.
	Header *CloudFrontHeader `json:"header,omitempty"`
	// PlainHeaders name headers for origins whose values are no secrets: they belong to
	// a version, and the restore point keeps them.
	PlainHeaders []string `json:"plainHeaders,omitempty"`
}

// CloudFrontHeader is a request header and its value.
type CloudFrontHeader struct {
	// Name begins with aws-cf-cd-.
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Validate reports all that is wrong.
func (c CloudFrontConfig) Validate() error {
	var wrong []error
	for key, id := range map[string]string{"distribution": c.Distribution, "staging": c.Staging} {
		if !regexp.MustCompile(`^E[A-Z0-9]{1,30}$`).MatchString(id) {
			wrong = append(wrong, errors.New(key+" must be a distribution's id"))
		}
	}
	if c.Distribution == c.Staging {
		wrong = append(wrong, errors.New("distribution and staging must be two distributions"))
	}
	if h := c.Header; h != nil && (!regexp.MustCompile(`^aws-cf-cd-[!-~]{1,200}$`).MatchString(h.Name) || h.Value == "") {
		wrong = append(wrong, errors.New("header must have a name that begins with aws-cf-cd-, and a value"))
	}
	return errors.Join(wrong...)
}

type cloudFrontDistribution struct {
	CloudFrontConfig
	api CloudFrontAPI
}

func openCloudFront(spec statemachine.TargetSpec, clients Clients) (worker.Target, error) {
	d := &cloudFrontDistribution{}
	if err := decode(spec, &d.CloudFrontConfig); err != nil {
		return nil, err
	}
	var err error
	d.api, err = client(clients, "cloudfront", "", func(cfg aws.Config) CloudFrontAPI {
		return cloudfront.NewFromConfig(cfg)
	})
	return d, err
}

// Observe reads both distributions and the policy, and their three ETags.
func (d *cloudFrontDistribution) Observe(ctx context.Context) (statemachine.Split, worker.Token, error) {
	shows, err := d.read(ctx)
	if err != nil {
		return statemachine.Split{}, "", err
	}
	return shows.split(), shows.tags.token(), nil
}

// Write shows a share, promotes, or puts the restore point back, each call with
// its part of the fence.
func (d *cloudFrontDistribution) Write(ctx context.Context, want worker.Want, have worker.Token) error {
	shows, err := d.read(ctx)
	if err != nil {
		return err
	}
	if shows.tags.token() != have {
		return failed(worker.ErrConflict, policyWrite, d.Distribution, "the distributions or their policy have changed")
	}
	form := readCloudFrontForm(want.Form)
	stable, one := want.One()
	switch {
	case !one:
		return d.share(ctx, shows, want.Split)
	case stable == form.Stable:
		return d.back(ctx, shows, form, want.Mark)
	case stable == shows.stable:
		return d.back(ctx, shows, cloudFrontForm{Stable: stable, Comment: shows.staging.Comment, Policy: off(shows.policy)}, want.Mark)
	case stable == shows.staged:
		return d.promote(ctx, shows)
	}
	return failed(worker.ErrNotFound, distributionRead, d.Staging, "it does not show %s: its configuration has changed since", stable)
}

var _ worker.Target = (*cloudFrontDistribution)(nil)
