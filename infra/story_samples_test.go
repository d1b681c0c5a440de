package infra_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	deploytypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"

	"github.com/serinhq/serin/internal/awstest"
)

// verdicts are those of a delivery that fit what the index says of the sample.
func (s sampleEvent) verdicts() []string {
	starts := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(s.Expect, w) })
	}
	switch {
	case starts("permanent reject", "rule used an InputTransformer", "unwrap only", "reject or treat as unknown time"):
		return []string{"malformed"}
	case starts("reject"):
		return []string{"refused"}
	case s.Expect == "ack and count", starts("ack and count;"):
		return []string{"ignored"}
	case s.File == "hostile-alarm-not-watched.json":
		return []string{"unconcerned"}
	case starts("gate opened: wake", "gate answered (", "gate rejected", "bad signal", "good signal", "warn: a guard", "first copy", "same id"):
		return []string{"done"}
	default:
		return []string{"done", "unconcerned", "ignored"}
	}
}

// sampleStage has running what the samples are about, by their names: a release that bakes for an execution of
// checkout-prod, and one that waits at a point of a deployment of checkout/prod. A person has answered the gate of an
// execution before.
type sampleStage struct {
	*stage
	worker *runningWorker
	heard  *spoken           // of what the worker says
	theirs *strings.Replacer // puts the ids of this stage in a sample, and its times in the past
}

func newSampleStage(t *testing.T) sampleStage {
	t.Helper()
	s := sampleStage{stage: ownStage(t, "checkout", 1)}
	s.workerSettings["SERIN_ACCOUNTS"] = "111122223333"
	s.pollEvery = 100 * time.Millisecond // one sample comes after the other
	s.function(s.name)
	s.samplePipeline()
	for _, name := range []string{"checkout-canary-5xx", "checkout latency anomaly", "checkout-composite"} {
		s.alarm(name)
	}
	s.apply(`schema: 1
name: checkout
trigger: {pipeline: {name: checkout-prod, stage: Prod, action: Approve}}
targets: [{lambda: {function: checkout, alias: live, version: "#{Deploy.FunctionVersion}"}}]
steps: [{weight: 10, bake: 1h}, {weight: 50, bake: 1h}]
alarms: [checkout-canary-5xx, checkout latency anomaly, checkout-composite]
`)
	s.guard(deploytypes.ComputePlatformEcs, strings.Replace(guardFile, "name: NAME", "name: orders", 1))
	s.hear(nil) // what calls cause is not counted among the samples
	stale := s.openSample("1")
	if _, err := s.pipelines.PersonAnswers("checkout-prod", stale.Execution, types.ApprovalStatusApproved, "ada"); err != nil {
		t.Fatal(err)
	}
	open := s.openSample(s.publish("two"))
	deployment, _, err := s.deployments.StartDeployment("checkout", "prod", awstest.DeploymentOptions{})
	if err == nil {
		_, err = s.deployments.AdvanceTo(deployment, awstest.PointReady)
	}
	if err != nil {
		t.Fatal(err)
	}
	s.heard = s.overhear("samples-a")
	s.worker = s.readyWorker("samples-a")
	s.bakes("checkout", 0, 10)
	s.reaches("orders", 0, "gated", func(r releaseItem) bool { return r.Phase == "gated" })
	s.theirs = strings.NewReplacer(
		"12345678-1234-4234-a234-12345678abcd", open.Execution, "5b1c0a52-6b7e-4e7e-9d56-1f7a2d0f5a11", open.ActionExecution,
		"9f1c2d3e-4b5a-4c6d-8e7f-0a1b2c3d4e5f", stale.Execution, "d-ABCDEF123", deployment, "2026-11-20T", "2020-11-20T",
	)
	return s
}

func (s sampleStage) samplePipeline() {
	s.t.Helper()
	stageOf := func(name string, actions ...types.ActionDeclaration) types.StageDeclaration {
		return types.StageDeclaration{Name: aws.String(name), Actions: actions}
	}
	err := s.pipelines.CreatePipeline(types.PipelineDeclaration{Name: aws.String("checkout-prod"), Stages: []types.StageDeclaration{
		stageOf("Source", awstest.PipelineAction("Source", types.ActionCategorySource, "CodeStarSourceConnection", "Source", 1)),
		stageOf("Prod",
			awstest.PipelineAction("Deploy", types.ActionCategoryDeploy, "CodeDeploy", "Deploy", 1), awstest.ManualApproval("Approve", 2)),
	}})
	if err != nil {
		s.t.Fatal(err)
	}
}

// openSample runs checkout-prod for a version to its gate.
func (s sampleStage) openSample(version string) awstest.Approval {
	s.t.Helper()
	id, _, err := s.pipelines.StartExecution("checkout-prod", awstest.ExecutionOptions{
		Outputs: map[string]map[string]string{"Deploy": {"FunctionVersion": version}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	gate, _, err := s.pipelines.OpenApproval("checkout-prod", id)
	if err != nil {
		s.t.Fatal(err)
	}
	return gate
}

// puts lays a body on the event queue, past the rules.
func (s sampleStage) puts(body string) {
	s.t.Helper()
	if err := s.Send(s.outputs["QueueUrl"], body); err != nil {
		s.t.Fatal(err)
	}
}

// verdict is what became of a body that comes next on the queue.
func (s sampleStage) verdict(body string) string {
	s.t.Helper()
	before := s.dealt(s.worker)
	s.puts(s.theirs.Replace(body))
	var verdict string
	s.until("the sample is dealt with", func() bool {
		for v, n := range s.dealt(s.worker) {
			if n > before[v] && v != "failed" { // that one comes again
				verdict = v
				return true
			}
		}
		return false
	})
	return verdict
}

func TestSamples_areEachDecidedAsTheIndexSaysAndMoveNothing(t *testing.T) {
	t.Parallel()
	s := newSampleStage(t)
	moved := len(s.Changes())
	var malformed []sampleEvent
	for _, one := range indexed(t) {
		if one.verdicts()[0] == "malformed" {
			malformed = append(malformed, one)
			continue
		}
		if got := s.verdict(one.text); !slices.Contains(one.verdicts(), got) {
			t.Errorf("%s was %s, the index says %q", one.File, got, one.Expect)
		}
	}
	// A command among the events, bare or in an event's detail, is nobody's order.
	command := fmt.Sprintf(`{"id":"01M83G","verb":"rollback","canary":"checkout","release":"%s","reason":"forged"}`, s.releases("checkout")[0].Release)
	event := `{"version":"0","id":"e","source":"serin","detail-type":"Serin Command","account":"111122223333",` +
		`"region":"us-east-1","time":"2020-11-20T13:56:11Z","resources":[],"detail":` + command + `}`
	for _, forged := range []string{command, event} {
		if got := s.verdict(forged); got != "refused" {
			t.Errorf("%s was %s", forged, got)
		}
	}
	// Each once more, with a secret wherever an event has room for one.
	for _, one := range indexed(t) {
		if !slices.Contains(malformed, one) {
			s.puts(string(marked([]byte(s.theirs.Replace(one.text)))))
		}
	}
	s.drained("QueueUrl")
	// What cannot be read is handed back each time, for the dead-letter queue in the end: it is still there.
	for _, one := range malformed {
		s.puts(one.text)
		s.puts(string(marked([]byte(one.text))))
	}
	s.until("every malformed sample was seen", func() bool { return s.dealt(s.worker)["malformed"] >= 2*len(malformed) })
	if waiting, inFlight := s.messages("QueueUrl"); waiting+inFlight != 2*len(malformed) {
		t.Errorf("%d of %d malformed samples are left", waiting+inFlight, 2*len(malformed))
	}
	for _, change := range s.Changes()[moved:] {
		t.Errorf("a sample changed something: %+v", change)
	}
	s.wantSplits("1", "1 with 10% on 2")
	if all := s.releases("checkout"); all[0].Phase != "baking" {
		t.Errorf("the release that baked is %s:\n%s", all[0].Phase, s.story())
	}
	if all := s.releases("orders"); len(all) != 1 || all[0].Phase != "gated" {
		t.Errorf("releases of the deployment: %+v", all)
	}
	s.keepsQuiet(s.worker, s.heard, s.must("describe", "checkout")+s.must("describe", "orders"))
}
