package infra_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

const swapFile = `schema: 1
name: NAME
trigger:
  pipeline: {name: NAME, stage: Canary, action: Gate}
targets:
TARGETSsteps:
  - {weight: 10, bake: 1s}
  - {weight: 50, bake: 1s}
alarms: [NAME]
deadline: 3m
`

func (s *stage) swap(targets string) {
	s.t.Helper()
	s.swaps(swapFile, targets)
}

// swapLong has a second bake that a test ends.
func (s *stage) swapLong(targets string) {
	s.t.Helper()
	s.swaps(strings.Replace(swapFile, "50, bake: 1s", "50, bake: 30s", 1), targets)
}

func (s *stage) swaps(file, targets string) {
	s.t.Helper()
	s.pipeline(s.name, deployHere())
	s.alarm(s.name)
	s.apply(strings.ReplaceAll(strings.Replace(file, "TARGETS", targets, 1), "NAME", s.name))
}

func TestBalancer_twoReleasesGoFromBlueToGreenAndBack(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "swap")
	b := s.balancer()
	s.swap(b.target())
	s.readyWorker("swap-a")
	for i, commit := range []string{"c0ffee1", "c0ffee2"} {
		_, events := s.openGateWith(map[string]map[string]string{"Source": {"CommitId": commit}})
		s.emit(last(events))
		if r := s.settles(s.name, i); r.Phase != "promoted" {
			t.Errorf("release %d is %s: %s", i, r.Phase, r.Reason)
		}
	}
	want := []string{
		"blue 90 green 0", "blue 81 green 9", "blue 45 green 45", "blue 0 green 90",
		"blue 9 green 81", "blue 45 green 45", "blue 90 green 0",
	}
	if diff := cmp.Diff(want, s.weights(b)); diff != "" {
		t.Errorf("weights (-want +got):\n%s%s", diff, s.story())
	}
	states := s.ruleStates(b)
	for _, state := range states {
		if diff := cmp.Diff(b.besides(states[0]), b.besides(state)); diff != "" {
			t.Errorf("beside the two weights the rule changed (-before +after):\n%s", diff)
		}
	}
	if diff := cmp.Diff(states[0], s.balancing.Rule(b.rule)); diff != "" {
		t.Errorf("there and back again the rule is another (-before +after):\n%s", diff)
	}
	s.wantAnswers("Approved", "Approved")
}

// nth is of the n-th thing that calls ask for: one that is asked for again is the same.
func nth(n int, of func(awstest.Call) bool) func(awstest.Call) bool {
	var mu sync.Mutex
	asked := map[string]int{}
	return func(c awstest.Call) bool {
		if !of(c) {
			return false
		}
		mu.Lock()
		defer mu.Unlock()
		what := string(c.Body)
		if asked[what] == 0 {
			asked[what] = len(asked) + 1
		}
		return asked[what] == n
	}
}

// Of two targets in lock-step the second is denied: at the first step, at the second, and at the promotion.
func TestBalancer_bothTargetsEndAsBeforeWhenTheSecondIsDenied(t *testing.T) {
	t.Parallel()
	for _, write := range []int{1, 2, 3} {
		t.Run(fmt.Sprint(write), func(t *testing.T) {
			t.Parallel()
			s := bareStage(t, fmt.Sprintf("denied-%d", write))
			s.function(s.name)
			b := s.balancer()
			s.swap(`  - lambda: {function: NAME, alias: live, version: "#{Deploy.FunctionVersion}"}` + "\n" + b.target())
			worker := s.name + "-a"
			t.Cleanup(s.Deny(nth(write, func(c awstest.Call) bool { return c.Actor == worker && c.Operation == "ModifyRule" })))
			s.readyWorker(worker)
			alias, rule := s.functions.Alias(s.name, "live"), s.balancing.Rule(b.rule)
			_, events := s.openGateWith(map[string]map[string]string{
				"Deploy": {"FunctionVersion": s.publish("two")}, "Source": {"CommitId": "c0ffee1"},
			})
			s.emit(last(events))
			r := s.settles(s.name, 0)
			if r.Phase != "rolled_back" || !s.told(r.Release, "denied") {
				t.Errorf("the release is %s:\n%s", r.Phase, s.story())
			}
			ladder := []string{"1", "1 with 10% on 2", "1 with 50% on 2", "2"}
			s.wantSplits(append(ladder[:write+1:write+1], "1")...)
			weights := []string{"blue 90 green 0", "blue 81 green 9", "blue 45 green 45"}
			want := weights[:write:write]
			if write > 1 {
				want = append(want, weights[0])
			}
			if diff := cmp.Diff(want, s.weights(b)); diff != "" {
				t.Errorf("weights (-want +got):\n%s", diff)
			}
			now := s.functions.Alias(s.name, "live")
			now.RevisionID = alias.RevisionID
			if diff := cmp.Diff(alias, now); diff != "" {
				t.Errorf("alias (-before +after):\n%s", diff)
			}
			if diff := cmp.Diff(rule, s.balancing.Rule(b.rule)); diff != "" {
				t.Errorf("rule (-before +after):\n%s", diff)
			}
			s.wantAnswers("Rejected")
		})
	}
}
