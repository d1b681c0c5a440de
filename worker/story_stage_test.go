package worker_test

import (
	"testing"
	"time"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// rollingStage is short's plan, with the pipeline's stage rolled back after a
// rollback.
func rollingStage() statemachine.Plan {
	p := short()
	p.PipelineRollback = &statemachine.PipelineRollback{Stage: "Canary"}
	return p
}

// good lets a release of 43 pass, so that its stage has an execution to go back to.
func (s *stage) good() {
	s.t.Helper()
	s.start("w1")
	execution := s.release("43")
	s.after(10 * time.Minute)
	s.FinishExecution(execution)
	s.PublishVersion(alias, "44")
	s.release("44")
	s.after(90 * time.Second)
}

func TestRun_stageGoesBackOnceAfterTrafficAndGate(t *testing.T) {
	play(t, rollingStage(), func(s *stage) {
		s.good()
		s.SetAlarm(alarm, statemachine.AlarmFiring, "errors")
		s.after(time.Minute)
		var order []local.What
		for _, c := range s.Ledger()[len(s.Ledger())-3:] {
			order = append(order, c.What)
		}
		want := []local.What{local.Showed, local.Answered, local.RolledBackStage}
		for i := range want {
			if order[i] != want[i] {
				t.Fatalf("the world saw %q, want %q: traffic, gate, stage", order, want)
			}
		}
		if r := s.all()[0]; r.Phase != statemachine.RolledBack || r.Running() {
			t.Errorf("release is %s, running %t", r.Phase, r.Running())
		}
	})
}

func TestRun_stageWithoutAGoodExecutionStaysAndIsTold(t *testing.T) {
	play(t, rollingStage(), func(s *stage) {
		s.start("w1")
		s.release("43")
		s.after(90 * time.Second)
		s.SetAlarm(alarm, statemachine.AlarmFiring, "errors")
		s.after(time.Minute)
		r := s.wants(statemachine.RolledBack)
		s.answered(false)
		history, err := s.store().History(t.Context(), r.ID, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range history {
			if e.Code == statemachine.CodeStageStays {
				return
			}
		}
		t.Errorf("history does not tell that the stage stays: %+v", history)
	})
}

func TestRun_stageThatNobodyMayRollBackKeepsNoTrafficAndNoSlot(t *testing.T) {
	play(t, rollingStage(), func(s *stage) {
		s.good()
		s.Intercept(local.On("codepipeline:RollbackStage", local.Effect{Err: worker.ErrThrottled}))
		s.SetAlarm(alarm, statemachine.AlarmFiring, "errors")
		s.after(20 * time.Second)
		if got := s.Shows(local.KindLambda, alias).String(); got != "43" {
			t.Errorf("the alias shows %s, want 43", got)
		}
		s.answered(true, false)
		s.after(10 * time.Minute)
		if r := s.all()[0]; r.Running() {
			t.Errorf("release is %s, and still runs: stuck %+v", r.Phase, r.Stuck)
		}
	})
}

func TestRun_workerThatDiesAtAnyCallRollsAStageBackOnce(t *testing.T) {
	for k := 1; k <= 14; k++ {
		for _, applied := range []bool{false, true} {
			play(t, rollingStage(), func(s *stage) {
				s.good()
				s.cutOff("w1", k, applied)
				s.SetAlarm(alarm, statemachine.AlarmFiring, "errors")
				s.after(5 * time.Second)
				s.start("w2")
				s.after(3 * time.Minute)
				if n := s.count(local.RolledBackStage); n != 1 {
					t.Errorf("call %d, applied %t: the stage was rolled back %d times, want once", k, applied, n)
				}
			})
		}
	}
}
