package statemachine

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// fairWorld is a world where AWS answers and everybody is silent.
func fairWorld(t *testing.T, plan string) *sim {
	t.Helper()
	s := &sim{world: newWorld(), now: start, tokens: map[string]int{}, foreign: map[string]bool{}}
	s.spec = planOf(t, s.world, plan)
	s.admit()
	return s
}

// until plays fair wakes until the release is there.
func (s *sim) until(t *testing.T, there func(Release) bool) {
	t.Helper()
	for range bound {
		if there(s.r) {
			return
		}
		s.pass(max(0, s.r.WakeAt.Sub(s.now)))
		s.fair()
	}
	t.Fatalf("it never came there:\n%s", s.trace())
}

func settled(r Release) bool { return !r.Running() }

func inPhase(phase Phase) func(Release) bool { return func(r Release) bool { return r.Phase == phase } }

const twoTargets = "target a lambda 42 -> 43\ntarget b lambda 7 -> 8\nsteps 25/1m"

func TestSlot_keepsWhatAPromotedReleaseLeftAndWhatWasBefore(t *testing.T) {
	s := fairWorld(t, twoTargets)
	s.until(t, settled)
	want := Slot{
		Canary: "checkout", Newest: "r", NewestOf: s.spec.Trigger,
		Left: map[string]Split{"a": {Stable: "43"}, "b": {Stable: "8"}},
		Promoted: &Finished{
			Release: "r", Version: "8", FromVersion: "42", Newest: "r",
			Left:   map[string]Split{"a": {Stable: "43"}, "b": {Stable: "8"}},
			Before: map[string]Split{"a": {Stable: "42"}, "b": {Stable: "7"}},
		},
	}
	if diff := cmp.Diff(want, s.slot); diff != "" {
		t.Errorf("slot: %s", diff)
	}
}

func TestSlot_keepsTheRestorePointOfARolledBackRelease(t *testing.T) {
	s := fairWorld(t, twoTargets)
	s.slot.Promoted = &Finished{Release: "r0"}
	s.until(t, inPhase(Baking))
	s.rollbackAction(nil)
	s.until(t, settled)
	if diff := cmp.Diff(map[string]Split{"a": {Stable: "42"}, "b": {Stable: "7"}}, s.slot.Left); diff != "" {
		t.Errorf("left: %s", diff)
	}
	if s.slot.Promoted.Release != "r0" {
		t.Errorf("the last promoted release became %s", s.slot.Promoted.Release)
	}
}

func TestSlot_forgetsATargetThatSomebodyElseChanged(t *testing.T) {
	s := fairWorld(t, twoTargets)
	s.until(t, inPhase(Promoted))
	s.shows["b"], s.foreign["b"] = Split{Stable: "9"}, true
	s.until(t, settled)
	if diff := cmp.Diff(map[string]Split{"a": {Stable: "43"}}, s.slot.Left); diff != "" {
		t.Errorf("left: %s", diff)
	}
	if _, _, problem := s.slot.RevertOf(s.r.Plan, nil); problem == nil || problem.Code != CodeRevertStale {
		t.Errorf("a revert of what is not ours any more: %+v", problem)
	}
}

func TestSlot_keepsATargetThatHadTheVersionAlready(t *testing.T) {
	s := fairWorld(t, "target a lambda 43 -> 43\ntarget b lambda 7 -> 8\nsteps 25/1m\nleft a 43")
	s.until(t, settled)
	if diff := cmp.Diff(map[string]Split{"a": {Stable: "43"}, "b": {Stable: "7"}}, s.slot.Promoted.Before); diff != "" {
		t.Errorf("before: %s", diff)
	}
}

func TestSlot_isLeftAsItIsByWhatMovedNothing(t *testing.T) {
	for name, plan := range map[string]string{
		"nothing to do": "target a lambda 43 -> 43\nsteps 25/1m\nleft a 43",
		"refused":       "target a lambda 43 -> 43\nsteps 25/1m\nleft a 42",
		"guarded":       "deployment",
	} {
		s := fairWorld(t, plan)
		s.deployment.Status = DeploymentSucceeded
		left := s.slot.Left
		s.until(t, settled)
		if diff := cmp.Diff(left, s.slot.Left); diff != "" || s.slot.Promoted != nil || s.slot.Active != "" {
			t.Errorf("%s: the slot became %+v", name, s.slot)
		}
	}
}

func TestSlot_revertGoesBackToWhatWasBeforeAndForthAgain(t *testing.T) {
	s := fairWorld(t, "target a lambda 42 -> 43\nsteps 25/1m")
	s.until(t, settled)
	for i, want := range []string{"42", "43"} {
		to, version, problem := s.slot.RevertOf(s.r.Plan, nil)
		if problem != nil || version != want || to.To[0].Stable != want || to.Newest != "r" {
			t.Fatalf("revert %d goes to %s (%+v), %+v; want %s", i+1, version, to, problem, want)
		}
		s.spec.ID, s.spec.Kind, s.spec.Revert = s.spec.ID+"'", Revert, &to
		s.spec.Version, s.spec.Canaries, s.spec.Trigger.At = version, []string{want}, s.now
		s.admit()
		s.until(t, settled)
		if s.shows["a"].Stable != want || s.r.Phase != Promoted {
			t.Fatalf("revert %d: %s, a shows %s", i+1, s.r.Phase, s.shows["a"])
		}
	}
}

func TestSlot_revertCountsWhatOnlySettles(t *testing.T) {
	s := fairWorld(t, "target a lambda 42 -> 43\nsteps 25/1m")
	s.until(t, inPhase(Baking))
	if _, _, problem := s.slot.RevertOf(s.r.Plan, &s.r); problem == nil {
		t.Error("a revert before anything was promoted")
	}
	s.until(t, inPhase(Promoted))
	if to, version, problem := s.slot.RevertOf(s.r.Plan, &s.r); problem != nil || version != "42" || to.Release != "r" {
		t.Errorf("revert to %s of %s: %+v", version, to.Release, problem)
	}
}

func TestSlot_onlyItsHolderFreesIt(t *testing.T) {
	s := fairWorld(t, "target a lambda 42 -> 43\nsteps 25/1m")
	held := s.slot
	other := s.r
	other.ID, other.SettledAt = "other", start.Add(time.Hour)
	if diff := cmp.Diff(HandOver{Slot: held}, held.Release(other, nil, start)); diff != "" {
		t.Errorf("another release freed it: %s", diff)
	}
	if diff := cmp.Diff(HandOver{Slot: held}, held.Release(s.r, nil, start)); diff != "" {
		t.Errorf("a running release freed it: %s", diff)
	}
}

func TestSlot_beginsNobodyWhoLeftTheQueue(t *testing.T) {
	s := fairWorld(t, "target a lambda 42 -> 43\nsteps 25/1m")
	s.until(t, inPhase(Promoted))
	done := s.r
	done.SettledAt = s.now
	refused := done
	refused.ID, refused.Phase = "r2", Refused
	s.slot.Next = "r2"
	if over := s.slot.Release(done, &refused, s.now); over.Begun != nil || over.Slot.Active != "" || over.Slot.Next != "" {
		t.Errorf("handed over to %+v", over)
	}
}

func TestSlot_revertWritesWithTheFormOfWhatIsThereNow(t *testing.T) {
	s := fairWorld(t, "target a lambda 43 -> 42\nsteps 25/1m\nrevert 42 expects 43")
	s.r.Revert.To[0].Form = "of then"
	s.shows["a"] = Split{Stable: "43", Form: "of now"}
	s.feed(0, s.look(s.r, s.now), "looks")
	if want := s.r.Pending[0].Want; want.Form != "of now" || want.Stable != "42" {
		t.Errorf("it writes %+v", want)
	}
}
