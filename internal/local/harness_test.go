package local_test

import (
	"context"
	"testing"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/worker"
)

// open makes a world, and the levers that every harness has.
func open(t *testing.T) (*local.World, *local.Client, porttest.Faults) {
	t.Helper()
	w := local.NewWorld(nil)
	t.Cleanup(w.Close)
	var mend []func()
	return w, w.Client("worker-1"), porttest.Faults{
		Break: func(_ *testing.T, side porttest.Side, fault porttest.Fault) {
			mend = append(mend, w.Intercept(func(_ context.Context, call local.Call) local.Effect {
				if call.Write == (side == porttest.Writes) {
					return effectOf(fault)
				}
				return local.Effect{}
			}))
		},
		Mend: func(*testing.T) {
			for _, end := range mend {
				end()
			}
		},
	}
}

func effectOf(fault porttest.Fault) local.Effect {
	switch fault {
	case porttest.Denied:
		return local.Effect{Err: worker.ErrDenied}
	case porttest.Throttled:
		return local.Effect{Err: worker.ErrThrottled}
	case porttest.Unavailable:
		return local.Effect{Err: worker.ErrUnavailable}
	case porttest.Lost:
		return local.Effect{Lost: true}
	}
	return local.Effect{}
}
