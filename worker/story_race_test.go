package worker_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/statemachine"
)

// onTheWay keeps w1's nth write to a target on its way for a while: it lands
// late, whatever its caller has done by then.
func (s *stage) onTheWay(resource string, nth int, d time.Duration) {
	writes := 0
	s.Intercept(func(_ context.Context, call local.Call) local.Effect {
		if call.Client != "w1" || call.Resource != resource || !call.Write {
			return local.Effect{}
		}
		if writes++; writes == nth {
			return local.Effect{Delay: d}
		}
		return local.Effect{}
	})
}

// calm leaves out the events that only make a worker look once more, so that a
// story can count calls.
func (s *stage) calm() {
	s.OnEvent(func(body []byte) []time.Duration {
		if bytes.Contains(body, []byte("Pipeline Execution State Change")) || bytes.Contains(body, []byte("Stage Execution State Change")) {
			return nil
		}
		return []time.Duration{0}
	})
}

func TestRun_lateForwardWriteFailsAtTheFenceThatTheRestoreMoved(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.onTheWay(alias, 2, 4500*time.Millisecond)
		s.start("w1")
		s.calm()
		s.after(time.Second) // the first sweep is over
		s.release("43")
		s.after(62 * time.Second)
		s.start("w2")
		s.SetAlarm(alarm, statemachine.AlarmFiring, "errors")
		s.after(time.Second)
		if got := s.Shows(local.KindLambda, alias).String(); got != "42" {
			t.Fatalf("a second after the alarm the alias shows %s, want 42", got)
		}
		s.after(5 * time.Minute)
		s.wants(statemachine.RolledBack)
		s.showed(ladder()[0], "42")
		s.answered(false)
	})
}

func TestRun_orderIsCheckedAgainAfterTheTokenWasRead(t *testing.T) {
	play(t, short(), func(s *stage) {
		reads := 0
		s.Intercept(func(_ context.Context, call local.Call) local.Effect {
			if call.Name != "lambda:GetAlias" || call.Client != "w1" {
				return local.Effect{}
			}
			if reads++; reads == 2 { // the first Shift's: it comes back after the restore is confirmed
				return local.Effect{Delay: 4500 * time.Millisecond}
			}
			return local.Effect{}
		})
		s.start("w1")
		s.calm()
		s.after(time.Second) // the first sweep is over
		s.release("43")
		s.after(time.Second)
		s.start("w2")
		s.after(time.Second)
		s.SetAlarm(alarm, statemachine.AlarmFiring, "errors")
		s.after(5 * time.Minute)
		s.wants(statemachine.RolledBack)
		s.showed()
		s.answered(false)
	})
}

func TestRun_restoreOfWhatAlreadyShowsStillMovesTheFence(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.FenceByContent(alias)
		s.onTheWay(alias, 1, 4500*time.Millisecond)
		s.start("w1")
		s.calm()
		s.after(time.Second) // the first sweep is over
		s.release("43")
		s.after(2 * time.Second)
		s.SetAlarm(alarm, statemachine.AlarmFiring, "errors")
		s.after(5 * time.Minute)
		s.wants(statemachine.RolledBack)
		s.showed()
		s.answered(false)
	})
}

func TestRun_lateWriteWithoutAFenceIsPutRightBySettling(t *testing.T) {
	play(t, swapping(), func(s *stage) {
		s.onTheWay(rule, 2, 12*time.Second)
		s.start("w1")
		s.calm()
		s.after(time.Second) // the first sweep is over
		s.release("label")
		s.after(90 * time.Second)
		s.SetAlarm(alarm, statemachine.AlarmFiring, "errors")
		s.after(5 * time.Minute)
		s.wants(statemachine.RolledBack)
		if got, _ := s.Shows(local.KindALB, rule).One(); got != "blue" {
			t.Errorf("the rule serves %s, want blue", got)
		}
		s.answered(false)
	})
}

func TestRun_foreignDeployBeforeTheFirstWriteIsLeftAlone(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.PublishVersion(alias, "50")
		saves := 0
		s.Intercept(func(_ context.Context, call local.Call) local.Effect {
			// the second save is the first Shift's: the next read is the order's own
			switch {
			case call.Name == "dynamodb:TransactWriteItems":
				saves++
			case call.Name == "lambda:GetAlias" && saves == 2:
				saves++
				s.Move(local.KindLambda, alias, statemachine.Split{Stable: "50"})
			}
			return local.Effect{}
		})
		s.start("w1")
		s.calm()
		s.after(time.Second) // the first sweep is over
		s.release("43")
		s.after(2 * time.Minute)
		r := s.wants(statemachine.Refused)
		if r.Failure == nil || r.Failure.Code != statemachine.CodeDrift {
			t.Errorf("refused for %+v, want drift", r.Failure)
		}
		if got := s.Shows(local.KindLambda, alias).String(); got != "50" {
			t.Errorf("the alias shows %s, want 50 as the other left it", got)
		}
		s.answered(false)
	})
}

func TestRun_driftIsPutRightOnceThenLeftToAPerson(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.start("w1")
		s.calm()
		s.after(time.Second) // the first sweep is over
		s.release("43")
		foreign := statemachine.Split{Stable: "42", Canary: "43", WeightPct: 77}
		s.after(30 * time.Second)
		s.Move(local.KindLambda, alias, foreign)
		s.after(time.Minute)
		if got := s.Shows(local.KindLambda, alias).WeightPct; got != 5 {
			t.Fatalf("the alias shows %v%%, want 5%% put right", got)
		}
		s.Move(local.KindLambda, alias, foreign)
		s.after(3 * time.Minute)
		r := s.only()
		if r.Stuck == nil || r.Stuck.Code != string(statemachine.CodeContended) {
			t.Fatalf("release is %s, stuck %+v; want contended", r.Phase, r.Stuck)
		}
		s.after(2 * time.Hour)
		s.wants(statemachine.RolledBack)
		s.answered(false)
	})
}
