package worker_test

import (
	"context"
	"testing"
	"time"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func TestTakeOver_actsOnARollbackThatAnotherOwns(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.start("w1")
		s.release("43")
		s.after(30 * time.Second)
		end := s.Intercept(local.On("lambda:UpdateAlias", local.Effect{Err: worker.ErrDenied}))
		s.verb(worker.Command{Verb: "rollback", Canary: "checkout", Release: s.only().ID})
		s.after(40 * time.Second)
		s.stop("w1")
		end()
		r := s.only()
		if r.Phase != statemachine.RollingBack || r.Stuck == nil {
			t.Fatalf("release is %s, stuck %+v; want a rollback that is stuck", r.Phase, r.Stuck)
		}
		l := s.loop("person")
		ref := worker.Ref{Canary: r.Canary, ID: r.ID}
		if err := l.TakeOver(s.t.Context(), ref); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(s.t.Context(), 5*time.Minute)
		defer cancel()
		if r, err := l.Follow(ctx, ref); err != nil || r.Phase != statemachine.RolledBack {
			t.Fatalf("release is %s, %v; want rolled back by this process", r.Phase, err)
		}
		if got := s.Shows(local.KindLambda, alias).String(); got != "42" {
			t.Errorf("the alias shows %s, want 42", got)
		}
	})
}
