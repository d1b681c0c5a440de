package worker_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// settled counts what is done to messages of the event queue, by call.
func (s *stage) settled() (count func(call string) int) {
	var mu sync.Mutex
	calls := map[string]int{}
	s.Intercept(func(_ context.Context, call local.Call) local.Effect {
		mu.Lock()
		defer mu.Unlock()
		if call.Resource == "events" {
			calls[call.Name]++
		}
		return local.Effect{}
	})
	return func(call string) int {
		mu.Lock()
		defer mu.Unlock()
		return calls[call]
	}
}

const (
	deletes = "sqs:DeleteMessageBatch"
	hides   = "sqs:ChangeMessageVisibility"
)

// strange is an event that concerns nobody.
func (s *stage) strange() {
	s.CreateAlarm(local.AlarmSpec{Name: "somebody-elses"})
	s.SetAlarm("somebody-elses", statemachine.AlarmFiring, "errors")
}

func TestRun_deletesWhatIsLessThanTenWithinASecond(t *testing.T) {
	play(t, short(), func(s *stage) {
		count := s.settled()
		s.start("w1")
		s.after(time.Second)
		s.strange()
		s.after(time.Second)
		if n := count(deletes); n != 1 {
			t.Errorf("%d deletes, want one", n)
		}
	})
}

func TestRun_deletesWhatItDealtWithBeforeItEnds(t *testing.T) {
	play(t, short(), func(s *stage) {
		count := s.settled()
		s.start("w1")
		s.after(20*time.Second - 5*time.Millisecond) // as the long polls end, so that it waits for others in vain
		s.workers["w1"]()
		s.strange()
		s.stop("w1")
		if n := count(deletes); n != 1 {
			t.Errorf("%d deletes, want one", n)
		}
	})
}

func TestRun_handsBackUntouchedWhatComesAsItEnds(t *testing.T) {
	play(t, short(), func(s *stage) {
		count := s.settled()
		s.start("w1")
		s.after(time.Second)
		s.workers["w1"]()
		s.release("43")
		s.stop("w1")
		if back, gone := count(hides), count(deletes); back == 0 || gone > 0 || len(s.all()) > 0 {
			t.Errorf("%d handed back, %d deleted, %d releases; want all back, and no release", back, gone, len(s.all()))
		}
		s.start("w2")
		s.after(time.Second)
		if now := s.only(); now.Version != "43" {
			t.Errorf("the next worker's release is of %s, want 43", now.Version)
		}
	})
}

func TestRun_keepsAMessageInvisibleWhileItIsWorkedOn(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.start("w1")
		s.release("43")
		s.after(30 * time.Second)
		count := s.settled()
		s.Intercept(func(ctx context.Context, call local.Call) local.Effect {
			if !strings.HasPrefix(call.Name, "sqs:") {
				select {
				case <-time.After(3 * time.Second): // of five that a call may take
				case <-ctx.Done():
				}
			}
			return local.Effect{}
		})
		s.SetAlarm(alarm, statemachine.AlarmFiring, "errors")
		s.after(21 * time.Second)
		if n, gone := count(hides), count(deletes); n == 0 || gone > 0 {
			t.Errorf("after 21 s the message was kept %d times and deleted %d times", n, gone)
		}
		s.after(10 * time.Minute)
		s.wants(statemachine.RolledBack)
	})
}

// What nobody could deal with is tried again soon, and for as long as calls may fail: it is no dead letter.
func TestRun_keepsAMessageForAsLongAsCallsFail(t *testing.T) {
	play(t, short(), func(s *stage) {
		count := s.settled()
		heal := s.Intercept(func(_ context.Context, call local.Call) local.Effect {
			if strings.HasPrefix(call.Name, "codepipeline:") {
				return local.Effect{Err: worker.ErrThrottled}
			}
			return local.Effect{}
		})
		s.start("w1")
		s.after(time.Second)
		s.release("43")
		s.after(15*time.Second + time.Second/2)
		if n := count(hides); n != 4 {
			t.Errorf("handed back %d times in a quarter of a minute, want 4", n)
		}
		s.after(45 * time.Minute)
		if n := count(hides); n >= 20 {
			t.Errorf("handed back %d times in three quarters of an hour", n)
		}
		heal()
		s.after(20 * time.Minute)
		s.wants(statemachine.Promoted)
		if dead := s.DeadLetters(); len(dead) > 0 {
			t.Errorf("dead letters: %s", dead)
		}
	})
}

// A person waits for a command, a minute as a rule: it is tried as often as at first for as long.
func TestRun_triesACommandOftenForAMinuteAndKeepsItForMore(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.start("w1")
		s.release("43")
		s.after(30 * time.Second)
		var handedBack atomic.Int64
		s.Intercept(func(_ context.Context, call local.Call) local.Effect {
			if call.Name == hides && call.Resource == "commands" {
				handedBack.Add(1)
			}
			return local.Effect{}
		})
		heal := s.Intercept(func(_ context.Context, call local.Call) local.Effect {
			if call.Resource == "c1" { // its outcome alone: the table is not out
				return local.Effect{Err: worker.ErrThrottled}
			}
			return local.Effect{}
		})
		s.as("AIDAOPERATOR", worker.Command{ID: "c1", Verb: "rollback", Canary: "checkout", Release: "01STRANGER"})
		s.after(52 * time.Second) // and five since it was sent
		if n := handedBack.Load(); n != 12 {
			t.Errorf("handed back %d times before its minute is over, want 12", n)
		}
		s.after(12 * time.Minute)
		heal()
		s.after(6 * time.Minute)
		if dead := s.DeadLetters(); len(dead) > 0 {
			t.Errorf("dead letters: %s", dead)
		}
		if o, err := s.store().Outcome(t.Context(), "c1"); err != nil || o.Done {
			t.Errorf("outcome %+v, error %v; want refused", o, err)
		}
	})
}
