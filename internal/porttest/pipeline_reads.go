package porttest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func pipelineReads() []claim[PipelineHarness] {
	return []claim[PipelineHarness]{
		{"no gate waits in the beginning", func(t *testing.T, h PipelineHarness) {
			if waiting := h.waiting(t); len(waiting) > 0 {
				t.Errorf("waiting: %+v", waiting)
			}
		}},
		{"an open gate waits until it is answered", func(t *testing.T, h PipelineHarness) {
			gate := h.open(t)
			waiting := h.waiting(t)
			if len(waiting) != 1 || waiting[0].Execution != gate.Execution ||
				waiting[0].ActionExecution != gate.ActionExecution || waiting[0].StartedAt.IsZero() {
				t.Fatalf("waiting %+v, want the gate %+v with its time", waiting, gate)
			}
			h.answer(t, gate, true)
			if waiting = h.waiting(t); len(waiting) > 0 {
				t.Errorf("waiting after the answer: %+v", waiting)
			}
		}},
		{"in PARALLEL mode several wait", func(t *testing.T, h PipelineHarness) {
			h.Parallel(t)
			first, second := h.open(t), h.open(t)
			var got []string
			for _, w := range h.waiting(t) {
				got = append(got, w.Execution)
			}
			want := []string{first.Execution, second.Execution}
			slices.Sort(got)
			slices.Sort(want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("executions waiting (-want +got):\n%s", diff)
			}
			says(t, h.answer(t, first, true), statemachine.GateApproved, true)
			says(t, h.observe(t, second), statemachine.GateOpen, false)
			h.answered(t, second)
		}},
		{"an execution tells its start and its type", func(t *testing.T, h PipelineHarness) {
			gate := h.Open(t, PipelineExecution{Rollback: true})
			e, err := h.Pipeline.Execution(t.Context(), gate.Pipeline, gate.Execution)
			ok(t, err)
			if e.ID != gate.Execution || e.StartedAt.IsZero() || !e.Rollback {
				t.Errorf("execution %+v, want %s, its start, and a rollback", e, gate.Execution)
			}
		}},
		{"an ordinary execution is no rollback", func(t *testing.T, h PipelineHarness) {
			gate := h.open(t)
			e, err := h.Pipeline.Execution(t.Context(), gate.Pipeline, gate.Execution)
			ok(t, err)
			if e.Rollback {
				t.Errorf("execution %+v says it is a rollback", e)
			}
		}},
		{"an execution that there is not is not found", func(t *testing.T, h PipelineHarness) {
			_, err := h.Pipeline.Execution(t.Context(), h.Gate.Pipeline, "00000000-0000-4000-8000-000000000000")
			is(t, err, worker.ErrNotFound)
		}},
		{"Variables reads the named ones only, and knows the names of all", variables},
	}
}

func variables(t *testing.T, h PipelineHarness) {
	gate := h.Open(t, PipelineExecution{Variables: map[string]string{
		"Deploy.FunctionVersion": "43", "Source.CommitId": "4f0c", "Build.Token": "hush",
	}})
	values, known, err := h.Pipeline.Variables(t.Context(), gate.Pipeline, gate.Execution,
		[]string{"Deploy.FunctionVersion", "Deploy.Missing"})
	ok(t, err)
	if diff := cmp.Diff(map[string]string{"Deploy.FunctionVersion": "43"}, values); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	for _, name := range []string{"Deploy.FunctionVersion", "Source.CommitId", "Build.Token"} {
		if !slices.Contains(known, name) {
			t.Errorf("known names %q lack %s", known, name)
		}
	}
	if slices.Contains(known, "hush") {
		t.Errorf("known names %q tell a value", known)
	}
}

func pipelineDefinition() []claim[PipelineHarness] {
	return []claim[PipelineHarness]{
		{"a gate with its deploying action before it has no problems", func(t *testing.T, h PipelineHarness) {
			h.problems(t, h.Gate, true, "")
			h.problems(t, h.Gate, false, "")
		}},
		{"an action that the pipeline does not have is a problem", func(t *testing.T, h PipelineHarness) {
			missing := h.Gate
			missing.Action = "NoSuchAction"
			if found := h.preflight(t, missing, false); len(found) == 0 || found[0].Text == "" || found[0].Code == "" {
				t.Errorf("problems %+v, want one that says so", found)
			}
		}},
		{"a deploying action in another stage is a problem, if it matters", func(t *testing.T, h PipelineHarness) {
			h.DeployElsewhere(t)
			h.problems(t, h.Gate, true, statemachine.CodeDeployOutside)
			h.problems(t, h.Gate, false, "")
		}},
		{"PARALLEL mode is a problem, if it matters", func(t *testing.T, h PipelineHarness) {
			h.Parallel(t)
			h.problems(t, h.Gate, true, statemachine.CodeDeployOutside)
			h.problems(t, h.Gate, false, "")
		}},
	}
}

func (h PipelineHarness) preflight(t *testing.T, gate worker.GateSpec, ownStage bool) []statemachine.Problem {
	t.Helper()
	found, err := h.Pipeline.Preflight(t.Context(), gate, ownStage)
	ok(t, err)
	return found
}

// problems checks that preflight finds the one problem, or none for "".
func (h PipelineHarness) problems(t *testing.T, gate worker.GateSpec, ownStage bool, want statemachine.Code) {
	t.Helper()
	found := h.preflight(t, gate, ownStage)
	if want == "" && len(found) > 0 {
		t.Errorf("problems %+v (ownStage %t), want none", found, ownStage)
	}
	if want != "" && (len(found) == 0 || found[0].Code != want || found[0].Text == "") {
		t.Errorf("problems %+v (ownStage %t), want %s with its text", found, ownStage, want)
	}
}
