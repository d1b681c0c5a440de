package statemachine

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
)

// start is when every story begins; the files tell times from there.
var start = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC) //nolint:gochecknoglobals // a constant; Go has no constant of this type

// TestStories plays testdata/scenario. A file is one release's story: the plan,
// then inputs, one a block, each with what the core makes of it. The language
// is told in testdata/scenario/README.md. -rewrite writes what comes out.
func TestStories(t *testing.T) {
	paths, err := filepath.Glob("testdata/scenario/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("found %d stories: %v", len(paths), err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			s := &story{world: newWorld(), now: start}
			datadriven.RunTest(t, path, s.play)
		})
	}
}

// story is one release in its world.
type story struct {
	*world
	r   Release
	now time.Time
	// in is the last input.
	in Input
}

// play does one block.
func (s *story) play(t *testing.T, d *datadriven.TestData) string {
	t.Helper()
	a := argsOf(t, d)
	s.now = s.now.Add(a.pass)
	if d.Cmd == "plan" {
		return s.begin(t, d.Input)
	}
	if d.Cmd == "set" {
		s.set(t, a)
		return ""
	}
	in := s.input(t, d.Cmd, a)
	s.in = in
	was := s.r
	decision := Advance(s.r, in, s.now)
	if err := errors.Join(lawsOfStep(was, in, s.now, decision), lawAgain(was, in, s.now, decision)); err != nil {
		t.Errorf("%s: %s: %v", d.Pos, d.Cmd, err)
	}
	s.r = decision.Next
	return tell(was, decision, s.now)
}

func (s *story) begin(t *testing.T, text string) string {
	t.Helper()
	fresh := New(planOf(t, s.world, text), s.now)
	admission := Admit(s.slot, nil, nil, fresh, s.now)
	s.slot, s.r = admission.Slot, admission.New.Next
	return tell(Release{}, admission.New, s.now)
}

// input makes the input a block names.
func (s *story) input(t *testing.T, word string, a args) Input {
	t.Helper()
	var verb Verb
	switch {
	case word == "wake":
		return Wake{}
	case word == "look":
		return s.lookOf(t, a)
	case word == "event":
		at := s.now.Add(-duration(t, a.get("ago", "0s")))
		e := AlarmEvent{ID: "event", Name: a.words[0], At: at, Muted: slices.Contains(a.words, "muted")}
		if err := e.State.UnmarshalText([]byte(a.words[1])); err != nil {
			t.Fatal(err)
		}
		return e
	case word == "done":
		return s.perform(s.r, s.pending(t, a.get("target", "")))
	case word == "failed":
		return s.failure(t, a)
	case verb.UnmarshalText([]byte(word)) == nil:
		c := Command{ID: "c", Verb: verb, Rev: s.r.Rev, Actor: "ann", Reason: "because"}
		if rev := a.get("rev", ""); rev != "" {
			c.Rev = int64(number(t, rev))
		}
		return c
	}
	t.Fatalf("unknown input %q", word)
	return nil
}

// lookOf is a truthful look. "rev" and "began" make it a late one.
func (s *story) lookOf(t *testing.T, a args) Look {
	t.Helper()
	l := s.look(s.r, s.now.Add(-duration(t, a.get("began", "0s"))))
	if rev := a.get("rev", ""); rev != "" {
		l.Rev = int64(number(t, rev))
	}
	return l
}

// pending is the order for a target, or the first.
func (s *story) pending(t *testing.T, target string) Order {
	t.Helper()
	for _, o := range s.r.Pending {
		if target == "" || o.Target == target {
			return o
		}
	}
	t.Fatalf("no order is pending for %q", target)
	return Order{}
}

func (s *story) failure(t *testing.T, a args) OrderFailed {
	t.Helper()
	o := s.pending(t, a.get("target", ""))
	f := Fault{Call: "lambda:UpdateAlias", Resource: o.Target, Error: a.words[0]}
	if err := f.Code.UnmarshalText([]byte(a.words[0])); err != nil {
		t.Fatal(err)
	}
	if f.Code == FaultDrift {
		seen := s.shows[o.Target]
		f.Seen = &seen
	}
	if slices.Contains(a.words, "rolling") {
		f.Seen = &Split{Stable: o.Want.Stable, Canary: o.Want.Canary, WeightPct: o.Want.WeightPct, Rolling: true}
	}
	return OrderFailed{Key: o.Key, Fault: f, Landed: slices.Contains(a.words, "landed")}
}
