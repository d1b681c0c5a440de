package local_test

import (
	"testing"
	"testing/synctest"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/statemachine"
)

func TestAlias_isATarget(t *testing.T) {
	porttest.Target(t, openAlias, synctest.Test)
}

func TestAlias_fencedByItsContentIsATarget(t *testing.T) {
	porttest.Target(t, func(t *testing.T) porttest.TargetHarness {
		t.Helper()
		h, w := alias(t)
		w.FenceByContent("checkout:live")
		return h
	}, synctest.Test)
}

func openAlias(t *testing.T) porttest.TargetHarness {
	t.Helper()
	h, _ := alias(t)
	return h
}

func alias(t *testing.T) (porttest.TargetHarness, *local.World) {
	t.Helper()
	w, client, faults := open(t)
	w.CreateAlias("checkout:live", "42")
	w.PublishVersion("checkout:live", "43")
	w.PublishVersion("checkout:live", "9")
	h := harness(t, w, client, local.KindLambda, "checkout:live")
	h.Faults, h.Fenced = faults, true
	h.Old, h.New, h.Other = "42", "43", "9"
	h.Resolves = map[string]string{
		"43": "43", "latest": "43",
		"arn:aws:lambda:us-east-1:111122223333:function:checkout:42": "42",
	}
	h.Invalid = []string{"", "$LATEST", "0", "-1", "live", "4 3", "arn:aws:lambda:us-east-1:111122223333:function:checkout"}
	h.Unknown = "44"
	h.Unfit = func(*testing.T) {
		w.SetUnfit("checkout:live", &statemachine.Problem{Code: statemachine.CodeVersionUnfit, Text: "their roles differ"})
	}
	return h, w
}

func TestRule_isATarget(t *testing.T) {
	porttest.Target(t, rule, synctest.Test)
}

func TestRule_withTheIdleGroupAttachedIsATarget(t *testing.T) {
	porttest.Target(t, func(t *testing.T) porttest.TargetHarness {
		t.Helper()
		h := rule(t)
		h.Foreign(t, statemachine.Split{Stable: h.Old, Canary: h.New})
		return h
	}, synctest.Test)
}

func rule(t *testing.T) porttest.TargetHarness {
	t.Helper()
	w, client, faults := open(t)
	w.CreateRule("rule", "blue", "green")
	h := harness(t, w, client, local.KindALB, "rule")
	h.Faults, h.SwapsRoles = faults, true
	h.Old, h.New, h.Other = "blue", "green", "red"
	h.Resolves = map[string]string{"4f0c1d2": "4f0c1d2"}
	h.Invalid = []string{""}
	h.Unready = func(*testing.T) { w.SetReady("rule", "green", false) }
	h.Ready = func(*testing.T) { w.SetReady("rule", "green", true) }
	return h
}

func harness(t *testing.T, w *local.World, client *local.Client, kind, id string) porttest.TargetHarness {
	t.Helper()
	target, err := client.Targets().Open(statemachine.TargetSpec{Kind: kind, ID: id, Name: id})
	if err != nil {
		t.Fatal(err)
	}
	return porttest.TargetHarness{
		Target: target,
		Shows:  func(*testing.T) statemachine.Split { return w.Shows(kind, id) },
		Raw:    func(*testing.T) string { return w.Raw(kind, id) },
		Written: func(*testing.T) int {
			n := 0
			for _, c := range w.Applied(local.Showed, id) {
				if c.By != "" {
					n++
				}
			}
			return n
		},
		Foreign: func(_ *testing.T, split statemachine.Split) { w.Move(kind, id, split) },
		Remove:  func(*testing.T) { w.Remove(kind, id) },
	}
}
