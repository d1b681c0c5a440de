package infra_test

import (
	"testing"
	"time"

	"github.com/serinhq/serin/internal/awstest"
)

// The judge counts from when the real worker's save was applied, and by what its history says had been ordered, so it must
// know both.
func TestTortureFailures_areReadInTheSavesOfTheRealWorker(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "torture-record")
	tally := &tortureTally{recorded: map[string]time.Time{}}
	s.watch(s.name+"-a", watcher{after: func(c awstest.Call) {
		c.Actor = tortured()[0]
		tally.note(c)
	}})
	s.checkout(longBake())
	s.readyWorker(s.name + "-a")
	_, events := s.openGate(s.publish("two"))
	s.emit(events...)
	s.bakes(s.name, 0, 50)
	s.emit(s.alarms.SetState(s.name, "ALARM", alarmText))
	of := s.settles(s.name, 0)
	var history []tortureItem
	s.query("RELEASE#"+of.Release, "0", &history)
	w := window{tried: tried{entries: history}}
	if last, weights := w.ordered(); last != "baking" || weights != 2 {
		t.Errorf("before its failure it was %s and had ordered %d weights, want baking and two", last, weights)
	}
	var decided time.Time
	for _, entry := range history {
		if entry.To == "rolling_back" && decided.IsZero() {
			decided = moment(entry.At)
		}
	}
	recorded := tally.failures()
	if at := recorded[of.Release]; len(recorded) != 1 || decided.IsZero() || at.Before(decided) || at.After(decided.Add(patience)) {
		t.Errorf("%v are recorded; %s failed at %s", recorded, of.Release, decided)
	}
}
