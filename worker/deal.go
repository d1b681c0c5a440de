package worker

import (
	"context"
	"fmt"
	"time"

	"go.uber.org/zap"
)

// visible is how long a delivery that is still worked on stays invisible; it is
// extended every third of it.
const visible = 60 * time.Second

// glance settles what concerns nobody there and then, which costs less than to
// hand it over. False: there is more to do.
func (r *runner) glance(d Delivery) (t task, settled bool) {
	t.Delivery = d
	t.verdict = r.guarded(d, func() Verdict {
		t = r.sift(d)
		return t.verdict
	})
	if t.calls() || !t.verdict.Ack {
		return t, false
	}
	r.conclude(r.work, t)
	r.acks[d.Command].add(d)
	return t, true
}

// deal does what a delivery asks for and settles it, last. What was fetched as the
// end came is handed back untouched.
func (r *runner) deal(ctx context.Context, queue Queue, t task) {
	d := t.Delivery
	if ctx.Err() != nil {
		r.later(queue, d, 0) //nolint:contextcheck // work outlives ctx by the drain time
		return
	}
	stop := r.heartbeat(queue, d) //nolint:contextcheck // work outlives ctx by the drain time
	v := r.guarded(d, func() Verdict { return r.conclude(r.work, t) })
	stop()
	if v.Ack {
		r.acks[d.Command].add(d)
		return
	}
	r.later(queue, d, v.Delay) //nolint:contextcheck // work outlives ctx by the drain time
}

// guarded turns a panic into a delivery that is handed back: one message must
// not take the worker down with it.
func (r *runner) guarded(d Delivery, do func() Verdict) (v Verdict) {
	defer func() {
		if p := recover(); p != nil {
			r.log.Error("panic while handling a message; handed back", zap.String("message", d.ID), zap.String("panic", fmt.Sprint(p)), zap.Stack("stack"))
			v = Verdict{Delay: handBack, Why: "panic"}
		}
	}()
	return do()
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
