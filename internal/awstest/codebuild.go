package awstest

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/codebuild"
	"github.com/aws/aws-sdk-go-v2/service/codebuild/types"
)

// CodeBuild stands in for AWS CodeBuild's projects and builds: StartBuild with its idempotency token, which is good for
// five minutes only (API StartBuild), the reads, and the events of AWS note 1.6.
//
// Nothing is built: a build is in progress until a test finishes it.
type CodeBuild struct {
	account, region string
	ledger          *Ledger
	clock           func() time.Time

	mu       sync.Mutex
	projects map[string]*buildProject
	builds   []*build // oldest first
	events   emission
}

type buildProject struct {
	number    int64                       // of the last build
	full      bool                        // the account's limit of builds is reached
	variables []types.EnvironmentVariable // its own, which each build tells
}

type build struct {
	types.Build
	token, asked string // the idempotency token, and the rest of what was asked
}

// BuildState is what a call left a build in, in the ledger under "build-start" and "build-stop".
type BuildState struct {
	Project, ID string
	Status      types.StatusType
	// Variables are those that the call gave to the build.
	Variables map[string]string
}

var _ StandIn = (*CodeBuild)(nil)

// NewCodeBuild returns a CodeBuild without projects. What is applied goes to ledger; a nil clock means time.Now.
func NewCodeBuild(account, region string, ledger *Ledger, clock func() time.Time) *CodeBuild {
	if clock == nil {
		clock = time.Now
	}
	return &CodeBuild{account: account, region: region, ledger: ledger, clock: clock, projects: map[string]*buildProject{}}
}

// Service is the signing name.
func (*CodeBuild) Service() string { return "codebuild" }

// Operation reads the operation out of X-Amz-Target; an operation that is not answered here is unknown.
func (*CodeBuild) Operation(r *http.Request, _ []byte) string {
	operation := awsJSONTarget(r, "CodeBuild_20161006")
	if _, ok := codeBuildOperations()[operation]; !ok {
		return ""
	}
	return operation
}

// codeBuildOperations names what is answered. IAM checks the project for all of them (service authorization reference).
func codeBuildOperations() map[string]awsJSONOperation[*CodeBuild] {
	return map[string]awsJSONOperation[*CodeBuild]{
		"StartBuild": awsJSON(func(b *CodeBuild, in *api.StartBuildInput) string {
			return b.projectARN(aws.ToString(in.ProjectName))
		}, (*CodeBuild).startBuild),
		"StopBuild": awsJSON(func(b *CodeBuild, in *api.StopBuildInput) string {
			return b.projectOf(aws.ToString(in.Id))
		}, (*CodeBuild).stopBuild),
		"BatchGetBuilds": awsJSON(func(b *CodeBuild, in *api.BatchGetBuildsInput) string {
			if len(in.Ids) == 0 {
				return "*"
			}
			return b.projectOf(in.Ids[0])
		}, (*CodeBuild).batchGetBuilds),
		"ListBuildsForProject": awsJSON(func(b *CodeBuild, in *api.ListBuildsForProjectInput) string {
			return b.projectARN(aws.ToString(in.ProjectName))
		}, (*CodeBuild).listBuilds),
		"BatchGetProjects": awsJSON(func(b *CodeBuild, in *api.BatchGetProjectsInput) string {
			if len(in.Names) == 0 {
				return "*"
			}
			return b.projectARN(in.Names[0])
		}, (*CodeBuild).batchGetProjects),
	}
}

// Serve applies the call. Events it causes go to OnEvent's function, or wait for TakeEvents.
func (b *CodeBuild) Serve(c Call) Answer {
	b.mu.Lock()
	answer := awsJSONServe(codeBuildOperations(), b, c)
	deliver, caused := b.events.heard()
	b.mu.Unlock()
	for _, event := range caused {
		deliver(event)
	}
	return answer
}

// TakeEvents returns the events that API calls have caused since it was last asked, in order.
func (b *CodeBuild) TakeEvents() []json.RawMessage {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.events.take()
}

// OnEvent hands each event that an API call causes to deliver, after the call was applied and before it is answered.
func (b *CodeBuild) OnEvent(deliver func(json.RawMessage)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events.deliver = deliver
}

func (b *CodeBuild) arn(resource string) string {
	return "arn:aws:codebuild:" + b.region + ":" + b.account + ":" + resource
}

func (b *CodeBuild) projectARN(project string) string { return b.arn("project/" + project) }

// projectOf is the ARN of a build's project, which is in its id; a build's ARN is as good as its id.
func (b *CodeBuild) projectOf(id string) string {
	project, _, _ := strings.Cut(strings.TrimPrefix(id, b.arn("build/")), ":")
	return b.projectARN(project)
}
