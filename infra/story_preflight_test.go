package infra_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
)

func TestPreflight_refusesAnAlarmThatIsThereAtTheStart(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "alarmed")
	s.checkout(checkoutFile + "preflightWait: 3s\n")
	since := time.Now().UTC()
	s.alarms.SetState(s.name, "ALARM", alarmText)
	s.readyWorker("alarmed-a")
	_, events := s.openGate(s.publish("two"))
	s.emit(last(events))
	r := s.settles(s.name, 0)
	began, finished := s.moment(r.StartedAt), s.moment(r.FinishedAt)
	if r.Phase != "refused" || !s.told(r.Release, "alarm") || finished.Sub(began) < 3*time.Second {
		t.Errorf("the release is %s after %s:\n%s", r.Phase, finished.Sub(began), s.story())
	}
	s.wantSplits("1")
	s.wantAnswers("Rejected")
	told := s.must("describe", s.name)
	for _, want := range []string{"refused", "alarm " + s.name + " is in ALARM since " + since.Format("2006-01-02 15:04:")} {
		if !strings.Contains(told, want) {
			t.Errorf("describe does not say %q:\n%s", want, told)
		}
	}
}

func TestPreflight_approvesARunThatChangesNothing(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "docs-only")
	s.checkout(checkoutFile)
	s.readyWorker("docs-only-a")
	two := s.publish("two")
	_, events := s.openGate(two)
	s.emit(last(events))
	s.settles(s.name, 0)
	moved := len(s.Changes())
	_, events = s.openGate(two)
	s.emit(last(events))
	if r := s.settles(s.name, 1); r.Phase != "promoted" || !s.told(r.Release, "nothing_to_do") {
		t.Errorf("the second release is %s: %s", r.Phase, r.Reason)
	}
	s.wantSplits("1", "1 with 10% on 2", "1 with 50% on 2", "2")
	s.wantAnswers("Approved", "Approved")
	for _, change := range s.Changes()[moved:] {
		if change.Kind == "alias" && strings.Contains(change.Resource, ":"+s.name+":") {
			t.Errorf("the second release wrote to the alias: %+v", change)
		}
	}
}

func TestPreflight_refusesAnAliasThatSomebodyMovedToTheNewVersion(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "moved")
	s.checkout(checkoutFile)
	s.readyWorker("moved-a")
	two := s.publish("two")
	s.functions.SetAlias(s.name, "live", two, nil)
	_, events := s.openGate(two)
	s.emit(last(events))
	r := s.settles(s.name, 0)
	if r.Phase != "refused" || !s.told(r.Release, "moved_by_other") {
		t.Errorf("the release is %s:\n%s", r.Phase, s.story())
	}
	s.wantSplits("1", "2")
	s.wantAnswers("Rejected")
}

func TestRetry_ofTheStageAfterARollbackIsASecondRelease(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "retried")
	s.checkout(strings.Replace(checkoutFile, "50, bake: 1s", "50, bake: 5s", 1))
	s.readyWorker("retried-a")
	execution, events := s.openGate(s.publish("two"))
	s.emit(last(events))
	s.bakes(s.name, 0, 50)
	s.emit(s.alarms.SetState(s.name, "ALARM", alarmText))
	first := s.settles(s.name, 0)
	s.emit(s.alarms.SetState(s.name, "OK", calmText))
	stage := "Canary"
	_, err := codepipeline.NewFromConfig(s.Config("operator")).RetryStageExecution(t.Context(), &codepipeline.RetryStageExecutionInput{
		PipelineName: &s.name, StageName: &stage, PipelineExecutionId: &execution, RetryMode: types.StageRetryModeFailedActions,
	})
	if err != nil {
		t.Fatal(err)
	}
	second := s.settles(s.name, 1)
	if first.Phase != "rolled_back" || second.Phase != "promoted" || first.Execution != second.Execution {
		t.Errorf("first %+v\nsecond %+v", first, second)
	}
	s.wantSplits("1", "1 with 10% on 2", "1 with 50% on 2", "1", "1 with 10% on 2", "1 with 50% on 2", "2")
	s.wantAnswers("Rejected", "Approved")
}

// told reports whether a release's history has a code.
func (s *stage) told(release, code string) bool {
	s.t.Helper()
	for _, e := range s.history(release) {
		if e.Code == code {
			return true
		}
	}
	return false
}

// moment reads a time as the table keeps it.
func (s *stage) moment(text string) time.Time {
	s.t.Helper()
	at, err := time.Parse("2006-01-02T15:04:05.000Z", text)
	if err != nil {
		s.t.Fatal(err)
	}
	return at
}
