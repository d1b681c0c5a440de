package worker_test

import (
	"testing"
	"time"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

const group = "orders/prod"

// guarded is a plan that waits at both points of a deployment.
func guarded() statemachine.Plan {
	return statemachine.Plan{
		Canary: "checkout", Trigger: statemachine.TriggerSpec{Kind: statemachine.TriggerDeployment},
		Deployment: &statemachine.DeploymentSpec{Kind: "codedeploy", Key: group},
		Steps: []statemachine.Step{
			{At: statemachine.PointReady, Approval: &statemachine.Approval{Timeout: time.Hour, OnTimeout: statemachine.TimeoutRollback}},
			{At: statemachine.PointShifted, Bake: 10 * time.Minute},
		},
		Alarms:   []statemachine.AlarmSpec{{Name: alarm, OnNoData: statemachine.NoDataHold}},
		Deadline: 2 * time.Hour, PreflightWait: 15 * time.Minute, HoldTimeout: 24 * time.Hour,
	}
}

// reach brings a deployment to its first point, with a person's approval asked.
func (s *stage) reach() (id string) {
	s.CreateDeploymentGroup(group, true)
	s.start("w1")
	id = s.StartDeployment(group, "orders:7")
	s.after(10 * time.Second)
	s.ReachPoint(id, statemachine.PointReady)
	s.after(10 * time.Second)
	return id
}

func (s *stage) count(what local.What) int {
	n := 0
	for _, c := range s.Ledger() {
		if c.What == what {
			n++
		}
	}
	return n
}

func TestRun_deploymentIsTakenThroughBothPoints(t *testing.T) {
	play(t, guarded(), func(s *stage) {
		id := s.reach()
		r := s.only()
		if r.Phase != statemachine.Gated {
			t.Fatalf("at ready the release is %s, want gated", r.Phase)
		}
		s.verb(worker.Command{Verb: "approve", Canary: "checkout", Release: r.ID, Rev: r.Rev})
		s.after(10 * time.Second)
		s.ReachPoint(id, statemachine.PointShifted)
		s.after(5 * time.Minute)
		if got := s.only().Phase; got != statemachine.Baking {
			t.Fatalf("at shifted the release is %s, want baking", got)
		}
		s.after(6 * time.Minute)
		s.SucceedDeployment(id)
		s.after(10 * time.Second)
		s.wants(statemachine.Promoted)
		if n := s.count(local.Continued); n != 2 {
			t.Errorf("continued %d times, want 2", n)
		}
	})
}

func TestRun_alarmStopsTheDeploymentOnceAndFollowsItsRollback(t *testing.T) {
	play(t, guarded(), func(s *stage) {
		id := s.reach()
		s.SetAlarm(alarm, statemachine.AlarmFiring, "errors")
		s.after(2 * time.Minute)
		if got := s.only().Phase; got != statemachine.RollingBack {
			t.Fatalf("while the rollback runs the release is %s, want rolling_back", got)
		}
		s.EndRollback(id)
		s.after(10 * time.Second)
		s.wants(statemachine.RolledBack)
		if n := s.count(local.StoppedDeployment); n != 1 {
			t.Errorf("stopped %d times, want once", n)
		}
	})
}

func TestRun_deploymentThatAWSStopsItselfIsToldApart(t *testing.T) {
	play(t, guarded(), func(s *stage) {
		id := s.reach()
		s.StopDeployment(id, "ALARM_ACTIVE", true)
		s.EndRollback(id)
		s.after(2 * time.Minute)
		r := s.wants(statemachine.RolledBack)
		if r.Failure == nil || r.Failure.Code != statemachine.CodeStoppedByAWSAlarm {
			t.Errorf("failure is %+v, want CodeDeploy's own alarm", r.Failure)
		}
		if n := s.count(local.StoppedDeployment); n != 0 {
			t.Errorf("stopped %d times by Serin, want never", n)
		}
	})
}

func TestRun_stepsThatTheGroupNeverWaitsAtStopItAtOnce(t *testing.T) {
	play(t, guarded(), func(s *stage) {
		s.CreateDeploymentGroup(group, false)
		s.start("w1")
		id := s.StartDeployment(group, "orders:7")
		s.after(10 * time.Second)
		s.EndRollback(id)
		s.after(10 * time.Second)
		r := s.wants(statemachine.RolledBack)
		if r.Failure == nil || r.Failure.Code != statemachine.CodeStepsUnfit {
			t.Errorf("failure is %+v, want steps_unfit", r.Failure)
		}
	})
}
