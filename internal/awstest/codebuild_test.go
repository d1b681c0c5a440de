package awstest_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codebuild"
	"github.com/aws/aws-sdk-go-v2/service/codebuild/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

type buildFixture struct {
	*testing.T
	stand  *awstest.CodeBuild
	ledger *awstest.Ledger
	clock  *watch
	api    *codebuild.Client
	asked  []string
}

func newBuildFixture(t *testing.T) *buildFixture {
	t.Helper()
	f := &buildFixture{T: t, clock: newWatch()}
	f.ledger = awstest.NewLedger(f.clock.Now)
	f.stand = awstest.NewCodeBuild("111122223333", "us-east-1", f.ledger, f.clock.Now)
	f.stand.CreateProject("smoke")
	cfg := alone(t, f.stand, "AKIDWORKER")
	cfg.HTTPClient = watchResource{into: &f.asked}
	f.api = codebuild.NewFromConfig(cfg)
	return f
}

func (f *buildFixture) start(token, version string) (string, error) {
	out, err := f.api.StartBuild(f.Context(), &codebuild.StartBuildInput{
		ProjectName: aws.String("smoke"), IdempotencyToken: &token,
		EnvironmentVariablesOverride: []types.EnvironmentVariable{{Name: aws.String("VERSION"), Value: &version}},
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.Build.Id), nil
}

func (f *buildFixture) status(id string) types.StatusType {
	f.Helper()
	out := must[*codebuild.BatchGetBuildsOutput](f.T)(f.api.BatchGetBuilds(f.Context(), &codebuild.BatchGetBuildsInput{Ids: []string{id}}))
	if len(out.Builds) != 1 {
		f.Fatalf("%s is not found: %v", id, out.BuildsNotFound)
	}
	return out.Builds[0].BuildStatus
}

func TestCodeBuild_sameTokenIsTheSameBuildForFiveMinutes(t *testing.T) {
	f := newBuildFixture(t)
	first := must[string](t)(f.start("check-1", "43"))
	if again := must[string](t)(f.start("check-1", "43")); again != first {
		t.Errorf("the same call again is %s, want %s", again, first)
	}
	_, err := f.start("check-1", "44")
	wantError[*types.InvalidInputException](t, err)
	f.clock.Add(5 * time.Minute)
	if later := must[string](t)(f.start("check-1", "43")); later == first {
		t.Error("five minutes later it is still the same build")
	}
	if got := f.stand.Builds("smoke"); len(got) != 2 || got[0].Variables["VERSION"] != "43" {
		t.Errorf("builds %+v", got)
	}
	list := must[*codebuild.ListBuildsForProjectOutput](t)(f.api.ListBuildsForProject(t.Context(), &codebuild.ListBuildsForProjectInput{ProjectName: aws.String("smoke")}))
	if len(list.Ids) != 2 || list.Ids[1] != first {
		t.Errorf("list %q, want the newest first", list.Ids)
	}
}

func TestCodeBuild_buildIsInProgressUntilItEnds(t *testing.T) {
	f := newBuildFixture(t)
	id := must[string](t)(f.start("check-1", "43"))
	if got := f.status(id); got != types.StatusTypeInProgress {
		t.Errorf("started: %s", got)
	}
	must[[]json.RawMessage](t)(f.stand.FinishBuild(id, types.StatusTypeFailed))
	if got := f.status(id); got != types.StatusTypeFailed {
		t.Errorf("finished: %s", got)
	}
	if _, err := f.api.StopBuild(t.Context(), &codebuild.StopBuildInput{Id: &id}); err != nil {
		t.Error(err)
	}
	if got := f.status(id); got != types.StatusTypeFailed {
		t.Errorf("stopped when over: %s", got)
	}
	if changes := f.ledger.Changes(); len(changes) != 1 || changes[0].Kind != "build-start" {
		t.Errorf("ledger %+v", changes)
	}
}

func TestCodeBuild_eventsHaveTheShapeOfTheSamples(t *testing.T) {
	f := newBuildFixture(t)
	for _, end := range []struct {
		status types.StatusType
		sample string
	}{
		{types.StatusTypeSucceeded, "codebuild-state-succeeded"}, {types.StatusTypeFailed, "codebuild-state-failed"},
		{types.StatusTypeStopped, "codebuild-state-stopped"},
	} {
		id := must[string](t)(f.start("check-"+end.sample, "43"))
		begun := f.stand.TakeEvents()
		if diff := cmp.Diff(sample(t, "codebuild-state-in-progress"), shape(t, begun[0])); diff != "" {
			t.Error(diff)
		}
		ended := must[[]json.RawMessage](t)(f.stand.FinishBuild(id, end.status))
		if diff := cmp.Diff(sample(t, end.sample), shape(t, ended[0])); diff != "" {
			t.Errorf("%s: %s", end.sample, diff)
		}
	}
}

func TestCodeBuild_whatCannotBeStarted(t *testing.T) {
	f := newBuildFixture(t)
	_, err := f.api.StartBuild(t.Context(), &codebuild.StartBuildInput{ProjectName: aws.String("other")})
	wantError[*types.ResourceNotFoundException](t, err)
	f.stand.RefuseBuilds("smoke", true)
	_, err = f.start("check-1", "43")
	wantError[*types.AccountLimitExceededException](t, err)
	out := must[*codebuild.BatchGetBuildsOutput](t)(f.api.BatchGetBuilds(t.Context(), &codebuild.BatchGetBuildsInput{Ids: []string{"smoke:none"}}))
	if diff := cmp.Diff([]string{"smoke:none"}, out.BuildsNotFound); diff != "" {
		t.Error(diff)
	}
	projects := must[*codebuild.BatchGetProjectsOutput](t)(f.api.BatchGetProjects(t.Context(), &codebuild.BatchGetProjectsInput{Names: []string{"smoke", "other"}}))
	if len(projects.Projects) != 1 || len(projects.ProjectsNotFound) != 1 {
		t.Errorf("projects %+v", projects)
	}
	const smoke = "arn:aws:codebuild:us-east-1:111122223333:project/smoke"
	want := []string{"arn:aws:codebuild:us-east-1:111122223333:project/other", smoke, smoke, smoke}
	if diff := cmp.Diff(want, f.asked); diff != "" {
		t.Error(diff)
	}
}
