package target_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func (s shop) observe(t *testing.T) statemachine.Split {
	t.Helper()
	split, _, err := s.target.Observe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return split
}

// preflight returns the restore point and what was found.
func (s shop) preflight(t *testing.T, weightsPct ...float64) (statemachine.Split, worker.TargetFinding) {
	t.Helper()
	restore := s.observe(t)
	finding, err := s.target.Preflight(t.Context(), worker.TargetPreflight{Shows: restore, Canary: "ignored", WeightsPct: weightsPct})
	if err != nil {
		t.Fatal(err)
	}
	restore.Form = finding.Form
	return restore, finding
}

func (s shop) write(t *testing.T, split statemachine.Split) {
	t.Helper()
	if err := s.target.Write(t.Context(), worker.Want{Split: split}, ""); err != nil {
		t.Fatal(err)
	}
	if got := s.observe(t); !got.Same(split) {
		t.Fatalf("wrote %s, it shows %s", split, got)
	}
}

// release takes the pair through a release, as the core words its splits.
func (s shop) release(t *testing.T, weightsPct ...float64) (restore statemachine.Split, stable, canary string) {
	t.Helper()
	restore, finding := s.preflight(t, weightsPct...)
	if len(finding.Problems) > 0 {
		t.Fatalf("problems: %v", finding.Problems)
	}
	stable, _ = restore.One()
	for _, weight := range weightsPct {
		s.write(t, statemachine.Split{Stable: stable, Canary: finding.Canary, WeightPct: weight, Form: restore.Form})
	}
	return restore, stable, finding.Canary
}

func TestALB_changesOnlyTheTwoWeights(t *testing.T) {
	for _, listener := range []bool{false, true} {
		s := openShop(t, setting{listener: listener, actions: furnished})
		before := s.elb.Rule(s.arn)
		restore, _, canary := s.release(t, 5, 50)
		during := s.elb.Rule(s.arn)
		want := furnished(s)
		want[1].Forward.Groups = []awstest.ForwardGroup{group(s.red, 10), group(s.blue, 100), group(s.green, 100)}
		if diff := cmp.Diff(want, during.Actions); diff != "" {
			t.Errorf("at 50%%: %s", diff)
		}
		if diff := cmp.Diff(before.Settings, during.Settings); diff != "" {
			t.Errorf("other fields: %s", diff)
		}
		s.write(t, statemachine.Split{Stable: canary, Form: restore.Form})
		want[1].Forward.Groups = []awstest.ForwardGroup{group(s.red, 10), group(s.green, 200)}
		if diff := cmp.Diff(want, s.elb.Rule(s.arn).Actions); diff != "" {
			t.Errorf("final: %s", diff)
		}
		s.write(t, restore)
		if diff := cmp.Diff(before, s.elb.Rule(s.arn)); diff != "" {
			t.Errorf("restored: %s", diff)
		}
	}
}

func TestALB_twoReleasesInARowEndAsTheyBegan(t *testing.T) {
	for name, actions := range map[string]func(shop) []awstest.RuleAction{"one attached": furnished, "both attached": func(s shop) []awstest.RuleAction {
		forward := awstest.ForwardTo(group(s.green, 0), group(s.red, 0), group(s.blue, 1))
		forward.Order, forward.Forward.Sticky, forward.Forward.StickySeconds = 2, true, 600
		return []awstest.RuleAction{login(), forward}
	}} {
		t.Run(name, func(t *testing.T) {
			s := openShop(t, setting{actions: actions})
			before := s.elb.Rule(s.arn)
			for _, want := range []string{s.green, s.blue} {
				restore, stable, canary := s.release(t, 5, 25, 50, 100)
				final := statemachine.Split{Stable: canary, Form: restore.Form}
				if restore.Canary != "" {
					final.Canary = stable
				}
				s.write(t, final)
				if got, one := s.observe(t).One(); !one || got != want {
					t.Fatalf("the release ends on %s, want %s", got, want)
				}
			}
			if diff := cmp.Diff(before, s.elb.Rule(s.arn)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestALB_weightsAreNormalisedByTheirSum(t *testing.T) {
	s := openShop(t, setting{actions: func(s shop) []awstest.RuleAction {
		return []awstest.RuleAction{awstest.ForwardTo(group(s.red, 700), group(s.green, 1), group(s.blue, 2))}
	}})
	want := statemachine.Split{Stable: s.blue, Canary: s.green, WeightPct: 33.33}
	if diff := cmp.Diff(want, s.observe(t)); diff != "" {
		t.Error(diff)
	}
}

func TestALB_attachesAtZeroAndWaitsForHealthyTargets(t *testing.T) {
	s := openShop(t, setting{idle: true, targets: 5, capacity: 80})
	restore, finding := s.preflight(t, 50)
	step := statemachine.Split{Stable: s.blue, Canary: s.green, WeightPct: 50, Form: restore.Form}
	s.elb.HealthyAfter(1)
	for _, ip := range ips(1, 5)[1:] {
		s.elb.SetTarget(s.green, ip, "unhealthy")
	}
	for _, healthy := range []int{0, 0, 1} { // unused, then checking, then one
		err := s.target.Write(t.Context(), worker.Want{Split: step}, "")
		if !errors.Is(err, worker.ErrNotReady) {
			t.Fatalf("with %d healthy: %v, want not ready", healthy, err)
		}
		if text := fmt.Sprintf("%d of 5 targets are healthy, 50%% needs 2 (the other group has 5, capacity 80%%)", healthy); !strings.Contains(err.Error(), text) {
			t.Errorf("%v\ndoes not say %s", err, text)
		}
		if diff := cmp.Diff(map[string]int{"blue": 1, "green": 0}, s.weights()); diff != "" {
			t.Error(diff)
		}
	}
	if n := written(s.world, "rule"); n != 1 {
		t.Errorf("%d writes, want one that attaches", n)
	}
	s.elb.SetTarget(s.green, ips(1, 5)[1], "healthy")
	s.write(t, step)
	for _, ip := range ips(1, 5) {
		s.elb.SetTarget(s.green, ip, "unhealthy")
	}
	s.write(t, statemachine.Split{Stable: s.blue, Canary: s.green, WeightPct: 10, Form: restore.Form}) // less needs no count
	final := worker.Want{Split: statemachine.Split{Stable: finding.Canary, Form: restore.Form}}
	if err := s.target.Write(t.Context(), final, ""); !errors.Is(err, worker.ErrNotReady) {
		t.Errorf("the final form: %v, want not ready", err)
	}
	s.write(t, restore)
}

func TestALB_denialWhileAttachingIsADenial(t *testing.T) {
	s := openShop(t, setting{idle: true})
	restore, _ := s.preflight(t, 5)
	lever := faults(s.world)
	lever.Break(t, porttest.Writes, porttest.Denied)
	err := s.target.Write(t.Context(), worker.Want{Split: statemachine.Split{Stable: s.blue, Canary: s.green, WeightPct: 5, Form: restore.Form}}, "")
	if code := worker.FaultOf(err).Code; code != statemachine.FaultDenied {
		t.Errorf("%v counts as %s, want denied", err, code)
	}
}

func TestALB_attachesNothingWhileHealthCanNotBeRead(t *testing.T) {
	s := openShop(t, setting{idle: true})
	restore, _ := s.preflight(t, 5)
	step := worker.Want{Split: statemachine.Split{Stable: s.blue, Canary: s.green, WeightPct: 5, Form: restore.Form}}
	s.elb.RefuseNext("DescribeTargetHealth", "HealthUnavailable")
	if err := s.target.Write(t.Context(), step, ""); !errors.Is(err, worker.ErrUnavailable) {
		t.Errorf("a write that could not count: %v, want unavailable", err)
	}
	if n := written(s.world, "rule"); n != 0 {
		t.Errorf("%d writes without a count", n)
	}
}

func TestALB_groupWithoutHealthChecksCountsItsTargets(t *testing.T) {
	s := openShop(t, setting{})
	for _, ip := range ips(1, 2) {
		s.elb.SetTarget(s.green, ip, "unavailable")
	}
	s.release(t, 100)
}

func TestALB_sameWriteIsNotSent(t *testing.T) {
	s := openShop(t, setting{actions: attached})
	restore, _ := s.preflight(t)
	s.write(t, restore)
	if n := written(s.world, "rule"); n != 0 {
		t.Errorf("%d writes of what the rule shows", n)
	}
}

func TestALB_adoptedRuleTakesTheHeavierGroupForStable(t *testing.T) {
	s := openShop(t, setting{actions: func(s shop) []awstest.RuleAction {
		return []awstest.RuleAction{awstest.ForwardTo(group(s.blue, 1), group(s.green, 3))}
	}})
	shows, finding := s.preflight(t, 5)
	if shows.Stable != s.green || finding.Canary != s.blue {
		t.Errorf("stable %s, canary %s", shows.Stable, finding.Canary)
	}
	s.write(t, statemachine.Split{Stable: s.green, Form: finding.Form})
	if diff := cmp.Diff(map[string]int{"green": 4}, s.weights()); diff != "" {
		t.Error(diff)
	}
}

func TestALB_refusesWhatForwardsToNeitherGroup(t *testing.T) {
	for name, actions := range map[string][]awstest.RuleAction{
		"a redirect":        {{Type: "redirect", Settings: map[string]string{"RedirectConfig.StatusCode": "HTTP_301"}}},
		"a third group":     {awstest.ForwardTo(group("red", 1))},
		"no weight at all":  {awstest.ForwardTo(group("blue", 0), group("green", 0))},
		"only a third's":    {awstest.ForwardTo(group("blue", 0), group("red", 5))},
		"a group of weight": {awstest.ForwardTo(group("blue", 0))},
	} {
		t.Run(name, func(t *testing.T) {
			s := openShop(t, setting{actions: func(s shop) []awstest.RuleAction {
				byName := map[string]string{"blue": s.blue, "green": s.green, "red": s.red}
				for _, a := range actions {
					if a.Forward != nil {
						for i := range a.Forward.Groups {
							a.Forward.Groups[i].ARN = byName[a.Forward.Groups[i].ARN]
						}
					}
				}
				return actions
			}})
			_, _, err := s.target.Observe(t.Context())
			if code := worker.FaultOf(err).Code; err == nil || code != statemachine.FaultInvalid {
				t.Errorf("observed with %v, want invalid", err)
			}
		})
	}
}
