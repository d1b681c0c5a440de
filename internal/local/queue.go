package local

import (
	"context"
	"time"

	"github.com/serinhq/serin/worker"
)

// queue is a client's end of a mailbox.
type queue struct {
	*Client
	box *mailbox
}

var _ worker.Queue = queue{}

// Events is the queue that the world's events come through.
func (c *Client) Events() worker.Queue { return queue{c, c.world.events} }

// Commands is the queue of people's commands.
func (c *Client) Commands() worker.Queue { return queue{c, c.world.commands} }

// SetVisibility sets how long a received message stays away (default 30 s).
func (w *World) SetVisibility(d time.Duration) {
	w.do(func() { w.events.visibility, w.commands.visibility = d, d })
}

// Backlog counts the messages that are not acknowledged, of both queues.
func (w *World) Backlog() int {
	return locked(w, func() int { return len(w.events.messages) + len(w.commands.messages) })
}

// DeadLetters returns the bodies that were received too often.
func (w *World) DeadLetters() []string {
	return locked(w, func() []string { return append(append([]string(nil), w.events.dead...), w.commands.dead...) })
}

func (q queue) call(name string, write bool) Call {
	return Call{Name: "sqs:" + name, Resource: q.box.name, Write: write}
}

// Receive is one call, however long it polls.
func (q queue) Receive(ctx context.Context, limit int, wait time.Duration) ([]worker.Delivery, error) {
	what := q.call("ReceiveMessage", false)
	got, err := call(ctx, q.Client, what, func() ([]worker.Delivery, error) {
		if limit < 1 || limit > 10 || wait < 0 || wait > 20*time.Second {
			return nil, refuse(worker.ErrInvalid, "receive %d within %s", limit, wait)
		}
		return q.box.take(q.world.clock(), limit), nil
	})
	if err != nil || len(got) > 0 || wait == 0 {
		return got, err
	}
	end := time.NewTimer(wait)
	defer end.Stop()
	for {
		soonest, changed, stop := q.nextVisible()
		select {
		case <-ctx.Done():
			stop()
			return nil, what.callError(ctx.Err())
		case <-end.C:
			stop()
			return nil, nil
		case <-changed:
		case <-soonest:
		}
		stop()
		got = locked(q.world, func() []worker.Delivery { return q.box.take(q.world.clock(), limit) })
		if len(got) > 0 {
			return got, nil
		}
	}
}

// nextVisible says when it is worth looking again: something changed, or the
// next message's time has come.
func (q queue) nextVisible() (soonest <-chan time.Time, changed <-chan struct{}, stop func()) {
	q.world.mu.Lock()
	defer q.world.mu.Unlock()
	next := q.box.next()
	if next.IsZero() {
		return nil, q.box.changed, func() {}
	}
	timer := time.NewTimer(max(next.Sub(q.world.clock()), time.Millisecond))
	return timer.C, q.box.changed, func() { timer.Stop() }
}

// Ack deletes deliveries, in any number.
func (q queue) Ack(ctx context.Context, deliveries []worker.Delivery) error {
	if len(deliveries) == 0 {
		return nil
	}
	return done(ctx, q.Client, q.call("DeleteMessageBatch", true), func() error {
		q.box.remove(deliveries)
		return nil
	})
}

// Later hands one back.
func (q queue) Later(ctx context.Context, d worker.Delivery, delay time.Duration) error {
	return q.hide(ctx, d, delay)
}

// Extend keeps one invisible.
func (q queue) Extend(ctx context.Context, del worker.Delivery, d time.Duration) error {
	return q.hide(ctx, del, d)
}

func (q queue) hide(ctx context.Context, d worker.Delivery, away time.Duration) error {
	return done(ctx, q.Client, q.call("ChangeMessageVisibility", true), func() error {
		return q.box.hide(d, q.world.clock(), away)
	})
}

// Send puts a body into the queue, stamped with the client's id.
func (q queue) Send(ctx context.Context, body []byte) error {
	return done(ctx, q.Client, q.call("SendMessage", true), func() error {
		if len(body) == 0 || len(body) > maxBody {
			return refuse(worker.ErrInvalid, "a body of %d bytes", len(body))
		}
		q.box.put(body, q.id, q.world.clock())
		return nil
	})
}
