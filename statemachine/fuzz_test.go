package statemachine

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestRelease_comesBackFromTheTableAsItWas holds for every state the stories come
// through.
func TestRelease_comesBackFromTheTableAsItWas(t *testing.T) {
	for _, at := range storyStates(t) {
		text, err := json.Marshal(at.story.r)
		must(t, err)
		var back Release
		must(t, json.Unmarshal(text, &back))
		again, err := json.Marshal(back)
		must(t, err)
		if diff := cmp.Diff(at.story.r, back); diff != "" || string(text) != string(again) {
			t.Errorf("%s: %s", at.where, diff)
		}
	}
}

func TestRelease_withAWordNobodyKnowsIsNotRead(t *testing.T) {
	for _, text := range []string{`{"phase":"flying"}`, `{"kind":""}`, `{"pending":[{"order":"dance"}]}`} {
		var r Release
		if err := json.Unmarshal([]byte(text), &r); err == nil {
			t.Errorf("%s was read as %+v", text, r)
		}
	}
}

// fuzzPlans are a plan of every kind.
func fuzzPlans() []string {
	return []string{
		"target a lambda 42 -> 43\ntarget b plain 7 -> 8\nsteps 25/1m ask/5m 50/1m\nalarm x\ngate",
		"target a alb blue -> green\nsteps ask/5m/proceed 25/1m\nalarm x refuse requireData honorMute\nadopt",
		"deployment\nsteps ready:ask/5m shifted:bake/1m\nalarm x",
		"target a lambda 43 -> 42\nsteps 25/1m\ngate\nkind revert",
		"target a lambda 42 -> 43\nsteps check/5m 25/1m check/10m/proceed\nalarm x\ngate\nrolls Canary",
	}
}

// FuzzAdvance makes inputs of any bytes and gives them to what a plan of any kind
// became: never a panic, the same again is the same, one rev a decision, and every
// law of a single step.
func FuzzAdvance(f *testing.F) {
	for plan := range fuzzPlans() {
		for _, moves := range fuzzSeeds() {
			f.Add(byte(plan), moves)
		}
	}
	f.Fuzz(func(t *testing.T, plan byte, moves []byte) { advances(t, plan, moves) })
}

// advances gives the inputs that moves make to a plan, and tells the states that came of it.
func advances(t *testing.T, plan byte, moves []byte) []Release {
	t.Helper()
	s := fairWorld(t, fuzzPlans()[int(plan)%len(fuzzPlans())]+limits)
	states := []Release{s.r}
	source := &anything{moves, s}
	for n := 0; len(source.bytes) > 0 && n < 60; n++ {
		s.now = s.now.Add(passes(source.intN(256)))
		in := source.input()
		was := s.r
		d := Advance(was, in, s.now)
		s.tell("%T: %s", in, tell(was, d, s.now))
		if again := Advance(was, in, s.now); !reflect.DeepEqual(d, again) {
			t.Fatalf("not the same again: %s", cmp.Diff(d, again))
		}
		if d.Change == Decided && d.Next.Rev == was.Rev {
			t.Fatalf("decided without a rev: %s", d.Reason.Text)
		}
		if err := lawsOfStep(was, in, s.now, d); err != nil {
			t.Fatalf("%v\n%s\n%+v", err, s.trace(), in)
		}
		s.r = d.Next
		states = append(states, s.r)
	}
	return states
}

// What a fuzzer starts from must be deep enough for it to change anything that matters. Who is queued, and who is
// superseded then, Admit decides.
func TestFuzzSeeds_comeThroughEveryPhaseAndCheck(t *testing.T) {
	phases, checks := map[Phase]bool{}, 0
	for plan := range fuzzPlans() {
		for _, moves := range fuzzSeeds() {
			for _, r := range advances(t, byte(plan), moves) {
				phases[r.Phase] = true
				if r.Check != nil {
					checks++
				}
			}
		}
	}
	for n := range phaseWords() {
		if phase := Phase(n + 1); !phases[phase] && phase != Queued && phase != Superseded {
			t.Errorf("no seed comes to %s", phase)
		}
	}
	if checks == 0 {
		t.Error("no seed waits for a check")
	}
}

// passes is the time before an input: nothing, seconds, or up to an hour.
func passes(drawn int) time.Duration {
	return time.Duration(drawn%16) * time.Duration(drawn) * time.Second
}

// fuzzSeeds are inputs, each begun by the time that passes and its kind, that take a release some of its way.
func fuzzSeeds() [][]byte {
	const look, act, event, verb, failed = 2, 4, 7, 8, 11
	const minute, second = 20, 1 // as passes tells them
	const pass, fail, wait = 0, 1, 2
	on := func(n int, check byte, then ...byte) (moves []byte) {
		for range n {
			moves = append(moves, minute, look, check, second, act, 0)
		}
		return append(moves, then...)
	}
	alarm := []byte{second, event, 0, byte(AlarmFiring), 1, 14, 20, 1, second, act, 0, second, act, 0, minute, look, pass}
	return [][]byte{
		on(12, pass),
		on(3, pass, alarm...),
		on(5, pass, second, verb, byte(VerbApprove), 0, 1),
		on(5, pass, append([]byte{second, verb, byte(VerbPromote), 0, 1}, on(4, pass)...)...),
		on(2, pass, minute, look, pass, second, failed, 1, 0, 4, 1, 1, 1, minute, look, pass, second, act, 0),
		on(2, pass, on(4, fail)...),
		on(2, wait, on(8, pass)...),
	}
}
