package explore_test

import (
	"fmt"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"github.com/serinhq/serin/internal/explore"
)

// cheap is how many states a control sees beyond what its mutant needs.
const cheap = 1_500_000

// control explores a mutant's scenario with the code as it is, at least as far as
// the mutant's counterexample goes, and tells how far. No law may be broken: a
// scenario that breaks one by itself would catch anything. Those that are no
// mutants' own the whole exploration sees to their end.
func control(t *testing.T, m mutant, c catch) string {
	t.Helper()
	if !strings.HasPrefix(m.in, "mutant/") {
		return "whole, above"
	}
	steps, err := strconv.Atoi(c.steps)
	if err != nil {
		t.Fatal(err)
	}
	r := controlled(m, steps)
	switch {
	case r.Law != "":
		t.Errorf("%s breaks %s with the code as it is: %s\n%s", m.in, r.Law, r.Broken, keep(t, r))
	case r.Whole:
		return thousands(r.States) + " states, whole"
	case c.law == "law 7" || r.Depth < steps:
		t.Errorf("%s was seen to depth %d only, which says nothing of %s by %d steps", m.in, r.Depth, c.law, steps)
	}
	return fmt.Sprintf("%s states, %d steps", thousands(r.States), r.Depth)
}

func controlled(m mutant, steps int) explore.Report {
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	limits := explore.Limits{States: cheap, Depth: steps}
	if !*bite {
		limits.States = 1
	}
	for _, sc := range explore.MutantScenarios() {
		if sc.Name == m.in {
			return explore.Explore(sc, limits)
		}
	}
	return explore.Report{Law: "control", Broken: "there is no such scenario"}
}
