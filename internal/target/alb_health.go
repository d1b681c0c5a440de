package target

import (
	"context"
	"math"

	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/worker"
)

// enough is ErrNotReady as long as a group has too few healthy targets for its
// share. A group that nothing forwards to has none: it is attached at weight 0
// meanwhile, so that its health checks begin.
func (r *albRule) enough(ctx context.Context, group string, sharePct float64, form albForm) error {
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
		return failed(worker.ErrNotReady, "elasticloadbalancing:DescribeTargetHealth", group,
			"%d of %d targets are healthy, %s needs %d (the other group has %d, capacity %d%%)",
			has.healthy, has.registered, percent(sharePct), need, stable, r.CapacityPct)
	}
	return nil
}

// albHealth counts a group's targets.
type albHealth struct{ healthy, registered int }

// health counts what can take traffic: healthy targets, and those of a group
// whose health checks are switched off.
func (r *albRule) health(ctx context.Context, group string) (albHealth, error) {
	out, err := r.api.DescribeTargetHealth(ctx, &elb.DescribeTargetHealthInput{TargetGroupArn: &group})
	if err != nil {
		return albHealth{}, awserr.Classify("elasticloadbalancing:DescribeTargetHealth", group, err)
	}
	var count albHealth
	for _, d := range out.TargetHealthDescriptions {
		if d.TargetHealth == nil || d.TargetHealth.State == types.TargetHealthStateEnumDraining {
			continue
		}
		count.registered++
		unchecked := d.TargetHealth.State == types.TargetHealthStateEnumUnavailable &&
			d.TargetHealth.Reason == types.TargetHealthReasonEnumHealthCheckDisabled
		if d.TargetHealth.State == types.TargetHealthStateEnumHealthy || unchecked {
			count.healthy++
		}
	}
	return count, nil
}

// needed is how many healthy targets a share needs; one at least.
func needed(sharePct float64, capacityPct, stableHealthy int) int {
	exact := sharePct / 100 * float64(capacityPct) / 100 * float64(stableHealthy)
	return max(1, int(math.Ceil(exact-1e-6)))
}
