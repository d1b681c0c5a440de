package worker

import (
	"context"
	"sync"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"
)

// schedule times known wakes in memory, so that a bake ends within a second.
type schedule struct {
	mu    sync.Mutex
	wakes map[Ref]time.Time
	busy  map[Ref]bool
	// until is when the runner looks again by itself.
	until time.Time
	// changed says an earlier wake may have come.
	changed chan struct{}
}

func newSchedule() *schedule {
	return &schedule{wakes: map[Ref]time.Time{}, busy: map[Ref]bool{}, changed: make(chan struct{}, 1)}
}

// at sets a release's wake; a zero time forgets it.
func (s *schedule) at(ref Ref, at time.Time) {
	s.mu.Lock()
	if at.IsZero() {
		delete(s.wakes, ref)
	} else {
		s.wakes[ref] = at
	}
	soon := !at.IsZero() && at.Before(s.until)
	s.mu.Unlock()
	if !soon {
		return
	}
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

func (s *schedule) size() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.wakes)
}

// due takes what has come, and says how long to wait for the next.
func (s *schedule) due(at time.Time) (due []Ref, next time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next = time.Hour
	for ref, wake := range s.wakes {
		switch {
		case s.busy[ref]:
		case wake.After(at):
			next = min(next, wake.Sub(at))
		default:
			delete(s.wakes, ref)
			s.busy[ref] = true
			due = append(due, ref)
		}
	}
	s.until = at.Add(next)
	return due, next
}

func (s *schedule) done(ref Ref) {
	s.mu.Lock()
	delete(s.busy, ref)
	s.mu.Unlock()
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// wakes wakes releases as their time comes: one at a time each, many at once.
func (r *runner) wakes(ctx context.Context) {
	var all errgroup.Group
	all.SetLimit(inFlight)
	defer func() { _ = all.Wait() }()
	for {
		due, next := r.schedule.due(time.Now())
		for _, ref := range due {
			all.Go(func() error {
				defer r.schedule.done(ref)
				if err := r.Wake(r.work, ref); err != nil {
					r.log.Warn("wake failed; the sweep tries again", zap.String("release", ref.ID), zap.Error(err))
				}
				return nil
			})
		}
		timer := time.NewTimer(next)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		case <-r.schedule.changed:
			timer.Stop()
		}
	}
}
