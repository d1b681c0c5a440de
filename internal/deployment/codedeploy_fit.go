package deployment

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"

	"github.com/serinhq/serin/statemachine"
)

// unfit says which steps can't work in this deployment: it must wait at the
// step's point, and longer than the step lasts. What counts is the deployment's
// own configuration; its group's may have changed since.
func (d *codeDeploy) unfit(info *types.DeploymentInfo, steps []statemachine.Step) []statemachine.Problem {
	var problems []statemachine.Problem
	for i, step := range steps {
		if text := misfit(info, step); text != "" {
			problems = append(problems, statemachine.Problem{
				Code: statemachine.CodeStepsUnfit, Text: fmt.Sprintf("step %d of %s can't wait at %s: %s", i+1, d.name, step.At, text),
			})
		}
	}
	return problems
}

// misfit is what is wrong with one step, and what to change; "" if nothing is.
func misfit(info *types.DeploymentInfo, step statemachine.Step) string {
	lasts := step.Lasts()
	switch {
	case hookAt(info.ComputePlatform, step.At):
		return tooShort(hookWait, lasts, "a lifecycle hook waits no longer than an hour: the step, %s, must be shorter than %s")
	case info.ComputePlatform == types.ComputePlatformLambda:
		return "a Lambda deployment takes steps at its hooks alone, shift and shifted"
	case !blueGreen(info):
		return "an in-place deployment takes no steps, only alarms and a deadline"
	}
	switch step.At {
	case statemachine.PointReady:
		return tooShort(readyWait(info), lasts, "its deployment group must have deploymentReadyOption STOP_DEPLOYMENT with a wait time longer than %s; it has %s")
	case statemachine.PointShifted:
		return tooShort(terminationWait(info), lasts, "its deployment group must terminate the old side after a wait longer than %s; it has %s")
	case statemachine.PointReconcile, statemachine.PointPreScaleUp, statemachine.PointPostScaleUp,
		statemachine.PointPostTestTraffic, statemachine.PointShift:
	}
	return "there is no such point"
}

func tooShort(wait, lasts time.Duration, format string) string {
	if wait > lasts {
		return ""
	}
	return fmt.Sprintf(format, lasts, wait)
}
