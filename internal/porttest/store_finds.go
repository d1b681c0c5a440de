package porttest

import (
	"strings"
	"testing"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// finds checks which releases a word means, newest first.
func (h storeHarness) finds(t *testing.T, word string, want ...statemachine.Release) {
	t.Helper()
	found, err := h.Find(t.Context(), word)
	ok(t, err)
	var expected []string
	for _, r := range want {
		expected = append(expected, r.ID)
	}
	same(t, "what "+word+" means", ids(found), expected)
}

// triggered puts a release into the store, with its trigger.
func (h storeHarness) triggered(t *testing.T, r statemachine.Release, source, key string) {
	t.Helper()
	r.Trigger = statemachine.Trigger{Kind: statemachine.TriggerPipeline, Source: source, Key: key, At: r.StartedAt}
	if pipeline, execution, of := strings.Cut(source, "/"); of && strings.HasPrefix(pipeline, "pipeline#") {
		r.Trigger.Execution = execution
	} else {
		r.Trigger.Kind = statemachine.TriggerDeployment
		r.Deployment = &statemachine.Deployment{ID: key, Status: statemachine.DeploymentRunning}
	}
	c := h.commit("create "+r.ID, save(r, 0))
	c.Trigger = &worker.TriggerItem{Source: source, Key: key, Ref: refOf(r)}
	ok(t, h.Commit(t.Context(), c))
}

func (h storeHarness) applied(t *testing.T, definitions ...worker.Definition) {
	t.Helper()
	for _, d := range definitions {
		_, err := h.Apply(t.Context(), d, 0)
		ok(t, err)
	}
}

func storeFinds() []claim[storeHarness] {
	return []claim[storeHarness]{
		{"Find by a release's id, in any case", func(t *testing.T, h storeHarness) {
			a, b := h.release("checkout", 1), h.release("checkout", 2)
			h.create(t, a, b)
			h.finds(t, a.ID, a)
			h.finds(t, strings.ToLower(b.ID), b)
			h.finds(t, releaseID(3))
		}},
		{"Find by a prefix of an id, every release that fits", func(t *testing.T, h storeHarness) {
			h.applied(t, h.definition("checkout"), h.definition("orders"))
			a, b := h.release("checkout", 12345), h.release("checkout", 12399)
			c := h.release("orders", 12388)
			h.create(t, a, b, c)
			h.finds(t, b.ID[:25], b)
			h.finds(t, strings.ToLower(c.ID[:25]), c)
			h.finds(t, a.ID[:24], b, c, a)
			h.finds(t, releaseID(99999)[:22])
		}},
		{"Find by a canary's name: what runs, else the last", func(t *testing.T, h storeHarness) {
			h.applied(t, h.definition("checkout"))
			a, b := h.release("checkout", 1), h.release("checkout", 2)
			h.finds(t, "checkout")
			c := h.commit("op-1", save(a, 0), save(b, 0))
			c.Slot = &statemachine.Slot{Canary: "checkout", Active: a.ID, Next: b.ID}
			ok(t, h.Commit(t.Context(), c))
			h.finds(t, "checkout", a)
			c = h.commit("op-2", save(settled(a, statemachine.Promoted), 1), save(settled(b, statemachine.Superseded), 1))
			c.Slot = &statemachine.Slot{Canary: "checkout", Rev: 1}
			ok(t, h.Commit(t.Context(), c))
			h.finds(t, "checkout", b)
		}},
		{"Find by a pipeline's execution, every gate of it", func(t *testing.T, h storeHarness) {
			h.applied(t, h.definition("checkout"), h.definition("orders"))
			first, retried, other := h.release("checkout", 1), h.release("checkout", 2), h.release("orders", 3)
			h.triggered(t, first, "pipeline#checkout-prod/4f0c", "9a")
			h.triggered(t, retried, "pipeline#checkout-prod/4f0c", "9b")
			h.triggered(t, other, "pipeline#orders-prod/77aa", "9c")
			h.finds(t, "4f0c", retried, first)
			h.finds(t, "77aa", other)
			h.finds(t, "4f0")
		}},
		{"Find by a deployment", func(t *testing.T, h storeHarness) {
			d := h.definition("orders")
			d.Plan.Trigger = statemachine.TriggerSpec{Kind: statemachine.TriggerDeployment}
			d.Plan.Deployment = &statemachine.DeploymentSpec{Kind: "codedeploy", Key: "orders/prod"}
			h.applied(t, d, h.definition("checkout"))
			r := h.release("orders", 1)
			h.triggered(t, r, "codedeploy#orders/prod", "d-A1B2C3D4E")
			h.finds(t, "d-A1B2C3D4E", r)
			h.finds(t, "d-A1B2C3D4")
		}},
		{"Find by a word that means nothing finds nothing", func(t *testing.T, h storeHarness) {
			h.applied(t, h.definition("checkout"))
			h.create(t, h.release("checkout", 1))
			for _, word := range []string{"", "nothing", "#", "RELEASE#", "checkout-prod", releaseID(1) + "0"} {
				h.finds(t, word)
			}
		}},
		{"Find finds a release whose canary was deleted", func(t *testing.T, h storeHarness) {
			h.applied(t, h.definition("checkout"))
			r := h.release("checkout", 1)
			h.create(t, r)
			ok(t, h.Delete(t.Context(), "checkout", 1))
			h.finds(t, r.ID, r)
			h.finds(t, "checkout", r)
		}},
	}
}
