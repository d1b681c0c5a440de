package awstest

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/codebuild"
	"github.com/aws/aws-sdk-go-v2/service/codebuild/types"
)

// tokenLife is how long a repeat of StartBuild is the same build (API StartBuild, idempotencyToken).
const tokenLife = 5 * time.Minute

// startBuild starts a build, unless its token did so in the last five minutes: then it answers that build, or an error if
// anything else was asked.
func (b *CodeBuild) startBuild(in *api.StartBuildInput, c Call) (any, error) {
	name, token := aws.ToString(in.ProjectName), aws.ToString(in.IdempotencyToken)
	project := b.projects[name]
	in.IdempotencyToken = nil
	asked, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	if before := b.tokened(token); before != nil && before.asked != string(asked) {
		return nil, codeBuildInvalid("Parameter mismatch with an earlier request that had the same idempotency token")
	} else if before != nil {
		return api.StartBuildOutput{Build: &before.Build}, nil
	}
	switch {
	case name == "":
		return nil, codeBuildInvalid("Project name must not be empty")
	case project == nil:
		return nil, &awsJSONError{"ResourceNotFoundException", "Project cannot be found: " + b.projectARN(name)}
	case project.full:
		return nil, &awsJSONError{"AccountLimitExceededException", "Cannot have more builds in queue for the account"}
	}
	started := b.start(name, project, in)
	started.token, started.asked = token, string(asked)
	b.ledger.Append(c.Actor, "build-start", aws.ToString(started.Arn), started.state())
	return api.StartBuildOutput{Build: &started.Build}, nil
}

// tokened is the build that a token started, while the token is good.
func (b *CodeBuild) tokened(token string) *build {
	if token == "" {
		return nil
	}
	for _, before := range slices.Backward(b.builds) {
		if before.token == token && b.clock().Sub(aws.ToTime(before.StartTime)) < tokenLife {
			return before
		}
	}
	return nil
}

// start makes the build and sends its first event.
func (b *CodeBuild) start(name string, project *buildProject, asked *api.StartBuildInput) *build {
	project.number++
	now := b.clock()
	id := name + ":" + b.events.uuid("codebuild build")
	started := &build{Build: types.Build{
		Id: aws.String(id), Arn: aws.String(b.arn("build/" + id)), ProjectName: aws.String(name), BuildNumber: aws.Int64(project.number),
		BuildStatus: types.StatusTypeInProgress, CurrentPhase: aws.String("QUEUED"), StartTime: aws.Time(now),
		SourceVersion: asked.SourceVersion, TimeoutInMinutes: aws.Int32(60), Initiator: aws.String("serin"),
		Environment: &types.ProjectEnvironment{
			Image: aws.String("aws/codebuild/standard:7.0"), Type: types.EnvironmentTypeLinuxContainer,
			ComputeType: types.ComputeTypeBuildGeneral1Small, EnvironmentVariables: slices.Concat(project.variables, asked.EnvironmentVariablesOverride),
		},
		Logs: &types.LogsLocation{
			GroupName: aws.String("/aws/codebuild/" + name), StreamName: aws.String(id[len(name)+1:]),
			DeepLink: aws.String("https://console.aws.amazon.com/cloudwatch/home?region=" + b.region + "#logEvent:group=/aws/codebuild/" + name),
		},
	}}
	b.builds = append(b.builds, started)
	b.emit(started)
	return started
}

// stopBuild stops a build; one that is over stays as it is.
func (b *CodeBuild) stopBuild(in *api.StopBuildInput, c Call) (any, error) {
	found := b.find(aws.ToString(in.Id))
	if found == nil {
		return nil, &awsJSONError{"ResourceNotFoundException", "Build cannot be found: " + aws.ToString(in.Id)}
	}
	if !found.BuildComplete {
		b.finish(found, types.StatusTypeStopped)
		b.ledger.Append(c.Actor, "build-stop", aws.ToString(found.Arn), found.state())
	}
	return api.StopBuildOutput{Build: &found.Build}, nil
}

// batchGetBuilds takes 1–100 ids; what is not there is named beside the rest.
func (b *CodeBuild) batchGetBuilds(in *api.BatchGetBuildsInput, _ Call) (any, error) {
	if len(in.Ids) < 1 || len(in.Ids) > 100 {
		return nil, codeBuildInvalid("Ids must have between 1 and 100 items")
	}
	out := api.BatchGetBuildsOutput{}
	for _, id := range in.Ids {
		if found := b.find(id); found != nil {
			out.Builds = append(out.Builds, found.Build)
		} else {
			out.BuildsNotFound = append(out.BuildsNotFound, id)
		}
	}
	return out, nil
}

// listBuilds lists a project's builds, the newest first unless asked otherwise, a hundred a page.
func (b *CodeBuild) listBuilds(in *api.ListBuildsForProjectInput, _ Call) (any, error) {
	name := aws.ToString(in.ProjectName)
	if b.projects[name] == nil {
		return nil, &awsJSONError{"ResourceNotFoundException", "Project cannot be found: " + b.projectARN(name)}
	}
	ids := []string{}
	for _, each := range b.builds {
		if aws.ToString(each.ProjectName) == name {
			ids = append(ids, aws.ToString(each.Id))
		}
	}
	if in.SortOrder != types.SortOrderTypeAscending {
		slices.Reverse(ids)
	}
	got, next, ok := page(ids, aws.ToString(in.NextToken), 100)
	if !ok {
		return nil, codeBuildInvalid("Invalid next token")
	}
	out := api.ListBuildsForProjectOutput{Ids: got}
	if next != "" {
		out.NextToken = &next
	}
	return out, nil
}

func (b *CodeBuild) batchGetProjects(in *api.BatchGetProjectsInput, _ Call) (any, error) {
	out := api.BatchGetProjectsOutput{}
	for _, name := range in.Names {
		if b.projects[name] != nil {
			out.Projects = append(out.Projects, types.Project{Name: aws.String(name), Arn: aws.String(b.projectARN(name))})
		} else {
			out.ProjectsNotFound = append(out.ProjectsNotFound, name)
		}
	}
	return out, nil
}

func codeBuildInvalid(message string) error { return &awsJSONError{"InvalidInputException", message} }
