package bench_test

import (
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	deploytypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/dynamostore"
	"github.com/serinhq/serin/worker"
)

// inBubble plays with a stage whose hours pass at once.
func inBubble(t *testing.T, play func(s *stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := unheard(t)
		l := newPipe()
		s.dial = l.dial
		s.serve(t, l)
		s.store = dynamostore.New(dynamodb.NewFromConfig(s.config(t, "setup")), tableName)
		play(s)
	})
}

// gatedFile is a canary of four steps behind a gate.
const gatedFile = `schema: 1
name: NAME
trigger:
  pipeline: {name: NAME, stage: Canary, action: Gate}
targets:
  - lambda: {function: NAME, alias: live, version: "#{Deploy.FunctionVersion}"}
steps:
  - {weight: 5, bake: 10m}
  - {weight: 25, bake: 10m}
  - {weight: 50, bake: 10m}
  - {weight: 100, bake: 10m}
alarms: [NAME-5xx, NAME-p99]
`

const gated = "checkout"

// gatedCanary makes the canary and its pipeline.
func (s *stage) gatedCanary() {
	s.tb.Helper()
	s.furnish(gated)
	stageOf := func(name string, action types.ActionDeclaration) types.StageDeclaration {
		return types.StageDeclaration{Name: aws.String(name), Actions: []types.ActionDeclaration{action}}
	}
	err := s.pipelines.CreatePipeline(types.PipelineDeclaration{
		Name: aws.String(gated), RoleArn: aws.String("arn:aws:iam::" + awstest.Account + ":role/pipeline"),
		Stages: []types.StageDeclaration{
			stageOf("Source", awstest.PipelineAction("Source", types.ActionCategorySource, "CodeStarSourceConnection", "Source", 1)),
			stageOf("Deploy", awstest.PipelineAction("Publish", types.ActionCategoryInvoke, "Lambda", "Deploy", 1)),
			stageOf("Canary", awstest.ManualApproval("Gate", 1)),
		},
	})
	if err != nil {
		s.tb.Fatal(err)
	}
	s.apply(gatedFile, gated)
}

// guardedFile is a canary on what CodeDeploy shifts.
const guardedFile = `schema: 1
name: NAME
trigger: {codedeploy: {application: NAME, deploymentGroup: prod}}
alarms: [NAME-5xx]
`

// guardedCanary makes the canary and its deployment group.
func (s *stage) guardedCanary() {
	s.tb.Helper()
	const name = "orders"
	s.furnish(name)
	err := s.deploys.CreateApplication(name, deploytypes.ComputePlatformLambda)
	if err == nil {
		err = s.deploys.CreateDeploymentGroup(deploytypes.DeploymentGroupInfo{
			ApplicationName: aws.String(name), DeploymentGroupName: aws.String("prod"),
			ServiceRoleArn: aws.String("arn:aws:iam::" + awstest.Account + ":role/deploy"),
		})
	}
	if err != nil {
		s.tb.Fatal(err)
	}
	s.apply(guardedFile, name)
}

func (s *stage) apply(file, name string) {
	s.tb.Helper()
	d := worker.Definition{Plan: plan(s.tb, file, name), AppliedAt: time.Now(), AppliedBy: "bench", File: file}
	if _, err := s.store.Apply(s.tb.Context(), d, 0); err != nil {
		s.tb.Fatal(err)
	}
}

// openGate runs the pipeline to its gate and sends the event.
func (s *stage) openGate() {
	s.tb.Helper()
	execution, _, err := s.pipelines.StartExecution(gated, awstest.ExecutionOptions{
		Outputs: map[string]map[string]string{"Deploy": {"FunctionVersion": "2"}},
	})
	if err != nil {
		s.tb.Fatal(err)
	}
	_, events, err := s.pipelines.OpenApproval(gated, execution)
	if err != nil {
		s.tb.Fatal(err)
	}
	s.queues.send(eventQueue, string(events[len(events)-1]))
}

// A release's calls and request units are a price that people pay: they stand in testdata, and a change of them is seen.
func TestRelease_ofFourStepsCostsWhatIsWritten(t *testing.T) {
	inBubble(t, func(s *stage) {
		s.gatedCanary()
		s.run(s.loop(nil))
		after(time.Minute)
		s.taken()
		s.table.spent()
		began := time.Now()
		s.openGate()
		for len(s.pipelines.Approvals()) == 0 || s.settled() == 0 {
			after(time.Second)
			if time.Since(began) > 2*time.Hour {
				t.Fatal("the release does not come to an end")
			}
		}
		after(4500 * time.Millisecond) // its end is announced
		took := time.Since(began).Round(time.Minute)
		calls, cost := s.taken(), s.table.spent()
		got := fmt.Sprintf("a four-step release behind a gate, one Lambda alias, two alarms, in %s\n\n", took) +
			listed(calls) + "\n" + cost.String()
		want, err := os.ReadFile("testdata/four-steps.txt")
		if err != nil {
			t.Error(err)
		}
		if !alike(string(want), got) {
			t.Errorf("what a release costs is not what testdata/four-steps.txt says (-written +counted):\n%s\ncounted:\n%s", cmp.Diff(string(want), got), got)
		}
		t.Log(got)
		fmt.Fprintf(t.Output(), "BenchmarkFourSteps 1 %d dynamodb-calls %.1f read-units %.0f write-units %.0f index-units\n",
			sum(calls, "dynamodb:"), cost.Read, cost.Write, cost.Index)
	})
}

// alike: the same words in both, and no number off by more than two in a hundred, or one: of two goroutines that come to
// the same second either may be the first.
func alike(written, counted string) bool {
	a, b := strings.Fields(written), strings.Fields(counted)
	return slices.EqualFunc(a, b, func(a, b string) bool {
		x, errX := strconv.ParseFloat(a, 64)
		y, errY := strconv.ParseFloat(b, 64)
		if errX != nil || errY != nil {
			return a == b
		}
		return math.Abs(x-y) <= max(1, x/50)
	})
}

// settled counts the releases that are.
func (s *stage) settled() (n int) {
	s.table.mu.Lock()
	defer s.table.mu.Unlock()
	for _, partition := range s.table.items {
		for sk, r := range partition {
			if strings.HasPrefix(sk, "RELEASE#") && r.item["settled_at"] != nil {
				n++
			}
		}
	}
	return n
}

// sum counts calls of which the name begins so.
func sum(calls map[string]int, prefix string) (n int) {
	for name, count := range calls {
		if strings.HasPrefix(name, prefix) {
			n += count
		}
	}
	return n
}

func listed(calls map[string]int) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(calls)) {
		fmt.Fprintf(&b, "%5d  %s\n", calls[name], name)
	}
	return b.String()
}

// A storm of alarms that guard nothing of Serin's costs receives and deletes, in tens.
func TestIgnored_makesNoTableCallAndAQuarterOfAQueueCall(t *testing.T) {
	inBubble(t, func(s *stage) {
		s.gatedCanary()
		s.run(s.loop(nil))
		after(63 * time.Second) // between what a worker does by the clock
		s.taken()
		const n = 1000
		<-s.queues.feed(alarmEvents(t, n, time.Now(), stranger))
		all := s.taken()
		if calls := sum(all, "dynamodb:"); calls > 0 {
			t.Errorf("%d table calls, want none:\n%s", calls, listed(all))
		}
		if calls := sum(all, "sqs:"); calls > n/4 {
			t.Errorf("%d queue calls for %d events, want at most a quarter:\n%s", calls, n, listed(all))
		}
	})
}

// Idle is a worker with two canaries and nothing to do: at most a call every four seconds, and one a resync for the gate
// and for the deployment group.
func TestIdle_costsACallInFourSeconds(t *testing.T) {
	inBubble(t, func(s *stage) {
		s.gatedCanary()
		s.guardedCanary()
		s.run(s.loop(nil))
		after(5 * time.Minute)
		s.taken()
		s.table.spent()
		after(time.Hour)
		all := s.taken()
		calls := sum(all, "")
		const watched = 2 * 3600 / 60
		if most := 3600/4 + watched; calls > most {
			t.Errorf("%d calls in an idle hour, want at most %d:\n%s", calls, most, listed(all))
		}
		t.Logf("an idle hour: %d calls, %.3f a second\n%s%s", calls, float64(calls)/3600, listed(all), s.table.spent())
		fmt.Fprintf(t.Output(), "BenchmarkIdle 1 %.4f calls/s %.4f calls/s-beside-watched\n", float64(calls)/3600, float64(calls-watched)/3600)
	})
}
