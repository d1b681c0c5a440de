package local_test

import (
	"testing"
	"testing/synctest"

	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/worker"
)

func TestAnnouncer_isHeard(t *testing.T) {
	porttest.Announcer(t, func(t *testing.T) porttest.AnnouncerHarness {
		t.Helper()
		w, client, faults := open(t)
		return porttest.AnnouncerHarness{Announcer: client.Announcer(), Faults: faults, Heard: func(*testing.T) []string {
			var ids []string
			for _, a := range w.Announced() {
				ids = append(ids, a.ID)
			}
			return ids
		}}
	}, synctest.Test)
}

func TestMeter_publishes(t *testing.T) {
	porttest.Meter(t, func(t *testing.T) porttest.MeterHarness {
		t.Helper()
		w, client, faults := open(t)
		return porttest.MeterHarness{
			Meter: client.Meter(), Faults: faults,
			Published: func(*testing.T) []worker.Gauges { return w.Gauges() },
		}
	}, synctest.Test)
}
