package deployment_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/deployment"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// workerActor is who the deployments under test call as.
const workerActor = "AKIDWORKER"

// clients are the World's, which retry at once.
type clients struct{ world *awstest.World }

func (c clients) Client(_, _ string, open func(aws.Config) any) any {
	cfg := c.world.Config(workerActor)
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxBackoff = time.Millisecond })
	}
	return open(cfg)
}

// group is application orders with deployment group prod, and what guards it.
type group struct {
	*awstest.World
	stand *awstest.CodeDeploy
	// other is a client of somebody who is not Serin.
	other *codedeploy.Client
	guard worker.Deployment
}

func newGroup(t *testing.T, platform types.ComputePlatform, describe func(*types.DeploymentGroupInfo)) group {
	t.Helper()
	w := awstest.Start(t, awstest.WithoutEngines())
	g := group{World: w, stand: awstest.NewCodeDeploy(awstest.Account, awstest.Region, w.Ledger(), w.Clock())}
	w.Register(g.stand)
	g.other = codedeploy.NewFromConfig(w.Config("AKIDOTHER"))
	if err := g.stand.CreateApplication("orders", platform); err != nil {
		t.Fatal(err)
	}
	info := types.DeploymentGroupInfo{
		ApplicationName: aws.String("orders"), DeploymentGroupName: aws.String("prod"), BlueGreenDeploymentConfiguration: waits(60, 30),
		AlarmConfiguration: &types.AlarmConfiguration{Enabled: true, Alarms: []types.Alarm{{Name: aws.String("orders-5xx")}}},
		AutoRollbackConfiguration: &types.AutoRollbackConfiguration{
			Enabled: true, Events: []types.AutoRollbackEvent{types.AutoRollbackEventDeploymentStopOnAlarm},
		},
	}
	if describe != nil {
		describe(&info)
	}
	if err := g.stand.CreateDeploymentGroup(info); err != nil {
		t.Fatal(err)
	}
	var err error
	g.guard, err = deployment.New(clients{w}).Open(statemachine.DeploymentSpec{
		Kind: "codedeploy", Key: "orders/prod", Config: []byte(`{"application":"orders","deploymentGroup":"prod"}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// waits are minutes before the traffic and before the termination; 0 is none.
func waits(ready, termination int32) *types.BlueGreenDeploymentConfiguration {
	config := &types.BlueGreenDeploymentConfiguration{
		DeploymentReadyOption: &types.DeploymentReadyOption{ActionOnTimeout: types.DeploymentReadyActionContinueDeployment},
		TerminateBlueInstancesOnDeploymentSuccess: &types.BlueInstanceTerminationOption{
			Action: types.InstanceActionTerminate, TerminationWaitTimeInMinutes: termination,
		},
	}
	if ready > 0 {
		config.DeploymentReadyOption = &types.DeploymentReadyOption{
			ActionOnTimeout: types.DeploymentReadyActionStopDeployment, WaitTimeInMinutes: ready,
		}
	}
	return config
}

func (g group) begin(t *testing.T) string {
	t.Helper()
	return g.start(t, awstest.DeploymentOptions{})
}

func (g group) start(t *testing.T, options awstest.DeploymentOptions) string {
	t.Helper()
	id, _, err := g.stand.StartDeployment("orders", "prod", options)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// to takes a deployment to a point; somebody else ends the waits on the way.
func (g group) to(t *testing.T, id string, point awstest.DeploymentPoint) {
	t.Helper()
	for range 3 {
		_, err := g.stand.AdvanceTo(id, point)
		if err == nil {
			return
		}
		for _, wait := range types.DeploymentWaitType("").Values() {
			_, _ = g.other.ContinueDeployment(t.Context(), &codedeploy.ContinueDeploymentInput{DeploymentId: &id, DeploymentWaitType: wait})
		}
	}
	t.Fatalf("%s does not come to point %d", id, point)
}

func (g group) reach(t *testing.T, id string, point statemachine.Point) {
	t.Helper()
	g.to(t, id, map[statemachine.Point]awstest.DeploymentPoint{
		statemachine.PointReady: awstest.PointReady, statemachine.PointShifted: awstest.PointShifted,
	}[point])
}

func (g group) get(t *testing.T, id string) *types.DeploymentInfo {
	t.Helper()
	out, err := g.other.GetDeployment(t.Context(), &codedeploy.GetDeploymentInput{DeploymentId: &id})
	if err != nil {
		t.Fatal(err)
	}
	return out.DeploymentInfo
}

func (g group) stopByPerson(t *testing.T, id string, rollBack bool) {
	t.Helper()
	_, err := g.other.StopDeployment(t.Context(), &codedeploy.StopDeploymentInput{DeploymentId: &id, AutoRollbackEnabled: &rollBack})
	if err != nil {
		t.Fatal(err)
	}
}

func (g group) endRollback(t *testing.T, id string) string {
	t.Helper()
	back := aws.ToString(g.get(t, id).RollbackInfo.RollbackDeploymentId)
	g.to(t, back, awstest.PointEnd)
	return back
}

// accepted counts what the worker asked for and got.
func (g group) accepted(kind string) func(*testing.T, string) int {
	return func(_ *testing.T, id string) int {
		n := 0
		for _, c := range g.Changes() {
			if state, ok := c.State.(awstest.DeploymentState); ok && c.Actor == workerActor && c.Kind == kind && state.Deployment == id {
				n++
			}
		}
		return n
	}
}

func (g group) observe(t *testing.T, id string) statemachine.DeploymentLook {
	t.Helper()
	look, err := g.guard.Observe(t.Context(), id, nil)
	if err != nil {
		t.Fatal(err)
	}
	return look
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// harness is the suite's; a rollback ends only when the suite says so.
func (g group) harness(points bool) porttest.DeploymentHarness {
	g.stand.Lag(awstest.DeploymentLags{Rollback: 1 << 20})
	var last string
	h := porttest.DeploymentHarness{
		Deployment: g.guard, Points: points, Faults: g.faults(), Reach: g.reach, EndRollback: g.endRollback,
		Begin: func(t *testing.T) string { t.Helper(); last = g.begin(t); return last },
		Succeed: func(t *testing.T, id string) {
			t.Helper()
			g.to(t, id, awstest.PointEnd)
		},
		Fail: func(t *testing.T, id string) {
			t.Helper()
			_, err := g.stand.Fail(id, types.ErrorCodeHealthConstraints)
			must(t, err)
		},
		StopByAlarm: func(t *testing.T, id string) {
			t.Helper()
			_, err := g.stand.AlarmFires(id)
			must(t, err)
		},
		StopByPerson: func(t *testing.T, id string) { t.Helper(); g.stopByPerson(t, id, true) },
		Continued:    g.accepted("deployment-continue"), Stopped: g.accepted("deployment-stop"),
	}
	if points {
		h.Unfit = func(t *testing.T) { t.Helper(); must(t, g.stand.SetWaits(last, waits(0, 0))) }
	}
	return h
}

func (g group) faults() porttest.Faults {
	var mend []func()
	return porttest.Faults{
		Break: func(_ *testing.T, side porttest.Side, fault porttest.Fault) {
			hit := func(c awstest.Call) bool {
				reads := strings.HasPrefix(c.Operation, "Get") || strings.HasPrefix(c.Operation, "List") || strings.HasPrefix(c.Operation, "Describe")
				return c.Actor == workerActor && reads == (side == porttest.Reads)
			}
			switch fault {
			case porttest.Denied:
				mend = append(mend, g.Deny(hit))
			case porttest.Throttled:
				mend = append(mend, g.Inject(awstest.Faults{Throttle: 1, Match: hit}))
			case porttest.Unavailable:
				mend = append(mend, g.Inject(awstest.Faults{Fail: 1, Match: hit}))
			case porttest.Lost:
				mend = append(mend, g.Inject(awstest.Faults{Lose: 1, Match: hit}))
			}
		},
		Mend: func(*testing.T) {
			for _, m := range slices.Backward(mend) {
				m()
			}
			mend = nil
		},
	}
}
