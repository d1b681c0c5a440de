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
	began := s.moment(r.StartedAt)
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
	s.alarms.SetState(s.name, "ALARM", alarmText)
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
	s.alarms.SetState(s.name, "ALARM", alarmText)
	s.alarms.SetState(s.name, "OK", calmText)
	s.settles(s.name, 0)
	rollbackPath().judge(s)
}
