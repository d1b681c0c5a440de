package codepipeline_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/statemachine"
)

func TestPipelines_keepTheContract(t *testing.T) {
	porttest.Pipeline(t, func(t *testing.T) porttest.PipelineHarness {
		t.Helper()
		w := newWorld(t)
		return porttest.PipelineHarness{
			Pipeline: w.pipelines, Gate: gateSpec(), Person: "user/" + person, Faults: w.faults(),
			Open: func(t *testing.T, e porttest.PipelineExecution) statemachine.Gate {
				t.Helper()
				options := awstest.ExecutionOptions{Outputs: outputs(e.Variables)}
				if e.Rollback {
					return w.open(t, w.rollback(t, options))
				}
				return w.open(t, w.start(t, options))
			},
			Answer: w.personAnswers,
			Expire: func(t *testing.T, gate statemachine.Gate) {
				t.Helper()
				if _, err := w.stand.ExpireApproval(pipelineName, gate.Execution); err != nil {
					t.Fatal(err)
				}
			},
			Stop: func(t *testing.T, gate statemachine.Gate) { t.Helper(); w.personStops(t, gate, true) },
			Retry: func(t *testing.T, gate statemachine.Gate) statemachine.Gate {
				t.Helper()
				return w.retry(t, gate, types.StageRetryModeFailedActions)
			},
			Answers:         w.answers,
			Stopped:         w.stopped,
			RolledBack:      w.rolledBack,
			DeployElsewhere: func(t *testing.T) { t.Helper(); w.update(t, deployElsewhere()) },
			Parallel:        w.parallel,
		}
	})
}

// outputs sorts "Namespace.Name" by namespace.
func outputs(variables map[string]string) map[string]map[string]string {
	all := map[string]map[string]string{}
	for name, value := range variables {
		namespace, variable, _ := strings.Cut(name, ".")
		if all[namespace] == nil {
			all[namespace] = map[string]string{}
		}
		all[namespace][variable] = value
	}
	return all
}

func deployElsewhere() types.PipelineDeclaration {
	decl := definition()
	decl.Stages[1].Actions = append(decl.Stages[1].Actions, decl.Stages[2].Actions[0])
	decl.Stages[2].Actions = decl.Stages[2].Actions[1:]
	return decl
}

func (w *world) answers(t *testing.T, gate statemachine.Gate) []bool {
	t.Helper()
	var taken []bool
	for _, a := range w.request(t, gate).Attempts {
		if a.Error == "" {
			taken = append(taken, a.Status == string(types.ApprovalStatusApproved))
		}
	}
	return taken
}

func (w *world) stopped(_ *testing.T, execution string) int {
	n := 0
	for _, change := range w.Changes() {
		if stop, ok := change.State.(awstest.StopState); ok && stop.Execution == execution {
			n++
		}
	}
	return n
}

// rolledTo is what the last rollback went back to.
func (w *world) rolledTo(t *testing.T) string {
	t.Helper()
	to := ""
	for _, change := range w.Changes() {
		if rolled, ok := change.State.(awstest.RollbackState); ok {
			to = rolled.Target
		}
	}
	return to
}

func (w *world) rolledBack(*testing.T) []string {
	var all []string
	for _, change := range w.Changes() {
		if rolled, ok := change.State.(awstest.RollbackState); ok {
			all = append(all, rolled.Execution)
		}
	}
	return all
}

// faults befall the worker's calls alone.
func (w *world) faults() porttest.Faults {
	var mend []func()
	return porttest.Faults{
		Break: func(_ *testing.T, side porttest.Side, fault porttest.Fault) {
			match := func(c awstest.Call) bool { return c.Actor == "worker" && writes(c) == (side == porttest.Writes) }
			injected := awstest.Faults{Match: match}
			switch fault {
			case porttest.Denied:
				mend = append(mend, w.Deny(match))
				return
			case porttest.Throttled:
				injected.Throttle = 1
			case porttest.Unavailable:
				injected.Fail = 1
			case porttest.Lost:
				injected.Lose = 1
			}
			mend = append(mend, w.Inject(injected))
		},
		Mend: func(*testing.T) {
			for _, f := range mend {
				f()
			}
			mend = nil
		},
	}
}

func writes(c awstest.Call) bool {
	return slices.Contains([]string{"PutApprovalResult", "RollbackStage", "StopPipelineExecution"}, c.Operation)
}
