package worker_test

import (
	"context"
	"testing"
	"time"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// allTold checks that every entry of the only release was announced, and noted as announced.
func (s *stage) allTold() {
	s.t.Helper()
	r := s.only()
	told := map[int64]bool{}
	for _, a := range s.Announced() {
		told[a.Entry.Seq] = true
	}
	if int64(len(told)) != r.Rev {
		s.t.Errorf("%d entries were announced, want %d", len(told), r.Rev)
	}
	stored, err := s.store().Load(s.t.Context(), worker.Ref{Canary: r.Canary, ID: r.ID})
	if err != nil || stored.AnnouncedSeq != r.Rev {
		s.t.Errorf("announced up to %d, want %d, error %v", stored.AnnouncedSeq, r.Rev, err)
	}
	rest, err := worker.All(s.store().Unannounced(s.t.Context()))
	if err != nil || len(rest) > 0 {
		s.t.Errorf("%d ends are not announced, want none, error %v", len(rest), err)
	}
}

func TestRun_whatASettledReleaseHasToTellIsToldWhenTheBusAnswersAgain(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.start("w1")
		s.after(time.Second)
		s.release("43")
		s.after(30 * time.Second)
		heal := s.Intercept(func(_ context.Context, c local.Call) local.Effect {
			if c.Name == "events:PutEvents" {
				return local.Effect{Err: worker.ErrUnavailable}
			}
			return local.Effect{}
		})
		s.after(10 * time.Minute)
		s.wants(statemachine.Promoted)
		heal()
		s.after(2 * time.Minute)
		s.allTold()
	})
}

func TestRun_twoWorkersTellEverythingOfOneRelease(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.start("w1")
		s.start("w2")
		s.after(time.Second)
		s.release("43")
		s.after(62 * time.Second)
		s.SetAlarm(alarm, statemachine.AlarmFiring, "errors")
		s.after(5 * time.Minute)
		s.wants(statemachine.RolledBack)
		s.allTold()
	})
}
