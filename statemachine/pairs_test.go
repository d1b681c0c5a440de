package statemachine

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write testdata/pairs.txt and the diagrams") //nolint:gochecknoglobals // a flag

// TestPairs tells what becomes of every kind of input in every phase, by giving
// every kind to every state that the stories come through. The answer stands in
// testdata/pairs.txt, so that a new row, or a new phase, is decided on purpose.
func TestPairs(t *testing.T) {
	found := map[pair]map[string]bool{}
	for _, at := range storyStates(t) {
		for _, in := range at.inputs() {
			at.note(t, found, in)
		}
	}
	for name, table := range map[string]table{"targets": targetTable, "guarded": guardedTable} {
		for phase, rows := range table {
			for _, row := range rows {
				if !slices.ContainsFunc(kinds(), func(kind string) bool { return found[pair{name, phase, kind}][outcome(&row)] }) {
					t.Errorf("%s, %s: no story comes to row %q", name, phase, row.why)
				}
			}
			for _, kind := range kinds() {
				if len(found[pair{name, phase, kind}]) == 0 {
					t.Errorf("%s, %s: nobody decided what %s does", name, phase, kind)
				}
			}
		}
	}
	golden(t, "testdata/pairs.txt", pairsText(found))
}

// pair is a kind of input in a phase of a table.
type pair struct {
	table string
	phase Phase
	kind  string
}

func kinds() []string {
	return append([]string{"wake", "look", "late look", "event", "done", "failed"}, verbWords()...)
}

func outcome(row *row) string {
	if row.to == 0 {
		return row.why
	}
	return row.why + " → " + row.to.String()
}

// state is where a story stood, and the world around it.
type state struct {
	story story
	where string
}

// storyStates plays every story and keeps where it stood after each block.
func storyStates(t *testing.T) []state {
	t.Helper()
	paths, err := filepath.Glob("testdata/scenario/*.txt")
	must(t, err)
	var states []state
	for _, path := range paths {
		s := &story{world: newWorld(), now: start}
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			t.Helper()
			was := s.r
			s.play(t, d)
			at := story{world: s.clone(), r: s.r, now: s.now}
			if s.in != nil {
				states = append(states, state{story{world: at.world, r: was, now: s.now, in: s.in}, d.Pos})
			}
			if s.in = nil; s.r.Running() {
				states = append(states, state{at, d.Pos})
			}
			return d.Expected
		})
	}
	return append(states, queuedState(t, "target a lambda 42 -> 43\nsteps 25/10m\nalarm x\ngate"), queuedState(t, "deployment\nalarm x"),
		supersededState(t))
}

func queuedState(t *testing.T, plan string) state {
	t.Helper()
	w := newWorld()
	active := New(planOf(t, newWorld(), plan), start)
	spec := planOf(t, w, plan)
	spec.ID, spec.Trigger.At = "q", start.Add(time.Minute)
	a := Admit(Slot{}, &active, nil, New(spec, start), start)
	return state{story{world: w, r: a.New.Next, now: start}, "queued"}
}

func supersededState(t *testing.T) state {
	t.Helper()
	queued := queuedState(t, "target a lambda 42 -> 43\nsteps 25/10m\nalarm x\ngate")
	queued.story.r = supersede(queued.story.r, "a newer one came", start).Next
	return queued
}

// note gives the state an input and keeps what came of it.
func (at state) note(t *testing.T, found map[pair]map[string]bool, in batteryInput) {
	t.Helper()
	d := Advance(at.story.r, in.in, in.now)
	if err := lawsOfStep(at.story.r, in.in, in.now, d); err != nil {
		t.Errorf("%s: %s: %v", at.where, in.kind, err)
	}
	name := "targets"
	if at.story.r.Plan.Guarded() {
		name = "guarded"
	}
	what := "unchanged: " + string(d.Reason.Code)
	if row := rowTaken(at.story.r, in.in, in.now); row != nil {
		what = outcome(row)
	}
	p := pair{name, at.story.r.Phase, in.kind}
	if found[p] == nil {
		found[p] = map[string]bool{}
	}
	found[p][what] = true
}

func pairsText(found map[pair]map[string]bool) string {
	var b strings.Builder
	b.WriteString("What becomes of every kind of input in every phase. Written by go test ./statemachine -run TestPairs -update.\n")
	for _, name := range []string{"targets", "guarded"} {
		for phase := Queued; phase <= Superseded; phase++ {
			for i, kind := range kinds() {
				whats := found[pair{name, phase, kind}]
				if len(whats) == 0 {
					continue
				}
				if i == 0 {
					fmt.Fprintf(&b, "\n%s, %s\n", name, phase)
				}
				fmt.Fprintf(&b, "  %s\n", kind)
				for _, what := range slices.Sorted(mapKeys(whats)) {
					fmt.Fprintf(&b, "    %s\n", what)
				}
			}
		}
	}
	return b.String()
}

// golden compares with a file, or writes it.
func golden(t *testing.T, path, text string) {
	t.Helper()
	if *update {
		must(t, os.WriteFile(path, []byte(text), 0o600))
		return
	}
	was, err := os.ReadFile(path)
	must(t, err)
	if diff := cmp.Diff(string(was), text); diff != "" {
		t.Errorf("%s is stale; if the change is meant, write it with -update: %s", path, diff)
	}
}
