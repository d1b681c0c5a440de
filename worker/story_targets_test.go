package worker_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// swapping is a plan on a rule whose groups swap roles, with no fence.
func swapping() statemachine.Plan {
	p := short()
	p.Targets = []statemachine.TargetSpec{{Kind: local.KindALB, ID: rule, Name: "web", Version: "#{Deploy.Version}"}}
	return p
}

// lockStep moves an alias and a rule together.
func lockStep() statemachine.Plan {
	p := short()
	p.Targets = append(p.Targets, swapping().Targets...)
	return p
}

func TestRun_twoReleasesSwapTheGroupsThereAndBack(t *testing.T) {
	play(t, swapping(), func(s *stage) {
		s.start("w1")
		before := s.Raw(local.KindALB, rule)
		for _, want := range []string{"green", "blue"} {
			s.release("label")
			s.after(12 * time.Minute)
			if got := s.all()[0]; got.Phase != statemachine.Promoted || got.Running() {
				t.Fatalf("release is %s, failure %+v; want promoted and settled", got.Phase, got.Failure)
			}
			if got, _ := s.Shows(local.KindALB, rule).One(); got != want {
				t.Fatalf("the rule serves %s, want %s", got, want)
			}
		}
		if after := s.Raw(local.KindALB, rule); after != before {
			t.Errorf("the rule was %s and is %s", before, after)
		}
		s.answered(true, true)
	})
}

func TestRun_lockStepDeniedOnTheSecondEndsAsBefore(t *testing.T) {
	for nth := 1; nth <= 5; nth++ {
		t.Run(fmt.Sprintf("write %d", nth), func(t *testing.T) {
			play(t, lockStep(), func(s *stage) {
				before := s.Raw(local.KindALB, rule)
				writes := 0
				s.Intercept(func(_ context.Context, call local.Call) local.Effect {
					if call.Resource != rule || !call.Write {
						return local.Effect{}
					}
					if writes++; writes == nth {
						return local.Effect{Err: worker.ErrDenied}
					}
					return local.Effect{}
				})
				s.start("w1")
				s.release("43")
				s.after(15 * time.Minute)
				r := s.wants(statemachine.RolledBack)
				if r.Failure.Code != statemachine.CodeDenied || !strings.Contains(r.Failure.Text, "elasticloadbalancing:Modify") {
					t.Errorf("failure is %+v, want the denied call named", r.Failure)
				}
				if got := s.Shows(local.KindLambda, alias).String(); got != "42" {
					t.Errorf("the alias shows %s, want 42", got)
				}
				if after := s.Raw(local.KindALB, rule); after != before {
					t.Errorf("the rule was %s and is %s", before, after)
				}
				s.answered(false)
			})
		})
	}
}

func TestRun_rollbackThatIsSavedGoesOnWithoutTheTable(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.start("w1")
		s.release("43")
		s.after(90 * time.Second)
		down := false
		end := s.Intercept(func(_ context.Context, call local.Call) local.Effect {
			if call.Name == "lambda:UpdateAlias" && !down {
				down = true
				return local.Effect{Err: worker.ErrUnavailable}
			}
			if down && strings.HasPrefix(call.Name, "dynamodb:") {
				return local.Effect{Err: worker.ErrUnavailable}
			}
			return local.Effect{}
		})
		s.SetAlarm(alarm, statemachine.AlarmFiring, "errors")
		s.after(25 * time.Second)
		if got := s.Shows(local.KindLambda, alias).String(); got != "42" {
			t.Errorf("with the table gone the alias shows %s, want 42", got)
		}
		end()
		s.after(5 * time.Minute)
		s.wants(statemachine.RolledBack)
		s.answered(false)
		if letters := s.DeadLetters(); len(letters) > 0 {
			t.Errorf("%d dead letters, want none", len(letters))
		}
	})
}

func TestRun_alarmDuringATableOutageIsActedOnAfterIt(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.start("w1")
		s.release("43")
		s.after(65 * time.Second)
		end := s.Intercept(func(_ context.Context, call local.Call) local.Effect {
			if strings.HasPrefix(call.Name, "dynamodb:") {
				return local.Effect{Err: worker.ErrUnavailable}
			}
			return local.Effect{}
		})
		s.SetAlarm(alarm, statemachine.AlarmFiring, "errors")
		s.SetAlarm(alarm, statemachine.AlarmOK, "gone")
		s.after(5 * time.Minute)
		end()
		s.after(5 * time.Minute)
		s.wants(statemachine.RolledBack)
		s.showed(ladder()[0], ladder()[1], "42")
		s.answered(false)
	})
}

func TestRun_newerTriggerWaitsAndTheOneBetweenIsSuperseded(t *testing.T) {
	p := short()
	play(t, p, func(s *stage) {
		s.CreatePipeline(local.PipelineSpec{Gate: s.gate, Parallel: true})
		s.PublishVersion(alias, "44")
		s.PublishVersion(alias, "45")
		s.start("w1")
		for _, version := range []string{"43", "44", "45"} {
			s.release(version)
			s.after(20 * time.Second)
		}
		s.after(20 * time.Minute)
		all := s.all()
		if len(all) != 3 {
			t.Fatalf("%d releases, want 3", len(all))
		}
		for i, want := range []statemachine.Phase{statemachine.Promoted, statemachine.Superseded, statemachine.Promoted} {
			if all[i].Phase != want || all[i].Running() {
				t.Errorf("release of %s is %s, running %t; want %s", all[i].Version, all[i].Phase, all[i].Running(), want)
			}
		}
		s.answered(false, true, true)
	})
}

func TestRun_terminationHandsOverWhatIsInFlight(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.start("w1")
		s.release("43")
		s.after(61 * time.Second)
		begun := time.Now()
		s.stop("w1")
		if took := time.Since(begun); took > 30*time.Second {
			t.Errorf("draining took %s, want at most 30s", took)
		}
		s.start("w2")
		s.after(10 * time.Minute)
		s.wants(statemachine.Promoted)
		s.showed(ladder()...)
		s.answered(true)
		if n := s.Backlog(); n != 0 {
			t.Errorf("%d messages are left", n)
		}
	})
}

func TestRun_alarmFindsTheReleaseThatRunsBesideOneThatOnlyAnswers(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.CreatePipeline(local.PipelineSpec{Gate: s.gate, Parallel: true})
		s.PublishVersion(alias, "44")
		s.PublishVersion(alias, "45")
		s.start("w1")
		s.release("43")
		s.after(10 * time.Second)
		s.Intercept(local.On("codepipeline:PutApprovalResult", local.Effect{Err: worker.ErrDenied}))
		s.release("44")
		s.after(10 * time.Second)
		s.release("45")
		s.after(10 * time.Second)
		s.SetAlarm(alarm, statemachine.AlarmFiring, "errors")
		s.after(time.Second)
		if got := s.Shows(local.KindLambda, alias).String(); got != "42" {
			t.Errorf("a second after the alarm the alias shows %s, want 42", got)
		}
	})
}
