package infra_test

import (
	"syscall"
	"testing"
	"time"
)

func TestWorkers_twoAtOnceChangeNothing(t *testing.T) {
	t.Parallel()
	for _, p := range []path{happyPath(), rollbackPath()} {
		t.Run(p.phase, func(t *testing.T) {
			t.Parallel()
			s := bareStage(t, "two-"+p.name)
			s.checkout(p.file)
			s.readyWorker(s.name + "-a")
			s.readyWorker(s.name + "-b")
			p.walk(s, func() {})
			s.settles(s.name, 0)
			p.judge(s)
		})
	}
}

// The one that is killed had begun; nobody restarts it.
func TestWorkers_theOtherCarriesOnWhenOneIsKilled(t *testing.T) {
	t.Parallel()
	for _, p := range []path{happyPath(), rollbackPath()} {
		t.Run(p.phase, func(t *testing.T) {
			t.Parallel()
			s := bareStage(t, "pair-"+p.name)
			s.checkout(p.file)
			first := s.readyWorker(s.name + "-a")
			s.readyWorker(s.name + "-b")
			p.walk(s, func() {})
			s.reaches(s.name, 0, "begun", func(r releaseItem) bool { return r.Rev > 1 })
			first.Kill()
			s.settles(s.name, 0)
			p.judge(s)
		})
	}
}

func TestWorkers_SIGTERMInAReleaseEndsInTimeAndStrandsNothing(t *testing.T) {
	t.Parallel()
	for _, p := range []path{happyPath(), rollbackPath()} {
		t.Run(p.phase, func(t *testing.T) {
			t.Parallel()
			s := bareStage(t, "term-"+p.name)
			s.workerSettings["SERIN_DRAIN"] = "25s"
			s.checkout(p.file)
			first := s.readyWorker(s.name + "-a")
			p.walk(s, func() {})
			s.reaches(s.name, 0, "begun", func(r releaseItem) bool { return r.Rev > 1 })
			asked := time.Now()
			if err := first.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			s.until("the worker ends", func() bool {
				select {
				case <-first.Done():
					return true
				default:
					return false
				}
			})
			if took := time.Since(asked); first.Err() != nil || took > 25*time.Second+5*time.Second {
				t.Errorf("the worker ended %s after SIGTERM with %v", took, first.Err())
			}
			if _, held := s.messages("QueueUrl"); held != 0 {
				t.Errorf("it left %d messages that nobody can receive for a minute", held)
			}
			s.worker(s.name + "-b")
			s.settles(s.name, 0)
			p.judge(s)
		})
	}
}
