package worker

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"
)

// run.go and its neighbours receive.go, crew.go, deal.go, ack.go, schedule.go,
// gather.go and table.go hold all goroutines, timers and channels of the package.

// inFlight bounds what one worker carries at a time, a pool for events, one for
// commands and one for wakes, so that none waits behind the others.
const inFlight = 64

// runner is one Run under way.
type runner struct {
	*Loop
	schedule *schedule
	// work outlives ctx by the drain time: work goes on in it.
	work context.Context
	acks map[bool]*acker
	// swept is when the last sweep began, in nanoseconds since 1970.
	swept atomic.Int64
}

// Run drives releases until ctx ends, then drains: it stops fetching, lets the
// running receives return, finishes or hands back what is in flight within
// Drain, and returns nil.
func (l *Loop) Run(ctx context.Context) error {
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	r := &runner{Loop: l, schedule: newSchedule(), work: work}
	l.fan, l.wakeUp = concurrently, r.schedule.at
	settling := context.WithoutCancel(ctx)
	r.acks = map[bool]*acker{
		false: newAcker(settling, l.o.Events, l.log, l.o.CallTimeout),
		true:  newAcker(settling, l.o.Commands, l.log, l.o.CallTimeout),
	}

	g := newGatherer()
	l.gather = g.add

	var announcing, all errgroup.Group
	telling, told := context.WithCancel(context.WithoutCancel(ctx))
	defer told()
	announcing.Go(func() error { r.announcements(telling, g); return nil })
	r.firstSweep(ctx)
	all.Go(func() error { r.sweeps(ctx); return nil })
	all.Go(func() error { r.pulses(ctx); return nil })
	all.Go(func() error { r.wakes(ctx); return nil })
	all.Go(func() error { r.dues(ctx); return nil })
	all.Go(func() error { r.receive(ctx, l.o.Commands, true); return nil })
	all.Go(func() error { r.receive(ctx, l.o.Events, false); return nil })

	<-ctx.Done()
	l.log.Info("draining", zap.Duration("drain", l.o.Drain))
	timer := time.AfterFunc(l.o.Drain, stop)
	defer timer.Stop()
	err := all.Wait()
	told()
	for _, a := range r.acks {
		a.close()
	}
	return errors.Join(err, announcing.Wait())
}

// Ready says why the worker can't work right now: the canaries are not read yet,
// or the table does not answer. Nil: it can.
func (l *Loop) Ready() error {
	if !l.index.filled() {
		return errors.New("the canaries are not read yet")
	}
	return l.table.err()
}

// concurrently runs do(0…n-1) side by side.
func concurrently(n int, do func(i int)) {
	if n == 1 {
		do(0)
		return
	}
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { do(i) })
	}
	wg.Wait()
}

// firstSweep fills the index before the first message is received: what concerns
// a canary must not be taken for a stranger.
func (r *runner) firstSweep(ctx context.Context) {
	for ctx.Err() == nil {
		r.table.wait(ctx, r.probe)
		if r.Refresh(ctx) == nil {
			return
		}
	}
}

func (r *runner) probe(ctx context.Context) error {
	return r.call(ctx, r.o.CallTimeout, func(ctx context.Context) error {
		_, err := r.o.Store.Slot(ctx, "-")
		return err
	})
}

// sweeps compares everything once a resync.
func (r *runner) sweeps(ctx context.Context) {
	for {
		r.swept.Store(time.Now().UnixNano())
		if err := r.Sweep(ctx); err != nil && ctx.Err() == nil {
			r.log.Warn("sweep incomplete", zap.Error(err))
		}
		if !pause(ctx, r.o.Resync) {
			return
		}
	}
}

// pulses keeps the index fresh and the heart beating while a sweep takes longer
// than a resync.
func (r *runner) pulses(ctx context.Context) {
	last := time.Now()
	for pause(ctx, r.o.Resync/2) {
		swept := time.Unix(0, r.swept.Load())
		if swept.After(last) {
			last = swept
		}
		if time.Since(last) <= r.o.Resync*3/2 {
			continue
		}
		last = time.Now()
		if _, err := r.pulse(ctx, swept); err != nil && ctx.Err() == nil {
			r.log.Warn("what runs was not read", zap.Error(err))
		}
	}
}

// dues finds in the table what falls due before the next round.
func (r *runner) dues(ctx context.Context) {
	for {
		due, err := r.Due(ctx)
		if err != nil && ctx.Err() == nil {
			r.log.Warn("due releases not found", zap.Error(err))
		}
		for _, d := range due {
			r.schedule.at(d.Ref, d.WakeAt)
		}
		if !pause(ctx, r.Interval(len(due) > 0 || r.schedule.size() > 0)) {
			return
		}
	}
}

// pause waits for d; false once ctx has ended.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
