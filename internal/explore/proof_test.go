package explore_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/serinhq/serin/internal/explore"
	"github.com/serinhq/serin/internal/proof"
)

// model is what is explored, in a few lines.
const model = `The model: two workers run the shipped loop (Handle, Wake, Sweep) over the shipped core. Every port call, and the deletion of a message, is a point where the
other worker may go on, time may pass, the worker may crash, or somebody else may act. A call may be applied and its answer lost, fail, or be given up on and land within
one call timeout or never, its worker gone or not. Which of these a scenario holds, and how often, is said beside it. Time counts call timeouts; a lease is three. Messages
come in any order, to both workers at once, and again until they are deleted; one that is not taken is one that is late or lost. States are hashed over table, queue,
targets, gates, alarm, deployment, check, calls in flight, fault budgets and each worker's place in the loop, with times relative to the present and workers
interchangeable. Breadth first, so a counterexample is a shortest one; every scenario was seen whole.

Checked on every step: laws 1–6, 8 (the history of every save) and 9; on the whole graph: law 7, an end is reachable from every state with wakes, answers and time alone.
Beside them: what the gate, or the deployment, says is what became of the release; targets in lock-step are at most one rung apart; a command acts on what its operator
saw; nothing is taken for done without reading it back, or while AWS still carries it out; only the order's owner acts on it; one claim a wake; one release a trigger;
nothing newer is overtaken.
`

func writeExplored(t *testing.T, reports []explore.Report, took time.Duration) {
	t.Helper()
	var b strings.Builder
	b.WriteString(model + "\n| scenario | what is in it | states | steps | depth | seconds |\n|---|---|--:|--:|--:|--:|\n")
	states, steps := 0, 0
	for _, r := range reports {
		states, steps = states+r.States, steps+r.Transitions
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %d | %.0f |\n", r.Scenario.Name, r.Scenario.Says, thousands(r.States), thousands(r.Transitions), r.Depth, r.Took.Seconds())
	}
	cpu, peak := spent(t)
	fmt.Fprintf(&b, "| **all %d** | whole, no law broken | **%s** | **%s** | | **%.0f** |\n\n%.1f minutes of processor time, at most %.1f GB.\n",
		len(reports), thousands(states), thousands(steps), took.Seconds(), cpu.Minutes(), peak)
	if err := proof.Write("explore", "make explore", b.String()); err != nil {
		t.Error(err)
	}
	t.Logf("%d scenarios, %s states, %s, %s of processor time, %.1f GB", len(reports), thousands(states), took.Round(time.Second), cpu.Round(time.Second), peak)
}

// spent is this process's processor time, and the most memory it had in GB.
func spent(t *testing.T) (cpu time.Duration, peak float64) {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Error(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), float64(u.Maxrss) / (1 << 20)
}

// thousands writes 1234567 as 1,234,567.
func thousands(n int) string {
	text := fmt.Sprint(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
