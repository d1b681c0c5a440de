package infra_test

import (
	"testing"
	"time"
)

func TestLost_aGateWhoseEventNeverCameIsFoundWithinAResync(t *testing.T) {
	t.Parallel()
	s := newStage(t, "lost-gate")
	s.checkout(checkoutFile)
	s.readyWorker("lost-gate-a")
	s.openGate(s.publish("two"))
	opened := time.Now()
	r := s.reaches(s.name, 0, "there", func(releaseItem) bool { return true })
	began, err := time.Parse(time.RFC3339, r.StartedAt)
	if err != nil {
		t.Fatal(err)
	}
	// A resync is 2s; a machine that is busy with other stories may take a while for its calls.
	if late := began.Sub(opened); late > 10*time.Second {
		t.Errorf("the release began %s after its gate opened", late)
	}
	s.settles(s.name, 0)
	happyPath().judge(s)
}

func TestLost_anAlarmWhoseEventNeverCameIsSeenByTheNextLook(t *testing.T) {
	t.Parallel()
	s := newStage(t, "lost-alarm")
	s.checkout(longBake())
	s.readyWorker("lost-alarm-a")
	_, events := s.openGate(s.publish("two"))
	s.emit(last(events))
	s.bakes(s.name, 0, 50)
	s.alarms.SetState(s.name, "ALARM", "Threshold Crossed: 1 datapoint [12.0] was greater than the threshold (1.0).")
	s.settles(s.name, 0)
	rollbackPath().judge(s)
}

// An alarm that came and went between two looks is in CloudWatch's history only.
func TestLost_anAlarmThatCameAndWentUnheardStillRollsBack(t *testing.T) {
	t.Parallel()
	s := newStage(t, "lost-visit")
	s.checkout(longBake())
	s.readyWorker("lost-visit-a")
	_, events := s.openGate(s.publish("two"))
	s.emit(last(events))
	s.bakes(s.name, 0, 50)
	s.alarms.SetState(s.name, "ALARM", "Threshold Crossed: 1 datapoint [12.0] was greater than the threshold (1.0).")
	s.alarms.SetState(s.name, "OK", "Threshold Crossed: no datapoints were greater than the threshold.")
	s.settles(s.name, 0)
	rollbackPath().judge(s)
}
