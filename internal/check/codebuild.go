package check

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"regexp"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codebuild"
	"github.com/aws/aws-sdk-go-v2/service/codebuild/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// A build of a CodeBuild project (CodeBuild user guide, "Run builds").
//
// Pass: status SUCCEEDED; every other end is a fail, with its status as the text.
// Key: the build has it in SERIN_CHECK. The idempotency token, its hash, is good
// for five minutes (API StartBuild); what is older is found by that variable.
// Run: the build's id.
// IAM: codebuild:StartBuild, BatchGetBuilds, ListBuildsForProject on the project.

// CodeBuildAPI is what a check by CodeBuild calls.
type CodeBuildAPI interface {
	StartBuild(context.Context, *codebuild.StartBuildInput, ...func(*codebuild.Options)) (*codebuild.StartBuildOutput, error)
	BatchGetBuilds(context.Context, *codebuild.BatchGetBuildsInput, ...func(*codebuild.Options)) (*codebuild.BatchGetBuildsOutput, error)
	ListBuildsForProject(context.Context, *codebuild.ListBuildsForProjectInput, ...func(*codebuild.Options)) (*codebuild.ListBuildsForProjectOutput, error)
}

// CodeBuildConfig is the file's part.
type CodeBuildConfig struct {
	// Project is the project's name.
	Project string `json:"project"`
}

// Validate reports all that is wrong.
func (c CodeBuildConfig) Validate() error {
	if !regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{1,149}$`).MatchString(c.Project) {
		return errors.New("project must be a project's name")
	}
	return nil
}

type codeBuild struct {
	CodeBuildConfig
	api CodeBuildAPI
}

func openCodeBuild(spec statemachine.CheckSpec, clients Clients) (worker.Check, error) {
	c := &codeBuild{}
	if err := decode(spec, &c.CodeBuildConfig); err != nil {
		return nil, err
	}
	var err error
	c.api, err = client(clients, "codebuild", "", func(cfg aws.Config) CodeBuildAPI { return codebuild.NewFromConfig(cfg) })
	return c, err
}

// keyVariable names the check in the build's own environment.
const keyVariable = "SERIN_CHECK"

// Start looks for the key among the project's last builds, and starts one if it
// is not there.
func (c *codeBuild) Start(ctx context.Context, key string, in worker.CheckInput) (string, error) {
	if run, err := c.started(ctx, key); err != nil || run != "" {
		return run, err
	}
	token := sha256.Sum256([]byte(key))
	out, err := c.api.StartBuild(ctx, &codebuild.StartBuildInput{
		ProjectName: &c.Project, IdempotencyToken: aws.String(hex.EncodeToString(token[:])), EnvironmentVariablesOverride: variables(key, in),
	})
	switch {
	case err != nil:
		return "", awserr.Classify("codebuild:StartBuild", c.Project, err)
	case out.Build == nil || aws.ToString(out.Build.Id) == "":
		return "", failed(worker.ErrUnavailable, "codebuild:StartBuild", c.Project, "the answer has no build")
	}
	return *out.Build.Id, nil
}

// started finds the build of a key among the project's last hundred.
func (c *codeBuild) started(ctx context.Context, key string) (string, error) {
	list, err := c.api.ListBuildsForProject(ctx, &codebuild.ListBuildsForProjectInput{
		ProjectName: &c.Project, SortOrder: types.SortOrderTypeDescending,
	})
	if err != nil {
		return "", awserr.Classify("codebuild:ListBuildsForProject", c.Project, err)
	}
	if len(list.Ids) == 0 {
		return "", nil
	}
	builds, err := c.get(ctx, list.Ids)
	if err != nil {
		return "", err
	}
	for _, b := range builds {
		if keyOf(b) == key {
			return aws.ToString(b.Id), nil
		}
	}
	return "", nil
}

// Observe reads the build.
func (c *codeBuild) Observe(ctx context.Context, _, run string, _ worker.CheckInput) (statemachine.CheckLook, error) {
	builds, err := c.get(ctx, []string{run})
	if err != nil {
		return statemachine.CheckLook{}, err
	}
	if len(builds) == 0 {
		return statemachine.CheckLook{}, failed(worker.ErrNotFound, "codebuild:BatchGetBuilds", run, "there is no such build")
	}
	return said(builds[0]), nil
}

func (c *codeBuild) get(ctx context.Context, ids []string) ([]types.Build, error) {
	out, err := c.api.BatchGetBuilds(ctx, &codebuild.BatchGetBuildsInput{Ids: ids})
	if err != nil {
		return nil, awserr.Classify("codebuild:BatchGetBuilds", c.Project, err)
	}
	return out.Builds, nil
}

// said is what a build says. Its phases' texts quote what people wrote, so the
// status must do.
func said(b types.Build) statemachine.CheckLook {
	text := "build " + aws.ToString(b.Id) + " is " + string(b.BuildStatus)
	switch b.BuildStatus {
	case types.StatusTypeSucceeded:
		return statemachine.CheckLook{Status: statemachine.CheckPass, Text: text}
	case types.StatusTypeInProgress, "":
		return statemachine.CheckLook{Status: statemachine.CheckWait}
	case types.StatusTypeFailed, types.StatusTypeFault, types.StatusTypeStopped, types.StatusTypeTimedOut:
	}
	return statemachine.CheckLook{Status: statemachine.CheckFail, Text: text}
}

func keyOf(b types.Build) string {
	if b.Environment == nil {
		return ""
	}
	for _, v := range b.Environment.EnvironmentVariables {
		if aws.ToString(v.Name) == keyVariable {
			return aws.ToString(v.Value)
		}
	}
	return ""
}

// variables are what the build is told; the guide lists them.
func variables(key string, in worker.CheckInput) []types.EnvironmentVariable {
	var all []types.EnvironmentVariable
	for _, v := range [][2]string{
		{keyVariable, key}, {"SERIN_RELEASE", in.Release}, {"SERIN_CANARY", in.Canary},
		{"SERIN_VERSION", in.Version}, {"SERIN_FROM_VERSION", in.FromVersion},
		{"SERIN_WEIGHT", strconv.FormatFloat(in.WeightPct, 'f', -1, 64)},
		{"SERIN_EXECUTION", in.Execution}, {"SERIN_DEPLOYMENT", in.Deployment},
	} {
		if v[1] != "" {
			all = append(all, types.EnvironmentVariable{Name: &v[0], Value: &v[1], Type: types.EnvironmentVariableTypePlaintext})
		}
	}
	return all
}

var _ worker.Check = (*codeBuild)(nil)
