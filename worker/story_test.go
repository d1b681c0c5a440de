package worker_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// ladder is what the alias shows on the way up.
func ladder() []string {
	return []string{"42 with 5% on 43", "42 with 25% on 43", "42 with 50% on 43", "42 with 100% on 43"}
}

func TestRun_promotesStepByStepAndApprovesTheGate(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.start("w1")
		s.release("43")
		s.after(10 * time.Minute)
		s.wants(statemachine.Promoted)
		s.showed(ladder()...)
		s.answered(true)
	})
}

func TestRun_alarmInABakeTakesTheCanaryOutWithinSeconds(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.start("w1")
		s.release("43")
		s.after(90 * time.Second)
		s.SetAlarm(alarm, statemachine.AlarmFiring, "errors")
		s.after(time.Second)
		if got := s.Shows(local.KindLambda, alias).String(); got != "42" {
			t.Errorf("a second after the alarm the alias shows %s, want 42", got)
		}
		s.after(10 * time.Minute)
		s.wants(statemachine.RolledBack)
		s.showed(ladder()[0], ladder()[1], "42")
		s.answered(false)
	})
}

func TestRun_alarmThatNobodyTellsOfIsSeenByTheNextLook(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.start("w1")
		s.release("43")
		s.after(90 * time.Second)
		s.OnEvent(func([]byte) []time.Duration { return nil })
		s.SetAlarm(alarm, statemachine.AlarmFiring, "errors")
		s.SetAlarm(alarm, statemachine.AlarmOK, "and gone again")
		s.after(2 * time.Minute)
		s.wants(statemachine.RolledBack)
		s.showed(ladder()[0], ladder()[1], "42")
		s.answered(false)
	})
}

func TestRun_gateThatNobodyTellsOfIsFoundByTheSweep(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.OnEvent(func([]byte) []time.Duration { return nil })
		s.start("w1")
		s.after(time.Second)
		opened := time.Now()
		s.release("43")
		s.after(15 * time.Minute)
		r := s.wants(statemachine.Promoted)
		if late := r.StartedAt.Sub(opened); late > time.Minute {
			t.Errorf("the release began %s after its gate opened, want within SERIN_RESYNC, 60s", late)
		}
		s.answered(true)
	})
}

func TestRun_repeatedAndReorderedEventsChangeNothing(t *testing.T) {
	play(t, short(), func(s *stage) {
		copies := 0
		s.OnEvent(func([]byte) []time.Duration {
			copies++
			return []time.Duration{time.Duration(copies%7) * time.Second, 0, 40 * time.Second}
		})
		s.start("w1")
		s.start("w2")
		s.release("43")
		s.after(10 * time.Minute)
		s.wants(statemachine.Promoted)
		s.showed(ladder()...)
		s.answered(true)
	})
}

func TestRun_alarmAtTheStartIsWaitedForAndRefused(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.start("w1")
		s.SetAlarm(alarm, statemachine.AlarmFiring, "since yesterday")
		s.release("43")
		s.after(16 * time.Minute)
		r := s.wants(statemachine.Refused)
		if r.Failure == nil || r.Failure.Code != statemachine.CodeAlarm {
			t.Errorf("refused for %+v, want the alarm", r.Failure)
		}
		s.showed()
		s.answered(false)
	})
}

func TestRun_nothingToDoApprovesAtOnce(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.start("w1")
		s.release("43")
		s.after(10 * time.Minute)
		s.release("43")
		s.after(time.Minute)
		if got := s.all()[0]; got.Phase != statemachine.Promoted || got.Running() {
			t.Errorf("second release is %s, want promoted", got.Phase)
		}
		s.showed(ladder()...)
		s.answered(true, true)
	})
}

func TestRun_aliasMovedBeforeTheGateIsRefused(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.start("w1")
		s.Move(local.KindLambda, alias, statemachine.Split{Stable: "43"})
		s.release("43")
		s.after(time.Minute)
		r := s.wants(statemachine.Refused)
		if r.Failure == nil || r.Failure.Code != statemachine.CodeMovedByOther {
			t.Errorf("refused for %+v, want moved_by_other", r.Failure)
		}
		s.answered(false)
	})
}

func TestRun_retriedStageIsASecondRelease(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.start("w1")
		execution := s.release("43")
		s.after(90 * time.Second)
		s.verb(worker.Command{Verb: "rollback", Canary: "checkout", Release: s.only().ID})
		s.after(2 * time.Minute)
		s.wants(statemachine.RolledBack)
		s.RetryStage(execution)
		s.after(10 * time.Minute)
		all := s.all()
		if len(all) != 2 || all[0].Phase != statemachine.Promoted {
			t.Fatalf("%d releases, the newest %s; want a second one, promoted", len(all), all[0].Phase)
		}
		s.answered(false, true)
	})
}

func TestRun_commandDeliveredTwiceActsOnce(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.start("w1")
		s.release("43")
		s.after(30 * time.Second)
		r := s.only()
		for range 2 {
			s.verb(worker.Command{Verb: "pause", Canary: "checkout", Release: r.ID, Rev: r.Rev})
		}
		s.after(5 * time.Second)
		if got := s.only(); got.Held == nil || got.Rev != r.Rev+1 {
			t.Errorf("held %+v at rev %d, want held at rev %d", got.Held, got.Rev, r.Rev+1)
		}
		o, err := s.store().Outcome(t.Context(), "pause"+r.ID)
		if err != nil || !o.Done {
			t.Errorf("outcome %+v, %v; want done", o, err)
		}
	})
}

// both paths, the worker cut off at every call it makes: before it is made, or
// after it was applied.
func TestRun_workerLostAtAnyCallIsCarriedOnByAnother(t *testing.T) {
	for _, path := range []struct {
		name  string
		alarm bool
		phase statemachine.Phase
	}{{"promote", false, statemachine.Promoted}, {"rollback", true, statemachine.RolledBack}} {
		for k := 1; k <= 120; k++ {
			for _, applied := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%d/applied=%t", path.name, k, applied), func(t *testing.T) {
					play(t, short(), func(s *stage) { s.lostAt(k, applied, path.alarm, path.phase) })
				})
			}
		}
	}
}

func (s *stage) lostAt(k int, applied, fire bool, want statemachine.Phase) {
	s.cutOff("w1", k, applied)
	s.start("w1")
	s.release("43")
	s.after(time.Second)
	s.start("w2")
	s.after(90 * time.Second)
	if fire {
		s.SetAlarm(alarm, statemachine.AlarmFiring, "errors")
	}
	s.after(12 * time.Minute)
	s.wants(want)
	s.answered(want == statemachine.Promoted)
	if fire {
		if got := s.Shows(local.KindLambda, alias).String(); got != "42" {
			s.t.Errorf("the alias shows %s, want 42", got)
		}
		return
	}
	s.showed(ladder()...)
}
