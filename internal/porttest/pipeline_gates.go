package porttest

import (
	"context"
	"strings"
	"testing"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func pipelineGates() []claim[PipelineHarness] {
	return []claim[PipelineHarness]{
		{"an open gate says so", func(t *testing.T, h PipelineHarness) {
			says(t, h.observe(t, h.open(t)), statemachine.GateOpen, false)
		}},
		{"a person's answer is theirs", func(t *testing.T, h PipelineHarness) {
			for _, approve := range []bool{true, false} {
				gate := h.open(t)
				h.Answer(t, gate, approve)
				look := h.observe(t, gate)
				says(t, look, answerOf(approve), false)
				if !strings.Contains(look.By, h.Person) {
					t.Errorf("answered by %q, want %s", look.By, h.Person)
				}
			}
		}},
		{"an approval whose time ended was rejected by nobody", func(t *testing.T, h PipelineHarness) {
			gate := h.open(t)
			h.Expire(t, gate)
			says(t, h.observe(t, gate), statemachine.GateRejected, false)
		}},
		{"a stopped execution's gate is gone", func(t *testing.T, h PipelineHarness) {
			gate := h.open(t)
			h.Stop(t, gate)
			says(t, h.observe(t, gate), statemachine.GateGone, false)
		}},
		{"a gate whose pipeline or execution is not there any more is gone", func(t *testing.T, h PipelineHarness) {
			gate := h.open(t)
			for _, change := range []func(*statemachine.Gate){
				func(g *statemachine.Gate) { g.Pipeline = "deleted" },
				func(g *statemachine.Gate) { g.Execution = "00000000-0000-4000-8000-000000000000" },
			} {
				deleted := gate
				change(&deleted)
				says(t, h.observe(t, deleted), statemachine.GateGone, false)
				says(t, h.answer(t, deleted, false), statemachine.GateGone, false)
				ok(t, h.Pipeline.StopExecution(t.Context(), deleted.Pipeline, deleted.Execution, "rolled back"))
			}
			says(t, h.observe(t, gate), statemachine.GateOpen, false)
			h.answered(t, gate)
		}},
		{"a retried stage's gate is another one", func(t *testing.T, h PipelineHarness) {
			first := h.open(t)
			h.answer(t, first, false)
			second := h.Retry(t, first)
			says(t, h.observe(t, first), statemachine.GateRejected, true)
			says(t, h.observe(t, second), statemachine.GateOpen, false)
			says(t, h.answer(t, first, true), statemachine.GateRejected, true)
			h.answered(t, second)
			says(t, h.answer(t, second, true), statemachine.GateApproved, true)
		}},
		{"an earlier execution's gate is not the present one's", func(t *testing.T, h PipelineHarness) {
			first := h.open(t)
			h.answer(t, first, true)
			second := h.open(t)
			says(t, h.observe(t, first), statemachine.GateApproved, true)
			says(t, h.answer(t, first, false), statemachine.GateApproved, true)
			says(t, h.observe(t, second), statemachine.GateOpen, false)
			h.answered(t, second)
		}},
	}
}

func pipelineAnswers() []claim[PipelineHarness] {
	return []claim[PipelineHarness]{
		{"an answer is given once, and is ours", func(t *testing.T, h PipelineHarness) {
			for _, approve := range []bool{true, false} {
				gate := h.open(t)
				for range 3 {
					says(t, h.answer(t, gate, approve), answerOf(approve), true)
				}
				h.answered(t, gate, approve)
				says(t, h.observe(t, gate), answerOf(approve), true)
			}
		}},
		{"the first answer stands", func(t *testing.T, h PipelineHarness) {
			gate := h.open(t)
			h.answer(t, gate, true)
			says(t, h.answer(t, gate, false), statemachine.GateApproved, true)
			h.answered(t, gate, true)
		}},
		{"another release's answer is not ours", func(t *testing.T, h PipelineHarness) {
			gate := h.open(t)
			h.answer(t, gate, true)
			look, err := h.Pipeline.Observe(t.Context(), gate, "01KA0000000000000000000002")
			ok(t, err)
			says(t, look, statemachine.GateApproved, false)
		}},
		{"a person who was faster has decided", func(t *testing.T, h PipelineHarness) {
			for _, approve := range []bool{true, false} {
				gate := h.open(t)
				h.Answer(t, gate, !approve)
				says(t, h.answer(t, gate, approve), answerOf(!approve), false)
				h.answered(t, gate, !approve)
			}
		}},
		{"an answer to a gate that is gone says so", func(t *testing.T, h PipelineHarness) {
			gate := h.open(t)
			h.Stop(t, gate)
			says(t, h.answer(t, gate, true), statemachine.GateGone, false)
			h.answered(t, gate)
		}},
		{"the text is kept for people", func(t *testing.T, h PipelineHarness) {
			gate := h.open(t)
			text := strings.Repeat("→", 512)
			look, err := h.Pipeline.Answer(t.Context(), gate, ourRelease, true, text)
			ok(t, err)
			says(t, look, statemachine.GateApproved, true)
		}},
		{"StopExecution stops it, once", func(t *testing.T, h PipelineHarness) {
			gate := h.open(t)
			for range 2 {
				ok(t, h.Pipeline.StopExecution(t.Context(), gate.Pipeline, gate.Execution, "rolled back"))
			}
			if n := h.Stopped(t, gate.Execution); n != 1 {
				t.Errorf("the world stopped it %d times, want once", n)
			}
		}},
		{"StopExecution of one that is over is fine", func(t *testing.T, h PipelineHarness) {
			gate := h.open(t)
			h.answer(t, gate, false)
			ok(t, h.Pipeline.StopExecution(t.Context(), gate.Pipeline, gate.Execution, strings.Repeat("rolled back ", 40)))
			if n := h.Stopped(t, gate.Execution); n != 0 {
				t.Errorf("the world stopped it %d times after its end", n)
			}
		}},
	}
}

func pipelineFailures() []claim[PipelineHarness] {
	return []claim[PipelineHarness]{
		{"reading says why it could not", func(t *testing.T, h PipelineHarness) {
			gate := h.open(t)
			for _, read := range h.reads(gate) {
				failsAs(t, h.Faults, Reads, read)
			}
		}},
		{"Answer says why it could not, and answers nothing", func(t *testing.T, h PipelineHarness) {
			gate := h.open(t)
			failsAs(t, h.Faults, Writes, func(ctx context.Context) error {
				_, err := h.Pipeline.Answer(ctx, gate, ourRelease, true, "")
				return err
			})
			h.answered(t, gate)
			says(t, h.observe(t, gate), statemachine.GateOpen, false)
		}},
		{"an answer whose answer was lost is found, and not given twice", func(t *testing.T, h PipelineHarness) {
			gate := h.open(t)
			h.Break(t, Writes, Lost)
			look, err := h.Pipeline.Answer(t.Context(), gate, ourRelease, true, "")
			h.Mend(t)
			if err != nil {
				is(t, err, worker.ErrUnavailable)
			} else {
				says(t, look, statemachine.GateApproved, true)
			}
			says(t, h.answer(t, gate, true), statemachine.GateApproved, true)
			h.answered(t, gate, true)
		}},
		{"StopExecution says why it could not, and a lost answer is repeated safely", func(t *testing.T, h PipelineHarness) {
			gate := h.open(t)
			stop := func(ctx context.Context) error {
				return h.Pipeline.StopExecution(ctx, gate.Pipeline, gate.Execution, "rolled back")
			}
			failsAs(t, h.Faults, Writes, stop)
			h.Break(t, Writes, Lost)
			lostOrDone(t, stop(t.Context()))
			h.Mend(t)
			ok(t, stop(t.Context()))
			if n := h.Stopped(t, gate.Execution); n != 1 {
				t.Errorf("the world stopped it %d times, want once", n)
			}
		}},
	}
}

func (h PipelineHarness) reads(gate statemachine.Gate) []func(context.Context) error {
	return []func(context.Context) error{
		func(ctx context.Context) error { _, err := h.Pipeline.Waiting(ctx, h.Gate); return err },
		func(ctx context.Context) error {
			_, err := h.Pipeline.Execution(ctx, gate.Pipeline, gate.Execution)
			return err
		},
		func(ctx context.Context) error {
			_, _, err := h.Pipeline.Variables(ctx, gate.Pipeline, gate.Execution, []string{"Deploy.FunctionVersion"})
			return err
		},
		func(ctx context.Context) error { _, err := h.Pipeline.Preflight(ctx, h.Gate, true); return err },
		func(ctx context.Context) error { _, err := h.Pipeline.Observe(ctx, gate, ourRelease); return err },
	}
}
