package deployment_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func inPlace(info *types.DeploymentGroupInfo) {
	info.DeploymentStyle = &types.DeploymentStyle{
		DeploymentType: types.DeploymentTypeInPlace, DeploymentOption: types.DeploymentOptionWithoutTrafficControl,
	}
	info.BlueGreenDeploymentConfiguration = nil
}

func TestCodeDeploy_keepsTheContractOnEveryPlatform(t *testing.T) {
	for _, c := range []struct {
		name     string
		platform types.ComputePlatform
		describe func(*types.DeploymentGroupInfo)
		points   bool
	}{
		{"ECS", types.ComputePlatformEcs, nil, true},
		{"instances, blue/green", types.ComputePlatformServer, nil, true},
		{"instances, in place", types.ComputePlatformServer, inPlace, false},
		{"Lambda", types.ComputePlatformLambda, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			porttest.Deployment(t, func(t *testing.T) porttest.DeploymentHarness {
				t.Helper()
				g := newGroup(t, c.platform, c.describe)
				g.stand.QuietTermination(true) // the flag speaks of instances: ECS may lack it
				return g.harness(c.points)
			})
		})
	}
}

// canary shifts a tenth first.
func canary(config string) func(*types.DeploymentGroupInfo) {
	return func(info *types.DeploymentGroupInfo) {
		info.DeploymentConfigName = aws.String("CodeDeployDefault." + config)
	}
}

func TestObserve_tellsTheWeightWhereAWSDoes(t *testing.T) {
	for _, c := range []struct {
		platform types.ComputePlatform
		config   string
		want     []any
	}{
		{types.ComputePlatformEcs, "ECSCanary10Percent5Minutes", []any{nil, 10.0, 100.0}},
		{types.ComputePlatformLambda, "LambdaCanary10Percent5Minutes", []any{nil, 10.0, 100.0}},
		{types.ComputePlatformServer, "OneAtATime", []any{nil, nil, nil}},
	} {
		g := newGroup(t, c.platform, canary(c.config))
		id := g.begin(t)
		got := []any{share(g.observe(t, id))}
		g.to(t, id, awstest.PointShifting)
		got = append(got, share(g.observe(t, id)))
		g.to(t, id, awstest.PointEnd)
		got = append(got, share(g.observe(t, id)))
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: weights (-want +got):\n%s", c.platform, diff)
		}
	}
}

func share(look statemachine.DeploymentLook) any {
	if look.WeightPct == nil {
		return nil
	}
	return *look.WeightPct
}

func TestObserve_saysUntilWhenAWaitLasts(t *testing.T) {
	for _, platform := range []types.ComputePlatform{types.ComputePlatformEcs, types.ComputePlatformServer} {
		g := newGroup(t, platform, nil)
		id := g.begin(t)
		for _, c := range []struct {
			point statemachine.Point
			wait  time.Duration
		}{{statemachine.PointReady, time.Hour}, {statemachine.PointShifted, 30 * time.Minute}} {
			before := time.Now().Add(-time.Second)
			g.reach(t, id, c.point)
			if until := g.observe(t, id).Until; until.Before(before.Add(c.wait)) || until.After(time.Now().Add(c.wait)) {
				t.Errorf("%s: %s lasts until %s, want about %s from now", platform, c.point, until, c.wait)
			}
		}
	}
}

// A blue/green deployment to instances has targets on both sides.
func TestObserve_readsInstancesOfTheNewSide(t *testing.T) {
	g := newGroup(t, types.ComputePlatformServer, nil)
	id := g.begin(t)
	g.reach(t, id, statemachine.PointReady)
	g.observe(t, id)
	for _, c := range g.Calls() {
		if c.Actor == workerActor && c.Operation == "ListDeploymentTargets" && !strings.Contains(string(c.Body), `"ServerInstanceLabel":["Green"]`) {
			t.Errorf("asked for %s", c.Body)
		}
	}
}

func TestStop_isNotDoneBeforeTheRollbackIs(t *testing.T) {
	g := newGroup(t, types.ComputePlatformEcs, canary("ECSCanary10Percent5Minutes"))
	g.stand.Lag(awstest.DeploymentLags{Stop: 1, Rollback: 2})
	id := g.begin(t)
	g.to(t, id, awstest.PointShifting)
	must(t, g.guard.Stop(t.Context(), id))
	var seen []string
	for range 6 {
		look := g.observe(t, id)
		if s := look.Status.String(); len(seen) == 0 || seen[len(seen)-1] != s {
			seen = append(seen, s)
		}
		weight, err := g.stand.WeightPct(id)
		must(t, err)
		if look.Status == statemachine.DeploymentStopped && (weight != 0 || share(look) != 0.0) {
			t.Errorf("stopped with %v%% on the new version; the look says %v", weight, share(look))
		}
	}
	if diff := cmp.Diff([]string{"running", "stopping", "stopped"}, seen); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
}

// A stop does not say whether it asked for a rollback, which comes later.
func TestObserve_waitsForARollbackThatMayFollow(t *testing.T) {
	g := newGroup(t, types.ComputePlatformEcs, nil)
	id := g.begin(t)
	g.stopByPerson(t, id, false)
	g.get(t, id)
	g.get(t, id)
	if look := g.observe(t, id); look.Status != statemachine.DeploymentStopping {
		t.Errorf("just stopped, without a rollback so far: %+v", look)
	}
}

func TestObserve_saysThatTheRollbackDidNotSucceed(t *testing.T) {
	g := newGroup(t, types.ComputePlatformEcs, canary("ECSCanary10Percent5Minutes"))
	g.stand.Lag(awstest.DeploymentLags{Rollback: 1 << 20})
	id := g.begin(t)
	g.to(t, id, awstest.PointShifting)
	g.stopByPerson(t, id, true)
	back := aws.ToString(g.get(t, id).RollbackInfo.RollbackDeploymentId)
	_, err := g.stand.Fail(back, types.ErrorCodeIamRolePermissions)
	must(t, err)
	look := g.observe(t, id)
	if look.Status != statemachine.DeploymentStopped || look.RollbackID != back || !strings.Contains(look.Text, back+" did not succeed") || look.WeightPct != nil {
		t.Errorf("look %+v, want it to name the rollback that failed", look)
	}
}

// What CodeDeploy says beside its code may quote a hook, a stack or a person.
func TestObserve_handsOnNoTextOfAnyone(t *testing.T) {
	g := newGroup(t, types.ComputePlatformEcs, nil)
	id := g.start(t, awstest.DeploymentOptions{Description: "5CReTt0ken"})
	_, err := g.stand.Fail(id, types.ErrorCodeHookExecutionFailure)
	must(t, err)
	if look := g.observe(t, id); look.Text != "Failed: HOOK_EXECUTION_FAILURE; no rollback followed" {
		t.Errorf("text %q", look.Text)
	}
}

func TestContinue_saysConflictWhileTheWaitStillShows(t *testing.T) {
	g := newGroup(t, types.ComputePlatformEcs, nil)
	g.stand.Lag(awstest.DeploymentLags{Continue: 3})
	id := g.begin(t)
	g.reach(t, id, statemachine.PointReady)
	key := g.observe(t, id).WaitKey
	must(t, g.guard.Continue(t.Context(), id, key))
	if err := g.guard.Continue(t.Context(), id, key); !errors.Is(err, worker.ErrConflict) {
		t.Errorf("continued twice before it shows: %v, want a conflict", err)
	}
	for range 3 {
		g.get(t, id)
	}
	must(t, g.guard.Continue(t.Context(), id, key))
	if n := g.accepted("deployment-continue")(t, id); n != 1 {
		t.Errorf("continued %d times, want once", n)
	}
	if err := g.guard.Continue(t.Context(), id, "shifted"); !errors.Is(err, worker.ErrInvalid) {
		t.Errorf("a key that names no wait: %v, want invalid", err)
	}
}

func TestFind_marksWhatNobodyReleased(t *testing.T) {
	g := newGroup(t, types.ComputePlatformEcs, nil)
	g.stand.PageSize(1)
	g.stand.Lag(awstest.DeploymentLags{Rollback: 1 << 20})
	id := g.start(t, awstest.DeploymentOptions{Revision: &types.RevisionLocation{
		RevisionType: types.RevisionLocationTypeS3, S3Location: &types.S3Location{Bucket: aws.String("b"), Key: aws.String("orders/43.yaml")},
	}})
	found, err := g.guard.Find(t.Context())
	must(t, err)
	want := []worker.FoundDeployment{{ID: id, Version: "orders/43.yaml", CreatedAt: found[0].CreatedAt}}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("found (-want +got):\n%s", diff)
	}
	g.stopByPerson(t, id, true)
	g.get(t, id)
	found, err = g.guard.Find(t.Context())
	must(t, err)
	if len(found) != 1 || found[0].ID == id || !found[0].Rollback {
		t.Errorf("found %+v, want the rollback alone", found)
	}
}

// hooked starts a deployment that waits for a hook, and returns its execution id.
func (g group) hooked(t *testing.T, event string) (id, execution string) {
	t.Helper()
	id = g.start(t, awstest.DeploymentOptions{Hooks: []string{event}})
	for range 8 {
		if execution, err := g.stand.HookExecution(id); err == nil {
			return id, execution
		}
		for _, wait := range types.DeploymentWaitType("").Values() {
			_, _ = g.other.ContinueDeployment(t.Context(), &codedeploy.ContinueDeploymentInput{DeploymentId: &id, DeploymentWaitType: wait})
		}
		_, _ = g.stand.Advance(id)
	}
	t.Fatalf("%s does not come to its hook", id)
	return "", ""
}

// The API shows that a hook waits, and not what answers it: only the hook's own function is told.
func TestCodeDeploy_aHookIsAWaitWhoseKeyAnEventCompletes(t *testing.T) {
	for _, c := range []struct {
		platform types.ComputePlatform
		event    string
		point    statemachine.Point
	}{
		{types.ComputePlatformEcs, "BeforeInstall", statemachine.PointPreScaleUp},
		{types.ComputePlatformEcs, "AfterInstall", statemachine.PointPostScaleUp},
		{types.ComputePlatformEcs, "AfterAllowTestTraffic", statemachine.PointPostTestTraffic},
		{types.ComputePlatformEcs, "BeforeAllowTraffic", statemachine.PointShift},
		{types.ComputePlatformLambda, "BeforeAllowTraffic", statemachine.PointShift},
		{types.ComputePlatformLambda, "AfterAllowTraffic", statemachine.PointShifted},
	} {
		g := newGroup(t, c.platform, nil)
		id, execution := g.hooked(t, c.event)
		look, err := g.guard.Observe(t.Context(), id, []statemachine.Step{{At: c.point, Bake: 59 * time.Minute}})
		must(t, err)
		if look.Status != statemachine.DeploymentWaiting || look.Point != c.point || look.WaitKey != "hook/"+c.event+"/" || len(look.Problems) > 0 {
			t.Errorf("%s at %s: %+v", c.platform, c.event, look)
		}
		if left := time.Until(look.Until); left > time.Hour || left < 59*time.Minute {
			t.Errorf("%s: it waits %s more, want an hour", c.event, left)
		}
		for range 2 {
			must(t, g.guard.Continue(t.Context(), id, look.WaitKey+execution))
		}
		if n := g.accepted("deployment-hook")(t, id); n != 1 {
			t.Errorf("%s: answered %d times, want once", c.event, n)
		}
		if err := g.guard.Continue(t.Context(), id, look.WaitKey); !errors.Is(err, worker.ErrInvalid) {
			t.Errorf("%s: a key that lacks its execution: %v, want invalid", c.event, err)
		}
	}
}

func TestCodeDeploy_aHooksStepIsShorterThanAnHour(t *testing.T) {
	g := newGroup(t, types.ComputePlatformLambda, nil)
	id := g.begin(t)
	for step, says := range map[statemachine.Step]string{
		{At: statemachine.PointShift, Bake: time.Hour}:     "waits no longer than an hour",
		{At: statemachine.PointReady}:                      "at its hooks alone",
		{At: statemachine.PointShifted, Bake: time.Minute}: "",
	} {
		look, err := g.guard.Observe(t.Context(), id, []statemachine.Step{step})
		must(t, err)
		if says == "" && len(look.Problems) > 0 || says != "" && (len(look.Problems) != 1 || !strings.Contains(look.Problems[0].Text, says)) {
			t.Errorf("%s: %+v, want %q", step.At, look.Problems, says)
		}
	}
}
