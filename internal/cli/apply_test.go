package cli

import (
	"testing"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func TestFits_demandsThatATargetWithoutUndoIsTheLast(t *testing.T) {
	kinds := func(name string) (worker.TargetKind, bool) {
		return worker.TargetKind{Traits: statemachine.Traits{NoUndo: name == "final"}}, name != "strange"
	}
	for _, c := range []struct {
		name  string
		kinds []string
		want  string
	}{
		{"last", []string{"plain", "final"}, ""},
		{"first", []string{"final", "plain"},
			"canary checkout: targets[0]: the promote of final x can't be taken back, so it must be the last target"},
		{"twice", []string{"plain", "final", "final"},
			"canary checkout: targets[1]: the promote of final x can't be taken back, so it must be the last target"},
		{"unknown", []string{"strange"}, "canary checkout: targets[0]: this program knows no target of kind strange"},
		{"none", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			plan := statemachine.Plan{Canary: "checkout"}
			for _, kind := range c.kinds {
				plan.Targets = append(plan.Targets, statemachine.TargetSpec{Kind: kind, Name: "x"})
			}
			got := ""
			if err := fits(plan, kinds); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
