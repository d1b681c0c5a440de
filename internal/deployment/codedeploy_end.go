package deployment

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"

	"github.com/serinhq/serin/statemachine"
)

// ended looks at a deployment that is over. One without success is not done
// before its rollback is, a deployment of its own.
func (d *codeDeploy) ended(ctx context.Context, info *types.DeploymentInfo, look *statemachine.DeploymentLook) error {
	if info.Status == types.DeploymentStatusSucceeded {
		look.Status, look.WeightPct = statemachine.DeploymentSucceeded, weight(info, 100)
		return nil
	}
	look.Status = statemachine.DeploymentFailed
	if info.Status == types.DeploymentStatusStopped {
		look.Status = statemachine.DeploymentStopped
	}
	look.Text, look.ByAlarm = why(info)
	if info.RollbackInfo != nil {
		look.RollbackID = aws.ToString(info.RollbackInfo.RollbackDeploymentId)
	}
	if look.RollbackID == "" {
		return d.endedSo(ctx, info, look)
	}
	back, err := d.get(ctx, look.RollbackID)
	switch {
	case err != nil:
		return err
	case !over(back.Status):
		look.Status = statemachine.DeploymentStopping
	case back.Status == types.DeploymentStatusSucceeded:
		look.WeightPct = weight(info, 0)
	default:
		look.Text += "; its rollback " + look.RollbackID + " did not succeed: " + string(back.Status)
	}
	return nil
}

// endedSo looks at one without a rollback: yet, or at all.
func (d *codeDeploy) endedSo(ctx context.Context, info *types.DeploymentInfo, look *statemachine.DeploymentLook) error {
	if rollbackMayFollow(info, time.Now()) {
		look.Status = statemachine.DeploymentStopping
		return nil
	}
	look.Text += "; no rollback followed"
	at, err := d.deployed(ctx, info)
	look.WeightPct = at.weightPct
	return err
}

// soon is how long a rollback may take to appear beside the deployment that it
// rolls back, clocks that differ included.
const soon = time.Minute

// rollbackMayFollow reports whether it is too early to say that none does:
// whoever stops a deployment may ask for one, and it does not say so itself.
func rollbackMayFollow(info *types.DeploymentInfo, now time.Time) bool {
	config := info.AutoRollbackConfiguration
	asked := info.Status == types.DeploymentStatusStopped ||
		config != nil && config.Enabled && slices.Contains(config.Events, types.AutoRollbackEventDeploymentFailure)
	return asked && info.RollbackInfo == nil && info.CompleteTime != nil && now.Sub(*info.CompleteTime) < soon
}

// why says why it ended, by CodeDeploy's code: its message may quote what people
// wrote.
func why(info *types.DeploymentInfo) (text string, byAlarm bool) {
	if info.ErrorInformation == nil || info.ErrorInformation.Code == "" {
		return string(info.Status), false
	}
	return string(info.Status) + ": " + string(info.ErrorInformation.Code), info.ErrorInformation.Code == types.ErrorCodeAlarmActive
}

func weight(info *types.DeploymentInfo, pct float64) *float64 {
	if !weighs(info) {
		return nil
	}
	return &pct
}
