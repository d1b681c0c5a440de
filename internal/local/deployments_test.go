package local_test

import (
	"testing"
	"testing/synctest"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/statemachine"
)

func TestDeployment_waitsAtPoints(t *testing.T) {
	porttest.Deployment(t, deployment(true), synctest.Test)
}

func TestDeployment_withoutPointsTakesNoSteps(t *testing.T) {
	porttest.Deployment(t, deployment(false), synctest.Test)
}

func deployment(points bool) func(t *testing.T) porttest.DeploymentHarness {
	return func(t *testing.T) porttest.DeploymentHarness {
		t.Helper()
		w, client, faults := open(t)
		w.CreateDeploymentGroup("orders/prod", points)
		d, err := client.Deployments().Open(statemachine.DeploymentSpec{Kind: local.KindCodeDeploy, Key: "orders/prod"})
		if err != nil {
			t.Fatal(err)
		}
		count := func(what local.What) func(*testing.T, string) int {
			return func(_ *testing.T, id string) int { return len(w.Applied(what, id)) }
		}
		h := porttest.DeploymentHarness{
			Deployment: d, Points: points, Faults: faults,
			Begin:        func(*testing.T) string { return w.StartDeployment("orders/prod", "rev-7") },
			Reach:        func(_ *testing.T, id string, point statemachine.Point) { w.ReachPoint(id, point) },
			Succeed:      func(_ *testing.T, id string) { w.SucceedDeployment(id) },
			Fail:         func(_ *testing.T, id string) { w.FailDeployment(id, "HEALTH_CONSTRAINTS: too many failed") },
			StopByAlarm:  func(_ *testing.T, id string) { w.StopDeployment(id, "ALARM_ACTIVE: orders-5xx", true) },
			StopByPerson: func(_ *testing.T, id string) { w.StopDeployment(id, "MANUAL_STOP: by ann", false) },
			EndRollback:  func(_ *testing.T, id string) string { return w.EndRollback(id) },
			Continued:    count(local.Continued),
			Stopped:      count(local.StoppedDeployment),
		}
		if points {
			h.Unfit = func(*testing.T) { w.CreateDeploymentGroup("orders/prod", false) }
		}
		return h
	}
}
