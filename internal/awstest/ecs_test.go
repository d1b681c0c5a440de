package awstest_test

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

func TestECS_pausesBeforeEveryTrafficStepWithANewHook(t *testing.T) {
	f := newECSFixture(t, canaryAt(preShift))
	arn := f.deploy()
	var hooks []string
	var seen [][2]float64
	for range 2 {
		if got := f.get(arn).LifecycleStage; string(got) != string(preShift) {
			t.Errorf("stage %s", got)
		}
		hooks, seen = append(hooks, f.hook(arn)), append(seen, f.weights(arn))
		if err := f.goOn(arn, hooks[len(hooks)-1], ""); err != nil {
			t.Fatal(err)
		}
		f.run(arn)
	}
	if hooks[0] == hooks[1] {
		t.Errorf("both steps have the hook %s", hooks[0])
	}
	if diff := cmp.Diff([][2]float64{{100, 0}, {90, 10}}, seen); diff != "" {
		t.Error(diff)
	}
	f.wantStatus(arn, types.ServiceDeploymentStatusSuccessful)
	if got := f.stand.TaskDefinition(f.service); got != "arn:aws:ecs:us-east-1:111122223333:task-definition/checkout:2" {
		t.Errorf("the service runs %s", got)
	}
	var changes []string
	for _, c := range f.ledger.Changes() {
		state, ok := c.State.(awstest.ECSDeploymentState)
		if !ok {
			t.Fatalf("%+v", c)
		}
		changes = append(changes, c.Actor+" "+c.Kind+" "+state.Hook+" "+string(state.Action))
	}
	if diff := cmp.Diff([]string{"WORKER deployment-continue " + hooks[0] + " CONTINUE", "WORKER deployment-continue " + hooks[1] + " CONTINUE"}, changes); diff != "" {
		t.Error(diff)
	}
}

func TestECS_linearStepsAddUpToAll(t *testing.T) {
	config := pauseAt(types.DeploymentStrategyLinear, preShift, types.DeploymentLifecycleHookStagePostProductionTrafficShift)
	config.LinearConfiguration = &types.LinearConfiguration{StepPercent: aws.Float64(40)}
	f := newECSFixture(t, config)
	arn := f.deploy()
	var seen []float64
	for f.stand.OpenHooks(arn) != nil {
		seen = append(seen, f.weights(arn)[1])
		if err := f.goOn(arn, f.hook(arn), types.DeploymentLifecycleHookActionContinue); err != nil {
			t.Fatal(err)
		}
		f.run(arn)
	}
	if diff := cmp.Diff([]float64{0, 40, 80, 100}, seen); diff != "" {
		t.Error(diff)
	}
}

func TestECS_aHookIsOneGate(t *testing.T) {
	f := newECSFixture(t, canaryAt(preShift))
	arn := f.deploy()
	hook := f.hook(arn)
	if err := f.goOn(arn, hook, ""); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "a second answer", f.goOn(arn, hook, ""), "InvalidParameterException")
	f.run(arn)
	wantCode(t, "an answer to the step before", f.goOn(arn, hook, ""), "InvalidParameterException")
	wantCode(t, "no such hook", f.goOn(arn, "ecs-pause-0", ""), "InvalidParameterException")
	wantCode(t, "no such action", f.goOn(arn, f.hook(arn), "SKIP"), "InvalidParameterException")
	wantCode(t, "no such deployment", f.goOn(arn+"0", hook, ""), "ServiceDeploymentNotFoundException")
	wantCode(t, "the service's ARN", f.goOn(f.service, hook, ""), "InvalidParameterException")
	if got := f.stand.WeightPct(arn); got != 10 {
		t.Errorf("weight %v", got)
	}
}

func TestECS_anyRollbackAmongHooksOfAStageWins(t *testing.T) {
	config := canaryAt(preShift)
	config.LifecycleHooks = append(config.LifecycleHooks, config.LifecycleHooks[0])
	f := newECSFixture(t, config)
	arn := f.deploy()
	hooks := f.stand.OpenHooks(arn)
	if len(hooks) != 2 {
		t.Fatalf("hooks %v", hooks)
	}
	if err := f.goOn(arn, hooks[0], ""); err != nil {
		t.Fatal(err)
	}
	if _, err := f.stand.Advance(arn); err == nil {
		t.Error("went on with a hook that waits")
	}
	if err := f.goOn(arn, hooks[1], types.DeploymentLifecycleHookActionRollback); err != nil {
		t.Fatal(err)
	}
	f.wantStatus(arn, types.ServiceDeploymentStatusRollbackInProgress)
}

func TestECS_aHookRunsOutIntoItsAction(t *testing.T) {
	f := newECSFixture(t, canaryAt(preShift))
	arn := f.deploy()
	f.clock.Add(24*time.Hour - time.Second)
	f.wantStatus(arn, types.ServiceDeploymentStatusInProgress)
	f.clock.Add(time.Second)
	f.wantStatus(arn, types.ServiceDeploymentStatusRollbackInProgress)

	config := canaryAt(preShift)
	config.LifecycleHooks[0].TimeoutConfiguration = &types.DeploymentLifecycleHookTimeoutConfiguration{
		TimeoutInMinutes: aws.Int32(10), Action: types.DeploymentLifecycleHookActionContinue,
	}
	f = newECSFixture(t, config)
	arn = f.deploy()
	if _, err := f.stand.ExpireHooks(arn); err != nil {
		t.Fatal(err)
	}
	f.run(arn)
	if got := f.stand.WeightPct(arn); got != 10 {
		t.Errorf("weight %v after the hook ran out", got)
	}
}

func TestECS_stopGoesBackAndCanBeRepeatedUntilTheEnd(t *testing.T) {
	f := newECSFixture(t, canaryAt(preShift))
	arn := f.deploy()
	if err := f.goOn(arn, f.hook(arn), ""); err != nil {
		t.Fatal(err)
	}
	f.run(arn)
	wantCode(t, "ABORT", f.stop(arn, types.StopServiceDeploymentStopTypeAbort), "InvalidParameterException")
	var seen []types.ServiceDeploymentStatus
	for range 6 {
		if err := f.stop(arn, types.StopServiceDeploymentStopTypeRollback); err != nil {
			wantCode(t, "stop after the end", err, "ConflictException")
		}
		seen = append(seen, f.get(arn).Status)
	}
	want := []types.ServiceDeploymentStatus{
		"ROLLBACK_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL", "ROLLBACK_SUCCESSFUL",
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([2]float64{100, 0}, f.weights(arn)); diff != "" {
		t.Error(diff)
	}
	if n := len(slices.DeleteFunc(f.ledger.Changes(), func(c awstest.Change) bool { return c.Kind != "deployment-stop" })); n != 1 {
		t.Errorf("%d stops in the ledger", n)
	}
}

func TestECS_ignoresAlarmsWhenOneFiredAlready(t *testing.T) {
	config := canaryAt(preShift)
	config.Alarms = &types.DeploymentAlarms{AlarmNames: []string{"checkout-5xx"}, Enable: true, Rollback: true}
	f := newECSFixture(t, config)
	f.stand.SetAlarm("checkout-5xx", true)
	ignoring := f.deploy()
	f.stand.SetAlarm("checkout-5xx", false)
	f.stand.SetAlarm("checkout-5xx", true)
	f.wantStatus(ignoring, types.ServiceDeploymentStatusInProgress)
	if got := f.get(ignoring).Alarms.Status; got != types.ServiceDeploymentRollbackMonitorsStatusDisabled {
		t.Errorf("alarms %s", got)
	}
	f.stand.SetAlarm("checkout-5xx", false)
	watching := f.deploy()
	f.wantStatus(ignoring, types.ServiceDeploymentStatusStopped) // replaced
	f.stand.SetAlarm("checkout-5xx", true)
	f.wantStatus(watching, types.ServiceDeploymentStatusRollbackInProgress)
}

func TestECS_listsNewestFirstByStatusAndPage(t *testing.T) {
	f := newECSFixture(t, types.DeploymentConfiguration{})
	done := f.deploy()
	open, _ := f.stand.StartDeployment(f.service, "checkout:3")
	list := func(in ecs.ListServiceDeploymentsInput) []string {
		in.Service, in.Cluster = aws.String("checkout"), aws.String("prod")
		var arns []string
		for {
			out := must[*ecs.ListServiceDeploymentsOutput](t)(f.client.ListServiceDeployments(t.Context(), &in))
			for _, d := range out.ServiceDeployments {
				arns = append(arns, aws.ToString(d.ServiceDeploymentArn))
			}
			if in.NextToken = out.NextToken; in.NextToken == nil {
				return arns
			}
		}
	}
	if diff := cmp.Diff([]string{open, done}, list(ecs.ListServiceDeploymentsInput{MaxResults: aws.Int32(1)})); diff != "" {
		t.Error(diff)
	}
	running := []types.ServiceDeploymentStatus{types.ServiceDeploymentStatusPending, types.ServiceDeploymentStatusInProgress}
	if diff := cmp.Diff([]string{open}, list(ecs.ListServiceDeploymentsInput{Status: running})); diff != "" {
		t.Error(diff)
	}
	_, err := f.client.ListServiceDeployments(t.Context(), &ecs.ListServiceDeploymentsInput{Service: aws.String("cart"), Cluster: aws.String("prod")})
	wantCode(t, "no such service", err, "ServiceNotFoundException")
	_, err = f.client.ListServiceDeployments(t.Context(), &ecs.ListServiceDeploymentsInput{Service: aws.String("checkout")})
	wantCode(t, "no such cluster", err, "ClusterNotFoundException")
}

func TestECS_updateServiceReplacesWhatIsDeployed(t *testing.T) {
	f := newECSFixture(t, canaryAt(preShift))
	old := f.deploy()
	out, err := f.client.UpdateService(t.Context(), &ecs.UpdateServiceInput{
		Service: aws.String("checkout"), Cluster: aws.String("prod"), TaskDefinition: aws.String("checkout:3"),
	})
	if err != nil {
		t.Fatal(err)
	}
	f.wantStatus(old, types.ServiceDeploymentStatusStopped)
	if now := aws.ToString(out.Service.CurrentServiceDeployment); now == old || now == "" {
		t.Errorf("deployment %q", now)
	}
	revision := f.get(*out.Service.CurrentServiceDeployment).TargetServiceRevision.Arn
	revisions := must[*ecs.DescribeServiceRevisionsOutput](t)(f.client.DescribeServiceRevisions(t.Context(),
		&ecs.DescribeServiceRevisionsInput{ServiceRevisionArns: []string{*revision}}))
	if got := aws.ToString(revisions.ServiceRevisions[0].TaskDefinition); got != "arn:aws:ecs:us-east-1:111122223333:task-definition/checkout:3" {
		t.Errorf("deploys %s", got)
	}
}

func TestECS_namesWhatIAMChecks(t *testing.T) {
	f := newECSFixture(t, canaryAt(preShift))
	arn := f.deploy()
	f.asked = nil
	_ = f.goOn(arn, f.hook(arn), "")
	_, _ = f.client.ListServiceDeployments(t.Context(), &ecs.ListServiceDeploymentsInput{Service: aws.String("checkout"), Cluster: aws.String("prod")})
	if diff := cmp.Diff([]string{arn, arn, f.service}, f.asked); diff != "" {
		t.Error(diff)
	}
}
