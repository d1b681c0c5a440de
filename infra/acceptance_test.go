package infra_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/serinhq/serin/internal/awstest"
)

// installation is Serin, installed from its template, and what it releases: a function with the alias live, a pipeline
// with the approval Canary/Gate, and an alarm, all under one name. A real account's and the test AWS's differ in nothing
// that the stories see.
type installation struct {
	name string
	// aws is how the stories look at it; worker and person are the environments of serin's processes.
	aws            aws.Config
	worker, person []string
	// bake is the first step's, long enough for a story to see it; patience is how long a story waits for anything.
	bake, patience time.Duration
	// publish makes a new version of the function; start runs an execution whose Deploy.FunctionVersion it is.
	publish func(t *testing.T) (version string)
	start   func(t *testing.T, version string) (execution string)

	running *awstest.Child // the worker
}

// The stories of make acceptance, which tells them on a real account (SERIN_ACCEPTANCE=1, AWS_PROFILE). Everywhere else
// the same stories run on the test AWS.
func TestAcceptance(t *testing.T) {
	t.Parallel()
	install := installOnTestAWS
	if os.Getenv("SERIN_ACCEPTANCE") == "1" {
		install = installOnAccount
	}
	i := install(t)
	i.setAlarm(t, cloudwatchtypes.StateValueOk)
	i.serin(t, "apply", "-f", i.canaryFile(t))
	i.startWorker(t)

	t.Run("a healthy version gets all traffic and its gate is approved", i.promotes)
	t.Run("an alarm in a bake puts the traffic back and rejects the gate", i.rollsBack)
}

func (i *installation) promotes(t *testing.T) {
	version := i.publish(t)
	execution := i.start(t, version)
	i.until(t, "a quarter of the traffic is on version "+version, func() bool { return i.weight(t, version) == 0.25 })
	i.until(t, "all traffic is on version "+version, func() bool { return i.only(t) == version })
	i.until(t, "the gate is approved by serin", func() bool {
		return i.gate(t, execution, types.ActionExecutionStatusSucceeded)
	})
	i.tells(t, execution, "promoted")
}

func (i *installation) rollsBack(t *testing.T) {
	stable, version := i.only(t), i.publish(t)
	execution := i.start(t, version)
	i.until(t, "a quarter of the traffic is on version "+version, func() bool { return i.weight(t, version) == 0.25 })
	i.setAlarm(t, cloudwatchtypes.StateValueAlarm)
	i.until(t, "all traffic is on version "+stable+" again", func() bool { return i.only(t) == stable })
	i.until(t, "the gate is rejected by serin", func() bool {
		return i.gate(t, execution, types.ActionExecutionStatusFailed)
	})
	i.tells(t, execution, "rolled_back")
}

func (i *installation) canaryFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "canary.yaml")
	text := fmt.Sprintf(`schema: 1
name: %[1]s
trigger:
  pipeline: {name: %[1]s, stage: Canary, action: Gate}
targets:
  - lambda: {function: %[1]s, alias: live, version: "#{Deploy.FunctionVersion}"}
steps:
  - {weight: 25, bake: %[2]s}
  - {weight: 100, bake: 1s}
alarms:
  - %[1]s
`, i.name, i.bake)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func (i *installation) setAlarm(t *testing.T, state cloudwatchtypes.StateValue) {
	t.Helper()
	_, err := cloudwatch.NewFromConfig(i.aws).SetAlarmState(t.Context(), &cloudwatch.SetAlarmStateInput{
		AlarmName: &i.name, StateValue: state, StateReason: aws.String("serin's acceptance"),
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (i *installation) alias(t *testing.T) *lambda.GetAliasOutput {
	t.Helper()
	out, err := lambda.NewFromConfig(i.aws).GetAlias(t.Context(), &lambda.GetAliasInput{FunctionName: &i.name, Name: aws.String("live")})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// weight is how much of the traffic a version gets beside the alias's own, to a hundredth.
func (i *installation) weight(t *testing.T, version string) float64 {
	t.Helper()
	if routing := i.alias(t).RoutingConfig; routing != nil {
		return math.Round(routing.AdditionalVersionWeights[version]*100) / 100
	}
	return 0
}

// only is the version that has all the traffic, "" while two have.
func (i *installation) only(t *testing.T) string {
	t.Helper()
	out := i.alias(t)
	if out.RoutingConfig != nil && len(out.RoutingConfig.AdditionalVersionWeights) > 0 {
		return ""
	}
	return *out.FunctionVersion
}

// gate reports whether the execution's gate, asked once, was answered by serin and ended so.
func (i *installation) gate(t *testing.T, execution string, ended types.ActionExecutionStatus) bool {
	t.Helper()
	out, err := codepipeline.NewFromConfig(i.aws).ListActionExecutions(t.Context(), &codepipeline.ListActionExecutionsInput{
		PipelineName: &i.name, Filter: &types.ActionExecutionFilter{PipelineExecutionId: &execution},
	})
	if err != nil {
		t.Fatal(err)
	}
	asked, answered := 0, false
	for _, a := range out.ActionExecutionDetails {
		if aws.ToString(a.ActionName) == "Gate" {
			asked++
			answered = a.Status == ended && strings.HasPrefix(summary(a), "serin ")
		}
	}
	return asked == 1 && answered
}

func summary(a types.ActionExecutionDetail) string {
	if a.Output == nil || a.Output.ExecutionResult == nil {
		return ""
	}
	return aws.ToString(a.Output.ExecutionResult.ExternalExecutionSummary)
}

// tells waits until the release's history says how it ended.
func (i *installation) tells(t *testing.T, execution, end string) {
	t.Helper()
	i.until(t, "its history tells that it was "+end, func() bool {
		return strings.Contains(i.serin(t, "history", execution), end)
	})
	t.Logf("serin history %s:\n%s", execution, i.serin(t, "history", execution))
}
