package worker_test

import (
	"context"
	"testing"
	"time"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// frozen are targets whose process stands still before a read, deadlines or not,
// once it is told to.
type frozen struct {
	worker.Targets
	next time.Duration
}

func (f *frozen) Open(spec statemachine.TargetSpec) (worker.Target, error) {
	t, err := f.Targets.Open(spec)
	return frozenTarget{t, f}, err
}

type frozenTarget struct {
	worker.Target
	f *frozen
}

func (t frozenTarget) Observe(ctx context.Context) (statemachine.Split, worker.Token, error) {
	if d := t.f.next; d > 0 {
		t.f.next = 0
		time.Sleep(d) //nolint:forbidigo // the bubble's clock, not the wall's
	}
	return t.Target.Observe(context.WithoutCancel(ctx))
}

// The explorer's shortest trace to this is 34 steps: a worker checks its time,
// stands still, and restores what by then belongs to the next release.
func TestRun_restoreOfAWorkerThatStoodStillDoesNotReachTheNextRelease(t *testing.T) {
	play(t, short(), func(s *stage) {
		f := &frozen{}
		s.PublishVersion(alias, "44")
		s.start("w1", func(o *worker.Options) {
			f.Targets = o.Targets
			o.Targets = f
		})
		s.after(time.Second)
		s.release("43")
		s.after(62 * time.Second)
		f.next = 80 * time.Second
		s.SetAlarm(alarm, statemachine.AlarmFiring, "errors")
		s.after(time.Second)
		if f.next != 0 {
			t.Fatal("the restore was not begun")
		}
		s.start("w2")
		s.after(50 * time.Second)
		s.SetAlarm(alarm, statemachine.AlarmOK, "")
		s.release("44")
		s.after(10 * time.Second)
		before := s.Shows(local.KindLambda, alias).String()
		if before != "42 with 5% on 44" {
			t.Fatalf("the next release shows %s", before)
		}
		s.after(25 * time.Second)
		if got := s.Shows(local.KindLambda, alias).String(); got != before {
			t.Errorf("a restore of the release before shows %s, want %s", got, before)
		}
		s.after(10 * time.Minute)
	})
}
