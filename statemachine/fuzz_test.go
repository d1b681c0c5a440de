package statemachine

import (
	"encoding/json"
	"math/rand/v2"
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

// FuzzAdvance makes inputs of any bytes and gives them to what a plan of any kind
// became: never a panic, the same again is the same, one rev a decision, and every
// law of a single step.
func FuzzAdvance(f *testing.F) {
	plans := []string{
		"target a lambda 42 -> 43\ntarget b plain 7 -> 8\nsteps 25/1m ask/5m 50/1m\nalarm x\ngate",
		"target a alb blue -> green\nsteps ask/5m/proceed 25/1m\nalarm x refuse requireData honorMute\nadopt",
		"deployment\nsteps ready:ask/5m shifted:bake/1m\nalarm x",
		"target a lambda 43 -> 42\nsteps 25/1m\ngate\nkind revert",
	}
	for plan := range plans {
		for seed := range uint64(6) {
			f.Add(byte(plan), seed, []byte{2, 4, 2, 4, 2, 9, 4, 2, 0, 3, 4, 1, 5, 6, 7, 4, 4})
		}
	}
	f.Fuzz(func(t *testing.T, plan byte, seed uint64, moves []byte) {
		s := fairWorld(t, plans[int(plan)%len(plans)]+limits)
		source := anything{rand.New(rand.NewPCG(seed, seed)), s}
		for _, move := range moves[:min(len(moves), 60)] {
			s.now = s.now.Add(time.Duration(move%16) * time.Duration(move) * time.Second)
			in := source.input(move % 12)
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
		}
	})
}
