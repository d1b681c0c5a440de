package worker_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func TestRun_weightThatAWSCarriesOutSlowlyIsWaitedForAndWrittenOnce(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.CarryOutIn(alias, 4*time.Minute)
		s.start("w1")
		s.release("43")
		s.after(3 * time.Minute)
		if r := s.only(); r.Phase != statemachine.Shifting || r.Stuck != nil || !strings.Contains(r.Waiting, "carrying out") {
			t.Fatalf("release is %s, stuck %+v, waits for %q; want it to wait for AWS", r.Phase, r.Stuck, r.Waiting)
		}
		s.after(30 * time.Minute)
		s.wants(statemachine.Promoted)
		s.showed(ladder()...)
		if n := len(s.Applied(local.Showed, alias)) - 1; n != 5 {
			t.Errorf("the alias was written %d times, want 5", n)
		}
	})
}

func TestRun_deadlineEndsTheWaitForAWS(t *testing.T) {
	p := short()
	p.Deadline = 10 * time.Minute
	play(t, p, func(s *stage) {
		s.CarryOutIn(alias, 3*time.Hour)
		s.start("w1")
		s.release("43")
		s.after(11 * time.Minute)
		s.CarryOutIn(alias, 0)
		s.after(4 * time.Hour)
		if r := s.wants(statemachine.RolledBack); r.Failure.Code != statemachine.CodeDeadline {
			t.Errorf("failure is %+v, want the deadline", r.Failure)
		}
	})
}

// restores counts how often the alias was written after the alarm.
func (s *stage) restores(since int) int { return len(s.Applied(local.Showed, alias)) - since }

func TestRun_restoreThatAWSCarriesOutSlowlyIsWrittenOnce(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.start("w1")
		s.release("43")
		s.after(90 * time.Second)
		s.CarryOutIn(alias, 4*time.Minute)
		before := len(s.Applied(local.Showed, alias))
		s.SetAlarm(alarm, statemachine.AlarmFiring, "errors")
		s.after(2 * time.Minute)
		if r := s.only(); r.Phase != statemachine.RollingBack || r.Stuck != nil {
			t.Fatalf("release is %s, stuck %+v; want rolling_back, and not stuck", r.Phase, r.Stuck)
		}
		s.answered()
		s.after(5 * time.Minute)
		s.wants(statemachine.RolledBack)
		s.answered(false)
		if n := s.restores(before); n != 1 {
			t.Errorf("the restore was written %d times, want once", n)
		}
	})
}

func TestRun_restoreThatAWSCarriesOutSlowlyIsWrittenOnceWithoutTheTable(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.start("w1")
		s.release("43")
		s.after(90 * time.Second)
		s.CarryOutIn(alias, 4*time.Minute)
		before := len(s.Applied(local.Showed, alias))
		var down atomic.Bool
		end := s.Intercept(func(_ context.Context, call local.Call) local.Effect {
			if call.Name == "lambda:UpdateAlias" {
				down.Store(true)
			}
			if down.Load() && strings.HasPrefix(call.Name, "dynamodb:") {
				return local.Effect{Err: worker.ErrUnavailable}
			}
			return local.Effect{}
		})
		s.SetAlarm(alarm, statemachine.AlarmFiring, "errors")
		s.after(40 * time.Second)
		// One write was made with the table going away before it could be told of; the next one is remembered.
		if n := s.restores(before); n > 2 {
			t.Errorf("the restore was written %d times without the table, want at most twice", n)
		}
		end()
		s.after(10 * time.Minute)
		s.wants(statemachine.RolledBack)
	})
}

func TestRun_slowRestoreSurvivesAWorkerThatDiesAtAnyCall(t *testing.T) {
	for k := 1; k <= 12; k++ {
		play(t, short(), func(s *stage) {
			s.start("w1")
			s.release("43")
			s.after(90 * time.Second)
			s.CarryOutIn(alias, 2*time.Minute)
			s.cutOff("w1", k, k%2 == 0)
			s.SetAlarm(alarm, statemachine.AlarmFiring, "errors")
			s.after(5 * time.Second)
			s.start("w2")
			s.after(10 * time.Minute)
			s.wants(statemachine.RolledBack)
			s.answered(false)
			if got := s.Shows(local.KindLambda, alias).String(); got != "42" {
				t.Errorf("call %d: the alias shows %s, want 42", k, got)
			}
		})
	}
}

func TestRun_preflightWaitsForAChangeThatAWSStillCarriesOut(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.CarryOutIn(alias, 3*time.Minute)
		token := s.Client("somebody").Targets()
		target, err := token.Open(short().Targets[0])
		if err != nil {
			t.Fatal(err)
		}
		split, have, err := target.Observe(t.Context())
		if err == nil {
			err = target.Write(t.Context(), worker.Want{Split: split}, have)
		}
		if err != nil {
			t.Fatal(err)
		}
		s.CarryOutIn(alias, 0)
		s.start("w1")
		s.release("43")
		s.after(2 * time.Minute)
		if r := s.only(); r.Phase != statemachine.Preflight || r.Waiting == "" {
			t.Fatalf("release is %s, waiting for %q; want it in preflight", r.Phase, r.Waiting)
		}
		s.after(10 * time.Minute)
		if r := s.wants(statemachine.Promoted); r.Targets[0].Restore.Rolling {
			t.Error("the restore point says that AWS still carries it out")
		}
	})
}

func TestRun_whatClientsKeepIsAddedToTheBakesAndToARollback(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.KeepFor(alias, 2*time.Minute)
		s.start("w1")
		s.release("43")
		s.after(150 * time.Second)
		if r := s.only(); r.Phase != statemachine.Baking || r.Step != 1 {
			t.Fatalf("after 2m30s release is %s in step %d, want a first bake of 3m", r.Phase, r.Step)
		}
		s.SetAlarm(alarm, statemachine.AlarmFiring, "errors")
		s.after(time.Minute)
		r := s.wants(statemachine.RolledBack)
		if got := r.EffectiveAt.Sub(r.FinishedAt); got != 2*time.Minute {
			t.Errorf("effective %s after the end, want 2m", got)
		}
		history, err := s.store().History(t.Context(), r.ID, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range history {
			if e.Code == statemachine.CodeRolledBack && strings.Contains(e.Text, "effective by") {
				return
			}
		}
		t.Error("history does not tell when the rollback is effective")
	})
}
