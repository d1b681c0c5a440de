package local_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/serinhq/serin/internal/porttest"
)

func TestEvents_areAQueue(t *testing.T) {
	porttest.Queue(t, func(t *testing.T) porttest.QueueHarness {
		t.Helper()
		w, client, faults := open(t)
		return porttest.QueueHarness{
			Queue: client.Events(), Visibility: 30 * time.Second, MaxReceives: 20, Sender: "worker-1",
			Elapse: elapse, Dead: func(*testing.T) []string { return w.DeadLetters() }, Faults: faults,
		}
	}, synctest.Test)
}

func TestCommands_areAQueue(t *testing.T) {
	porttest.Queue(t, func(t *testing.T) porttest.QueueHarness {
		t.Helper()
		w, client, faults := open(t)
		w.SetVisibility(time.Second)
		return porttest.QueueHarness{
			Queue: client.Commands(), Visibility: time.Second, MaxReceives: 20, Sender: "worker-1", Command: true,
			Elapse: elapse, Dead: func(*testing.T) []string { return w.DeadLetters() }, Faults: faults,
		}
	}, synctest.Test)
}

// elapse lets time pass in a bubble.
func elapse(t *testing.T, d time.Duration) {
	t.Helper()
	<-time.After(d)
}
