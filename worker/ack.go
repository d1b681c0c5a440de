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

// acker deletes in tens, side by side.
type acker struct {
	deletes *crew[[]Delivery]

	// turn belongs to whoever put something into it. It is no mutex, because who holds
	// it may wait for a delete to end.
	turn    chan struct{}
	waiting []Delivery
	// late deletes what waits a moment after the first of it came.
	late *time.Timer
}

// newAcker deletes from a queue; each delete takes at most timeout.
func newAcker(ctx context.Context, queue Queue, log *zap.Logger, timeout time.Duration) *acker {
	a := &acker{turn: make(chan struct{}, 1), deletes: newCrew(maxDeletes, func(some []Delivery) {
		within, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		remove(within, queue, log, some)
	})}
	a.late = time.AfterFunc(gather, func() {
		defer a.hold()()
		a.flush()
	})
	return a
}

// hold takes the turn until what it returns is called.
func (a *acker) hold() (pass func()) {
	a.turn <- struct{}{}
	return func() { <-a.turn }
}

// add has a delivery deleted with others. While all deletes are busy it waits.
func (a *acker) add(d Delivery) {
	defer a.hold()()
	if len(a.waiting) == 0 {
		a.waiting = make([]Delivery, 0, batch)
		a.late.Reset(gather)
	}
	if a.waiting = append(a.waiting, d); len(a.waiting) == batch {
		a.flush()
	}
}

// flush is for who holds the turn, so that none begins once close has.
func (a *acker) flush() {
	if len(a.waiting) > 0 {
		a.deletes.take(a.waiting)
	}
	a.waiting = nil
}

// close returns when all that was added is deleted, or was tried.
func (a *acker) close() {
	defer a.hold()()
	a.late.Stop()
	a.flush()
	a.deletes.finish()
}

// remove tries a few times; what is not deleted comes again, which is harmless.
func remove(ctx context.Context, queue Queue, log *zap.Logger, some []Delivery) {
	err := backoff.Retry(func() error { return queue.Ack(ctx, some) }, backoff.WithContext(endless(), ctx))
	if err != nil {
		log.Warn("messages not deleted; they come again", zap.Int("messages", len(some)), zap.Error(err))
	}
}
