package explore_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/serinhq/serin/internal/explore"
)

// What to run: -explore=full is every scenario to its end, -only one of them, and
// -prove keeps what came of it in the proof.
var (
	which = flag.String("explore", "bounded", "bounded, or full: every scenario to its end")           //nolint:gochecknoglobals // a test's flag
	only  = flag.String("only", "", "run only this scenario, or those whose name holds this")          //nolint:gochecknoglobals // a test's flag
	most  = flag.Int("most", 0, "stop a scenario after this many states; 0: the default")              //nolint:gochecknoglobals // a test's flag
	laws  = flag.String("laws", "", "look for a breach of these only, with commas: law 3,gate")        //nolint:gochecknoglobals // a test's flag
	prove = flag.Bool("prove", false, "write what a whole run came to into the proof, infra/PROOF.md") //nolint:gochecknoglobals // a test's flag
)

// How many states a scenario may have: bounded runs see the first of them, and
// none once the clock has run out.
const (
	bounded = 6_000
	whole   = 6_000_000
	clock   = 25 * time.Second
)

// A bounded run of most scenarios never comes to law 7, which takes the whole graph.
func TestExplore_seesASmallScenarioWhole(t *testing.T) {
	for _, sc := range explore.Scenarios() {
		if sc.Name != "guarded/crash" {
			continue
		}
		r := explore.Explore(sc, explore.Limits{})
		t.Log(r)
		if !r.OK() || !sc.Live || r.Ends == 0 {
			t.Errorf("%s: whole %v, law 7 checked %v, %d ends, %s", sc.Name, r.Whole, sc.Live, r.Ends, r.Counterexample())
		}
		return
	}
	t.Error("there is no such scenario")
}

func TestExplore(t *testing.T) {
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(7 << 30)
	begun := time.Now()
	limits := explore.Limits{States: bounded, Until: begun.Add(clock), Laws: wanted()}
	if *which == "full" {
		limits.States, limits.Until = whole, time.Time{}
	}
	if *most > 0 {
		limits.States = *most
	}
	all := picked(t)
	reports := make([]explore.Report, len(all))
	t.Run("all", func(t *testing.T) {
		for i, sc := range all {
			t.Run(sc.Name, func(t *testing.T) {
				if *which == "full" {
					t.Parallel()
				}
				reports[i] = explore.Explore(sc, limits)
				judge(t, reports[i], limits.States)
			})
		}
	})
	if *which == "full" && *only == "" {
		sum := summed(reports, time.Since(begun))
		t.Log(sum)
		for _, promise := range sum.short() {
			t.Error(promise)
		}
		if *prove && !t.Failed() {
			writeExplored(t, reports, sum)
		}
	}
}

func wanted() []string {
	if *laws == "" {
		return nil
	}
	return strings.Split(*laws, ",")
}

func judge(t *testing.T, r explore.Report, limit int) {
	t.Helper()
	t.Log(r)
	if r.Law != "" {
		t.Errorf("%s is broken: %s\n%s", r.Law, r.Broken, keep(t, r))
	}
	if *which == "full" && r.Law == "" && !r.Whole {
		t.Errorf("the scenario has more than %d states", limit)
	}
}

// picked are the scenarios that -only names, or all that are no mutants' own.
func picked(t *testing.T) []explore.Scenario {
	t.Helper()
	var like []explore.Scenario
	for _, sc := range append(explore.Scenarios(), explore.MutantScenarios()...) {
		switch {
		case sc.Name == *only:
			return []explore.Scenario{sc}
		case strings.HasPrefix(sc.Name, "mutant/") && !strings.HasPrefix(*only, "mutant/"):
		case strings.Contains(sc.Name, *only):
			like = append(like, sc)
		}
	}
	if len(like) == 0 {
		t.Fatalf("no scenario is called %s", *only)
	}
	return like
}

// keep writes the counterexample as a scenario file and returns it.
func keep(t *testing.T, r explore.Report) string {
	t.Helper()
	text := r.Counterexample()
	path := filepath.Join(os.TempDir(), fmt.Sprintf("serin-%s.txt", strings.ReplaceAll(r.Scenario.Name, "/", "-"))) //nolint:usetesting // it outlives the test
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Error(err)
	}
	return text + "kept in " + path
}
