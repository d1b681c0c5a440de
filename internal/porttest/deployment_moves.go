package porttest

import (
	"context"
	"testing"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func deploymentPoints() []claim[DeploymentHarness] {
	return []claim[DeploymentHarness]{
		{"Continue lets it go past the wait that the key names, once", func(t *testing.T, h DeploymentHarness) {
			if !h.Points {
				return
			}
			id := h.Begin(t)
			h.Reach(t, id, h.first())
			ready := h.waits(t, id, h.first())
			ok(t, h.Deployment.Continue(t.Context(), id, ready))
			h.says(t, id, statemachine.DeploymentRunning)
			ok(t, h.Deployment.Continue(t.Context(), id, ready))
			if n := h.Continued(t, id); n != 1 {
				t.Errorf("the world continued it %d times, want once", n)
			}
		}},
		{"the key of the first wait does not end the second", func(t *testing.T, h DeploymentHarness) {
			if !h.Points {
				return
			}
			id := h.Begin(t)
			h.Reach(t, id, h.first())
			ready := h.waits(t, id, h.first())
			ok(t, h.Deployment.Continue(t.Context(), id, ready))
			h.Reach(t, id, h.last())
			shifted := h.waits(t, id, h.last())
			if shifted == ready {
				t.Fatalf("both waits have the key %q", ready)
			}
			ok(t, h.Deployment.Continue(t.Context(), id, ready))
			h.waits(t, id, h.last())
			ok(t, h.Deployment.Continue(t.Context(), id, shifted))
			h.Succeed(t, id)
			h.says(t, id, statemachine.DeploymentSucceeded)
			ok(t, h.Deployment.Continue(t.Context(), id, shifted))
		}},
		{"a wait's key is the same each time it is read", func(t *testing.T, h DeploymentHarness) {
			if !h.Points {
				return
			}
			id := h.Begin(t)
			h.Reach(t, id, h.first())
			if first, second := h.waits(t, id, h.first()), h.waits(t, id, h.first()); first != second {
				t.Errorf("keys %q and %q", first, second)
			}
		}},
	}
}

func deploymentStops() []claim[DeploymentHarness] {
	return []claim[DeploymentHarness]{
		{"Stop stops with rollback; it has stopped when the rollback has ended", func(t *testing.T, h DeploymentHarness) {
			id := h.Begin(t)
			ok(t, h.Deployment.Stop(t.Context(), id))
			h.says(t, id, statemachine.DeploymentStopping)
			ok(t, h.Deployment.Stop(t.Context(), id))
			rollback := h.EndRollback(t, id)
			look := h.says(t, id, statemachine.DeploymentStopped)
			if look.RollbackID != rollback || look.ByAlarm {
				t.Errorf("look %+v, want rollback %s and no alarm", look, rollback)
			}
			ok(t, h.Deployment.Stop(t.Context(), id))
			if n := h.Stopped(t, id); n != 1 {
				t.Errorf("the world stopped it %d times, want once", n)
			}
		}},
		{"Stop ends a wait", func(t *testing.T, h DeploymentHarness) {
			if !h.Points {
				return
			}
			id := h.Begin(t)
			h.Reach(t, id, h.last())
			ok(t, h.Deployment.Stop(t.Context(), id))
			h.EndRollback(t, id)
			h.says(t, id, statemachine.DeploymentStopped)
		}},
		{"Stop comes too late and says so by Observe", func(t *testing.T, h DeploymentHarness) {
			id := h.Begin(t)
			h.Succeed(t, id)
			ok(t, h.Deployment.Stop(t.Context(), id))
			if h.Reverts {
				h.says(t, id, statemachine.DeploymentStopped)
				return
			}
			h.says(t, id, statemachine.DeploymentSucceeded)
		}},
		{"a stop by AWS's own alarm is told from ours", func(t *testing.T, h DeploymentHarness) {
			if h.StopByAlarm == nil {
				return
			}
			id := h.Begin(t)
			h.StopByAlarm(t, id)
			h.says(t, id, statemachine.DeploymentStopping)
			rollback := h.EndRollback(t, id)
			look := h.says(t, id, statemachine.DeploymentStopped)
			if !look.ByAlarm || look.Text == "" || look.RollbackID != rollback {
				t.Errorf("look %+v, want an alarm's stop with AWS's text and rollback %s", look, rollback)
			}
		}},
		{"a stop by a person is no alarm's", func(t *testing.T, h DeploymentHarness) {
			id := h.Begin(t)
			h.StopByPerson(t, id)
			h.EndRollback(t, id)
			if look := h.says(t, id, statemachine.DeploymentStopped); look.ByAlarm {
				t.Errorf("look %+v says an alarm stopped it", look)
			}
		}},
		{"the rollback is found as one, so that nothing guards it", func(t *testing.T, h DeploymentHarness) {
			id := h.Begin(t)
			ok(t, h.Deployment.Stop(t.Context(), id))
			for _, found := range h.found(t) {
				if found.ID != id && !found.Rollback {
					t.Errorf("found %+v, want it marked as a rollback", found)
				}
			}
		}},
	}
}

func deploymentFailures() []claim[DeploymentHarness] {
	return []claim[DeploymentHarness]{
		{"reading says why it could not", func(t *testing.T, h DeploymentHarness) {
			id := h.Begin(t)
			failsAs(t, h.Faults, Reads, func(ctx context.Context) error {
				_, err := h.Deployment.Observe(ctx, id, nil)
				return err
			})
			failsAs(t, h.Faults, Reads, func(ctx context.Context) error {
				_, err := h.Deployment.Find(ctx)
				return err
			})
		}},
		{"Stop says why it could not, and stops nothing", func(t *testing.T, h DeploymentHarness) {
			id := h.Begin(t)
			failsAs(t, h.Faults, Writes, func(ctx context.Context) error { return h.Deployment.Stop(ctx, id) })
			h.says(t, id, statemachine.DeploymentRunning)
		}},
		{"a stop whose answer was lost is repeated safely", func(t *testing.T, h DeploymentHarness) {
			id := h.Begin(t)
			h.Break(t, Writes, Lost)
			lostOrDone(t, h.Deployment.Stop(t.Context(), id))
			h.Mend(t)
			ok(t, h.Deployment.Stop(t.Context(), id))
			h.says(t, id, statemachine.DeploymentStopping)
			if n := h.Stopped(t, id); n != 1 {
				t.Errorf("the world stopped it %d times, want once", n)
			}
		}},
		{"a Continue whose answer was lost is repeated safely", func(t *testing.T, h DeploymentHarness) {
			if !h.Points {
				return
			}
			id := h.Begin(t)
			h.Reach(t, id, h.first())
			key := h.waits(t, id, h.first())
			failsAs(t, h.Faults, Writes, func(ctx context.Context) error { return h.Deployment.Continue(ctx, id, key) })
			h.waits(t, id, h.first())
			h.Break(t, Writes, Lost)
			lostOrDone(t, h.Deployment.Continue(t.Context(), id, key))
			h.Mend(t)
			ok(t, h.Deployment.Continue(t.Context(), id, key))
			if n := h.Continued(t, id); n != 1 {
				t.Errorf("the world continued it %d times, want once", n)
			}
		}},
	}
}

// lostOrDone: an adapter whose call lost its answer may have found out by
// reading that it is done.
func lostOrDone(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		is(t, err, worker.ErrUnavailable)
	}
}
