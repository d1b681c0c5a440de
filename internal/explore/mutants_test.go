package explore_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/serinhq/serin/internal/proof"
)

var (
	bite   = flag.Bool("mutants", false, "explore every mutant; otherwise a few, and check that each still applies") //nolint:gochecknoglobals // a test's flag
	mutate = flag.String("mutant", "", "only the mutants whose name holds this")                                     //nolint:gochecknoglobals // a test's flag
)

const root = "../.."

// catch is how a mutant was found out.
type catch struct {
	law, states, steps string
	// told is the counterexample.
	told string
}

// Every mutant is caught, by one of the laws it must break.
func TestMutants_areCaughtByALaw(t *testing.T) {
	var rows strings.Builder
	for _, m := range mutants() {
		if !strings.Contains(m.name, *mutate) {
			continue
		}
		t.Run(strings.ReplaceAll(m.name, " ", "_"), func(t *testing.T) {
			overlay := write(t, m)
			if !*bite && !slices.Contains(quick(), m.name) {
				return
			}
			c := caught(t, overlay, m)
			if c.law == "" {
				t.Fatalf("%s survives %s: nothing breaks %s", m.name, m.in, m.laws)
			}
			seen := control(t, m, c)
			t.Logf("%s, in %s: %s is broken after %s states, by %s steps; control: %s\n%s", m.name, m.in, c.law, c.states, c.steps, seen, c.told)
			fmt.Fprintf(&rows, "| %s | %s | %s | %s | %s | %s |\n", m.name, m.in, c.law, c.states, c.steps, seen)
		})
	}
	if *bite && *prove && *mutate == "" && !t.Failed() {
		text := fmt.Sprintf("Each is a text in the shipped code, replaced as the compiler reads it (an overlay), so no build of Serin can have it switched on.\n"+
			"All %d are caught, each by the law named; the shortest counterexample is a scenario file in the command's output.\n"+
			"The control is the same scenario with the code as it is: no law is broken in it as far as it was seen, which is at least as far as the counterexample goes.\n\n"+
			"| mutant | scenario | caught by | states until then | steps of the counterexample | control |\n|---|---|---|--:|--:|---|\n%s", len(mutants()), rows.String())
		if err := proof.Write("mutants", "make mutants", text); err != nil {
			t.Error(err)
		}
	}
}

// lawsOf are the laws that one of a mutant's words stands for: a number, or the
// name of what is checked beside them.
func lawsOf(m mutant) string {
	var all []string
	for word := range strings.SplitSeq(m.laws, ",") {
		if _, err := strconv.Atoi(word); err == nil {
			word = "law " + word
		}
		all = append(all, word)
	}
	return strings.Join(all, ",")
}

// write makes the mutated files and the overlay that shows them to the compiler.
func write(t *testing.T, m mutant) string {
	t.Helper()
	dir := t.TempDir()
	texts := map[string]string{}
	for _, e := range m.edits {
		text, ok := texts[e.file]
		if !ok {
			raw, err := os.ReadFile(filepath.Join(root, e.file))
			if err != nil {
				t.Fatal(err)
			}
			text = string(raw)
		}
		if n := strings.Count(text, e.old); n != 1 {
			t.Fatalf("%s holds %d times, want once:\n%s", e.file, n, e.old)
		}
		texts[e.file] = strings.Replace(text, e.old, e.instead, 1)
	}
	replace := map[string]string{}
	for file, text := range texts {
		from, err := filepath.Abs(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(dir, strings.ReplaceAll(file, "/", "_"))
		if err := os.WriteFile(to, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		replace[from] = to
	}
	raw, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// caught explores the mutant for a breach of the laws it must break, and goes past
// those of others; the zero catch if there is none.
func caught(t *testing.T, overlay string, m mutant) catch {
	t.Helper()
	bin := filepath.Join(filepath.Dir(overlay), "mutant.test")
	build := exec.CommandContext(t.Context(), "go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", bin, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("the mutant does not compile: %v\n%s", err, out)
	}
	run := exec.CommandContext(t.Context(), bin, "-test.run", "^TestExplore$", "-test.v", "-explore", "full", "-only", m.in, "-laws", lawsOf(m))
	out, err := run.CombinedOutput()
	if err == nil {
		return catch{}
	}
	found := regexp.MustCompile(`(?ms)(\d+) states .*^ *(# \S+: [^\n]*\n *# ([a-z0-9 -]+): [^\n]*\n *# (\d+) steps.*?)\n *kept in `).FindSubmatch(out)
	if found == nil {
		t.Fatalf("the mutant fails without a law: %v\n%s", err, out)
	}
	return catch{states: string(found[1]), told: regexp.MustCompile("(?m)^ +").ReplaceAllString(string(found[2]), ""), law: string(found[3]), steps: string(found[4])}
}
