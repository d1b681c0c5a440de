package canaryfile_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/canaryfile"
	"github.com/serinhq/serin/statemachine"
)

// What CodeDeploy's user guide says of each name, written out: shares, and the
// minutes between them.
func TestStrategies_areCodeDeploysOwn(t *testing.T) {
	ten := []float64{10, 20, 30, 40, 50, 60, 70, 80, 90, 100}
	documented := []struct {
		name    string
		shares  []float64
		minutes int
	}{
		{"LambdaCanary10Percent5Minutes", []float64{10, 100}, 5},
		{"LambdaCanary10Percent10Minutes", []float64{10, 100}, 10},
		{"LambdaCanary10Percent15Minutes", []float64{10, 100}, 15},
		{"LambdaCanary10Percent30Minutes", []float64{10, 100}, 30},
		{"LambdaLinear10PercentEvery1Minute", ten, 1},
		{"LambdaLinear10PercentEvery2Minutes", ten, 2},
		{"LambdaLinear10PercentEvery3Minutes", ten, 3},
		{"LambdaLinear10PercentEvery10Minutes", ten, 10},
		{"LambdaAllAtOnce", []float64{100}, 0},
		{"ECSCanary10Percent5Minutes", []float64{10, 100}, 5},
		{"ECSCanary10Percent15Minutes", []float64{10, 100}, 15},
		{"ECSLinear10PercentEvery1Minutes", ten, 1},
		{"ECSLinear10PercentEvery3Minutes", ten, 3},
		{"ECSAllAtOnce", []float64{100}, 0},
	}
	all := canaryfile.Strategies()
	if len(all) != len(documented) {
		t.Errorf("got %d strategies, CodeDeploy documents %d", len(all), len(documented))
	}
	for i, want := range documented {
		var steps []statemachine.Step
		for _, share := range want.shares[:len(want.shares)-1] {
			steps = append(steps, statemachine.Step{WeightPct: share, Bake: time.Duration(want.minutes) * time.Minute})
		}
		steps = append(steps, statemachine.Step{WeightPct: 100})
		if diff := cmp.Diff(canaryfile.Strategy{Name: want.name, Steps: steps}, all[i]); diff != "" {
			t.Errorf("%s: -want +got:\n%s", want.name, diff)
		}
	}
}

func TestParseStrategy_takesEveryNameWithAndWithoutItsPrefixes(t *testing.T) {
	for _, s := range canaryfile.Strategies() {
		bare := s.Name[len("ECS"):]
		if s.Name[0] == 'L' {
			bare = s.Name[len("Lambda"):]
		}
		for _, name := range []string{s.Name, bare, "CodeDeployDefault." + s.Name, "CodeDeployDefault." + bare} {
			steps, known := canaryfile.ParseStrategy(name)
			if diff := cmp.Diff(s.Steps, steps); diff != "" || !known {
				t.Errorf("%s: known %t, -want +got:\n%s", name, known, diff)
			}
			plan := load(t, "schema: 1\nname: a\ntrigger: manual\ntargets: [{lambda: {function: f, alias: live}}]\nalarms: [x]\nstrategy: "+name+"\n").Plan
			if diff := cmp.Diff(s.Steps, plan.Steps); diff != "" {
				t.Errorf("%s in a file: -want +got:\n%s", name, diff)
			}
		}
	}
}

func TestParseStrategy_refusesWhatCodeDeployHasNotForLambdaOrECS(t *testing.T) {
	for _, name := range []string{
		"", "CodeDeployDefault.", "CodeDeployDefault.HalfAtATime", "OneAtATime", "ECSCanary10Percent30Minutes",
		"LambdaLinear10PercentEvery1Minutes", "ECSLinear10PercentEvery1Minute", "LambdaECSAllAtOnce",
		"allatonce", "CodeDeployDefault.CodeDeployDefault.AllAtOnce", "Canary20Percent5Minutes",
	} {
		if steps, known := canaryfile.ParseStrategy(name); known {
			t.Errorf("%q: known, as %v", name, steps)
		}
	}
}
