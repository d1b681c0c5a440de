package target

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// share sends a share, or a header's requests, to the staging distribution.
func (d *cloudFrontDistribution) share(ctx context.Context, shows cloudFrontShows, want statemachine.Split) error {
	switch {
	case want.WeightPct > cloudFrontCeiling:
		return failed(worker.ErrInvalid, policyWrite, shows.policyID, "the weight can't be %g: CloudFront takes at most %d, and 100", want.WeightPct, cloudFrontCeiling)
	case d.Header != nil && want.WeightPct != cloudFrontCeiling:
		return failed(worker.ErrInvalid, policyWrite, shows.policyID, "the weight can't be %g: a header's requests are told as %d", want.WeightPct, cloudFrontCeiling)
	case want.Stable != shows.stable:
		return failed(worker.ErrNotFound, distributionRead, d.Distribution, "it shows %s, not %s", shows.stable, want.Stable)
	case want.Canary != shows.staged:
		return failed(worker.ErrNotFound, distributionRead, d.Staging, "it shows %s, not %s: its configuration has changed since", shows.staged, want.Canary)
	}
	_, err := d.put(ctx, shows, shared(shows.policy, d.Header, want.WeightPct), shows.tags.policy)
	return err
}

// shared is a policy that sends a share to the staging distribution. Sessions stay
// as sticky as they were: to change that would begin them all anew.
func shared(policy *types.ContinuousDeploymentPolicyConfig, header *CloudFrontHeader, weightPct float64) *types.ContinuousDeploymentPolicyConfig {
	next := *policy
	next.Enabled = aws.Bool(true)
	if header != nil {
		next.TrafficConfig = &types.TrafficConfig{
			Type:               types.ContinuousDeploymentPolicyTypeSingleHeader,
			SingleHeaderConfig: &types.ContinuousDeploymentSingleHeaderConfig{Header: &header.Name, Value: &header.Value},
		}
		return &next
	}
	single := &types.ContinuousDeploymentSingleWeightConfig{Weight: aws.Float32(float32(weightPct / 100))}
	if old := policy.TrafficConfig; old != nil && old.SingleWeightConfig != nil {
		single.SessionStickinessConfig = old.SingleWeightConfig.SessionStickinessConfig
	}
	next.TrafficConfig = &types.TrafficConfig{Type: types.ContinuousDeploymentPolicyTypeSingleWeight, SingleWeightConfig: single}
	return &next
}

// off is a policy that sends nothing to the staging distribution.
func off(policy *types.ContinuousDeploymentPolicyConfig) *types.ContinuousDeploymentPolicyConfig {
	next := *policy
	next.Enabled = aws.Bool(false)
	return &next
}

// promote copies the staging distribution's configuration over the primary's. A
// version says nothing of withheld values, so they are compared once more.
func (d *cloudFrontDistribution) promote(ctx context.Context, shows cloudFrontShows) error {
	if _, lost := d.withhold(shows.primary, shows.staging); len(lost) > 0 {
		return failed(worker.ErrInvalid, promoteWrite, d.Distribution, "it would lose header %s of origin %s, whose value %s does not send", lost[0].Header, lost[0].Origin, d.Staging)
	}
	_, err := d.api.UpdateDistributionWithStagingConfig(ctx, &cloudfront.UpdateDistributionWithStagingConfigInput{
		Id: &d.Distribution, StagingDistributionId: &d.Staging, IfMatch: aws.String(shows.tags.primary + ", " + shows.tags.staging),
	})
	return awserr.Classify(promoteWrite, d.Distribution, err)
}

// back puts the policy, and after a promotion the primary's configuration, back.
// It writes the policy and the staging distribution also when they are as they
// should be: a share that is on its way has the policy's fence, and a promotion has
// the staging distribution's. With a mark both are changed and changed back, which
// moves the fence of an API that leaves it on a write that changes nothing.
func (d *cloudFrontDistribution) back(ctx context.Context, shows cloudFrontShows, form cloudFrontForm, mark string) error {
	tags := shows.tags
	if shows.stable != form.Stable {
		if err := d.demote(ctx, shows, form); err != nil {
			return err
		}
	}
	var err error
	if mark != "" {
		if tags.policy, err = d.put(ctx, shows, disturbed(form.Policy), tags.policy); err != nil {
			return err
		}
	}
	if _, err = d.put(ctx, shows, form.Policy, tags.policy); err != nil {
		return err
	}
	return d.touch(ctx, shows.staging, form.Comment, tags.staging, mark)
}

// demote writes the configuration that a promotion overwrote.
func (d *cloudFrontDistribution) demote(ctx context.Context, shows cloudFrontShows, form cloudFrontForm) error {
	if form.Primary == nil {
		return failed(worker.ErrNotFound, distributionRead, d.Distribution, "nobody noted the configuration %s", form.Stable)
	}
	old, err := form.whole(shows.primary)
	if err != nil {
		return err
	}
	_, err = d.configure(ctx, d.Distribution, old, shows.tags.primary)
	return err
}

// touch writes the staging distribution as it is; with a mark first with another
// comment, which an earlier try may have left.
func (d *cloudFrontDistribution) touch(ctx context.Context, staging *types.DistributionConfig, comment *string, tag, mark string) error {
	passing, kept := *staging, *staging
	passing.Comment = aws.String("serin is putting " + d.Distribution + " back")
	if aws.ToString(staging.Comment) == *passing.Comment {
		kept.Comment = comment
	}
	if mark != "" {
		next, err := d.configure(ctx, d.Staging, &passing, tag)
		if err != nil {
			return err
		}
		tag = next
	}
	_, err := d.configure(ctx, d.Staging, &kept, tag)
	return err
}

// disturbed is a policy that is off and differs from another that is off.
func disturbed(policy *types.ContinuousDeploymentPolicyConfig) *types.ContinuousDeploymentPolicyConfig {
	next := off(policy)
	weight := float32(0)
	if old := policy.TrafficConfig; old != nil && old.SingleWeightConfig != nil && aws.ToFloat32(old.SingleWeightConfig.Weight) == 0 {
		weight = 0.01
	}
	next.TrafficConfig = &types.TrafficConfig{
		Type: types.ContinuousDeploymentPolicyTypeSingleWeight, SingleWeightConfig: &types.ContinuousDeploymentSingleWeightConfig{Weight: &weight},
	}
	return next
}

// put writes the policy and returns its next ETag.
func (d *cloudFrontDistribution) put(ctx context.Context, shows cloudFrontShows, policy *types.ContinuousDeploymentPolicyConfig, tag string) (string, error) {
	out, err := d.api.UpdateContinuousDeploymentPolicy(ctx, &cloudfront.UpdateContinuousDeploymentPolicyInput{
		Id: &shows.policyID, ContinuousDeploymentPolicyConfig: policy, IfMatch: &tag,
	})
	if err != nil {
		return "", awserr.Classify(policyWrite, shows.policyID, err)
	}
	return aws.ToString(out.ETag), nil
}

// configure writes a distribution and returns its next ETag.
func (d *cloudFrontDistribution) configure(ctx context.Context, id string, config *types.DistributionConfig, tag string) (string, error) {
	out, err := d.api.UpdateDistribution(ctx, &cloudfront.UpdateDistributionInput{Id: &id, DistributionConfig: config, IfMatch: &tag})
	if err != nil {
		return "", awserr.Classify(distributionWrite, id, err)
	}
	return aws.ToString(out.ETag), nil
}
