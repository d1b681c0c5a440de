package porttest

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/worker"
)

// MeterHarness is a meter and what it published.
type MeterHarness struct {
	Meter worker.Meter
	// Published are the gauges in the world, in order.
	Published func(t *testing.T) []worker.Gauges
	Faults
}

// Meter checks worker.Meter's contract.
func Meter(t *testing.T, open func(t *testing.T) MeterHarness, within ...Within) {
	t.Helper()
	first := worker.Gauges{Heartbeat: 1, RunningReleases: 4, StuckReleases: 1, OverdueReleases: 2, OldestGateSeconds: 90.5}
	second := worker.Gauges{Heartbeat: 1}
	run(t, open, within, []claim[MeterHarness]{
		{"every gauge is published, zeros too", func(t *testing.T, h MeterHarness) {
			ok(t, h.Meter.Publish(t.Context(), first))
			ok(t, h.Meter.Publish(t.Context(), second))
			if diff := cmp.Diff([]worker.Gauges{first, second}, h.Published(t)); diff != "" {
				t.Errorf("published (-want +got):\n%s", diff)
			}
		}},
		{"Publish says why it could not", func(t *testing.T, h MeterHarness) {
			failsAs(t, h.Faults, Writes, func(ctx context.Context) error { return h.Meter.Publish(ctx, first) })
			if got := h.Published(t); len(got) > 0 {
				t.Errorf("published %v", got)
			}
		}},
	})
}
