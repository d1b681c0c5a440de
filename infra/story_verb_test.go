package infra_test

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// askingFile asks a person after its first step.
const askingFile = `schema: 1
name: NAME
trigger:
  pipeline: {name: NAME, stage: Canary, action: Gate}
targets:
  - lambda: {function: NAME, alias: live, version: "#{Deploy.FunctionVersion}"}
steps:
  - {weight: 10, bake: 1s}
  - {approval: {timeout: 1h}}
  - {weight: 50, bake: 1h}
alarms: [NAME]
`

// asked waits until the canary's release n waits for a person.
func (s *stage) asked(n int) releaseItem {
	s.t.Helper()
	return s.reaches(s.name, n, "gated", func(r releaseItem) bool { return r.Phase == "gated" })
}

// stale gives a verb a rev the release was at before, which must be refused and change nothing.
func (s *stage) stale(verb string, r releaseItem) {
	s.t.Helper()
	moved := len(s.splits(s.name))
	v := s.serin(verb, r.Release, "--rev", strconv.Itoa(r.Rev-1), "--reason", "too late")
	if v.code != 4 || !strings.Contains(v.err, "stale_rev") {
		s.t.Errorf("%s at a stale rev: exit code %d, want 4\n%s%s", verb, v.code, v.out, v.err)
	}
	for _, now := range s.releases(s.name) {
		if now.Release == r.Release && now != r {
			s.t.Errorf("%s at a stale rev changed the release (-before +after):\n%s", verb, cmp.Diff(r, now))
		}
	}
	if now := len(s.splits(s.name)); now != moved {
		s.t.Errorf("%s at a stale rev moved traffic", verb)
	}
}

// at gives a verb the rev the release is at.
func (s *stage) at(verb string, r releaseItem) {
	s.t.Helper()
	s.must(verb, r.Release, "--rev", strconv.Itoa(r.Rev), "--reason", "seen and meant")
}

func TestVerbs_obeyTheRightRevAndRefuseAStaleOne(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "verbs")
	s.checkout(askingFile)
	s.readyWorker("verbs-a")
	_, events := s.openGate(s.publish("two"))
	s.emit(last(events))

	r := s.asked(0)
	for _, verb := range []string{"approve", "reject", "promote", "rollback", "pause"} {
		s.stale(verb, r)
	}
	s.at("pause", r)
	r = s.reaches(s.name, 0, "held", func(r releaseItem) bool { return r.Attention == "held" })
	s.stale("resume", r)
	s.at("resume", r)
	s.at("approve", s.reaches(s.name, 0, "resumed", func(r releaseItem) bool { return r.Attention == "gated" }))
	s.at("promote", s.bakes(s.name, 0, 50))
	if r = s.settles(s.name, 0); r.Phase != "promoted" {
		t.Errorf("the promoted release is %s", r.Phase)
	}
	s.wantAnswers("Approved")

	s.must("revert", s.name, "--reason", "it was better before")
	if r = s.settles(s.name, 1); r.Phase != "promoted" || r.Kind != "revert" {
		t.Errorf("the revert is %s, of kind %s", r.Phase, r.Kind)
	}
	for i, verb := range []string{"reject", "rollback"} {
		s.must("start", s.name, "--version", "2", "--reason", "again")
		s.at(verb, s.asked(2+i))
		if r = s.settles(s.name, 2+i); r.Phase != "rolled_back" {
			t.Errorf("the release after %s is %s", verb, r.Phase)
		}
	}
	ladder := []string{"1", "1 with 10% on 2"}
	s.wantSplits(slices.Concat(ladder, []string{"1 with 50% on 2", "2"}, ladder, ladder, []string{"1"})...)
	s.wantAnswers("Approved")
}

func TestVerbs_sayWhenNoWorkerTookThemAndHereActsAlone(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "alone")
	s.checkout(askingFile)
	w := s.readyWorker("alone-a")
	_, events := s.openGate(s.publish("two"))
	s.emit(last(events))
	r := s.asked(0)
	w.Kill()
	<-w.Done()

	const wait = 2 * time.Second
	t.Run("each", func(t *testing.T) {
		for _, verb := range [][]string{
			{"approve", r.Release}, {"reject", r.Release}, {"promote", r.Release}, {"rollback", r.Release}, {"pause", r.Release},
			{"resume", r.Release}, {"revert", s.name}, {"start", s.name, "--version", "2"},
		} {
			t.Run(verb[0], func(t *testing.T) {
				t.Parallel()
				on := *s
				on.t = t
				v := on.serin(append(verb, "--reason", "nobody is there", "--wait", wait.String())...)
				if v.code != 5 || !strings.Contains(v.err, "last seen") || v.took > wait+15*time.Second {
					t.Errorf("exit code %d after %s, want 5 and when a worker was last seen\n%s%s", v.code, v.took, v.out, v.err)
				}
			})
		}
	})
	if now := s.releases(s.name); len(now) != 1 || now[0] != r {
		t.Errorf("verbs that nobody took changed the release (-before +after):\n%s", cmp.Diff([]releaseItem{r}, now))
	}

	s.must("rollback", r.Release, "--here", "--reason", "nobody is there")
	if a := s.functions.Alias(s.name, "live"); aliasShows(a) != "1" {
		t.Errorf("after rollback --here the alias shows %s", aliasShows(a))
	}
	s.wantAnswers("Rejected")

	// The commands that nobody took have expired: a worker that finds them does nothing.
	w = s.readyWorker("alone-b")
	s.settles(s.name, 0)
	s.drained("CommandQueueUrl")
	s.must("start", s.name, "--version", "2", "--reason", "again")
	r = s.asked(1)
	w.Kill()
	<-w.Done()
	s.must("promote", r.Release, "--here", "--reason", "nobody is there")
	s.wantSplits("1", "1 with 10% on 2", "1", "1 with 10% on 2", "2")
	s.wantAnswers("Rejected")
	s.worker("alone-c")
	if r = s.settles(s.name, 1); r.Phase != "promoted" {
		t.Errorf("the release after promote --here is %s", r.Phase)
	}
}

func TestVerbs_aCommandThatComesTwiceActsOnce(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "twice")
	s.checkout(strings.Replace(askingFile, "  - {approval: {timeout: 1h}}\n", "", 1))
	// What is sent as this operator is on the queue three times.
	queue := sqs.NewFromConfig(s.Config("repeater"))
	var repeats sync.WaitGroup
	s.watch("twice-operator", watcher{after: func(c awstest.Call) {
		var in sqs.SendMessageInput
		if c.Operation != "SendMessage" || json.Unmarshal(c.Body, &in) != nil {
			return
		}
		repeats.Go(func() {
			for range 2 {
				if _, err := queue.SendMessage(context.WithoutCancel(t.Context()), &in); err != nil {
					t.Errorf("repeat a command: %v", err)
				}
			}
		})
	}})
	t.Cleanup(repeats.Wait)
	s.readyWorker("twice-a")
	s.readyWorker("twice-b")
	s.publish("two")
	command := func(args ...string) {
		t.Helper()
		if v := s.serinAs("twice-operator", append(args, "--reason", "thrice")...); v.code != 0 {
			t.Fatalf("%v: exit code %d\n%s%s", args, v.code, v.out, v.err)
		}
	}
	command("start", s.name, "--version", "2")
	s.bakes(s.name, 0, 50)
	command("promote", s.name)
	r := s.settles(s.name, 0)
	repeats.Wait()
	s.drained("CommandQueueUrl")
	if all := s.releases(s.name); len(all) != 1 || r.Phase != "promoted" {
		t.Errorf("releases %+v, want one that is promoted", all)
	}
	asked := 0
	for _, e := range s.history(r.Release) {
		if e.Code == "promote_asked" {
			asked++
		}
	}
	if asked != 1 {
		t.Errorf("it was promoted %d times:\n%s", asked, s.story())
	}
	s.wantSplits("1", "1 with 10% on 2", "1 with 50% on 2", "2")
}
