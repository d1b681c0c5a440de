package infra_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	deploytypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/serinhq/serin/internal/awstest"
)

// mark stands for every secret: where it turns up, one was told. It is a word of its own, so that a text that was cut
// still shows it.
const mark = "hunter2hunter2"

// spoken collects what the worker says to AWS where others can read it: the table, announcements, metrics, queues.
type spoken struct {
	mu    sync.Mutex
	calls map[string]*strings.Builder // by service
}

func (s *spoken) listen(c awstest.Call) {
	if c.Service == "monitoring" && c.Operation != "PutMetricData" {
		return // to read an alarm's metric is to name its dimensions
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.calls[c.Service] == nil {
		s.calls[c.Service] = &strings.Builder{}
	}
	s.calls[c.Service].WriteString(c.Operation + " ")
	s.calls[c.Service].Write(c.Body)
	s.calls[c.Service].WriteString("\n")
}

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
	s.functions.CreateFunction(s.name, awstest.FunctionConfig{Code: "one", Environment: map[string]string{"PASSWORD": mark}})
	s.functions.CreateAlias(s.name, "live", s.functions.PublishVersion(s.name, nil))
	b := s.balancer()
	for _, group := range []string{b.blue, b.green, b.third, b.rule} {
		s.balancing.Tag(group, map[string]string{"secret": mark})
	}
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
		t.Fatal(err)
	}
	s.alarms.PutAlarm(awstest.AlarmSpec{Name: s.name, Description: mark, Metrics: []awstest.AlarmMetric{{
		Namespace: "AWS/Lambda", Name: "Errors", Dimensions: map[string]string{"Password": mark},
	}}})
	s.alarms.SetState(s.name, "OK", mark)
	s.alarms.SetReporting(s.name, true)
	s.apply(secretFile(b))
	heard := &spoken{calls: map[string]*strings.Builder{}}
	s.watch("secret-a", watcher{before: heard.listen})
	return s, heard
}

// openSecretGate runs the pipeline to its gate, with the mark in every output but the two that the file names.
func (s *stage) openSecretGate(version string) []json.RawMessage {
	s.t.Helper()
	id, started, err := s.pipelines.StartExecution(s.name, awstest.ExecutionOptions{
		StartedBy: "arn:aws:sts::" + awstest.Account + ":assumed-role/Admin/" + mark,
		Variables: map[string]string{"Password": mark, "Other": mark},
		Outputs: map[string]map[string]string{
			"Deploy": {"FunctionVersion": version, "Password": mark}, "Source": {"CommitId": "c0ffee1", "CommitMessage": mark}, "Build": {"Token": mark},
		},
		Revisions: map[string]string{"Source": mark},
		Actions: map[string]awstest.ActionPlan{
			"Deploy/Publish": {ExternalID: mark, ExternalURL: "https://example.com/" + mark, Summary: mark},
			"Canary/Roll":    {ExternalID: mark, ExternalURL: "https://example.com/" + mark, Summary: mark},
		},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	_, events, err := s.pipelines.OpenApproval(s.name, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return append(started, events...)
}

// marked is the event with the mark in fields that AWS may add one day.
func marked(t *testing.T, event json.RawMessage) json.RawMessage {
	t.Helper()
	text := strings.Replace(string(event), `"detail":{`, `"detail":{"added":{"password":"`+mark+`"},"customData":"`+mark+`",`, 1)
	text = strings.Replace(text, `{`, `{"trace":"`+mark+`",`, 1)
	if !json.Valid([]byte(text)) {
		t.Fatalf("the marked event is no JSON: %s", text)
	}
	return json.RawMessage(text)
}

// (describe --live is not held to this: it shows its caller what the caller may read at AWS, and keeps nothing.)
func TestSecrets_areToldInNoLogItemMetricOrAnnouncement(t *testing.T) {
	t.Parallel()
	s, heard := planted(t)
	w := s.readyWorker("secret-a")
	var told []string
	tell := func(args ...string) { told = append(told, s.must(args...)) }

	// One release is promoted past a person, one rolled back by an alarm, one refused for a variable that is not there.
	two := s.functions.PublishVersion(s.name, func(c *awstest.FunctionConfig) { c.Code = "two" })
	for _, e := range s.openSecretGate(two) {
		s.emit(marked(t, e))
	}
	s.asked(0)
	tell("describe", s.name)
	tell("approve", s.name, "--reason", "looks well")
	s.bakes(s.name, 0, 50)
	tell("promote", s.name, "--reason", "looks well")
	s.settles(s.name, 0)
	three := s.functions.PublishVersion(s.name, func(c *awstest.FunctionConfig) { c.Code = "three" })
	s.emit(marked(t, last(s.openSecretGate(three))))
	s.asked(1)
	s.emit(marked(t, s.alarms.SetState(s.name, "ALARM", mark)))
	s.settles(s.name, 1)
	s.emit(marked(t, s.alarms.SetState(s.name, "OK", mark)))
	s.emit(marked(t, last(s.openSecretGate("nonsense"))))
	s.settles(s.name, 2)
	for _, args := range [][]string{
		{"describe", s.name, "-o", "json"}, {"history", s.name, "-o", "json"}, {"get", "releases", "-o", "json"}, {"get", "canaries", "-o", "yaml"},
		{"get", "workers"}, {"rollback", s.name, "--print"},
	} {
		tell(args...)
	}

	secrets := []string{mark, "not-a-secret"} // the second is the worker's own AWS secret key
	for _, approval := range s.pipelines.Approvals() {
		secrets = append(secrets, approval.Token)
	}
	if len(secrets) != 2+3 {
		t.Fatalf("%d secrets, want the mark, the key and a token for each of three gates", len(secrets))
	}
	places := map[string]string{
		"the log": w.said.String(), "/metrics": s.metrics(w), "the table": s.table(), "the command line": strings.Join(told, ""),
		"calls to the table": heard.calls["dynamodb"].String(), "announcements": heard.calls["events"].String(),
		"metrics": heard.calls["monitoring"].String(), "calls to the queues": heard.calls["sqs"].String(),
	}
	for place, text := range places {
		if !strings.Contains(text, "secret") && !strings.Contains(text, "serin") {
			t.Errorf("in %s there is nothing of this story: the search is blind", place)
		}
		for _, secret := range secrets {
			if i := strings.Index(text, secret); i >= 0 {
				t.Errorf("%s tells %s: …%s", place, secret, text[max(0, i-200):i+len(secret)])
			}
		}
	}
}

// A guarded deployment has a description and a revision of its own.
func TestSecrets_ofADeploymentAreToldNowhere(t *testing.T) {
	t.Parallel()
	s := ownStage(t, "lambda-secret", 1)
	s.guard(deploytypes.ComputePlatformLambda, strings.SplitAfter(guardFile, "prod}}\n")[0]+"alarms: [NAME]\n")
	heard := &spoken{calls: map[string]*strings.Builder{}}
	s.watch("secret-a", watcher{before: heard.listen})
	w := s.readyWorker("secret-a")
	id, events, err := s.deployments.StartDeployment(s.name, "prod", awstest.DeploymentOptions{
		Description: mark, Function: s.name, Alias: "live", CurrentVersion: "1", TargetVersion: "2",
		Revision: &deploytypes.RevisionLocation{RevisionType: deploytypes.RevisionLocationTypeString, String_: &deploytypes.RawString{Content: aws.String(mark)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.emit(marked(t, last(events)))
	s.goes(id, awstest.PointShifting)
	s.reaches(s.name, 0, "shifting", func(r releaseItem) bool { return r.Phase == "shifting" })
	s.emit(marked(t, s.alarms.SetState(s.name, "ALARM", mark)))
	s.settles(s.name, 0)
	told := s.must("describe", s.name, "-o", "json")
	for place, text := range map[string]string{
		"the log": w.said.String(), "the table": s.table(), "calls to the table": heard.calls["dynamodb"].String(),
		"announcements": heard.calls["events"].String(), "the command line": told,
	} {
		if i := strings.Index(text, mark); i >= 0 || text == "" {
			t.Errorf("%s tells the mark: …%s", place, text[max(0, i-200):])
		}
	}
}

// table is every item, as text.
func (s *stage) table() string {
	s.t.Helper()
	var text strings.Builder
	pages := dynamodb.NewScanPaginator(dynamodb.NewFromConfig(s.Config("judge")), &dynamodb.ScanInput{TableName: &s.name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(s.t.Context())
		if err != nil {
			s.t.Fatal(err)
		}
		for _, item := range page.Items {
			var plain map[string]any
			if err := attributevalue.UnmarshalMap(item, &plain); err != nil {
				s.t.Fatal(err)
			}
			fmt.Fprintln(&text, plain)
		}
	}
	return text.String()
}
