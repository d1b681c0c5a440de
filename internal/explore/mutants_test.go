package explore_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var (
	bite   = flag.Bool("mutants", false, "compile and explore every mutant; otherwise only check that each still applies") //nolint:gochecknoglobals // a test's flag
	mutate = flag.String("mutant", "", "only the mutants whose name holds this")                                           //nolint:gochecknoglobals // a test's flag
)

const root = "../.."

// Every mutant is caught by a law, and by one of those it must break.
func TestMutants_areCaughtByALaw(t *testing.T) {
	for _, m := range mutants() {
		if !strings.Contains(m.name, *mutate) {
			continue
		}
		t.Run(strings.ReplaceAll(m.name, " ", "_"), func(t *testing.T) {
			overlay := write(t, m)
			if !*bite {
				return
			}
			begun := time.Now()
			law, steps := caught(t, overlay, m.in)
			switch {
			case law == "":
				t.Errorf("%s survives %s", m.name, m.in)
			case !strings.Contains(" "+m.laws+" ", " "+lawKey(law)+" "):
				t.Errorf("%s breaks %s, want one of %s", m.name, law, m.laws)
			}
			t.Logf("%-62s %-22s %-22s %4s steps %6s", m.name, m.in, law, steps, time.Since(begun).Round(100*time.Millisecond))
		})
	}
}

func lawKey(law string) string {
	word, rest, two := strings.Cut(law, " ")
	if two && word == "law" {
		return rest
	}
	return word
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

// caught explores the mutant and returns the law it broke, and in how many steps.
func caught(t *testing.T, overlay, scenario string) (law, steps string) {
	t.Helper()
	bin := filepath.Join(filepath.Dir(overlay), "mutant.test")
	build := exec.CommandContext(t.Context(), "go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", bin, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("the mutant does not compile: %v\n%s", err, out)
	}
	run := exec.CommandContext(t.Context(), bin, "-test.run", "^TestExplore$", "-test.v", "-explore", "full", "-only", scenario, "-most", fmt.Sprint(4_000_000))
	out, err := run.CombinedOutput()
	if err == nil {
		return "", ""
	}
	found := regexp.MustCompile(`(?m)# ([a-z0-9 ]+): .*\n\s*# (\d+) steps`).FindSubmatch(out)
	if found == nil {
		t.Fatalf("the mutant fails without a law: %v\n%s", err, out)
	}
	return string(found[1]), string(found[2])
}
