package infra_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/serinhq/serin/internal/awstest"
)

// scenes are what happens in the world between the guide's commands.
func (g *terminal) scenes() map[string]func() {
	phase := func(n int, phase string) func() {
		return func() {
			g.reaches("checkout", n, phase, func(r releaseItem) bool { return r.Phase == phase })
		}
	}
	settled := func(n int) func() { return func() { g.settles("checkout", n) } }
	return map[string]func(){
		"account":     g.account,
		"worker":      g.deployed,
		"running":     func() { g.until("the worker sweeps", func() bool { return g.called("guide", "PutMetricData") > 0 }) },
		"file":        g.file,
		"gated":       g.gated,
		"baking":      func() { g.bakes("checkout", 0, 50) },
		"promoted":    settled(0),
		"reverted":    settled(1),
		"asked again": phase(2, "gated"),
		"firing": func() {
			g.settles("checkout", 2)
			g.emit(g.alarms.SetState("checkout-5xx", "ALARM", alarmText))
		},
		"fixing":       phase(3, "gated"),
		"alone":        g.alone,
		"dead letters": g.deadLetters,
	}
}

// account makes what an operator has before Serin: the function, the pipeline as the guide writes it, the alarm, two roles.
func (g *terminal) account() {
	g.t.Helper()
	g.functions.CreateFunction("checkout", awstest.FunctionConfig{Code: "one"})
	g.functions.CreateAlias("checkout", "live", g.functions.PublishVersion("checkout", nil))
	g.functions.PublishVersion("checkout", func(c *awstest.FunctionConfig) { c.Code = "two" })
	g.alarm("checkout-5xx")
	stageOf := func(name string, action types.ActionDeclaration) types.StageDeclaration {
		return types.StageDeclaration{Name: &name, Actions: []types.ActionDeclaration{action}}
	}
	err := g.pipelines.CreatePipeline(types.PipelineDeclaration{
		Name: aws.String("checkout-prod"), RoleArn: aws.String("arn:aws:iam::" + awstest.Account + ":role/pipeline"),
		Stages: []types.StageDeclaration{
			stageOf("Source", awstest.PipelineAction("Source", types.ActionCategorySource, "CodeStarSourceConnection", "Source", 1)),
			stageOf("Deploy", awstest.PipelineAction("Publish", types.ActionCategoryInvoke, "Lambda", "Deploy", 1)),
			gateStage(g.t),
		},
	})
	if err != nil {
		g.t.Fatal(err)
	}
	for _, role := range []string{"serin-worker", "oncall"} {
		g.iam(url.Values{"Action": {"CreateRole"}, "RoleName": {role}, "AssumeRolePolicyDocument": {`{"Version":"2012-10-17","Statement":[]}`}})
	}
}

// iam makes one call. The IAM SDK would have no other use.
func (g *terminal) iam(form url.Values) {
	g.t.Helper()
	form.Set("Version", "2010-05-08")
	r, err := http.NewRequestWithContext(g.t.Context(), http.MethodPost, g.Endpoint(), strings.NewReader(form.Encode()))
	if err != nil {
		g.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=operator/20261123/us-east-1/iam/aws4_request")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		g.t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil || answer.StatusCode != http.StatusOK {
		g.t.Fatalf("%v: %s, %v", form, answer.Status, err)
	}
}

// deployed reads what the guide's deployment put out.
func (g *terminal) deployed() {
	g.t.Helper()
	g.outputs = stackOutputs(g.t, g.World, "serin")
}

// file has the guide's canary in the terminal's directory, its first bake cut short, and listens to the guide's rule.
func (g *terminal) file() {
	g.t.Helper()
	text := block(g.t, "yaml", 0)
	if !strings.Contains(text, "# checkout.yaml\n") || strings.Count(text, "bake: 10m") != 1 {
		g.t.Fatal("the guide's first YAML is not checkout.yaml with a bake of 10m")
	}
	g.write("checkout.yaml", strings.Replace(text, "bake: 10m", "bake: 1s", 1))
	made, err := sqs.NewFromConfig(g.Config("judge")).CreateQueue(g.t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("news")})
	if err != nil {
		g.t.Fatal(err)
	}
	g.told = *made.QueueUrl
	// A queue in the topic's place: moto fails every event that it would have to send to a topic.
	_, err = eventbridge.NewFromConfig(g.Config("judge")).PutTargets(g.t.Context(), &eventbridge.PutTargetsInput{
		Rule: aws.String("serin-news"), Targets: []ebtypes.Target{{Id: aws.String("oncall"), Arn: aws.String("arn:aws:sqs:us-east-1:123456789012:news")}},
	})
	if err != nil {
		g.t.Fatal(err)
	}
}

// gated runs the pipeline to its gate, and the release to its first question.
func (g *terminal) gated() {
	g.t.Helper()
	id, started, err := g.pipelines.StartExecution("checkout-prod", awstest.ExecutionOptions{
		Outputs: map[string]map[string]string{"Deploy": {"FunctionVersion": "2"}},
	})
	if err != nil {
		g.t.Fatal(err)
	}
	_, opened, err := g.pipelines.OpenApproval("checkout-prod", id)
	if err != nil {
		g.t.Fatal(err)
	}
	g.emit(append(started, opened...)...)
	g.reaches("checkout", 0, "gated", func(r releaseItem) bool { return r.Phase == "gated" })
}

// alone is a release in the middle and no worker.
func (g *terminal) alone() {
	g.t.Helper()
	g.settles("checkout", 3)
	g.emit(g.alarms.SetState("checkout-5xx", "OK", "Threshold Crossed: no datapoints were greater than the threshold."))
	g.run(fence{text: "serin start checkout --version 2 --reason 'the guide goes on'\n"})
	g.reaches("checkout", 4, "gated", func(r releaseItem) bool { return r.Phase == "gated" })
	g.stopWorker()
}

// deadLetters is a worker again, and an event that could not be delivered.
func (g *terminal) deadLetters() {
	g.t.Helper()
	g.startWorker()
	g.settles("checkout", 4)
	event := g.alarms.SetState("checkout-5xx", "ALARM", alarmText)
	if err := g.Send(g.outputs["DeadLetterQueueUrl"], string(event)); err != nil {
		g.t.Fatal(err)
	}
}

// news are the releases that the guide's rule told of, in order, once each.
func (g *terminal) news() []string {
	g.t.Helper()
	out, err := sqs.NewFromConfig(g.Config("judge")).ReceiveMessage(g.t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: &g.told, MaxNumberOfMessages: 10, VisibilityTimeout: int32(patience / time.Second),
	})
	if err != nil {
		g.t.Fatal(err)
	}
	for _, m := range out.Messages {
		var event struct {
			Detail struct {
				Entry   struct{ To string }
				Release struct{ ID string }
			}
		}
		if err := json.Unmarshal([]byte(*m.Body), &event); err != nil {
			g.t.Fatal(err)
		}
		if event.Detail.Entry.To != "rolling_back" {
			g.t.Errorf("the guide's rule told of %s", event.Detail.Entry.To)
		}
		g.heard = append(g.heard, event.Detail.Release.ID)
	}
	slices.Sort(g.heard)
	g.heard = slices.Compact(g.heard)
	return g.heard
}
