package explore_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/serinhq/serin/internal/explore"
)

// What to run: -explore=full is every scenario to its end, -only one of them.
var (
	which = flag.String("explore", "bounded", "bounded, or full: every scenario to its end") //nolint:gochecknoglobals // a test's flag
	only  = flag.String("only", "", "run only the scenarios whose name holds this")          //nolint:gochecknoglobals // a test's flag
	most  = flag.Int("most", 0, "stop a scenario after this many states; 0: the default")    //nolint:gochecknoglobals // a test's flag
)

// How many states a scenario may have: bounded runs see the first of them.
const (
	bounded = 6_000
	whole   = 8_000_000
)

func TestExplore(t *testing.T) {
	debug.SetGCPercent(300)
	limit := bounded
	if *which == "full" {
		limit = whole
	}
	if *most > 0 {
		limit = *most
	}
	all := explore.Scenarios()
	if strings.HasPrefix(*only, "mutant/") {
		all = explore.MutantScenarios()
	}
	for _, sc := range all {
		if !strings.Contains(sc.Name, *only) {
			continue
		}
		t.Run(sc.Name, func(t *testing.T) {
			if *which == "full" {
				t.Parallel()
			}
			r := explore.Explore(sc, limit)
			t.Log(r)
			if r.Law != "" {
				t.Errorf("%s is broken: %s\n%s", r.Law, r.Broken, keep(t, r))
			}
			if *which == "full" && !r.Whole {
				t.Errorf("the scenario has more than %d states", limit)
			}
		})
	}
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
