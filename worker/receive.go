package worker

import (
	"context"
	"sync/atomic"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"
)

const (
	// batch is the most one receive brings and one delete takes.
	batch = 10
	// maxReceivers is how many receives run side by side under load.
	maxReceivers = 8
)

// receive fetches until ctx ends. One long poll while idle; a full batch starts
// another receiver, an empty one ends all but the first.
func (r *runner) receive(ctx context.Context, queue Queue, command bool) {
	var receivers errgroup.Group
	hands := newCrew(inFlight, func(t task) { r.deal(ctx, queue, t) })
	var count atomic.Int32
	var more func(first bool)
	more = func(first bool) {
		count.Add(1)
		receivers.Go(func() error {
			defer count.Add(-1)
			r.receiver(ctx, queue, command, first, hands, func() {
				if count.Load() < maxReceivers {
					more(false)
				}
			})
			return nil
		})
	}
	more(true)
	_ = receivers.Wait()
	hands.finish()
}

func (r *runner) receiver(ctx context.Context, queue Queue, command, first bool, hands *crew[task], full func()) {
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
			if t, done := r.glance(d); !done {
				hands.take(t)
			}
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
