package deployment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// An update of a CloudFormation stack (CloudFormation user guide, "Update stacks").
//
// ID: that of the stack event with which the update began; an update has no other
// that its event and the API share.
// Points: none. Weight: none.
// Stop: CancelUpdateStack while it is in progress, RollbackStack where it failed and
// its rollback is disabled; the stack goes back itself, with the role it has.
// IAM: cloudformation:DescribeStacks, DescribeStackEvents, CancelUpdateStack,
// RollbackStack on the stack.

// CloudFormationAPI is what a guarded stack update calls.
type CloudFormationAPI interface {
	DescribeStackEvents(context.Context, *cloudformation.DescribeStackEventsInput, ...func(*cloudformation.Options)) (*cloudformation.DescribeStackEventsOutput, error)
	CancelUpdateStack(context.Context, *cloudformation.CancelUpdateStackInput, ...func(*cloudformation.Options)) (*cloudformation.CancelUpdateStackOutput, error)
	RollbackStack(context.Context, *cloudformation.RollbackStackInput, ...func(*cloudformation.Options)) (*cloudformation.RollbackStackOutput, error)
}

// CloudFormationConfig is the file's part.
type CloudFormationConfig struct {
	// Stack is the stack's name.
	Stack string `json:"stack"`
}

// Validate reports all that is wrong.
func (c CloudFormationConfig) Validate() error {
	if !regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,127}$`).MatchString(c.Stack) {
		return errors.New("stack must be a stack's name")
	}
	return nil
}

type stackUpdate struct {
	CloudFormationConfig
	api CloudFormationAPI
}

func openCloudFormation(spec statemachine.DeploymentSpec, clients Clients) (worker.Deployment, error) {
	d := &stackUpdate{}
	if err := decode(spec, &d.CloudFormationConfig); err != nil {
		return nil, err
	}
	var err error
	d.api, err = client(clients, "cloudformation", "", func(cfg aws.Config) CloudFormationAPI { return cloudformation.NewFromConfig(cfg) })
	return d, err
}

// update is an update and what has become of it: the stack's own events from its
// begin to the next one's, oldest first.
type update []types.StackEvent

// updates are those that the last hundreds of events tell of, newest first; until
// stops at one that is looked for.
func (d *stackUpdate) updates(ctx context.Context, id string) ([]update, error) {
	var all []update
	var after update
	pages := cloudformation.NewDescribeStackEventsPaginator(d.api, &cloudformation.DescribeStackEventsInput{StackName: &d.Stack})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, d.classify("cloudformation:DescribeStackEvents", err)
		}
		for _, e := range page.StackEvents {
			if aws.ToString(e.PhysicalResourceId) != aws.ToString(e.StackId) {
				continue
			}
			after = append(after, e)
			if e.ResourceStatus != types.ResourceStatusUpdateInProgress {
				continue
			}
			slices.Reverse(after)
			all, after = append(all, after), nil
			if id == "" || aws.ToString(e.EventId) == id {
				return all, nil
			}
		}
	}
	return all, nil
}

// Find looks at the newest update.
func (d *stackUpdate) Find(ctx context.Context) ([]worker.FoundDeployment, error) {
	all, err := d.updates(ctx, "")
	if err != nil || len(all) == 0 || all[0].status() != statemachine.DeploymentRunning {
		return nil, err
	}
	begun := all[0][0]
	return []worker.FoundDeployment{{ID: aws.ToString(begun.EventId), CreatedAt: aws.ToTime(begun.Timestamp), Version: aws.ToString(begun.ClientRequestToken)}}, nil
}

// Observe reads what became of the update.
func (d *stackUpdate) Observe(ctx context.Context, id string, steps []statemachine.Step) (look statemachine.DeploymentLook, err error) {
	u, err := d.find(ctx, id)
	if err != nil {
		return look, err
	}
	look.Problems, look.Status = stepless("stack "+d.Stack, steps), u.status()
	last := u[len(u)-1]
	switch look.Status {
	case statemachine.DeploymentStopping, statemachine.DeploymentStopped:
		look.Text, look.ByAlarm = string(last.ResourceStatus), u.byAlarm()
	case statemachine.DeploymentRunning:
		if last.ResourceStatus == types.ResourceStatusUpdateFailed {
			look.Fault = &statemachine.Fault{Code: statemachine.FaultInvalid, Error: "the update failed, and its rollback is disabled"}
		}
	case statemachine.DeploymentSucceeded, statemachine.DeploymentFailed, statemachine.DeploymentWaiting, statemachine.DeploymentUnknown:
	}
	return look, nil
}

func (d *stackUpdate) find(ctx context.Context, id string) (update, error) {
	all, err := d.updates(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, u := range all {
		if aws.ToString(u[0].EventId) == id {
			return u, nil
		}
	}
	return nil, failed(worker.ErrNotFound, "cloudformation:DescribeStackEvents", d.Stack, "no update began with event %s", id)
}

// status is the update's, by the last thing that the stack said in it. One that
// failed and keeps what it did is not over: it can still go back. Nor is one whose
// rollback failed: a person continues that.
func (u update) status() statemachine.DeploymentStatus {
	switch string(u[len(u)-1].ResourceStatus) {
	case "UPDATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS":
		return statemachine.DeploymentSucceeded
	case "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_FAILED":
		return statemachine.DeploymentStopping
	case "UPDATE_ROLLBACK_COMPLETE":
		return statemachine.DeploymentStopped
	}
	return statemachine.DeploymentRunning
}

// byAlarm: one of the stack's own rollback triggers fired. CloudFormation says so in
// the reason alone.
func (u update) byAlarm() bool {
	return slices.ContainsFunc(u, func(e types.StackEvent) bool {
		return strings.Contains(strings.ToLower(aws.ToString(e.ResourceStatusReason)), "rollback trigger")
	})
}

// Continue has nothing to end: it waits nowhere.
func (d *stackUpdate) Continue(_ context.Context, id, key string) error {
	return failed(worker.ErrInvalid, "cloudformation:DescribeStackEvents", d.Stack+" "+id, "there is no wait %q", key)
}

// Stop takes the update back, if the stack is still in it. Its tokens are the
// update's, so that a repeat is the same operation. What can't be stopped any more
// answers ValidationError, and so it is read.
func (d *stackUpdate) Stop(ctx context.Context, id string) error {
	u, err := d.find(ctx, id)
	if err != nil || u.status() != statemachine.DeploymentRunning {
		return err
	}
	call := "cloudformation:CancelUpdateStack"
	if u[len(u)-1].ResourceStatus == types.ResourceStatusUpdateFailed {
		call = "cloudformation:RollbackStack"
		_, err = d.api.RollbackStack(ctx, &cloudformation.RollbackStackInput{StackName: &d.Stack, ClientRequestToken: token(call, id)})
	} else {
		_, err = d.api.CancelUpdateStack(ctx, &cloudformation.CancelUpdateStackInput{StackName: &d.Stack, ClientRequestToken: token(call, id)})
	}
	if err == nil {
		return nil
	}
	if now, readErr := d.find(ctx, id); readErr == nil && now.status() != statemachine.DeploymentRunning {
		return nil
	}
	return d.classify(call, err)
}

// classify: CloudFormation says of a stack that is not there what it says of any
// wrong request.
func (d *stackUpdate) classify(call string, err error) error {
	if api, ok := errors.AsType[smithy.APIError](err); ok && api.ErrorCode() == "ValidationError" && strings.Contains(api.ErrorMessage(), "does not exist") {
		return &worker.CallError{Call: call, Resource: d.Stack, Kind: worker.ErrNotFound, Err: err}
	}
	return awserr.Classify(call, d.Stack, err)
}

func token(call, id string) *string {
	sum := sha256.Sum256([]byte(call + " " + id))
	return aws.String("serin-" + hex.EncodeToString(sum[:]))
}

var _ worker.Deployment = (*stackUpdate)(nil)
