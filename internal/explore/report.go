package explore

import (
	"fmt"
	"strings"
	"time"
)

// String is the report in one line.
func (r Report) String() string {
	verdict := "holds"
	switch {
	case r.Law != "":
		verdict = r.Law + " is broken"
	case !r.Whole:
		verdict = "holds so far"
	}
	return fmt.Sprintf("%-16s %9d states %9d transitions  depth %3d  %8s  %s", r.Scenario.Name, r.States, r.Transitions, r.Depth,
		r.Took.Round(10*time.Millisecond), verdict)
}

// Counterexample is the shortest way to the broken law, as a scenario file.
func (r Report) Counterexample() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s: %s\n# %s: %s\n# %d steps; t counts call timeouts\n", r.Scenario.Name, r.Scenario.Says, r.Law, r.Broken, len(r.Trace))
	for _, line := range r.Trace {
		b.WriteString(line + "\n")
	}
	return b.String()
}
