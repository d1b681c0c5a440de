package local_test

import (
	"testing"
	"testing/synctest"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func TestPipeline_answersGates(t *testing.T) {
	porttest.Pipeline(t, func(t *testing.T) porttest.PipelineHarness {
		t.Helper()
		w, client, faults := open(t)
		spec := local.PipelineSpec{Gate: worker.GateSpec{Pipeline: "checkout-prod", Stage: "Canary", Action: "Gate"}}
		w.CreatePipeline(spec)
		last := func(t *testing.T, execution string) statemachine.Gate {
			t.Helper()
			gate, opened := w.Gate(execution)
			if !opened {
				t.Fatalf("the gate of execution %s did not open", execution)
			}
			return gate
		}
		const person = "arn:aws:iam::111122223333:user/ann"
		return porttest.PipelineHarness{
			Pipeline: client.Pipeline(), Gate: spec.Gate, Person: "user/ann", Faults: faults,
			Open: func(t *testing.T, e porttest.PipelineExecution) statemachine.Gate {
				t.Helper()
				id := w.StartExecution(spec.Gate.Pipeline, local.RunSpec{Rollback: e.Rollback, Variables: e.Variables})
				w.Arrive(id)
				return last(t, id)
			},
			Answer: func(_ *testing.T, gate statemachine.Gate, approve bool) { w.Decide(gate, person, approve, "by hand") },
			Expire: func(_ *testing.T, gate statemachine.Gate) { w.Expire(gate) },
			Stop:   func(_ *testing.T, gate statemachine.Gate) { w.StopExecution(gate.Execution) },
			Retry: func(t *testing.T, gate statemachine.Gate) statemachine.Gate {
				t.Helper()
				w.RetryStage(gate.Execution)
				return last(t, gate.Execution)
			},
			Answers: func(_ *testing.T, gate statemachine.Gate) []bool {
				var answers []bool
				for _, c := range w.Applied(local.Answered, gate.ActionExecution) {
					answers = append(answers, c.Approved)
				}
				return answers
			},
			Stopped: func(_ *testing.T, execution string) int {
				return len(w.Applied(local.StoppedExecution, execution))
			},
			RolledBack: func(*testing.T) []string {
				var all []string
				for _, c := range w.Ledger() {
					if c.What == local.RolledBackStage {
						all = append(all, c.Resource)
					}
				}
				return all
			},
			DeployElsewhere: func(*testing.T) { spec.DeployStage = "Deploy"; w.CreatePipeline(spec) },
			Parallel:        func(*testing.T) { spec.Parallel = true; w.CreatePipeline(spec) },
		}
	}, synctest.Test)
}
