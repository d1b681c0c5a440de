package target_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/internal/target"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// httpAPI is an HTTP API whose stage $default shows the deployment old; fresh and
// other are two more of its deployments.
type httpAPI struct {
	world             *awstest.World
	aws               *awstest.APIGateway
	id                string
	old, fresh, other string
	target            worker.Target
}

func openHTTPAPI(t *testing.T) httpAPI {
	t.Helper()
	a := httpAPI{world: awstest.Start(t, awstest.WithoutEngines())}
	a.aws = awstest.NewAPIGateway(awstest.Account, awstest.Region, a.world.Ledger(), nil)
	a.world.Register(a.aws)
	a.id = a.aws.CreateHTTPAPI("checkout", "v1")
	a.old = a.aws.CreateHTTPStage(a.id, "$default", false)
	a.fresh, a.other = a.aws.Deploy(a.id, ""), a.aws.Deploy(a.id, "")
	a.target = openTarget(t, once(a.world), "httpapi", target.HTTPAPIConfig{API: a.id, Stage: "$default"})
	return a
}

func (a httpAPI) set(change func(*awstest.HTTPStageState)) {
	stage := a.aws.HTTPStage(a.id, "$default")
	change(&stage)
	a.aws.SetHTTPStage(a.id, "$default", stage)
}

func (a httpAPI) harness() porttest.TargetHarness {
	return porttest.TargetHarness{
		Target: a.target, Old: a.old, New: a.fresh, Other: a.other, Faults: faults(a.world),
		Weight: func(float64) float64 { return 100 }, FinalAt100: true,
		Resolves: map[string]string{a.fresh: a.fresh, "latest": a.other}, Invalid: []string{"", "v1", "A1B2C3D4E5", "a/b/c/d"}, Unknown: "zzzzzzzzzz",
		Shows: func(*testing.T) statemachine.Split {
			return statemachine.Split{Stable: a.aws.HTTPStage(a.id, "$default").DeploymentID}
		},
		Raw:     func(t *testing.T) string { t.Helper(); return pretty(t, a.aws.HTTPStage(a.id, "$default")) },
		Written: func(*testing.T) int { return written(a.world, "http-stage") },
		Foreign: func(_ *testing.T, s statemachine.Split) {
			id, _ := s.One()
			a.set(func(stage *awstest.HTTPStageState) { stage.DeploymentID = id })
		},
		Remove: func(*testing.T) { a.aws.DeleteStage(a.id, "$default") },
		Unfit:  func(*testing.T) { a.set(func(stage *awstest.HTTPStageState) { stage.AutoDeploy = true }) },
	}
}

func TestHTTPAPI_isATarget(t *testing.T) {
	porttest.Target(t, func(t *testing.T) porttest.TargetHarness {
		t.Helper()
		return openHTTPAPI(t).harness()
	})
}

func TestHTTPAPI_showsNoWeights(t *testing.T) {
	a := openHTTPAPI(t)
	err := a.target.Write(t.Context(), worker.Want{Split: statemachine.Split{Stable: a.old, Canary: a.fresh, WeightPct: 25}}, "")
	if !errors.Is(err, worker.ErrInvalid) || !strings.Contains(err.Error(), "no weights") {
		t.Errorf("25%%: %v, want invalid", err)
	}
	found, err := a.target.Preflight(t.Context(), worker.TargetPreflight{Canary: a.fresh, WeightsPct: []float64{25, 50, 100}})
	if err != nil || len(found.Problems) != 1 || found.Problems[0].Code != statemachine.CodeStepsUnfit {
		t.Errorf("preflight of a plan with weights: %+v, %v", found, err)
	}
}

func TestHTTPAPI_refusesADeploymentThatIsGone(t *testing.T) {
	a := openHTTPAPI(t)
	found, err := a.target.Preflight(t.Context(), worker.TargetPreflight{Canary: "zzzzzzzzzz", WeightsPct: []float64{100}})
	if err != nil || len(found.Problems) != 1 || found.Problems[0].Code != statemachine.CodeVersionUnfit {
		t.Errorf("preflight: %+v, %v", found, err)
	}
}

func TestHTTPAPI_callsWhatItsPolicyNames(t *testing.T) {
	a := openHTTPAPI(t)
	if _, err := a.target.Resolve(t.Context(), "latest"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.target.Preflight(t.Context(), worker.TargetPreflight{Canary: a.fresh, WeightsPct: []float64{100}}); err != nil {
		t.Fatal(err)
	}
	if err := a.target.Write(t.Context(), worker.Want{Split: statemachine.Split{Stable: a.fresh}}, ""); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"GetDeployments", "GetStage", "GetDeployment", "UpdateStage"}, operations(a.world)); diff != "" {
		t.Error(diff)
	}
}
