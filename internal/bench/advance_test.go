package bench_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/serinhq/serin/statemachine"
)

// sized is a release at the end of its first bake, with so many targets and alarms, and the healthy look that carries
// it on: the largest input there is.
func sized(tb testing.TB, targets, alarms int) (statemachine.Release, statemachine.Look, time.Time) {
	tb.Helper()
	p := plan(tb, file, "checkout")
	target, alarm := p.Targets[0], p.Alarms[0]
	p.Targets, p.Alarms = nil, nil
	for i := range targets {
		t := target
		t.Name, t.ID, t.Config = fmt.Sprint("target-", i), fmt.Sprint("target-", i), json.RawMessage(`{}`)
		p.Targets = append(p.Targets, t)
	}
	for i := range alarms {
		a := alarm
		a.Name = fmt.Sprint("alarm-", i)
		p.Alarms = append(p.Alarms, a)
	}
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	r := toBake(p, releaseID(0), at, at.Add(-time.Hour))
	now := r.BakeEnd.Add(time.Second)
	look := statemachine.Look{ID: "look", Rev: r.Rev, BegunAt: now}
	for i, a := range p.Alarms {
		look.Alarms = append(look.Alarms, statemachine.AlarmLook{Name: a.Name, State: statemachine.AlarmOK, Transition: r.Alarms[i].Transition})
	}
	for _, t := range r.Targets {
		look.Targets = append(look.Targets, statemachine.TargetLook{Name: t.Name, Split: t.Want})
	}
	return r, look, now
}

// BenchmarkAdvance: what a decision costs as releases grow.
func BenchmarkAdvance(b *testing.B) {
	for _, size := range [][2]int{{1, 1}, {2, 2}, {5, 5}, {10, 10}, {1, 10}, {1, 100}} {
		b.Run(fmt.Sprintf("targets=%d/alarms=%d", size[0], size[1]), func(b *testing.B) {
			r, look, now := sized(b, size[0], size[1])
			b.ReportAllocs()
			for b.Loop() {
				if d := statemachine.Advance(r, look, now); d.Change != statemachine.Decided {
					b.Fatalf("unchanged: %s", d.Reason.Text)
				}
			}
		})
	}
}

func TestAdvance_allocatesNoMoreThanInProportion(t *testing.T) {
	count := func(targets, alarms int) float64 {
		r, look, now := sized(t, targets, alarms)
		if d := statemachine.Advance(r, look, now); d.Change != statemachine.Decided {
			t.Fatalf("with %d targets and %d alarms: unchanged: %s", targets, alarms, d.Reason.Text)
		}
		return testing.AllocsPerRun(100, func() { statemachine.Advance(r, look, now) })
	}
	one := count(1, 1)
	for _, n := range []int{2, 5, 10} {
		if got := count(n, n); got > one*float64(n) {
			t.Errorf("%d targets and alarms: %.0f allocations, want at most %d times the %.0f of one", n, got, n, one)
		}
	}
	if got := count(1, 100); got > one*100 {
		t.Errorf("100 alarms: %.0f allocations, want at most 100 times the %.0f of one", got, one)
	}
}
