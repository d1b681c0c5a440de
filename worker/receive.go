package worker

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v4"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"
)

const (
	// batch is the most one receive brings and one delete takes.
	batch = 10
	// maxReceivers is how many receives run side by side under load.
	maxReceivers = 8
	// visible is how long a delivery that is still worked on stays invisible; it is
	// extended every third of it.
	visible = 60 * time.Second
	// gather is how long an acknowledgement waits for others to fill its ten.
	gather = 20 * time.Millisecond
	// maxDeletes is how many deletes run side by side under load.
	maxDeletes = 8
)

// receive fetches until ctx ends. One long poll while idle; a full batch starts
// another receiver, an empty one ends all but the first.
func (r *runner) receive(ctx context.Context, queue Queue, command bool) {
	var pool, receivers errgroup.Group
	pool.SetLimit(inFlight)
	var count atomic.Int32
	var more func(first bool)
	more = func(first bool) {
		count.Add(1)
		receivers.Go(func() error {
			defer count.Add(-1)
			r.receiver(ctx, queue, command, first, &pool, func() {
				if count.Load() < maxReceivers {
					more(false)
				}
			})
			return nil
		})
	}
	more(true)
	_ = receivers.Wait()
	_ = pool.Wait()
}

func (r *runner) receiver(ctx context.Context, queue Queue, command, first bool, pool *errgroup.Group, full func()) {
	pace := endless()
	for ctx.Err() == nil {
		r.table.wait(ctx, r.probe)
		if ctx.Err() != nil {
			return
		}
		deliveries, err := r.fetch(queue) //nolint:contextcheck // work outlives ctx by the drain time
		if err != nil {
			r.log.Warn("receive failed", zap.Bool("commands", command), zap.Error(err))
			if !pause(ctx, pace.NextBackOff()) {
				return
			}
			continue
		}
		pace.Reset()
		for _, d := range deliveries {
			d.Command = command
			pool.Go(func() error { r.deal(ctx, queue, d); return nil })
		}
		switch len(deliveries) {
		case batch:
			full()
		case 0:
			if !first {
				return
			}
		}
	}
}

// fetch lets the running receive return even when the end was asked for: a
// cancelled one strands what the server was about to hand over.
func (r *runner) fetch(queue Queue) ([]Delivery, error) {
	ctx, cancel := context.WithTimeout(r.work, r.o.Poll+r.o.CallTimeout)
	defer cancel()
	return queue.Receive(ctx, batch, r.o.Poll)
}

// deal handles one delivery and settles it, last. What was fetched as the end
// came is handed back untouched.
func (r *runner) deal(ctx context.Context, queue Queue, d Delivery) {
	if ctx.Err() != nil {
		r.later(queue, d, 0) //nolint:contextcheck // work outlives ctx by the drain time
		return
	}
	stop := r.heartbeat(queue, d) //nolint:contextcheck // work outlives ctx by the drain time
	v := r.guarded(d)
	stop()
	if v.Ack {
		r.acks[d.Command].add(d)
		return
	}
	r.later(queue, d, v.Delay) //nolint:contextcheck // work outlives ctx by the drain time
}

// guarded turns a panic into a delivery that is handed back: one message must
// not take the worker down with it.
func (r *runner) guarded(d Delivery) (v Verdict) {
	defer func() {
		if p := recover(); p != nil {
			r.log.Error("panic while handling a message; handed back", zap.String("message", d.ID), zap.String("panic", fmt.Sprint(p)), zap.Stack("stack"))
			v = Verdict{Delay: handBack, Why: "panic"}
		}
	}()
	return r.Handle(r.work, d)
}

func (r *runner) later(queue Queue, d Delivery, delay time.Duration) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.work), r.o.CallTimeout)
	defer cancel()
	if err := queue.Later(ctx, d, delay); err != nil {
		r.log.Warn("message not handed back; it comes again by itself", zap.String("message", d.ID), zap.Error(err))
	}
}

// heartbeat keeps a delivery invisible while it is worked on. The returned stop
// waits for a tick under way, so that none comes after the settling. Most
// deliveries are done before the first tick: those cost a timer and no more.
func (r *runner) heartbeat(queue Queue, d Delivery) (stop func()) {
	ctx, cancel := context.WithCancel(r.work)
	ended := make(chan struct{})
	first := time.AfterFunc(visible/3, func() {
		defer close(ended)
		for ctx.Err() == nil {
			if err := queue.Extend(ctx, d, visible); err != nil {
				r.log.Debug("message not extended", zap.String("message", d.ID), zap.Error(err))
			}
			pause(ctx, visible/3)
		}
	})
	return func() {
		cancel()
		if !first.Stop() {
			<-ended
		}
	}
}

// acker deletes in tens.
type acker struct {
	queue Queue
	log   *zap.Logger
	in    chan Delivery
}

func newAcker(queue Queue, log *zap.Logger) *acker {
	return &acker{queue: queue, log: log, in: make(chan Delivery, inFlight)}
}

func (a *acker) add(d Delivery) { a.in <- d }
func (a *acker) close()         { close(a.in) }

// run fills tens until close, and deletes them side by side.
func (a *acker) run(ctx context.Context, timeout time.Duration) {
	var deletes errgroup.Group
	deletes.SetLimit(maxDeletes)
	defer func() { _ = deletes.Wait() }()
	for first := range a.in {
		full := append(make([]Delivery, 0, batch), first)
		deadline := time.NewTimer(gather)
	collect:
		for len(full) < batch {
			select {
			case d, open := <-a.in:
				if !open {
					break collect
				}
				full = append(full, d)
			case <-deadline.C:
				break collect
			}
		}
		deadline.Stop()
		deletes.Go(func() error { a.flush(ctx, full, timeout); return nil })
	}
}

// flush tries a few times; what is not deleted comes again, which is harmless.
func (a *acker) flush(ctx context.Context, full []Delivery, timeout time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := backoff.Retry(func() error { return a.queue.Ack(ctx, full) }, backoff.WithContext(endless(), ctx))
	if err != nil {
		a.log.Warn("messages not deleted; they come again", zap.Int("messages", len(full)), zap.Error(err))
	}
}
