package deployment_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/deployment"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// service is the service checkout of the cluster prod, and what guards it.
type service struct {
	*awstest.World
	stand *awstest.ECS
	arn   string
	// other is a client of somebody who is not Serin.
	other *ecs.Client
	guard worker.Deployment
}

func newService(t *testing.T, config types.DeploymentConfiguration) service {
	t.Helper()
	w := awstest.Start(t, awstest.WithoutEngines())
	s := service{World: w, stand: awstest.NewECS(awstest.Account, awstest.Region, w.Ledger(), w.Clock())}
	w.Register(s.stand)
	s.other = ecs.NewFromConfig(w.Config("AKIDOTHER"))
	config.Alarms = &types.DeploymentAlarms{AlarmNames: []string{"checkout-5xx"}, Enable: true, Rollback: true}
	config.DeploymentCircuitBreaker = &types.DeploymentCircuitBreaker{Enable: true}
	s.arn = s.stand.CreateService(awstest.ECSService{Cluster: "prod", Name: "checkout", Config: config})
	var err error
	s.guard, err = deployment.New(clients{w}).Open(statemachine.DeploymentSpec{
		Kind: "ecs", Key: "prod/checkout", Config: []byte(`{"cluster":"prod","service":"checkout"}`),
	})
	must(t, err)
	return s
}

// pausing is a configuration of a strategy with one pause hook for each stage.
func pausing(strategy types.DeploymentStrategy, stages ...types.DeploymentLifecycleHookStage) types.DeploymentConfiguration {
	config := types.DeploymentConfiguration{Strategy: strategy}
	for _, stage := range stages {
		config.LifecycleHooks = append(config.LifecycleHooks, types.DeploymentLifecycleHook{
			TargetType: types.DeploymentLifecycleHookTargetTypePause, LifecycleStages: []types.DeploymentLifecycleHookStage{stage},
			TimeoutConfiguration: &types.DeploymentLifecycleHookTimeoutConfiguration{TimeoutInMinutes: aws.Int32(60)},
		})
	}
	return config
}

const (
	scaledUp  = types.DeploymentLifecycleHookStagePostScaleUp
	preShift  = types.DeploymentLifecycleHookStagePreProductionTrafficShift
	postShift = types.DeploymentLifecycleHookStagePostProductionTrafficShift
)

func (s service) begin(*testing.T) string {
	id, _ := s.stand.StartDeployment(s.arn, "checkout:2")
	return id
}

// answer has somebody else continue all that waits.
func (s service) answer(t *testing.T, id string) {
	t.Helper()
	for _, hook := range s.stand.OpenHooks(id) {
		_, err := s.other.ContinueServiceDeployment(t.Context(), &ecs.ContinueServiceDeploymentInput{ServiceDeploymentArn: &id, HookId: &hook})
		must(t, err)
	}
}

// to takes a deployment to a stage where it pauses, or to its end; somebody else ends the waits on the way.
func (s service) to(t *testing.T, id, stage string) {
	t.Helper()
	for range 20 {
		if _, at := s.stand.DeploymentStatus(id); at == stage && len(s.stand.OpenHooks(id)) > 0 {
			return
		}
		s.answer(t, id)
		_, err := s.stand.Run(id)
		must(t, err)
		if status, _ := s.stand.DeploymentStatus(id); status == types.ServiceDeploymentStatusSuccessful {
			break
		}
	}
	if stage != "" {
		t.Fatalf("%s does not come to %s", id, stage)
	}
}

func (s service) observe(t *testing.T, id string) statemachine.DeploymentLook {
	t.Helper()
	look, err := s.guard.Observe(t.Context(), id, nil)
	must(t, err)
	return look
}

// accepted counts what the worker asked for and got.
func (s service) accepted(kind string) func(*testing.T, string) int {
	return func(_ *testing.T, id string) int {
		n := 0
		for _, c := range s.Changes() {
			if state, ok := c.State.(awstest.ECSDeploymentState); ok && c.Actor == workerActor && c.Kind == kind && state.Deployment == id {
				n++
			}
		}
		return n
	}
}

func (s service) harness() porttest.DeploymentHarness {
	s.stand.Lag(awstest.ECSLags{Stop: 1, Rollback: 1 << 20})
	var last string
	return porttest.DeploymentHarness{
		Deployment: s.guard, Points: true, At: []statemachine.Point{statemachine.PointPostScaleUp, statemachine.PointShifted},
		Faults: group{World: s.World}.faults(),
		Begin:  func(t *testing.T) string { t.Helper(); last = s.begin(t); return last },
		Unfit:  func(*testing.T) { s.stand.SetDeploymentConfig(last, pausing(types.DeploymentStrategyCanary)) },
		Reach: func(t *testing.T, id string, point statemachine.Point) {
			t.Helper()
			s.to(t, id, map[statemachine.Point]string{
				statemachine.PointPostScaleUp: string(scaledUp), statemachine.PointShifted: string(postShift),
			}[point])
		},
		Succeed:     func(t *testing.T, id string) { t.Helper(); s.to(t, id, "") },
		Fail:        func(t *testing.T, id string) { t.Helper(); _, err := s.stand.Fail(id); must(t, err) },
		StopByAlarm: func(*testing.T, string) { s.stand.SetAlarm("checkout-5xx", true) },
		StopByPerson: func(t *testing.T, id string) {
			t.Helper()
			_, err := s.other.StopServiceDeployment(t.Context(), &ecs.StopServiceDeploymentInput{ServiceDeploymentArn: &id})
			must(t, err)
		},
		EndRollback: func(t *testing.T, id string) string { t.Helper(); s.endRollback(t, id); return "" },
		Continued:   s.accepted("deployment-continue"), Stopped: s.accepted("deployment-stop"),
	}
}

// endRollback ends the way back, which is the deployment's own.
func (s service) endRollback(t *testing.T, id string) {
	t.Helper()
	for {
		if status, _ := s.stand.DeploymentStatus(id); status == types.ServiceDeploymentStatusRollbackSuccessful {
			return
		}
		_, err := s.stand.Advance(id)
		must(t, err)
	}
}

func TestECS_keepsTheContract(t *testing.T) {
	porttest.Deployment(t, func(t *testing.T) porttest.DeploymentHarness {
		t.Helper()
		s := newService(t, pausing(types.DeploymentStrategyCanary, scaledUp, postShift))
		s.stand.PageSize(1)
		return s.harness()
	})
}

func TestECS_aLinearDeploymentWaitsAtShiftBeforeEveryStepWithANewKey(t *testing.T) {
	config := pausing(types.DeploymentStrategyLinear, preShift)
	config.LinearConfiguration = &types.LinearConfiguration{StepPercent: aws.Float64(40)}
	for _, hides := range []bool{false, true} {
		s := newService(t, config)
		s.stand.HidePreShift(hides)
		id := s.begin(t)
		var keys []string
		var weights []any
		for range 3 {
			_, err := s.stand.Run(id)
			must(t, err)
			look := s.observe(t, id)
			if look.Status != statemachine.DeploymentWaiting || look.Point != statemachine.PointShift {
				t.Fatalf("look %+v, want a wait at shift", look)
			}
			if until := time.Until(look.Until); until > time.Hour || until < 59*time.Minute {
				t.Errorf("it waits %s more, want an hour", until)
			}
			keys, weights = append(keys, look.WaitKey), append(weights, share(look))
			must(t, s.guard.Continue(t.Context(), id, look.WaitKey))
		}
		if slices.Sort(keys); len(slices.Compact(keys)) != 3 {
			t.Errorf("keys %q, want three", keys)
		}
		if diff := cmp.Diff([]any{0.0, 40.0, 80.0}, weights); diff != "" {
			t.Errorf("weights (-want +got):\n%s", diff)
		}
		_, err := s.stand.Run(id)
		must(t, err)
		if look := s.observe(t, id); look.Status != statemachine.DeploymentSucceeded || share(look) != 100.0 {
			t.Errorf("at the end %+v", look)
		}
	}
}

func TestECS_hooksOfOneStageAreContinuedTogether(t *testing.T) {
	s := newService(t, pausing(types.DeploymentStrategyBlueGreen, preShift, preShift))
	id := s.begin(t)
	_, err := s.stand.Run(id)
	must(t, err)
	must(t, s.guard.Continue(t.Context(), id, s.observe(t, id).WaitKey))
	if open := s.stand.OpenHooks(id); len(open) > 0 {
		t.Errorf("%v still wait", open)
	}
	look, err := s.guard.Observe(t.Context(), id, []statemachine.Step{{At: statemachine.PointShift, Bake: 1}})
	must(t, err)
	if len(look.Problems) != 1 || !strings.Contains(look.Problems[0].Text, "must have one pause hook at PRE_PRODUCTION_TRAFFIC_SHIFT; it has 2") {
		t.Errorf("problems %+v: a step can't tell two hooks of one stage from two traffic steps", look.Problems)
	}
}

func TestECS_saysWhichStepsCantWait(t *testing.T) {
	for _, c := range []struct {
		config types.DeploymentConfiguration
		step   statemachine.Step
		says   string
	}{
		{pausing(types.DeploymentStrategyCanary, preShift), statemachine.Step{At: statemachine.PointShift, Bake: 59 * time.Minute}, ""},
		{pausing(types.DeploymentStrategyCanary, preShift), statemachine.Step{At: statemachine.PointShift, Bake: time.Hour}, "timeout longer than 1h0m0s; it has 1h0m0s"},
		{pausing(types.DeploymentStrategyCanary, preShift), statemachine.Step{At: statemachine.PointShifted}, "must have a pause hook at POST_PRODUCTION_TRAFFIC_SHIFT"},
		{pausing(types.DeploymentStrategyRolling, preShift, scaledUp), statemachine.Step{At: statemachine.PointShift}, "a rolling deployment shifts no traffic"},
		{pausing(types.DeploymentStrategyRolling, preShift, scaledUp), statemachine.Step{At: statemachine.PointPostScaleUp}, ""},
		{pausing(types.DeploymentStrategyCanary, preShift), statemachine.Step{At: statemachine.PointReady}, "there is no such point"},
	} {
		s := newService(t, c.config)
		look, err := s.guard.Observe(t.Context(), s.begin(t), []statemachine.Step{c.step})
		must(t, err)
		switch {
		case c.says == "" && len(look.Problems) == 0:
		case c.says == "" || len(look.Problems) != 1 || !strings.Contains(look.Problems[0].Text, c.says):
			t.Errorf("%s at %s: %+v, want %q", c.config.Strategy, c.step.At, look.Problems, c.says)
		}
	}
}

// ECS may refuse a stop while it changes over; the hook that waits goes back too.
func TestECS_aStopThatConflictsAnswersTheHookWithRollback(t *testing.T) {
	s := newService(t, pausing(types.DeploymentStrategyCanary, preShift))
	id := s.begin(t)
	_, err := s.stand.Run(id)
	must(t, err)
	s.stand.Refuse("StopServiceDeployment", "ConflictException")
	must(t, s.guard.Stop(t.Context(), id))
	if look := s.observe(t, id); look.Status != statemachine.DeploymentStopping {
		t.Errorf("look %+v, want it on its way back", look)
	}
	changes := s.Changes()
	if state, _ := changes[len(changes)-1].State.(awstest.ECSDeploymentState); state.Action != types.DeploymentLifecycleHookActionRollback {
		t.Errorf("the last change is %+v", changes[len(changes)-1])
	}
}

func TestECS_saysHowItEndedInWordsOfItsOwn(t *testing.T) {
	s := newService(t, pausing(types.DeploymentStrategyCanary, preShift))
	s.stand.Lag(awstest.ECSLags{Rollback: 1 << 20})
	id := s.begin(t)
	_, err := s.stand.Run(id)
	must(t, err)
	must(t, s.guard.Stop(t.Context(), id))
	_, err = s.stand.FailRollback(id)
	must(t, err)
	if look := s.observe(t, id); look.Status != statemachine.DeploymentFailed || look.Text != "ROLLBACK_FAILED; going back did not succeed" {
		t.Errorf("look %+v", look)
	}
	id = s.begin(t)
	replaced := s.begin(t)
	if look := s.observe(t, id); look.Status != statemachine.DeploymentStopped || look.Text != "STOPPED; no rollback followed" {
		t.Errorf("replaced by %s: %+v", replaced, look)
	}
}

func TestECS_findsWhatGoesForwardWithItsTaskDefinition(t *testing.T) {
	s := newService(t, pausing(types.DeploymentStrategyCanary, preShift))
	id := s.begin(t)
	found, err := s.guard.Find(t.Context())
	must(t, err)
	want := []worker.FoundDeployment{{ID: id, Version: "checkout:2", CreatedAt: found[0].CreatedAt}}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("found (-want +got):\n%s", diff)
	}
}
