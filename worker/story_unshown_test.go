package worker_test

import (
	"context"
	"testing"
	"time"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// moreThanShows are the world's targets, each with more to give back than it shows.
type moreThanShows struct{ worker.Targets }

func (m moreThanShows) Kind(name string) (worker.TargetKind, bool) {
	kind, ok := m.Targets.Kind(name)
	kind.Traits.Unshown = true
	return kind, ok
}

// A way back whose answer is lost shows right at once: only where all there is shows is that the end of it.
func TestRun_aWayBackIsWrittenUntilOneSucceedsWhereNotAllShows(t *testing.T) {
	for name, tc := range map[string]struct {
		with  func(*worker.Options)
		wants int
	}{
		"all shows":     {func(*worker.Options) {}, 1},
		"not all shows": {func(o *worker.Options) { o.Targets = moreThanShows{o.Targets} }, 3},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, swapping(), func(s *stage) {
				s.start("w1", tc.with)
				s.release("43")
				s.after(90 * time.Second)
				writes := 0
				s.Intercept(func(_ context.Context, call local.Call) local.Effect {
					if call.Resource != rule || !call.Write {
						return local.Effect{}
					}
					writes++
					return local.Effect{Lost: writes < 3}
				})
				s.SetAlarm(alarm, statemachine.AlarmFiring, "errors")
				s.after(5 * time.Minute)
				s.wants(statemachine.RolledBack)
				if writes != tc.wants {
					t.Errorf("the way back was written %d times, want %d", writes, tc.wants)
				}
				s.answered(false)
			})
		})
	}
}
