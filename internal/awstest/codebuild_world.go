package awstest

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codebuild/types"
)

// CreateProject creates a build project.
func (b *CodeBuild) CreateProject(name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.projects[name] = &buildProject{}
}

// SetVariable gives a project an environment variable, which each of its builds tells (API Build, environment).
func (b *CodeBuild) SetVariable(project, name, value string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.mustProject(project)
	p.variables = append(p.variables, types.EnvironmentVariable{Name: &name, Value: &value, Type: types.EnvironmentVariableTypePlaintext})
}

// RefuseBuilds makes StartBuild on a project answer AccountLimitExceededException, until it is told otherwise.
func (b *CodeBuild) RefuseBuilds(project string, refuse bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mustProject(project).full = refuse
}

// FinishBuild ends a build and returns the event: SUCCEEDED, FAILED, FAULT, TIMED_OUT or STOPPED.
func (b *CodeBuild) FinishBuild(id string, status types.StatusType) ([]json.RawMessage, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	found := b.find(id)
	if found == nil || found.BuildComplete {
		return nil, fmt.Errorf("finish build %s: it is not there or over", id)
	}
	return b.events.during(func() error {
		b.finish(found, status)
		return nil
	})
}

// Builds are the builds of a project, oldest first.
func (b *CodeBuild) Builds(project string) []BuildState {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mustProject(project)
	var all []BuildState
	for _, each := range b.builds {
		if aws.ToString(each.ProjectName) == project {
			all = append(all, each.state())
		}
	}
	return all
}

func (b *CodeBuild) finish(found *build, status types.StatusType) {
	found.BuildStatus, found.BuildComplete = status, true
	found.CurrentPhase, found.EndTime = aws.String("COMPLETED"), aws.Time(b.clock())
	b.emit(found)
}

// find takes a build's id or its ARN.
func (b *CodeBuild) find(id string) *build {
	for _, each := range b.builds {
		if aws.ToString(each.Id) == id || aws.ToString(each.Arn) == id {
			return each
		}
	}
	return nil
}

func (b *build) state() BuildState {
	s := BuildState{Project: aws.ToString(b.ProjectName), ID: aws.ToString(b.Id), Status: b.BuildStatus, Variables: map[string]string{}}
	for _, v := range b.Environment.EnvironmentVariables {
		s.Variables[aws.ToString(v.Name)] = aws.ToString(v.Value)
	}
	return s
}

func (b *CodeBuild) mustProject(name string) *buildProject {
	if b.projects[name] == nil {
		panic("awstest: no project " + name)
	}
	return b.projects[name]
}

// buildDetail is the detail of a build's event (AWS note 1.6): times without a zone, a build number that is a float.
type buildDetail struct {
	BuildStatus types.StatusType `json:"build-status"`
	ProjectName string           `json:"project-name"`
	BuildID     string           `json:"build-id"`
	More        buildMore        `json:"additional-information"`
	Phase       string           `json:"current-phase"`
	Context     string           `json:"current-phase-context"`
	Version     string           `json:"version"`
}

type buildMore struct {
	Artifact    map[string]string `json:"artifact"`
	Environment map[string]any    `json:"environment"`
	Timeout     int               `json:"timeout-in-minutes"`
	Complete    bool              `json:"build-complete"`
	Initiator   string            `json:"initiator"`
	StartTime   string            `json:"build-start-time"`
	Source      map[string]string `json:"source"`
	Logs        map[string]string `json:"logs"`
	Phases      []map[string]any  `json:"phases"`
}

const buildTime = "Jan 2, 2006 3:04:05 PM"

// emit sends the build's state.
func (b *CodeBuild) emit(of *build) {
	started := aws.ToTime(of.StartTime).UTC().Format(buildTime)
	phase := map[bool]string{true: "COMPLETED", false: "SUBMITTED"}[of.BuildComplete]
	b.events.add(envelope{
		Version: "0", ID: b.events.uuid("codebuild event"), DetailType: "CodeBuild Build State Change", Source: "aws.codebuild",
		Account: b.account, Time: b.clock().UTC().Truncate(time.Second), Region: b.region, Resources: []string{aws.ToString(of.Arn)},
		Detail: buildDetail{
			BuildStatus: of.BuildStatus, ProjectName: aws.ToString(of.ProjectName), BuildID: aws.ToString(of.Arn), Phase: phase, Context: "[]", Version: "1",
			More: buildMore{
				Artifact: map[string]string{"md5sum": "da9c44c8", "sha256sum": "6ccc2ae1", "location": "arn:aws:s3:::output/artifact.zip"},
				Environment: map[string]any{
					"image": aws.ToString(of.Environment.Image), "privileged-mode": false, "compute-type": string(of.Environment.ComputeType),
					"type": string(of.Environment.Type), "environment-variables": []any{},
				},
				Timeout: 60, Complete: of.BuildComplete, Initiator: aws.ToString(of.Initiator), StartTime: started,
				Source: map[string]string{"type": "NO_SOURCE"},
				Logs: map[string]string{
					"group-name": aws.ToString(of.Logs.GroupName), "stream-name": aws.ToString(of.Logs.StreamName), "deep-link": aws.ToString(of.Logs.DeepLink),
				},
				Phases: []map[string]any{{
					"phase-context": []any{}, "start-time": started, "end-time": started, "duration-in-seconds": json.Number("0.0"),
					"phase-type": "SUBMITTED", "phase-status": "SUCCEEDED",
				}},
			},
		},
	})
}
