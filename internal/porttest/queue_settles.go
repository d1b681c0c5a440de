package porttest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/serinhq/serin/worker"
)

func queueSettles() []claim[QueueHarness] {
	return []claim[QueueHarness]{
		{"what is in flight is not received again", func(t *testing.T, h QueueHarness) {
			h.send(t, "once")
			h.one(t)
			h.empty(t)
		}},
		{"what nobody settles comes again, counted", func(t *testing.T, h QueueHarness) {
			h.send(t, "again")
			first := h.one(t)
			h.Elapse(t, h.Visibility+h.Visibility/5)
			second := h.one(t)
			if second.ID != first.ID || second.Receives != 2 {
				t.Errorf("received %s for the %d. time, want %s for the second", second.ID, second.Receives, first.ID)
			}
		}},
		{"what is acknowledged never comes again", func(t *testing.T, h QueueHarness) {
			for range 25 {
				h.send(t, "done")
			}
			var all []worker.Delivery
			for len(all) < 25 {
				got := h.receive(t)
				if len(got) == 0 {
					t.Fatalf("only %d of 25 came", len(all))
				}
				all = append(all, got...)
			}
			ok(t, h.Queue.Ack(t.Context(), all)) // in tens, which is the adapter's business
			h.Elapse(t, h.Visibility+h.Visibility/5)
			h.empty(t)
		}},
		{"Ack is safe to repeat, and nothing to acknowledge is fine", func(t *testing.T, h QueueHarness) {
			h.send(t, "done")
			got := []worker.Delivery{h.one(t)}
			ok(t, h.Queue.Ack(t.Context(), got))
			ok(t, h.Queue.Ack(t.Context(), got))
			ok(t, h.Queue.Ack(t.Context(), nil))
			h.empty(t)
		}},
		{"Later at once brings it back at once", func(t *testing.T, h QueueHarness) {
			h.send(t, "again")
			ok(t, h.Queue.Later(t.Context(), h.one(t), 0))
			if again := h.one(t); again.Receives != 2 {
				t.Errorf("received for the %d. time, want the second", again.Receives)
			}
		}},
		{"Later brings it back after the delay and not before", func(t *testing.T, h QueueHarness) {
			h.send(t, "later")
			ok(t, h.Queue.Later(t.Context(), h.one(t), 2*h.Visibility))
			h.Elapse(t, h.Visibility+h.Visibility/5)
			h.empty(t)
			h.Elapse(t, h.Visibility)
			h.one(t)
		}},
		{"Extend keeps it away", func(t *testing.T, h QueueHarness) {
			h.send(t, "mine")
			got := h.one(t)
			h.Elapse(t, h.Visibility/2)
			ok(t, h.Queue.Extend(t.Context(), got, 2*h.Visibility))
			h.Elapse(t, h.Visibility+h.Visibility/5)
			h.empty(t)
			ok(t, h.Queue.Ack(t.Context(), []worker.Delivery{got}))
			h.Elapse(t, h.Visibility+h.Visibility/5)
			h.empty(t)
		}},
		{"what was received too often is in the dead-letter queue", deadLetters},
		{"settling says why it could not, and the message comes again", settlingFails},
	}
}

func deadLetters(t *testing.T, h QueueHarness) {
	h.send(t, "poison")
	for i := range h.MaxReceives {
		d := h.one(t)
		if d.Receives != i+1 {
			t.Fatalf("receive %d says it is the %d.", i+1, d.Receives)
		}
		ok(t, h.Queue.Later(t.Context(), d, 0))
	}
	h.empty(t)
	if dead := h.Dead(t); !slices.Equal(dead, []string{"poison"}) {
		t.Errorf("dead letters are %q, want the one", dead)
	}
}

func settlingFails(t *testing.T, h QueueHarness) {
	h.send(t, "kept")
	d := h.one(t)
	failsAs(t, h.Faults, Writes, func(ctx context.Context) error { return h.Queue.Ack(ctx, []worker.Delivery{d}) })
	failsAs(t, h.Faults, Writes, func(ctx context.Context) error { return h.Queue.Later(ctx, d, time.Hour) })
	failsAs(t, h.Faults, Writes, func(ctx context.Context) error { return h.Queue.Extend(ctx, d, time.Hour) })
	h.Elapse(t, h.Visibility+h.Visibility/5)
	h.one(t)
}
