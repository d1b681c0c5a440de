package explore_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/serinhq/serin/internal/explore"
	"github.com/serinhq/serin/internal/proof"
	"github.com/serinhq/serin/statemachine"
)

// model is what is explored, in a few lines.
const model = `The model: two workers run the shipped loop (Handle, Wake, Sweep) over the shipped core. A call to the table, a target, the alarm, a gate, a deployment or a
check, and the deletion of a message, is a point where the other worker may go on, time may pass, the worker may crash, or somebody else may act. A call may be applied
and its answer lost (whatever writes), fail without being applied (any call that is a point; where it says so, the table's alone), or be given up on and land within one
call timeout or never (a write to a target or a deployment, a gate's answer and a save, the worker gone or not). Which of these a scenario holds, and
how often, is said beside it. Time counts call timeouts; a lease is three. Messages come in any order, to both workers at once, and again until they are deleted; one that is not taken is one that is
late or lost. States are hashed over table, queue, targets, gates, alarm, deployment, check, calls in flight, fault budgets and each worker's place in the loop, with
times relative to the present and workers interchangeable. Breadth first, so a counterexample is a shortest one; every scenario was seen whole.

No points are: the first call of a delivery, wake or sweep, which is made as it is taken up (that it fails is that it was not taken up); a read of what can't change any more, or
only by saves that are conditional on it, which is made with the call before it unless it may fail; announcements, heartbeats and metrics; definitions, a pipeline's
execution and variables, versions, and what preflight asks a target or a pipeline beside what it shows, none of which changes here or fails; and the queue's own calls. The
calls of one round to several targets go one after the other.

Checked on every step: laws 1–6, 8 (the history of every save) and 9. Law 1 asks of an ALARM that a release has recorded it, of a gate's or a deployment's event that its
release exists or nothing waits any more, of a command that it was done or refused. Law 6 counts releases by canary and, with two canaries, by target. On the whole graph:
law 7, from every state an end is reachable with wakes, answers and time alone, AWS carrying on; an end is that every release is settled and no open gate or running deployment is
without one, and only what has none may need a sweep. Beside them: what the gate, or the deployment, says is what became of the release, refused and superseded ones
included; a correction of drift repeats the weight where the target stood, and nothing moves on over another weight or, on a fenced target, over somebody else's version;
targets in lock-step are at most one rung apart; a command acts on what its operator saw; nothing is taken for done without reading it back, or while AWS still carries it
out; only the order's owner acts on it; one claim a wake; one release a trigger; nothing newer is overtaken.
`

// What a whole run must come to, at least and at most. A three-step plan is one with
// three steps that move a weight.
const (
	fewest = 1_000_000
	limit  = 10 * time.Minute
	steps3 = 3
)

// sum is what a whole run came to.
type sum struct {
	scenarios, states, transitions int
	// threeStates are those of the threeScenarios whose plans have three steps.
	threeScenarios, threeStates int
	took                        time.Duration
}

func summed(reports []explore.Report, took time.Duration) sum {
	s := sum{scenarios: len(reports), took: took}
	for _, r := range reports {
		s.states, s.transitions = s.states+r.States, s.transitions+r.Transitions
		if moving(r.Scenario.Plan) >= steps3 {
			s.threeScenarios, s.threeStates = s.threeScenarios+1, s.threeStates+r.States
		}
	}
	return s
}

func moving(p statemachine.Plan) int {
	n := 0
	for _, step := range p.Steps {
		if step.WeightPct > 0 {
			n++
		}
	}
	return n
}

func (s sum) String() string {
	return fmt.Sprintf("%d scenarios, %s states in %s; %d with three steps, %s states", s.scenarios, thousands(s.states), s.took.Round(time.Second),
		s.threeScenarios, thousands(s.threeStates))
}

// short is what a whole run promises and did not come to.
func (s sum) short() []string {
	var short []string
	if s.states < fewest {
		short = append(short, fmt.Sprintf("%s states, want at least %s", thousands(s.states), thousands(fewest)))
	}
	if s.threeStates < fewest {
		short = append(short, fmt.Sprintf("%s states of three-step plans, want at least %s", thousands(s.threeStates), thousands(fewest)))
	}
	if s.took > limit {
		short = append(short, fmt.Sprintf("%s, want at most %s", s.took.Round(time.Second), limit))
	}
	return short
}

func TestSum_tellsWhatAWholeRunFallsShortOf(t *testing.T) {
	for _, c := range []struct {
		sum  sum
		want int
	}{
		{sum{states: fewest, threeStates: fewest, took: limit}, 0},
		{sum{states: fewest, threeStates: fewest - 1, took: limit}, 1},
		{sum{states: fewest, threeStates: fewest, took: limit + 1}, 1},
		{sum{states: fewest - 1, threeStates: fewest - 1, took: limit + 1}, 3},
	} {
		if got := c.sum.short(); len(got) != c.want {
			t.Errorf("%+v falls short of %q, want %d promises", c.sum, got, c.want)
		}
	}
	three, two := explore.Scenario{Plan: statemachine.Plan{Steps: []statemachine.Step{{WeightPct: 5}, {WeightPct: 50}, {WeightPct: 100}}}}, explore.Scenario{}
	s := summed([]explore.Report{{Scenario: three, States: 3}, {Scenario: two, States: 2}}, 0)
	if s.states != 5 || s.threeStates != 3 || s.threeScenarios != 1 {
		t.Errorf("the sum is %+v", s)
	}
}

func writeExplored(t *testing.T, reports []explore.Report, s sum) {
	t.Helper()
	var b strings.Builder
	b.WriteString(model + "\n| scenario | what is in it | states | steps | depth | seconds |\n|---|---|--:|--:|--:|--:|\n")
	for _, r := range reports {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %d | %.0f |\n", r.Scenario.Name, r.Scenario.Says, thousands(r.States), thousands(r.Transitions), r.Depth, r.Took.Seconds())
	}
	cpu, peak := spent(t)
	fmt.Fprintf(&b, "| **all %d** | whole, no law broken | **%s** | **%s** | | **%.0f** |\n", s.scenarios, thousands(s.states), thousands(s.transitions), s.took.Seconds())
	fmt.Fprintf(&b, "| of them %d | three-step plans, to their full depth | %s | | | |\n\n", s.threeScenarios, thousands(s.threeStates))
	fmt.Fprintf(&b, "%.1f minutes of processor time, at most %.1f GB. The command fails below a million states, of three-step plans alone as well, and above ten minutes.\n",
		cpu.Minutes(), peak)
	if err := proof.Write("explore", "make explore", b.String()); err != nil {
		t.Error(err)
	}
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
