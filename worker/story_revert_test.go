package worker_test

import (
	"testing"
	"time"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func TestRun_revertGoesBackToWhatTheLastPromotedReleaseFound(t *testing.T) {
	for name, wait := range map[string]time.Duration{"settled": 10 * time.Minute, "settling": 4*time.Minute + 10*time.Second} {
		t.Run(name, func(t *testing.T) {
			play(t, short(), func(s *stage) {
				s.start("w1")
				s.release("43")
				s.after(wait)
				s.SetAlarm(alarm, statemachine.AlarmFiring, "the incident it is made for")
				s.verb(worker.Command{Verb: worker.VerbRevert, Canary: "checkout"})
				s.after(time.Minute)
				all := s.all()
				if len(all) != 2 || all[0].Kind != statemachine.Revert || all[0].Phase != statemachine.Promoted {
					t.Fatalf("%d releases, the newest a %s that is %s; want a revert, promoted", len(all), all[0].Kind, all[0].Phase)
				}
				if got := s.Shows(local.KindLambda, alias).String(); got != "42" {
					t.Errorf("the alias shows %s, want 42", got)
				}
				s.answered(true)
			})
		})
	}
}

func TestRun_revertIsRefusedWhenSomebodyChangedTheTarget(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.PublishVersion(alias, "50")
		s.start("w1")
		s.release("43")
		s.after(10 * time.Minute)
		s.Move(local.KindLambda, alias, statemachine.Split{Stable: "50"})
		s.verb(worker.Command{Verb: worker.VerbRevert, Canary: "checkout"})
		s.after(time.Minute)
		r := s.all()[0]
		if r.Phase != statemachine.Refused || r.Failure.Code != statemachine.CodeRevertStale {
			t.Errorf("revert is %s for %+v, want refused, revert_stale", r.Phase, r.Failure)
		}
		if got := s.Shows(local.KindLambda, alias).String(); got != "50" {
			t.Errorf("the alias shows %s, want 50 as the other left it", got)
		}
	})
}

func TestRun_revertWhileOneRunsIsRefused(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.start("w1")
		s.release("43")
		s.after(30 * time.Second)
		s.verb(worker.Command{Verb: worker.VerbRevert, Canary: "checkout"})
		s.after(5 * time.Second)
		o, err := s.store().Outcome(s.t.Context(), worker.VerbRevert)
		if err != nil || o.Done {
			t.Errorf("outcome %+v, %v; want refused", o, err)
		}
		s.only()
	})
}

func TestRun_pipelineRollbackGoesToTheVersionItNamesAtOnce(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.start("w1")
		s.release("43")
		s.after(10 * time.Minute)
		s.SetAlarm(alarm, statemachine.AlarmFiring, "the incident it is made for")
		execution := s.StartExecution(s.gate.Pipeline, local.RunSpec{Rollback: true, Variables: map[string]string{"Deploy.Version": "42"}})
		s.Arrive(execution)
		s.after(time.Minute)
		r := s.all()[0]
		if r.Kind != statemachine.Revert || r.Phase != statemachine.Promoted {
			t.Fatalf("release is a %s that is %s, failure %+v; want a revert, promoted", r.Kind, r.Phase, r.Failure)
		}
		if got := s.Shows(local.KindLambda, alias).String(); got != "42" {
			t.Errorf("the alias shows %s, want 42", got)
		}
		s.answered(true, true)
	})
}

func TestRun_startByHandNeedsNoPipeline(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.start("w1")
		s.after(time.Second)
		s.SetAlarm(alarm, statemachine.AlarmFiring, "what the fix is for")
		s.verb(worker.Command{Verb: worker.VerbStart, Canary: "checkout", Version: "43", FixForward: []string{alarm}})
		s.after(10 * time.Minute)
		s.wants(statemachine.Promoted)
		s.showed(ladder()...)
		s.answered()
	})
}
