package awstest_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"

	"github.com/serinhq/serin/internal/awstest"
)

func TestCodeDeploy_aHookHoldsTheDeploymentUntilItIsAnswered(t *testing.T) {
	f := newDeployFixture(t, types.ComputePlatformEcs, nil)
	answer := func(id, execution string, status types.LifecycleEventStatus) error {
		_, err := f.client.PutLifecycleEventHookExecutionStatus(t.Context(), &codedeploy.PutLifecycleEventHookExecutionStatusInput{
			DeploymentId: aws.String(id), LifecycleEventHookExecutionId: aws.String(execution), Status: status,
		})
		return err
	}
	for status, want := range map[types.LifecycleEventStatus]types.DeploymentStatus{
		types.LifecycleEventStatusSucceeded: types.DeploymentStatusSucceeded, types.LifecycleEventStatusFailed: types.DeploymentStatusFailed,
	} {
		id := f.start(awstest.DeploymentOptions{Hooks: []string{"AfterAllowTestTraffic"}})
		if _, err := f.stand.AdvanceTo(id, awstest.PointEnd); err == nil {
			t.Fatal("went past its hook")
		}
		execution := must[string](t)(f.stand.HookExecution(id))
		wantError[*types.InvalidLifecycleEventHookExecutionStatusException](t, answer(id, execution, types.LifecycleEventStatusSkipped))
		wantError[*types.InvalidLifecycleEventHookExecutionIdException](t, answer(id, "none", status))
		wantError[*types.DeploymentDoesNotExistException](t, answer("d-NONE00000", execution, status))
		wantError[*types.InvalidDeploymentIdException](t, answer("x", execution, status))
		wantError[*types.DeploymentIdRequiredException](t, answer("", execution, status))
		if err := answer(id, execution, status); err != nil {
			t.Fatal(err)
		}
		wantError[*types.LifecycleEventAlreadyCompletedException](t, answer(id, execution, status))
		if status == types.LifecycleEventStatusSucceeded {
			f.to(id, awstest.PointEnd)
		} else if code := f.get(id).ErrorInformation.Code; code != types.ErrorCodeHookExecutionFailure {
			t.Errorf("failed with %s", code)
		}
		if got := f.get(id).Status; got != want {
			t.Errorf("%s: %s, want %s", status, got, want)
		}
	}
}

func TestCodeDeploy_aHookWaitsAnHourAtMost(t *testing.T) {
	f := newDeployFixture(t, types.ComputePlatformLambda, nil)
	id := f.start(awstest.DeploymentOptions{Hooks: []string{"BeforeAllowTraffic"}})
	for range 2 {
		if _, err := f.stand.Advance(id); err != nil {
			t.Fatal(err)
		}
	}
	f.clock.Add(time.Hour)
	if got := f.get(id); got.Status != types.DeploymentStatusFailed || got.ErrorInformation.Code != types.ErrorCodeHookExecutionFailure {
		t.Errorf("%s, %+v", got.Status, got.ErrorInformation)
	}
}

func TestPutLifecycleEventHookExecutionStatus_isNotForServers(t *testing.T) {
	f := newDeployFixture(t, types.ComputePlatformServer, nil)
	_, err := f.client.PutLifecycleEventHookExecutionStatus(t.Context(), &codedeploy.PutLifecycleEventHookExecutionStatusInput{
		DeploymentId: aws.String(f.start(awstest.DeploymentOptions{})), Status: types.LifecycleEventStatusSucceeded,
	})
	wantError[*types.UnsupportedActionForDeploymentTypeException](t, err)
}
