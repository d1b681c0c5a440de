package infra_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStory_oneApprovalEventEndsWithTheAliasWhollyOnTheNewVersion(t *testing.T) {
	t.Parallel()
	s := newStage(t, "promote")
	s.checkout(checkoutFile)
	s.readyWorker("promote-a")
	_, events := s.openGate(s.publish("two"))
	s.emit(last(events))
	r := s.settles(s.name, 0)
	if r.Phase != "promoted" {
		t.Errorf("the release is %s: %s", r.Phase, r.Reason)
	}
	s.wantSplits("1", "1 with 10% on 2", "1 with 50% on 2", "2")
	s.wantAnswers("Approved")
}

func TestStory_anAlarmInABakeLeavesTheAliasAsItWas(t *testing.T) {
	t.Parallel()
	s := newStage(t, "rollback")
	s.checkout(longBake())
	s.readyWorker("rollback-a")
	before := s.functions.Alias(s.name, "live")
	_, events := s.openGate(s.publish("two"))
	s.emit(last(events))
	s.bakes(s.name, 0, 50)
	s.emit(s.alarms.SetState(s.name, "ALARM", alarmText))
	r := s.settles(s.name, 0)
	if r.Phase != "rolled_back" {
		t.Errorf("the release is %s: %s", r.Phase, r.Reason)
	}
	s.wantSplits("1", "1 with 10% on 2", "1 with 50% on 2", "1")
	after := s.functions.Alias(s.name, "live")
	after.RevisionID, before.RevisionID = "", ""
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("alias (-before +after):\n%s", diff)
	}
	s.wantAnswers("Rejected")
}
