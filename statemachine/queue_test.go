package statemachine

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
)

// TestQueues plays testdata/queue: several releases of one canary, and its slot.
func TestQueues(t *testing.T) {
	paths, err := filepath.Glob("testdata/queue/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("found %d stories: %v", len(paths), err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			q := &queue{slot: Slot{Canary: "checkout"}, releases: map[string]Release{}, now: start}
			datadriven.RunTest(t, path, q.play)
		})
	}
}

// queue is a canary's releases and its slot, as the loop keeps them.
type queue struct {
	slot     Slot
	releases map[string]Release
	now      time.Time
	told     strings.Builder
}

func (q *queue) play(t *testing.T, d *datadriven.TestData) string {
	t.Helper()
	a := argsOf(t, d)
	q.now = q.now.Add(a.pass)
	q.told.Reset()
	id := a.words[0]
	switch d.Cmd {
	case "trigger":
		q.trigger(t, id, a)
	case "look":
		l := Look{ID: "look", Rev: q.releases[id].Rev, BegunAt: q.now, Gate: &GateLook{By: "bob"}}
		must(t, l.Gate.Status.UnmarshalText([]byte(a.get("gate", "open"))))
		q.advance(id, l)
	case "answered":
		q.advance(id, OrderDone{Key: q.releases[id].Pending[0].Key, Gate: &GateLook{Status: GateRejected, Ours: true}})
	default:
		c := Command{ID: "c", Actor: "ann", Reason: "because"}
		must(t, c.Verb.UnmarshalText([]byte(d.Cmd)))
		q.advance(id, c)
	}
	fmt.Fprintf(&q.told, "slot active %s, next %s, newest %s\n", orNone(q.slot.Active), orNone(q.slot.Next), orNone(q.slot.Newest))
	return q.told.String()
}

// trigger admits a release; "at" is the trigger's own time, "revert" a person's.
func (q *queue) trigger(t *testing.T, id string, a args) {
	t.Helper()
	s := planOf(t, newWorld(), "target a lambda 42 -> 43\nsteps 25/10m")
	s.ID, s.Trigger.At = id, start.Add(duration(t, a.get("at", "0s")))
	s.Trigger.At2 = start.Add(duration(t, a.get("gate", "0s")))
	if _, gated := a.named["gate"]; gated {
		s.Gate = &Gate{Execution: id, Status: GateOpen}
	}
	for _, word := range a.words[1:] {
		switch word {
		case "revert":
			s.Kind, s.Revert = Revert, &RevertTo{Release: "r0", To: []Split{{Stable: "42"}}, Expect: []Split{{Stable: "43"}}}
		case "unresolved":
			s.Refusal = &Problem{Code: CodeUnresolved, Text: "Deploy.FunctionVersion is not there"}
		}
	}
	admission := Admit(q.slot, q.find(q.slot.Active), q.find(q.slot.Next), New(s, q.now), q.now)
	if admission.Refused != nil {
		fmt.Fprintf(&q.told, "not admitted · %s: %s\n", admission.Refused.Code, admission.Refused.Text)
		return
	}
	q.slot = admission.Slot
	q.save(Release{}, admission.New)
	if admission.Overtaken != nil {
		q.save(q.releases[admission.Overtaken.Next.ID], *admission.Overtaken)
	}
}

// advance saves as the loop does: what settles frees the slot, what leaves the
// queue leaves Slot.Next.
func (q *queue) advance(id string, in Input) {
	was := q.releases[id]
	d := Advance(was, in, q.now)
	q.save(was, d)
	if was.Phase == Queued && d.Next.Phase != Queued && q.slot.Next == id {
		q.slot.Next = ""
	}
	if was.Running() && !d.Next.Running() {
		over := q.slot.Release(d.Next, q.find(q.slot.Next), q.now)
		q.slot = over.Slot
		if over.Begun != nil {
			q.save(q.releases[over.Begun.Next.ID], *over.Begun)
		}
	}
}

func (q *queue) save(was Release, d Decision) {
	q.releases[d.Next.ID] = d.Next
	fmt.Fprintf(&q.told, "%s %s", d.Next.ID, tell(was, d, q.now))
}

func (q *queue) find(id string) *Release {
	if r, ok := q.releases[id]; ok {
		return &r
	}
	return nil
}

func orNone(id string) string {
	if id == "" {
		return "none"
	}
	return id
}
