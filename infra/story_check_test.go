package infra_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/codebuild/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// checkedFile validates a release by a build and a function, and rolls its stage back after a rollback.
const checkedFile = `schema: 1
name: NAME
trigger:
  pipeline: {name: NAME, stage: Canary, action: Gate}
targets:
  - lambda: {function: NAME, alias: live, version: "#{Deploy.FunctionVersion}"}
steps:
  - {weight: 10, bake: 1s}
  - {codebuild: {project: NAME}, timeout: 5m}
  - {lambda: {function: NAME}, timeout: 5m}
  - {weight: 50, bake: 1s}
alarms: [NAME]
pipelineRollback: {stage: Canary}
`

// checked makes all that checkedFile needs. The function says what says returns.
func (s *stage) checked(says func() string) {
	s.t.Helper()
	s.builds.CreateProject(s.name)
	s.checkout(checkedFile)
	s.functions.Answer(s.name, func(awstest.Invocation) awstest.InvocationAnswer {
		return awstest.InvocationAnswer{Payload: []byte(says())}
	})
}

// builds waits until the stage's project has n builds, and returns the last.
func (s *stage) build(n int) awstest.BuildState {
	s.t.Helper()
	s.until("a build runs", func() bool { return len(s.builds.Builds(s.name)) == n })
	return s.builds.Builds(s.name)[n-1]
}

// ends finishes a build, and says so.
func (s *stage) ends(b awstest.BuildState, status types.StatusType) {
	s.t.Helper()
	s.does(func() ([]json.RawMessage, error) { return s.builds.FinishBuild(b.ID, status) })
}

// stagesBack are the executions that the stage's pipeline was rolled back to.
func (s *stage) stagesBack() []string {
	var to []string
	for _, change := range s.Changes() {
		if rolled, ok := change.State.(awstest.RollbackState); ok && rolled.Pipeline == s.name {
			to = append(to, rolled.Target)
		}
	}
	return to
}

func TestChecks_passGoesOnAndFailRollsBackTrafficGateAndStage(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "checked")
	s.checked(func() string { return `{"status":"pass","text":"40 of 40"}` })
	s.readyWorker("checked-a")
	s.readyWorker("checked-b")

	good, events := s.openGate(s.publish("two"))
	s.emit(last(events))
	b := s.build(1)
	if b.Variables["SERIN_VERSION"] != "2" || b.Variables["SERIN_WEIGHT"] != "10" {
		t.Errorf("the build was told %v", b.Variables)
	}
	s.ends(b, types.StatusTypeSucceeded)
	r := s.settles(s.name, 0)
	if r.Phase != "promoted" {
		t.Fatalf("the release is %s: %s", r.Phase, r.Reason)
	}
	s.tells(r, "check_ordered", "check_started", "check_passed", "check_ordered", "check_started", "check_passed")

	_, events = s.openGate(s.publish("three"))
	s.emit(last(events))
	s.ends(s.build(2), types.StatusTypeFailed)
	r = s.settles(s.name, 1)
	if r.Phase != "rolled_back" {
		t.Fatalf("the release is %s: %s", r.Phase, r.Reason)
	}
	s.tells(r, "check_ordered", "check_started", "check_failed", "rolled_back", "stage_rolled_back")
	if diff := cmp.Diff([]string{good}, s.stagesBack()); diff != "" {
		t.Errorf("the stage went back to (-want +got):\n%s", diff)
	}
	// The stage's own rollback opens the gate once more, for what runs already.
	if r = s.settles(s.name, 2); r.Phase != "promoted" || r.Kind != "revert" {
		t.Errorf("the stage's rollback is %s, of kind %s: %s", r.Phase, r.Kind, r.Reason)
	}
	s.wantSplits("1", "1 with 10% on 2", "1 with 50% on 2", "2", "2 with 10% on 3", "2")
	s.wantAnswers("Approved", "Rejected", "Approved")
	if n := len(s.builds.Builds(s.name)); n != 2 {
		t.Errorf("%d builds were started, want one a release", n)
	}
}

func TestChecks_aFunctionThatSaysFailRollsBackAndIsQuoted(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "checked-no")
	s.checked(func() string { return `{"status":"fail","text":"3 of 40 assertions failed"}` })
	s.apply(strings.ReplaceAll(strings.Replace(checkedFile, "  - {codebuild: {project: NAME}, timeout: 5m}\n", "", 1), "NAME", s.name))
	s.readyWorker("checked-no-a")
	_, events := s.openGate(s.publish("two"))
	s.emit(last(events))
	r := s.settles(s.name, 0)
	if r.Phase != "rolled_back" {
		t.Fatalf("the release is %s: %s", r.Phase, r.Reason)
	}
	if !slices.ContainsFunc(s.history(r.Release), func(e entryItem) bool {
		return e.Code == "check_failed" && strings.Contains(e.Text, "3 of 40 assertions failed")
	}) {
		t.Errorf("history does not quote the check:\n%s", s.story())
	}
	s.tells(r, "stage_stays") // no execution has succeeded there
	s.wantSplits("1", "1 with 10% on 2", "1")
	s.wantAnswers("Rejected")
}

// tells checks that a release's history has these codes, in order, others between them.
func (s *stage) tells(r releaseItem, codes ...string) {
	s.t.Helper()
	var told []string
	for _, e := range s.history(r.Release) {
		told = append(told, e.Code)
	}
	rest := told
	for _, code := range codes {
		at := slices.Index(rest, code)
		if at < 0 {
			s.t.Fatalf("history tells %v, want %v in it, in order", told, codes)
		}
		rest = rest[at+1:]
	}
}
