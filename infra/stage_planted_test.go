package infra_test

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"

	"github.com/serinhq/serin/internal/awstest"
)

// secretFile moves an alias and a rule, and tells no variable but two.
func secretFile(b balancer) string {
	return `schema: 1
name: secret
trigger: {pipeline: {name: secret, stage: Canary, action: Gate}}
targets:
  - lambda: {function: secret, alias: live, version: "#{Deploy.FunctionVersion}"}
` + b.target() + `steps:
  - {weight: 10, bake: 1s}
  - {approval: {timeout: 1h}}
  - {weight: 50, bake: 20s}
alarms: [secret]
`
}

// planted is a stage whose every corner holds the mark that no page of Serin's has to show.
func planted(t *testing.T) (*stage, *spoken) {
	t.Helper()
	s := ownStage(t, "secret", 1)
	s.settings["SERIN_LOG_LEVEL"] = "debug"
	s.markAnswers()
	s.functions.CreateFunction(s.name, awstest.FunctionConfig{Code: "one", Environment: map[string]string{"PASSWORD": mark}})
	s.functions.CreateAlias(s.name, "live", s.functions.PublishVersion(s.name, nil))
	b := s.balancer()
	for _, group := range []string{b.blue, b.green, b.third, b.rule} {
		s.balancing.Tag(group, map[string]string{"secret": mark})
	}
	s.secretPipeline()
	s.apply(secretFile(b))
	return s, s.overhear("secret-a")
}

// secretPipeline makes a pipeline and an alarm that have the mark in every corner.
func (s *stage) secretPipeline() {
	s.t.Helper()
	gate := awstest.ManualApproval("Gate", 2)
	gate.Configuration = map[string]string{"CustomData": mark, "ExternalEntityLink": "https://example.com/" + mark}
	roll := deployHere()
	roll.Configuration = map[string]string{"Password": mark}
	stageOf := func(name string, actions ...types.ActionDeclaration) types.StageDeclaration {
		return types.StageDeclaration{Name: aws.String(name), Actions: actions}
	}
	if err := s.pipelines.CreatePipeline(types.PipelineDeclaration{
		Name: &s.name, RoleArn: aws.String("arn:aws:iam::" + awstest.Account + ":role/" + mark),
		Variables: []types.PipelineVariableDeclaration{{Name: aws.String("Password"), DefaultValue: aws.String(mark)}},
		Stages: []types.StageDeclaration{
			stageOf("Source", awstest.PipelineAction("Source", types.ActionCategorySource, "CodeStarSourceConnection", "Source", 1)),
			stageOf("Deploy", awstest.PipelineAction("Publish", types.ActionCategoryInvoke, "Lambda", "Deploy", 1)),
			stageOf("Canary", roll, gate),
		},
	}); err != nil {
		s.t.Fatal(err)
	}
	s.alarms.PutAlarm(awstest.AlarmSpec{Name: s.name, Description: mark, Metrics: []awstest.AlarmMetric{{
		Namespace: "AWS/Lambda", Name: "Errors", Dimensions: map[string]string{"Password": mark},
	}}})
	s.alarms.SetState(s.name, "OK", mark)
	s.alarms.SetReporting(s.name, true)
}

// openSecretGate runs the pipeline to its gate, with the mark in every output but those that the file names.
func (s *stage) openSecretGate(version string) (execution string, events []json.RawMessage) {
	s.t.Helper()
	deployed := map[string]string{}
	if version != "" {
		deployed["FunctionVersion"] = version
	}
	return s.openSecretGateWith(deployed)
}

// openSecretGateWith does so with these outputs of the Deploy action.
func (s *stage) openSecretGateWith(deployed map[string]string) (execution string, events []json.RawMessage) {
	s.t.Helper()
	deployed["Password"] = mark
	outputs := map[string]map[string]string{
		"Deploy": deployed, "Source": {"CommitId": "c0ffee1", "CommitMessage": mark}, "Build": {"Token": mark},
	}
	id, started, err := s.pipelines.StartExecution(s.name, awstest.ExecutionOptions{
		StartedBy: "arn:aws:sts::" + awstest.Account + ":assumed-role/Admin/" + mark,
		Variables: map[string]string{"Password": mark, "Other": mark},
		Outputs:   outputs,
		Revisions: map[string]string{"Source": mark},
		Actions: map[string]awstest.ActionPlan{
			"Deploy/Publish": {ExternalID: mark, ExternalURL: "https://example.com/" + mark, Summary: mark},
			"Canary/Roll":    {ExternalID: mark, ExternalURL: "https://example.com/" + mark, Summary: mark},
		},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	_, events, err = s.pipelines.OpenApproval(s.name, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return id, append(started, events...)
}

// emitMarked has events happen, with the mark wherever they have room for one.
func (s *stage) emitMarked(events ...json.RawMessage) {
	s.t.Helper()
	for _, e := range events {
		s.emit(marked(e))
	}
}
