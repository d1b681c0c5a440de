package canaryfile_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/canaryfile"
	"github.com/serinhq/serin/statemachine"
)

const shop = `
schema: 1
name: shop
trigger: {pipeline: {name: shop-prod, stage: Canary, action: Gate}}
targets:
  - lambda: {function: api, alias: live, version: "#{Api.FunctionVersion}"}
  - lambda: {function: jobs, alias: live, version: "#{Jobs.FunctionVersion}"}
steps:
  - {weight: 5, bake: 10m}
  - {approval: {timeout: 24h}}
  - {weight: 100, bake: 15m}
alarms:
  - api-5xx
  - {name: api-p99, onNoData: proceed}
deadline: 4h
`

func TestDiff_saysWhatChangedInTheFilesOrder(t *testing.T) {
	for name, c := range map[string]struct {
		change []string // old, new, …
		want   []string
		force  bool
	}{
		"nothing": {},
		"a comment and the style": {
			change: []string{"{weight: 5, bake: 10m}", "{bake: 10m, weight: 5.0} # less"},
		},
		"a default written out": {
			change: []string{"deadline: 4h", "deadline: 4h\nholdTimeout: 24h\nadopt: false"},
		},
		"steps": {
			change: []string{"weight: 5, bake: 10m", "weight: 10, bake: 1h30m", "timeout: 24h", "onTimeout: proceed"},
			want: []string{"steps: 5% for 10m, approval within 24h, else rollback, 100% for 15m" +
				" → 10% for 1h30m, approval within 24h, else proceed, 100% for 15m"},
		},
		"alarms": {
			change: []string{"  - api-5xx\n", "", "onNoData: proceed}", "requireData: true, honorMute: true}\n  - api-4xx"},
			want: []string{
				"alarms: - api-5xx (onNoData hold)",
				"alarms: api-p99: onNoData proceed → onNoData hold, requireData, honorMute",
				"alarms: + api-4xx (onNoData hold)",
			},
		},
		"a check and the stage": {
			change: []string{"{approval: {timeout: 24h}}", "{codebuild: {project: smoke}, timeout: 30m}", "deadline: 4h", "deadline: 4h\npipelineRollback: {stage: Prod}"},
			want: []string{
				"steps: 5% for 10m, approval within 24h, else rollback, 100% for 15m → 5% for 10m, codebuild smoke within 30m, else rollback, 100% for 15m",
				"pipelineRollback: none → stage Prod",
			},
		},
		"times and adopt": {
			change: []string{"deadline: 4h", "deadline: 5h\npreflightWait: 90s\nholdTimeout: 1h\nadopt: true"},
			want:   []string{"deadline: 4h → 5h", "preflightWait: 15m → 1m30s", "holdTimeout: 24h → 1h", "adopt: false → true"},
		},
		"a target's version": {
			change: []string{"#{Api.FunctionVersion}", "latest"},
			want: []string{`targets: lambda api:live: version #{Api.FunctionVersion}, {"function":"api","alias":"live"}` +
				` → version latest, {"function":"api","alias":"live"}`},
			force: true,
		},
		"another target": {
			change: []string{"function: jobs", "function: mail"},
			want: []string{
				`targets: - lambda jobs:live (version #{Jobs.FunctionVersion}, {"function":"jobs","alias":"live"})`,
				`targets: + lambda mail:live (version #{Jobs.FunctionVersion}, {"function":"mail","alias":"live"})`,
			},
			force: true,
		},
		"the targets' order": {
			change: []string{"api, alias: live, version: \"#{Api", "x, alias: live, version: \"#{Y", "jobs, alias: live, version: \"#{Jobs",
				"api, alias: live, version: \"#{Api", "x, alias: live, version: \"#{Y", "jobs, alias: live, version: \"#{Jobs"},
			want:  []string{"targets, in this order: lambda api:live, lambda jobs:live → lambda jobs:live, lambda api:live"},
			force: true,
		},
		"the gate": {
			change: []string{"action: Gate", "action: Approve, onConsoleApproval: promote"},
			want: []string{"trigger: pipeline shop-prod/Canary/Gate, onConsoleApproval continue" +
				" → pipeline shop-prod/Canary/Approve, onConsoleApproval promote"},
			force: true,
		},
	} {
		fresh := shop
		for i := 0; i+1 < len(c.change); i += 2 {
			fresh = strings.Replace(fresh, c.change[i], c.change[i+1], 1)
		}
		before, after := load(t, shop).Plan, load(t, fresh).Plan
		if diff := cmp.Diff(c.want, canaryfile.Diff(before, after)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
		if got := canaryfile.NeedsForce(before, after); got != c.force {
			t.Errorf("%s: needs force %t, want %t", name, got, c.force)
		}
	}
}

func TestDiff_ofAnotherKindOfCanary(t *testing.T) {
	before := load(t, minimal).Plan
	after := load(t, "schema: 1\nname: checkout\ntrigger: {codedeploy: {application: c, deploymentGroup: prod}}\nsteps: [{at: shifted, bake: 30m}]\nalarms: [a]\n").Plan
	want := []string{
		"trigger: manual → codedeploy c/prod",
		`targets: - lambda checkout:live (version latest, {"function":"checkout","alias":"live"})`,
		"steps: 100% → at shifted for 30m",
		"deadline: 1h → 2h",
	}
	if diff := cmp.Diff(want, canaryfile.Diff(before, after)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if !canaryfile.NeedsForce(before, after) {
		t.Error("another trigger must need force")
	}
}

// What the store and the adapters add to a plan is no change of the file.
func TestDiff_ignoresWhatTheFileDoesNotSay(t *testing.T) {
	fresh := load(t, shop).Plan
	stored := fresh
	stored.Definition = 7
	stored.Targets = []statemachine.TargetSpec{fresh.Targets[0], fresh.Targets[1]}
	stored.Targets[0].Traits.Fenced = true
	stored.Targets[0].Config = json.RawMessage(`{ "function": "api", "alias": "live" }`)
	if diff := canaryfile.Diff(stored, fresh); diff != nil {
		t.Errorf("want no difference, got %q", diff)
	}
	if canaryfile.NeedsForce(stored, fresh) {
		t.Error("the same file must not need force")
	}
}

func TestVariables_areSortedAndNamedOnce(t *testing.T) {
	text := strings.Replace(shop, "Jobs.FunctionVersion", "Api.FunctionVersion", 1)
	if diff := cmp.Diff([]string{"Api.FunctionVersion"}, canaryfile.Variables(load(t, text).Plan)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Api.FunctionVersion", "Jobs.FunctionVersion"}, canaryfile.Variables(load(t, shop).Plan)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := canaryfile.Variables(load(t, minimal).Plan); len(got) != 0 {
		t.Errorf("want none, got %q", got)
	}
}

// The deadline is twice the bakes and an hour, however the steps were given.
func TestLoad_derivesTheDeadlineFromTheBakes(t *testing.T) {
	for strategy, want := range map[string]time.Duration{
		"AllAtOnce":                     time.Hour,
		"Canary10Percent30Minutes":      2 * time.Hour,
		"Linear10PercentEvery10Minutes": 4 * time.Hour,
	} {
		got := load(t, strings.Replace(minimal, "AllAtOnce", strategy, 1)).Plan.Deadline
		if got != want {
			t.Errorf("%s: deadline %s, want %s", strategy, got, want)
		}
	}
}
