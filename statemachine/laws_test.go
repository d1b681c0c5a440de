package statemachine

import (
	"flag"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestLaws lets random worlds run against the real core, and after every step
// holds it to the laws of the design. A counterexample prints as a trace.
func TestLaws(t *testing.T) {
	takeLonger(t)
	for _, plan := range []struct{ name, text string }{
		{"two steps, gate", "target a lambda 42 -> 43\nsteps 25/1m 50/1m\nalarm x\ngate"},
		{"no fence", "target a plain 42 -> 43\nsteps 25/1s 50/1m\nalarm x refuse"},
		{"approval", "target a lambda 42 -> 43\nsteps 25/1m ask/10m 50/1m\nalarm x\ngate"},
		{"approval first, proceeds", "target a plain 42 -> 43\nsteps ask/5m/proceed 25/1m\nalarm x"},
		{"two targets", "target a lambda 42 -> 43\ntarget b plain 7 -> 8\nsteps 25/1m 50/30s\nalarm x\ngate"},
		{"roles swap", "target a alb green -> blue\nsteps 25/1m 60/1m\nalarm x"},
		{"console promotes", "target a lambda 42 -> 43\nsteps 25/1m ask/10m\nalarm x\ngate\nconsole promote"},
		{"revert", "target a lambda 43 -> 42\nsteps 25/1m\nalarm x\nrevert 42 expects 43"},
		{"rollback execution", "target a lambda 43 -> 42\ntarget b plain 8 -> 7\nsteps 25/1m\nalarm x\ngate\nkind revert"},
		{"nothing to do", "target a lambda 43 -> 43\nsteps 25/1m\nalarm x\ngate\nleft a 43"},
		{"checks, rolls the stage", "target a lambda 42 -> 43\nsteps check/5m 25/1m check/10m/proceed 50/1m\nalarm x\ngate\nrolls Canary"},
		{"clients keep", "target a lambda 42 -> 43\nlag a 1m\nsteps 25/1m check/3m 50/1m\nalarm x"},
	} {
		t.Run(plan.name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(rt *rapid.T) { runWorld(t, rt, plan.text) })
		})
	}
}

const limits = "\ndeadline 30m\npreflightWait 5m\nholdTimeout 20m"

// runWorld begins a few wakes in, so that every phase is near.
func runWorld(t *testing.T, rt *rapid.T, plan string) {
	t.Helper()
	s := &sim{world: newWorld(), now: start, tokens: map[string]int{}, foreign: map[string]bool{}, carried: map[string]time.Time{}}
	s.rolls = rapid.IntRange(0, 3).Draw(rt, "rolls") == 0
	s.spec, s.more = planOf(t, s.world, plan+limits), rapid.IntRange(0, 2).Draw(rt, "releases after this")
	s.fates = rapid.SampledFrom(fates()).Draw(rt, "fates")
	s.admit()
	for range rapid.IntRange(0, 6).Draw(rt, "ahead") {
		s.pass(max(0, s.r.WakeAt.Sub(s.now)))
		s.fair()
	}
	actions := s.actions()
	actions[""] = func(rt *rapid.T) {
		if now := fmt.Sprint(s.r.ID, s.r.Rev, s.shows); s.broken == nil && now != s.closed {
			s.closed, s.broken = now, s.closes()
		}
		if s.broken != nil {
			rt.Fatalf("%v\n%s", s.broken, s.trace())
		}
		s.now = s.now.Add(time.Millisecond)
	}
	rt.Repeat(actions)
}

// actions are what may happen between any two steps: mostly a worker goes on with
// its work, now and then time passes or something comes from outside.
func (s *sim) actions() map[string]func(*rapid.T) {
	work := func(who int) func(*rapid.T) { return func(rt *rapid.T) { s.work(rt, who) } }
	outside := func(rt *rapid.T) {
		what := []func(*rapid.T){
			s.alarmAction, s.eventAction, s.commandAction, s.commandAction, s.rollbackAction, s.personAction,
			s.foreignAction, s.unreadAction, s.checkAction, s.lateAction, s.lateAction, s.land, s.land, s.land, s.crashAction, s.bringAction,
		}
		if s.r.Plan.Guarded() {
			what = []func(*rapid.T){
				s.awsAction, s.awsAction, s.awsAction, s.alarmAction, s.eventAction, s.commandAction, s.commandAction,
				s.unreadAction, s.checkAction, s.crashAction, s.bringAction,
			}
		}
		what[rapid.IntRange(0, len(what)-1).Draw(rt, "what")](rt)
	}
	return map[string]func(*rapid.T){
		"work 0": work(0), "work 1": work(1), "go on 0": work(0), "go on 1": work(1), "more 0": work(0), "more 1": work(1),
		"tick": func(rt *rapid.T) {
			s.pass(rapid.SampledFrom([]time.Duration{time.Second, 5 * time.Second, 16 * time.Second, time.Minute, 10 * time.Minute}).Draw(rt, "pass"))
		},
		"to the wake": func(*rapid.T) { s.pass(max(0, s.r.WakeAt.Sub(s.now))) },
		"outside":     outside, "from outside": outside,
	}
}

// takeLonger makes rapid's worlds longer and more than its defaults, unless told
// otherwise: the races that the laws are about are rare.
func takeLonger(t *testing.T) {
	t.Helper()
	for name, value := range map[string]string{"rapid.steps": "60", "rapid.checks": "100"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() == f.DefValue {
			must(t, f.Value.Set(value))
		}
	}
}
