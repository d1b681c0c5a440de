package porttest

import (
	"testing"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// DeploymentHarness is a guarded deployment's group, in which nothing runs, and
// the world behind it.
type DeploymentHarness struct {
	Deployment worker.Deployment
	// Points: it waits at the points. Without, it takes no steps.
	Points bool
	// At are the two points, in the order it comes to them; nil: ready and shifted.
	At []statemachine.Point

	// Begin starts one, as its pipeline would, and returns its id. One runs at a time.
	Begin func(t *testing.T) string
	// Reach takes it to a point, where it waits to be continued.
	Reach func(t *testing.T, id string, point statemachine.Point)
	// Succeed and Fail end it. A failed one has moved nothing and has no rollback; nil
	// where one that fails is always taken back.
	Succeed, Fail func(t *testing.T, id string)
	// Reverts: a stop that comes after the end still takes it back.
	Reverts bool
	// StopByAlarm: AWS's own alarm stops it, with rollback; StopByPerson: somebody
	// does, with rollback.
	// StopByAlarm is nil where AWS has no alarms of its own, or does not tell.
	StopByAlarm, StopByPerson func(t *testing.T, id string)
	// EndRollback ends the rollback deployment that a stop began, and returns its
	// id.
	EndRollback func(t *testing.T, id string) string
	// Continued and Stopped count what the world was asked and accepted.
	Continued, Stopped func(t *testing.T, id string) int
	// Unfit makes the group such that it can't wait at the points; nil if Points
	// is false, where no step fits.
	Unfit func(t *testing.T)
	Faults
}

// Deployment checks worker.Deployment's contract.
func Deployment(t *testing.T, open func(t *testing.T) DeploymentHarness, within ...Within) {
	t.Helper()
	run(t, open, within, deploymentReads(), deploymentPoints(), deploymentStops(), deploymentFailures())
}

func (h DeploymentHarness) look(t *testing.T, id string) statemachine.DeploymentLook {
	t.Helper()
	look, err := h.Deployment.Observe(t.Context(), id, nil)
	ok(t, err)
	return look
}

func (h DeploymentHarness) says(t *testing.T, id string, want statemachine.DeploymentStatus) statemachine.DeploymentLook {
	t.Helper()
	look := h.look(t, id)
	if look.Status != want {
		t.Fatalf("deployment is %s, want %s: %+v", look.Status, want, look)
	}
	return look
}

// waits checks that it waits at a point and returns the wait's key.
func (h DeploymentHarness) waits(t *testing.T, id string, point statemachine.Point) string {
	t.Helper()
	look := h.says(t, id, statemachine.DeploymentWaiting)
	if look.Point != point || look.WaitKey == "" || look.Until.IsZero() {
		t.Fatalf("look %+v, want a wait at %s with its key and its end", look, point)
	}
	return look.WaitKey
}

func (h DeploymentHarness) found(t *testing.T) []worker.FoundDeployment {
	t.Helper()
	found, err := h.Deployment.Find(t.Context())
	ok(t, err)
	return found
}

// first and last are the two points.
func (h DeploymentHarness) first() statemachine.Point {
	if h.At == nil {
		return statemachine.PointReady
	}
	return h.At[0]
}

func (h DeploymentHarness) last() statemachine.Point {
	if h.At == nil {
		return statemachine.PointShifted
	}
	return h.At[1]
}

// guardedSteps is a plan that waits at both points.
func (h DeploymentHarness) guardedSteps() []statemachine.Step {
	return []statemachine.Step{
		{At: h.first(), Approval: &statemachine.Approval{OnTimeout: statemachine.TimeoutRollback}},
		{At: h.last(), Bake: 1},
	}
}

func deploymentReads() []claim[DeploymentHarness] {
	return []claim[DeploymentHarness]{
		{"nothing runs in the beginning", func(t *testing.T, h DeploymentHarness) {
			if found := h.found(t); len(found) > 0 {
				t.Errorf("found %+v, want none", found)
			}
		}},
		{"Find sees one that runs, and no more once it has ended", func(t *testing.T, h DeploymentHarness) {
			id := h.Begin(t)
			found := h.found(t)
			if len(found) != 1 || found[0].ID != id || found[0].CreatedAt.IsZero() || found[0].Rollback {
				t.Fatalf("found %+v, want %s with its time", found, id)
			}
			h.says(t, id, statemachine.DeploymentRunning)
			h.Succeed(t, id)
			if found := h.found(t); len(found) > 0 {
				t.Errorf("found %+v after the end", found)
			}
			h.says(t, id, statemachine.DeploymentSucceeded)
		}},
		{"one that failed says why", func(t *testing.T, h DeploymentHarness) {
			if h.Fail == nil {
				return
			}
			id := h.Begin(t)
			h.Fail(t, id)
			if look := h.says(t, id, statemachine.DeploymentFailed); look.Text == "" || look.ByAlarm {
				t.Errorf("look %+v, want AWS's text and no alarm", look)
			}
		}},
		{"one that there is not is not found", func(t *testing.T, h DeploymentHarness) {
			_, err := h.Deployment.Observe(t.Context(), "d-NOSUCH000", nil)
			is(t, err, worker.ErrNotFound)
		}},
		{"steps that can't work are problems, and only those", func(t *testing.T, h DeploymentHarness) {
			id := h.Begin(t)
			look, err := h.Deployment.Observe(t.Context(), id, h.guardedSteps())
			ok(t, err)
			if fits := len(look.Problems) == 0; fits != h.Points {
				t.Errorf("points %t, problems %v", h.Points, look.Problems)
			}
			if h.Unfit != nil {
				h.Unfit(t)
				look, err = h.Deployment.Observe(t.Context(), id, h.guardedSteps())
				ok(t, err)
			}
			if len(look.Problems) == 0 || look.Problems[0].Code != statemachine.CodeStepsUnfit || look.Problems[0].Text == "" {
				t.Errorf("problems %+v, want %s with its text", look.Problems, statemachine.CodeStepsUnfit)
			}
			if look = h.look(t, id); len(look.Problems) > 0 {
				t.Errorf("problems %v without steps", look.Problems)
			}
		}},
	}
}
