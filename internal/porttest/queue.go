package porttest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/worker"
)

// QueueHarness is an empty queue and the world behind it.
type QueueHarness struct {
	Queue worker.Queue
	// Visibility is the queue's timeout: the shortest the world allows.
	Visibility time.Duration
	// MaxReceives come before the dead-letter queue.
	MaxReceives int
	// Sender is what the queue stamps on what this test sends; Command says that
	// it is the command queue.
	Sender  string
	Command bool

	// Elapse lets time pass.
	Elapse func(t *testing.T, d time.Duration)
	// Dead are the bodies in the dead-letter queue.
	Dead func(t *testing.T) []string
	Faults
}

// Queue checks worker.Queue's contract. Receiving is a read; all else writes.
func Queue(t *testing.T, open func(t *testing.T) QueueHarness, within ...Within) {
	t.Helper()
	run(t, open, within, queueReceives(), queueSettles())
}

func (h QueueHarness) send(t *testing.T, bodies ...string) {
	t.Helper()
	for _, body := range bodies {
		ok(t, h.Queue.Send(t.Context(), []byte(body)))
	}
}

// receive takes what is there at once; a real queue may hand out fewer than it has.
func (h QueueHarness) receive(t *testing.T) []worker.Delivery {
	t.Helper()
	got, err := h.Queue.Receive(t.Context(), 10, 0)
	ok(t, err)
	return got
}

// one receives exactly one delivery.
func (h QueueHarness) one(t *testing.T) worker.Delivery {
	t.Helper()
	got := h.receive(t)
	if len(got) != 1 {
		t.Fatalf("received %d deliveries, want one", len(got))
	}
	return got[0]
}

func (h QueueHarness) empty(t *testing.T) {
	t.Helper()
	if got := h.receive(t); len(got) > 0 {
		t.Fatalf("received %q, want nothing", bodies(got))
	}
}

func bodies(deliveries []worker.Delivery) []string {
	all := make([]string, 0, len(deliveries))
	for _, d := range deliveries {
		all = append(all, string(d.Body))
	}
	slices.Sort(all)
	return all
}

func queueReceives() []claim[QueueHarness] {
	return []claim[QueueHarness]{
		{"what was sent is received as it is", func(t *testing.T, h QueueHarness) {
			body := "{\"detail\":\"caf\u00e9\\n \u2192 <&>\",\n\t\"n\": 6.0}"
			h.send(t, body)
			got := h.one(t)
			if got.ID == "" || got.Handle == "" {
				t.Errorf("delivery %+v lacks its id or its handle", got)
			}
			want := worker.Delivery{ID: got.ID, Handle: got.Handle, Body: body, Receives: 1, Sender: h.Sender, Command: h.Command}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("delivery (-want +got):\n%s", diff)
			}
		}},
		{"nothing there is no deliveries and no error", func(t *testing.T, h QueueHarness) { h.empty(t) }},
		{"no more than max come at once, and all of them in the end", func(t *testing.T, h QueueHarness) {
			sent := map[string]bool{}
			for i := range 13 {
				body := fmt.Sprint("message ", i)
				sent[body] = true
				h.send(t, body)
			}
			got := map[string]bool{}
			for range 13 {
				some, err := h.Queue.Receive(t.Context(), 4, 0)
				ok(t, err)
				if len(some) > 4 {
					t.Fatalf("received %d at once, want at most 4", len(some))
				}
				for _, d := range some {
					got[string(d.Body)] = true
				}
				ok(t, h.Queue.Ack(t.Context(), some))
			}
			if !maps.Equal(sent, got) {
				t.Errorf("sent %v, received %v", sent, got)
			}
		}},
		{"a long poll returns when something comes", longPoll},
		{"a long poll returns when something comes again", func(t *testing.T, h QueueHarness) {
			h.send(t, "again")
			ok(t, h.Queue.Later(t.Context(), h.one(t), time.Second))
			got, err := h.Queue.Receive(t.Context(), 10, 10*time.Second)
			ok(t, err)
			if len(got) != 1 || got[0].Receives != 2 {
				t.Errorf("received %q, want the one for the second time", bodies(got))
			}
		}},
		{"a long poll ends empty", func(t *testing.T, h QueueHarness) {
			got, err := h.Queue.Receive(t.Context(), 10, time.Second)
			ok(t, err)
			if len(got) > 0 {
				t.Errorf("received %q from an empty queue", bodies(got))
			}
		}},
		{"a cancelled receive ends with an error", func(t *testing.T, h QueueHarness) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if _, err := h.Queue.Receive(ctx, 10, 20*time.Second); err == nil {
				t.Error("a cancelled receive has no error: an idle loop could not tell")
			}
		}},
		{"Receive says why it could not", func(t *testing.T, h QueueHarness) {
			h.send(t, "kept")
			failsAs(t, h.Faults, Reads, func(ctx context.Context) error {
				_, err := h.Queue.Receive(ctx, 1, 0)
				return err
			})
			h.one(t)
		}},
		{"Send says why it could not", func(t *testing.T, h QueueHarness) {
			failsAs(t, h.Faults, Writes, func(ctx context.Context) error { return h.Queue.Send(ctx, []byte("lost")) })
			h.empty(t)
		}},
	}
}

func longPoll(t *testing.T, h QueueHarness) {
	received := make(chan []worker.Delivery, 1)
	failed := make(chan error, 1)
	go func(ctx context.Context) {
		got, err := h.Queue.Receive(ctx, 10, 10*time.Second)
		failed <- err
		received <- got
	}(t.Context())
	h.Elapse(t, 100*time.Millisecond)
	began := time.Now()
	h.send(t, "late")
	ok(t, <-failed)
	if got := bodies(<-received); !slices.Equal(got, []string{"late"}) {
		t.Errorf("received %q, want what came late", got)
	}
	if waited := time.Since(began); waited > 5*time.Second {
		t.Errorf("the long poll went on for %s after the message had come", waited)
	}
}
