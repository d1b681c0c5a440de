package canaryfile_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/canaryfile"
	"github.com/serinhq/serin/statemachine"
)

// examples are the files that operators copy, and ours that show every key.
func examples(t *testing.T) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for _, pattern := range []string{"../../infra/examples/*.yaml", "testdata/examples/*.yaml"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("examples %s: found %d, %v", pattern, len(found), err)
		}
		for _, name := range found {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = text
		}
	}
	return files
}

func load(t *testing.T, text string) canaryfile.File {
	t.Helper()
	file, err := canaryfile.Load("c.yaml", []byte(text))
	if err != nil {
		t.Fatalf("load:\n%v", err)
	}
	return file
}

func TestLoad_acceptsEveryExampleWithoutAWarning(t *testing.T) {
	for name, text := range examples(t) {
		file, err := canaryfile.Load(name, text)
		if err != nil {
			t.Errorf("refused:\n%v", err)
		}
		for _, w := range file.Warnings {
			t.Errorf("warned:\n%s", w)
		}
	}
}

func TestLoad_fillsInEveryDefault(t *testing.T) {
	got := load(t, `
schema: 1
name: checkout
trigger: {pipeline: {name: checkout-prod, stage: Canary, action: Gate}}
targets:
  - lambda: {function: checkout, alias: live, version: "#{Deploy.FunctionVersion}"}
  - alb:
      listener: arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2
      groups:
        - arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/blue/73e2d6bc24d8a067
        - arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/green/8a1e6f1b2c3d4e5f
      version: 1234567
steps:
  - {weight: 2.5, bake: 1h30m}
  - {approval: {}}
  - {weight: 100}
alarms: [checkout-5xx]
`)
	want := canaryfile.File{Plan: statemachine.Plan{
		Canary: "checkout",
		Trigger: statemachine.TriggerSpec{
			Kind: statemachine.TriggerPipeline, Pipeline: "checkout-prod", Stage: "Canary", Action: "Gate",
			OnConsole: statemachine.ConsoleContinue,
		},
		Targets: []statemachine.TargetSpec{
			{
				Kind: "lambda", ID: "checkout:live", Name: "checkout:live", Version: "#{Deploy.FunctionVersion}",
				Config: json.RawMessage(`{"function":"checkout","alias":"live"}`),
			},
			{
				Kind: "alb", Name: "shop:f2f7dc8efc522ab2", Version: "1234567",
				ID: "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2",
				Config: json.RawMessage(`{"listener":"arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2",` +
					`"groups":["arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/blue/73e2d6bc24d8a067",` +
					`"arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/green/8a1e6f1b2c3d4e5f"],"capacityPct":100}`),
			},
		},
		Steps: []statemachine.Step{
			{WeightPct: 2.5, Bake: 90 * time.Minute},
			{Approval: &statemachine.Approval{Timeout: 24 * time.Hour, OnTimeout: statemachine.TimeoutRollback}},
			{WeightPct: 100},
		},
		Alarms:        []statemachine.AlarmSpec{{Name: "checkout-5xx", OnNoData: statemachine.NoDataHold}},
		Deadline:      4 * time.Hour,
		PreflightWait: 15 * time.Minute,
		HoldTimeout:   24 * time.Hour,
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestLoad_keepsEverythingTheFileSays(t *testing.T) {
	got := load(t, `
schema: 1
name: checkout
trigger:
  pipeline: {name: checkout-prod, stage: Canary, action: Gate, onConsoleApproval: promote}
targets:
  - lambda:
      function: arn:aws-cn:lambda:cn-north-1:111122223333:function:checkout
      alias: live
      version: arn:aws-cn:lambda:cn-north-1:111122223333:function:checkout:43
  - alb:
      rule: arn:aws-cn:elasticloadbalancing:cn-north-1:111122223333:listener-rule/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee
      groups:
        - arn:aws-cn:elasticloadbalancing:cn-north-1:111122223333:targetgroup/blue/73e2d6bc24d8a067
        - arn:aws-cn:elasticloadbalancing:cn-north-1:111122223333:targetgroup/green/8a1e6f1b2c3d4e5f
      version: "#{Source.CommitId}"
      capacity: 80%
steps:
  - {approval: {timeout: 4h, onTimeout: proceed}}
  - {weight: 100, bake: 15m}
alarms:
  - {name: "p99 > 2s", onNoData: proceed, requireData: true, honorMute: true}
  - {name: low, onNoData: refuse}
deadline: 3h
preflightWait: 90s
holdTimeout: 1h
adopt: true
`).Plan
	want := statemachine.Plan{
		Canary: "checkout",
		Trigger: statemachine.TriggerSpec{
			Kind: statemachine.TriggerPipeline, Pipeline: "checkout-prod", Stage: "Canary", Action: "Gate",
			OnConsole: statemachine.ConsolePromote,
		},
		Targets: []statemachine.TargetSpec{
			{
				Kind: "lambda", ID: "checkout:live", Name: "checkout:live",
				Version: "arn:aws-cn:lambda:cn-north-1:111122223333:function:checkout:43",
				Config:  json.RawMessage(`{"function":"arn:aws-cn:lambda:cn-north-1:111122223333:function:checkout","alias":"live"}`),
			},
			{
				Kind: "alb", Name: "web:9683b2d02a6cabee", Version: "#{Source.CommitId}",
				ID: "arn:aws-cn:elasticloadbalancing:cn-north-1:111122223333:listener-rule/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee",
				Config: json.RawMessage(`{"rule":"arn:aws-cn:elasticloadbalancing:cn-north-1:111122223333:listener-rule/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee",` +
					`"groups":["arn:aws-cn:elasticloadbalancing:cn-north-1:111122223333:targetgroup/blue/73e2d6bc24d8a067",` +
					`"arn:aws-cn:elasticloadbalancing:cn-north-1:111122223333:targetgroup/green/8a1e6f1b2c3d4e5f"],"capacityPct":80}`),
			},
		},
		Steps: []statemachine.Step{
			{Approval: &statemachine.Approval{Timeout: 4 * time.Hour, OnTimeout: statemachine.TimeoutProceed}},
			{WeightPct: 100, Bake: 15 * time.Minute},
		},
		Alarms: []statemachine.AlarmSpec{
			{Name: "p99 > 2s", OnNoData: statemachine.NoDataProceed, RequireData: true, HonorMute: true},
			{Name: "low", OnNoData: statemachine.NoDataRefuse},
		},
		Deadline: 3 * time.Hour, PreflightWait: 90 * time.Second, HoldTimeout: time.Hour, Adopt: true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Source.CommitId"}, canaryfile.Variables(got)); diff != "" {
		t.Errorf("variables: -want +got:\n%s", diff)
	}
}

func TestLoad_readsAGuardedCanary(t *testing.T) {
	got := load(t, `
schema: 1
name: orders
trigger: {codedeploy: {application: orders, deploymentGroup: prod}}
steps:
  - {at: ready, approval: {timeout: 4h}}
  - {at: shifted, bake: 30m}
alarms: [orders-5xx]
`).Plan
	want := statemachine.Plan{
		Canary:  "orders",
		Trigger: statemachine.TriggerSpec{Kind: statemachine.TriggerDeployment},
		Deployment: &statemachine.DeploymentSpec{
			Kind: "codedeploy", Key: "orders/prod",
			Config: json.RawMessage(`{"application":"orders","deploymentGroup":"prod"}`),
		},
		Steps: []statemachine.Step{
			{At: statemachine.PointReady, Approval: &statemachine.Approval{Timeout: 4 * time.Hour, OnTimeout: statemachine.TimeoutRollback}},
			{At: statemachine.PointShifted, Bake: 30 * time.Minute},
		},
		Alarms:   []statemachine.AlarmSpec{{Name: "orders-5xx", OnNoData: statemachine.NoDataHold}},
		Deadline: 2 * time.Hour, PreflightWait: 15 * time.Minute, HoldTimeout: 24 * time.Hour,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestLoad_readsChecksAndTheStageToRollBack(t *testing.T) {
	got := load(t, `
schema: 1
name: checkout
trigger: {pipeline: {name: checkout-prod, stage: Canary, action: Gate}}
targets: [{lambda: {function: checkout, alias: live, version: latest}}]
steps:
  - {weight: 5}
  - {codebuild: {project: smoke}, timeout: 30m, onTimeout: proceed}
  - {lambda: {function: "arn:aws:lambda:eu-central-1:111122223333:function:verify"}}
  - {weight: 100}
alarms: [a]
pipelineRollback: {stage: Prod}
`).Plan
	steps := []statemachine.Step{
		{WeightPct: 5},
		{Check: &statemachine.CheckSpec{
			Kind: "codebuild", Name: "smoke", Config: json.RawMessage(`{"project":"smoke"}`),
			Timeout: 30 * time.Minute, OnTimeout: statemachine.TimeoutProceed,
		}},
		{Check: &statemachine.CheckSpec{
			Kind: "lambda", Name: "verify", Config: json.RawMessage(`{"function":"arn:aws:lambda:eu-central-1:111122223333:function:verify"}`),
			Timeout: 24 * time.Hour, OnTimeout: statemachine.TimeoutRollback,
		}},
		{WeightPct: 100},
	}
	if diff := cmp.Diff(steps, got.Steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(&statemachine.PipelineRollback{Stage: "Prod"}, got.PipelineRollback); diff != "" {
		t.Errorf("pipelineRollback (-want +got):\n%s", diff)
	}
	if got.Deadline != time.Hour {
		t.Errorf("deadline %s, want an hour: checks do not count", got.Deadline)
	}
}

func TestLoad_acceptsAManualCanaryInBothSpellingsAndWithoutVersion(t *testing.T) {
	for _, trigger := range []string{"manual", "{manual: {}}"} {
		plan := load(t, "schema: 1\nname: a\ntrigger: "+trigger+
			"\ntargets: [{lambda: {function: f, alias: live}}]\nstrategy: AllAtOnce\nalarms: [x]\n").Plan
		if plan.Trigger.Kind != statemachine.TriggerManual || plan.Targets[0].Version != "" {
			t.Errorf("trigger %s: got %+v", trigger, plan)
		}
	}
}

func TestLoad_readsWhatEditorsWrite(t *testing.T) {
	want := load(t, minimal)
	for name, text := range map[string]string{
		"CRLF":             strings.ReplaceAll(minimal, "\n", "\r\n"),
		"byte order mark":  "\ufeff" + minimal,
		"document markers": "---\n" + minimal + "...\n",
		"YAML directive":   "%YAML 1.2\n---\n" + minimal,
		"comments":         "# one\n" + strings.ReplaceAll(minimal, "\n", " # more\n"),
		"no final newline": strings.TrimSuffix(minimal, "\n"),
		"JSON": `{"schema": 1, "name": "checkout", "trigger": "manual", "targets": [{"lambda": {"function": "checkout",
			"alias": "live", "version": "latest"}}], "strategy": "AllAtOnce", "alarms": ["a"]}`,
	} {
		if diff := cmp.Diff(want, load(t, text)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
	}
}

const minimal = `schema: 1
name: checkout
trigger: manual
targets:
  - lambda: {function: checkout, alias: live, version: latest}
strategy: AllAtOnce
alarms: [a]
`

func TestLoad_pointsAtTheRightCharacter(t *testing.T) {
	for name, c := range map[string]struct {
		text, want string
	}{
		"after a tab": {
			strings.Replace(minimal, "name: checkout", "name: \tcheck out", 1),
			"c.yaml:2:8: ", // the tab is one column
		},
		"after wide letters": {
			strings.Replace(minimal, "alarms: [a]", `alarms: ["é漢", {name: "ü", onNoData: x}]`, 1),
			"c.yaml:7:38: ",
		},
		"with CRLF": {
			strings.ReplaceAll(strings.Replace(minimal, "alarms: [a]", "adopt: 1", 1), "\n", "\r\n"),
			"c.yaml:7:8: ",
		},
		"in a block of text": {
			strings.Replace(minimal, "name: checkout", "name: |\n  check out", 1),
			"c.yaml:2:7: ",
		},
	} {
		_, err := canaryfile.Load("c.yaml", []byte(c.text))
		if problems := canaryfile.ProblemsOf(err); len(problems) != 1 || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: want one problem at %q, got:\n%v", name, c.want, err)
		}
	}
}

func TestLoad_refusesWhatIsNoText(t *testing.T) {
	for want, text := range map[string]string{
		"c.yaml:1:1: the file is not UTF-8 text":                           "schema: \xff\xfe",
		"c.yaml:1:1: the file has 70000 bytes; a canary has at most 65536": strings.Repeat("#", 70000),
	} {
		_, err := canaryfile.Load("c.yaml", []byte(text))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("want %s, got:\n%v", want, err)
		}
	}
}

func TestLoad_reportsCannotPaintTheScreen(t *testing.T) {
	for _, text := range []string{"schema: 1\nname: \"\x1b[2J\u202echeck\"\n", "? \x1b[2J\n", "name: [\x1b[2J\n", "\x1b[2J: 1\n"} {
		_, err := canaryfile.Load("c.yaml", []byte(text))
		if err == nil || strings.ContainsAny(err.Error(), "\x1b\u202e") {
			t.Errorf("want the escape sequence replaced, got:\n%q", err)
		}
	}
}
