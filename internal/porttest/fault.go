package porttest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/serinhq/serin/worker"
)

// Fault is what befalls calls to the world.
type Fault int

// The faults.
const (
	// Denied: the call is refused for lack of permission; nothing is applied.
	Denied Fault = iota + 1
	// Throttled: the world asks to slow down; nothing is applied.
	Throttled
	// Unavailable: the world fails (5xx); nothing is applied.
	Unavailable
	// Lost: the call is applied and its answer is lost.
	Lost
)

// Side says which calls.
type Side int

// The sides.
const (
	// Reads change nothing in the world.
	Reads Side = iota + 1
	// Writes do.
	Writes
)

// Faults are the levers every harness has.
type Faults struct {
	// Break lets every call of the side fail from now on, its retries included.
	Break func(t *testing.T, side Side, fault Fault)
	// Mend ends all of it.
	Mend func(t *testing.T)
}

// sentinel is what an adapter must make of a fault.
func (f Fault) sentinel() error {
	switch f {
	case Denied:
		return worker.ErrDenied
	case Throttled:
		return worker.ErrThrottled
	case Unavailable, Lost:
		return worker.ErrUnavailable
	}
	return nil
}

func (f Fault) String() string {
	switch f {
	case Denied:
		return "denied"
	case Throttled:
		return "throttled"
	case Unavailable:
		return "unavailable"
	case Lost:
		return "lost"
	}
	return "no fault"
}

// refusals are the faults under which nothing is applied.
func refusals() []Fault { return []Fault{Denied, Throttled, Unavailable} }

// failsAs checks that a call that meets each refusal on a side fails with its
// sentinel, in a CallError that names call by service and action.
func failsAs(t *testing.T, faults Faults, side Side, call func(ctx context.Context) error) {
	t.Helper()
	for _, fault := range refusals() {
		faults.Break(t, side, fault)
		err := call(t.Context())
		faults.Mend(t)
		isCallError(t, err, fault.sentinel())
	}
}

func isCallError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got error %v, want %v", err, want)
		return
	}
	failed, ok := errors.AsType[*worker.CallError](err)
	if !ok {
		t.Errorf("error %v is no CallError: an operator can't see which call failed", err)
		return
	}
	if service, action, ok := strings.Cut(failed.Call, ":"); !ok || service == "" || action == "" {
		t.Errorf("call %q is not as IAM names it (service:Action)", failed.Call)
	}
}

// is checks an error against the sentinel it must wrap.
func is(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got error %v, want %v", err, want)
	}
}

// ok ends the claim when a call failed that must not.
func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected error: %v", err)
	}
}
