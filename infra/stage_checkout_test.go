package infra_test

import (
	"encoding/json"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"

	"github.com/serinhq/serin/internal/awstest"
)

// checkoutFile is a canary on a Lambda alias. NAME stands for the stage's name.
const checkoutFile = `schema: 1
name: NAME
trigger:
  pipeline: {name: NAME, stage: Canary, action: Gate}
targets:
  - lambda: {function: NAME, alias: live, version: "#{Deploy.FunctionVersion}"}
steps:
  - {weight: 10, bake: 1s}
  - {weight: 50, bake: 1s}
alarms: [NAME]
deadline: 2m
`

// What CloudWatch says of a metric alarm.
const (
	alarmText = "Threshold Crossed: 1 datapoint [12.0] was greater than the threshold (1.0)."
	calmText  = "Threshold Crossed: no datapoints were greater than the threshold."
)

// longBake is checkoutFile with a second bake that a test ends.
func longBake() string { return strings.Replace(checkoutFile, "50, bake: 1s", "50, bake: 30s", 1) }

// checkout makes all that a canary on a Lambda alias needs, named as the stage: a function whose alias live shows
// version 1, a pipeline with a gate and an alarm that is OK.
func (s *stage) checkout(file string) {
	s.t.Helper()
	s.function(s.name)
	s.pipeline(s.name)
	s.alarm(s.name)
	s.apply(strings.ReplaceAll(file, "NAME", s.name))
}

// function makes a function whose alias live shows its version 1.
func (s *stage) function(name string) {
	s.t.Helper()
	s.functions.CreateFunction(name, awstest.FunctionConfig{Code: "one"})
	s.functions.CreateAlias(name, "live", s.functions.PublishVersion(name, nil))
}

// publish makes a new version of the stage's function, as the pipeline's Deploy action does, and returns its number.
func (s *stage) publish(code string) string {
	s.t.Helper()
	return s.functions.PublishVersion(s.name, func(c *awstest.FunctionConfig) { c.Code = code })
}

// pipeline makes Source → Deploy → Canary (what stands before the gate, Gate) → After.
func (s *stage) pipeline(name string, before ...types.ActionDeclaration) {
	s.t.Helper()
	stageOf := func(name string, actions ...types.ActionDeclaration) types.StageDeclaration {
		return types.StageDeclaration{Name: aws.String(name), Actions: actions}
	}
	err := s.pipelines.CreatePipeline(types.PipelineDeclaration{
		Name: &name, RoleArn: aws.String("arn:aws:iam::" + awstest.Account + ":role/pipeline"),
		Stages: []types.StageDeclaration{
			stageOf("Source", awstest.PipelineAction("Source", types.ActionCategorySource, "CodeStarSourceConnection", "Source", 1)),
			stageOf("Deploy", awstest.PipelineAction("Publish", types.ActionCategoryInvoke, "Lambda", "Deploy", 1)),
			stageOf("Canary", append(before, awstest.ManualApproval("Gate", 2))...),
			stageOf("After", awstest.PipelineAction("Tell", types.ActionCategoryInvoke, "Lambda", "", 1)),
		},
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// alarm makes an alarm that is OK, with a datapoint to show for it.
func (s *stage) alarm(name string) {
	s.alarms.PutAlarm(awstest.AlarmSpec{
		Name: name, Metrics: []awstest.AlarmMetric{{Namespace: "AWS/Lambda", Name: "Errors", Dimensions: map[string]string{"FunctionName": name}}},
	})
	s.alarms.SetState(name, "OK", calmText)
	s.alarms.SetReporting(name, true)
}

// openGate runs the stage's pipeline for a version of its function to the gate.
func (s *stage) openGate(version string) (execution string, events []json.RawMessage) {
	s.t.Helper()
	return s.openGateWith(map[string]map[string]string{"Deploy": {"FunctionVersion": version}})
}

// openGateWith runs the stage's pipeline, whose actions have these output variables by namespace, to its gate. It returns
// the execution and the events, the gate's STARTED last.
func (s *stage) openGateWith(outputs map[string]map[string]string) (execution string, events []json.RawMessage) {
	s.t.Helper()
	id, started, err := s.pipelines.StartExecution(s.name, awstest.ExecutionOptions{Outputs: outputs})
	if err != nil {
		s.t.Fatal(err)
	}
	_, events, err = s.pipelines.OpenApproval(s.name, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return id, append(started, events...)
}

// last is the last of the events.
func last(events []json.RawMessage) json.RawMessage { return events[len(events)-1] }
