package worker

import (
	"context"
	"time"

	"github.com/cenkalti/backoff/v4"
	"go.uber.org/zap"
)

const (
	// gather is how long an acknowledgement waits for others to fill its ten.
	gather = 20 * time.Millisecond
	// maxDeletes is how many deletes run side by side under load.
	maxDeletes = 8
)

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
	deletes := newCrew(maxDeletes, func(full []Delivery) { a.flush(ctx, full, timeout) })
	defer deletes.finish()
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
		deletes.take(full)
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
