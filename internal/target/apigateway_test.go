package target_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/internal/target"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// restAPI is a REST API whose stage prod shows the deployment old; fresh and other
// are two more of its deployments.
type restAPI struct {
	world             *awstest.World
	aws               *awstest.APIGateway
	id                string
	old, fresh, other string
	target            worker.Target
}

func openRestAPI(t *testing.T) restAPI {
	t.Helper()
	a := restAPI{world: awstest.Start(t, awstest.WithoutEngines())}
	a.aws = awstest.NewAPIGateway(awstest.Account, awstest.Region, a.world.Ledger(), nil)
	a.world.Register(a.aws)
	a.id = a.aws.CreateRestAPI("checkout", "v1")
	a.old = a.aws.CreateStage(a.id, "prod", map[string]string{"table": "orders"})
	a.aws.PutDefinition(a.id, "v2")
	a.fresh, a.other = a.aws.Deploy(a.id, "serin/01KA/1"), a.aws.Deploy(a.id, "by hand")
	a.target = openTarget(t, once(a.world), "apigateway", target.APIGatewayConfig{API: a.id, Stage: "prod"})
	return a
}

// word is what the target calls a deployment.
func (a restAPI) word(id string) string {
	if id == a.fresh {
		return "serin/01KA/1"
	}
	return id
}

func (a restAPI) named(word string) string {
	if word == "serin/01KA/1" {
		return a.fresh
	}
	return word
}

// shows is the stage in the world, read without the adapter.
func (a restAPI) shows() statemachine.Split {
	stage := a.aws.Stage(a.id, "prod")
	split := statemachine.Split{Stable: a.word(stage.DeploymentID)}
	if stage.Canary != nil {
		split.Canary, split.WeightPct = a.word(stage.Canary.DeploymentID), statemachine.Pct(stage.Canary.PercentTraffic)
	}
	return split
}

func (a restAPI) harness() porttest.TargetHarness {
	return porttest.TargetHarness{
		Target: a.target, Old: a.old, New: "serin/01KA/1", Other: a.other, Faults: faults(a.world), Unknown: "serin/01KB/1",
		Shows:   func(*testing.T) statemachine.Split { return a.shows() },
		Raw:     func(t *testing.T) string { t.Helper(); return pretty(t, a.aws.Stage(a.id, "prod")) },
		Written: func(*testing.T) int { return written(a.world, "stage") },
		Foreign: func(_ *testing.T, s statemachine.Split) {
			stage := a.aws.Stage(a.id, "prod")
			stage.DeploymentID, stage.Canary = a.named(s.Stable), nil
			if s.Canary != "" {
				stage.Canary = &awstest.CanarySettings{PercentTraffic: s.WeightPct, DeploymentID: a.named(s.Canary)}
			}
			a.aws.SetStage(a.id, "prod", stage)
		},
		Remove: func(*testing.T) { a.aws.DeleteStage(a.id, "prod") },
		Unfit: func(*testing.T) {
			stage := a.aws.Stage(a.id, "prod")
			stage.Canary = &awstest.CanarySettings{DeploymentID: a.other}
			a.aws.SetStage(a.id, "prod", stage)
		},
	}
}

func TestAPIGateway_isATarget(t *testing.T) {
	porttest.Target(t, func(t *testing.T) porttest.TargetHarness {
		t.Helper()
		h := openRestAPI(t).harness()
		h.Resolves, h.Invalid, h.Unknown = map[string]string{"4f0c1d2": "4f0c1d2", "v 2.1": "v 2.1"}, []string{"", " ", "a\nb"}, ""
		return h
	})
}

// A split that names a deployment which is not there finds none, unless the release is the one that makes it.
func TestAPIGateway_doesNotMakeWhatItsReleaseDidNotName(t *testing.T) {
	a := openRestAPI(t)
	for _, want := range []statemachine.Split{
		{Stable: a.old, Canary: "serin/01KB/1", WeightPct: 5},
		{Stable: "serin/01KB/1"},
		{Stable: a.old, Canary: "serin/01KB/1", WeightPct: 5, Form: `{"makes":"serin/01KC/1"}`},
	} {
		if err := a.target.Write(t.Context(), worker.Want{Split: want}, ""); !errors.Is(err, worker.ErrNotFound) {
			t.Errorf("%s: %v, want not found", want, err)
		}
	}
	if diff := cmp.Diff([]string{a.old, a.fresh, a.other}, a.aws.Deployments(a.id)); diff != "" {
		t.Error(diff)
	}
}

// release begins a release of the API's present definition.
func (a restAPI) release(t *testing.T, id string) (restore statemachine.Split, canary string) {
	t.Helper()
	restore, _, err := a.target.Observe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found, err := a.target.Preflight(t.Context(), worker.TargetPreflight{Release: id, Shows: restore, WeightsPct: []float64{5, 50}})
	if err != nil || len(found.Problems) > 0 {
		t.Fatalf("preflight: %+v, %v", found, err)
	}
	restore.Form = found.Form
	return restore, found.Canary
}

func (a restAPI) write(t *testing.T, split statemachine.Split) {
	t.Helper()
	if err := a.target.Write(t.Context(), worker.Want{Split: split}, ""); err != nil {
		t.Fatal(err)
	}
	if got, _, err := a.target.Observe(t.Context()); err != nil || !got.Same(split) {
		t.Fatalf("wrote %s, it shows %s, %v", split, got, err)
	}
}

func TestAPIGateway_makesOneDeploymentARelease(t *testing.T) {
	a := openRestAPI(t)
	a.aws.PutDefinition(a.id, "v3")
	before := pretty(t, a.aws.Stage(a.id, "prod"))
	restore, canary := a.release(t, "01KD")
	if canary != "serin/01KD/1" {
		t.Errorf("the canary is %s", canary)
	}
	for _, weight := range []float64{5, 50, 100} {
		a.write(t, statemachine.Split{Stable: a.old, Canary: canary, WeightPct: weight, Form: restore.Form})
	}
	made := a.aws.Deployments(a.id)
	if len(made) != 4 || a.aws.Deployed(a.id, made[3]) != "v3" || a.aws.Stage(a.id, "prod").Canary.DeploymentID != made[3] {
		t.Errorf("deployments %v, stage %+v", made, a.aws.Stage(a.id, "prod"))
	}
	a.write(t, statemachine.Split{Stable: canary, Form: restore.Form})
	if stage := a.aws.Stage(a.id, "prod"); stage.Canary != nil || stage.DeploymentID != made[3] || stage.Variables["table"] != "orders" {
		t.Errorf("promoted, the stage is %+v", stage)
	}
	a.write(t, restore)
	if after := pretty(t, a.aws.Stage(a.id, "prod")); after != before {
		t.Errorf("restored, the stage was\n%s\nand is\n%s", before, after)
	}
}

func TestAPIGateway_aPromotionAtOnceMakesTheDeploymentFirst(t *testing.T) {
	a := openRestAPI(t)
	restore, canary := a.release(t, "01KD")
	a.write(t, statemachine.Split{Stable: canary, Form: restore.Form})
	if made := a.aws.Deployments(a.id); len(made) != 4 || a.aws.Stage(a.id, "prod").DeploymentID != made[3] {
		t.Errorf("deployments %v, stage %+v", made, a.aws.Stage(a.id, "prod"))
	}
}

func TestAPIGateway_findsWhatALostAnswerMade(t *testing.T) {
	a := openRestAPI(t)
	restore, canary := a.release(t, "01KD")
	step := statemachine.Split{Stable: a.old, Canary: canary, WeightPct: 5, Form: restore.Form}
	a.target = openTarget(t, withRetry(a.world), "apigateway", target.APIGatewayConfig{API: a.id, Stage: "prod"})
	lost := false
	t.Cleanup(a.world.Inject(awstest.Faults{Lose: 1, Match: func(c awstest.Call) bool {
		first := c.Operation == "CreateDeployment" && !lost
		lost = lost || first
		return first
	}}))
	if err := a.target.Write(t.Context(), worker.Want{Split: step}, ""); !errors.Is(err, worker.ErrUnavailable) {
		t.Errorf("a lost answer: %v, want unavailable", err)
	}
	a.write(t, step)
	if made := a.aws.Deployments(a.id); len(made) != 4 {
		t.Errorf("deployments %v, want one more", made)
	}
}

func TestAPIGateway_theBudgetOfDeploymentsIsAThrottle(t *testing.T) {
	a := openRestAPI(t)
	a.aws.DeployEvery(time.Hour)
	first, name := a.release(t, "01KD")
	a.write(t, statemachine.Split{Stable: a.old, Canary: name, WeightPct: 5, Form: first.Form})
	a.write(t, first)
	restore, canary := a.release(t, "01KE")
	err := a.target.Write(t.Context(), worker.Want{Split: statemachine.Split{Stable: a.old, Canary: canary, WeightPct: 5, Form: restore.Form}}, "")
	if !errors.Is(err, worker.ErrThrottled) || !strings.Contains(err.Error(), "apigateway:POST") {
		t.Errorf("a second deployment: %v, want throttled", err)
	}
}

func TestAPIGateway_goesBackOnlyToWhatIsStillThere(t *testing.T) {
	a := openRestAPI(t)
	shows, _, err := a.target.Observe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found, err := a.target.Preflight(t.Context(), worker.TargetPreflight{Release: "01KD", Shows: shows, Canary: "serin/01KB/1"})
	if err != nil || len(found.Problems) != 1 || found.Problems[0].Code != statemachine.CodeVersionUnfit {
		t.Errorf("preflight: %+v, %v", found, err)
	}
}

func TestAPIGateway_callsWhatItsPolicyNames(t *testing.T) {
	a := openRestAPI(t)
	restore, canary := a.release(t, "01KD")
	a.write(t, statemachine.Split{Stable: a.old, Canary: canary, WeightPct: 5, Form: restore.Form})
	a.write(t, restore)
	want := []string{"GetStage", "GetDeployment", "GetDeployments", "CreateDeployment", "UpdateStage"}
	if diff := cmp.Diff(want, operations(a.world)); diff != "" {
		t.Error(diff)
	}
}
