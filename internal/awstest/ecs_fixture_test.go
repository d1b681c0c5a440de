package awstest_test

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/serinhq/serin/internal/awstest"
)

// ecsFixture is one service checkout in the cluster prod, and a client.
type ecsFixture struct {
	t       *testing.T
	clock   *watch
	ledger  *awstest.Ledger
	stand   *awstest.ECS
	client  *ecs.Client
	service string
	asked   []string
}

func newECSFixture(t *testing.T, config types.DeploymentConfiguration) *ecsFixture {
	t.Helper()
	f := &ecsFixture{t: t, clock: newWatch()}
	f.ledger = awstest.NewLedger(f.clock.Now)
	f.stand = awstest.NewECS("111122223333", "us-east-1", f.ledger, f.clock.Now)
	f.service = f.stand.CreateService(awstest.ECSService{Cluster: "prod", Name: "checkout", Config: config})
	of := alone(t, f.stand, "WORKER")
	of.HTTPClient = watchResource{into: &f.asked}
	f.client = ecs.NewFromConfig(of)
	return f
}

// pauseAt is a deployment configuration that pauses at these stages.
func pauseAt(strategy types.DeploymentStrategy, stages ...types.DeploymentLifecycleHookStage) types.DeploymentConfiguration {
	return types.DeploymentConfiguration{Strategy: strategy, LifecycleHooks: []types.DeploymentLifecycleHook{{
		TargetType: types.DeploymentLifecycleHookTargetTypePause, LifecycleStages: stages,
	}}}
}

// canaryAt pauses before each step of a canary of ten percent.
func canaryAt(stages ...types.DeploymentLifecycleHookStage) types.DeploymentConfiguration {
	config := pauseAt(types.DeploymentStrategyCanary, stages...)
	config.CanaryConfiguration = &types.CanaryConfiguration{CanaryPercent: aws.Float64(10)}
	return config
}

const preShift = types.DeploymentLifecycleHookStagePreProductionTrafficShift

// deploy starts a deployment of checkout:2 and runs it to its first hook or its end.
func (f *ecsFixture) deploy() string {
	f.t.Helper()
	arn, _ := f.stand.StartDeployment(f.service, "checkout:2")
	f.run(arn)
	return arn
}

func (f *ecsFixture) run(arn string) []json.RawMessage {
	f.t.Helper()
	return must[[]json.RawMessage](f.t)(f.stand.Run(arn))
}

func (f *ecsFixture) get(arn string) types.ServiceDeployment {
	f.t.Helper()
	out := must[*ecs.DescribeServiceDeploymentsOutput](f.t)(f.client.DescribeServiceDeployments(
		f.t.Context(), &ecs.DescribeServiceDeploymentsInput{ServiceDeploymentArns: []string{arn}}))
	if len(out.ServiceDeployments) != 1 {
		f.t.Fatalf("describe %s: %+v", arn, out)
	}
	return out.ServiceDeployments[0]
}

// hook is the id of the one hook the deployment waits for.
func (f *ecsFixture) hook(arn string) string {
	f.t.Helper()
	for _, h := range f.get(arn).LifecycleHookDetails {
		if h.Status == types.DeploymentLifecycleHookStatusAwaitingAction {
			return aws.ToString(h.HookId)
		}
	}
	f.t.Fatalf("%s waits for no hook", arn)
	return ""
}

func (f *ecsFixture) goOn(arn, hook string, action types.DeploymentLifecycleHookAction) error {
	f.t.Helper()
	_, err := f.client.ContinueServiceDeployment(f.t.Context(), &ecs.ContinueServiceDeploymentInput{
		ServiceDeploymentArn: &arn, HookId: &hook, Action: action,
	})
	return err
}

func (f *ecsFixture) stop(arn string, kind types.StopServiceDeploymentStopType) error {
	f.t.Helper()
	_, err := f.client.StopServiceDeployment(f.t.Context(), &ecs.StopServiceDeploymentInput{ServiceDeploymentArn: &arn, StopType: kind})
	return err
}

// weights are what the source and the target revision carry.
func (f *ecsFixture) weights(arn string) [2]float64 {
	f.t.Helper()
	d := f.get(arn)
	return [2]float64{
		aws.ToFloat64(d.SourceServiceRevisions[0].RequestedProductionTrafficWeight),
		aws.ToFloat64(d.TargetServiceRevision.RequestedProductionTrafficWeight),
	}
}

func (f *ecsFixture) wantStatus(arn string, want types.ServiceDeploymentStatus) {
	f.t.Helper()
	if got := f.get(arn).Status; got != want {
		f.t.Errorf("status %s, want %s", got, want)
	}
}
