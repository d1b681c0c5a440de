package bench_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/serinhq/serin/statemachine"
)

func encodeJSON(tb testing.TB, v any) string {
	tb.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

func decodeJSON[T any](tb testing.TB, text string) (v T) {
	tb.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		tb.Fatal(err)
	}
	return v
}

// created is a release as Admit begins it: in preflight.
func created(p statemachine.Plan, id string, at time.Time) statemachine.Release {
	spec := statemachine.Spec{
		ID: id, Kind: statemachine.Forward, Plan: p, Version: "2", Lease: 15 * time.Second, CallTimeout: 5 * time.Second,
		Trigger: statemachine.Trigger{Kind: statemachine.TriggerManual, Source: "manual#" + p.Canary, Key: id, At: at},
	}
	for range p.Targets {
		spec.Canaries = append(spec.Canaries, "2")
	}
	return statemachine.Admit(statemachine.Slot{Canary: p.Canary}, nil, nil, statemachine.New(spec, at), at).New.Next
}

// held is a release in preflight that a person holds: an ALARM is saved, and nothing comes of it until it is resumed.
func held(p statemachine.Plan, id string, at time.Time) statemachine.Release {
	r := created(p, id, at)
	return advance(r, statemachine.Command{ID: "pause", Verb: statemachine.VerbPause, Rev: r.Rev, Actor: "bench", Reason: "bench"}, at)
}

// baking is a release that bakes its first step.
func baking(p statemachine.Plan, id string, at time.Time) statemachine.Release {
	return bakingSince(at.Add(-time.Hour))(p, id, at)
}

// bakingSince has its alarms OK since then.
func bakingSince(ok time.Time) func(p statemachine.Plan, id string, at time.Time) statemachine.Release {
	return func(p statemachine.Plan, id string, at time.Time) statemachine.Release { return toBake(p, id, at, ok) }
}

func toBake(p statemachine.Plan, id string, at, ok time.Time) statemachine.Release {
	r := created(p, id, at)
	look := statemachine.Look{ID: "look", Rev: r.Rev, BegunAt: at, Slot: &statemachine.Slot{Canary: p.Canary, Active: id}}
	for _, a := range p.Alarms {
		look.Alarms = append(look.Alarms, statemachine.AlarmLook{Name: a.Name, State: statemachine.AlarmOK, Transition: ok})
	}
	for _, t := range p.Targets {
		look.Targets = append(look.Targets, statemachine.TargetLook{Name: t.Name, Split: &statemachine.Split{Stable: "1"}, Canary: "2"})
	}
	for r = advance(r, look, at); len(r.Pending) > 0; {
		o := r.Pending[0]
		r = advance(r, statemachine.OrderDone{Key: o.Key, Seen: o.Want}, at)
	}
	return r
}

func advance(r statemachine.Release, in statemachine.Input, at time.Time) statemachine.Release {
	d := statemachine.Advance(r, in, at)
	if d.Change != statemachine.Decided {
		panic("bench: the release did not take " + d.Reason.Text)
	}
	return d.Next
}
