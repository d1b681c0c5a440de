package deployment

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// A deployment group of CodeDeploy (CodeDeploy user guide, "Deployments on an
// Amazon ECS compute platform"), on ECS, Lambda or instances.
//
// Points: ready is status Ready, the wait before the traffic (READY_WAIT) of
// blue/green groups with STOP_DEPLOYMENT; shifted is the wait before the old side
// is terminated (TERMINATION_WAIT). Lambda and in-place have neither. Lifecycle
// hooks whose function leaves the answer to Serin are points too, on Lambda and
// ECS: shift is BeforeAllowTraffic; codedeploy_hook.go has them all.
// Weight: as GetDeploymentTarget tells it on ECS and Lambda; instances have none.
// Stop: accepted long before it shows; the rollback is a deployment of its own.
// IAM: codedeploy:ListDeployments, GetDeployment on the deployment group;
// ListDeploymentTargets, GetDeploymentTarget, ContinueDeployment, StopDeployment,
// PutLifecycleEventHookExecutionStatus on "*": IAM knows no resource for them.

// CodeDeployAPI is what a guarded CodeDeploy deployment calls.
type CodeDeployAPI interface {
	ListDeployments(context.Context, *codedeploy.ListDeploymentsInput, ...func(*codedeploy.Options)) (*codedeploy.ListDeploymentsOutput, error)
	GetDeployment(context.Context, *codedeploy.GetDeploymentInput, ...func(*codedeploy.Options)) (*codedeploy.GetDeploymentOutput, error)
	ListDeploymentTargets(context.Context, *codedeploy.ListDeploymentTargetsInput, ...func(*codedeploy.Options)) (*codedeploy.ListDeploymentTargetsOutput, error)
	GetDeploymentTarget(context.Context, *codedeploy.GetDeploymentTargetInput, ...func(*codedeploy.Options)) (*codedeploy.GetDeploymentTargetOutput, error)
	ContinueDeployment(context.Context, *codedeploy.ContinueDeploymentInput, ...func(*codedeploy.Options)) (*codedeploy.ContinueDeploymentOutput, error)
	PutLifecycleEventHookExecutionStatus(context.Context, *codedeploy.PutLifecycleEventHookExecutionStatusInput, ...func(*codedeploy.Options)) (*codedeploy.PutLifecycleEventHookExecutionStatusOutput, error)
	StopDeployment(context.Context, *codedeploy.StopDeploymentInput, ...func(*codedeploy.Options)) (*codedeploy.StopDeploymentOutput, error)
}

// CodeDeployConfig is the file's part.
type CodeDeployConfig struct {
	// Application is the application's name.
	Application string `json:"application"`
	// DeploymentGroup is the name of the group whose deployments are guarded.
	DeploymentGroup string `json:"deploymentGroup"`
}

// Validate reports all that is wrong.
func (c CodeDeployConfig) Validate() error {
	name := regexp.MustCompile(`^[A-Za-z0-9._+=,@-]{1,100}$`)
	var wrong []error
	if !name.MatchString(c.Application) {
		wrong = append(wrong, errors.New("application must be an application's name"))
	}
	if !name.MatchString(c.DeploymentGroup) {
		wrong = append(wrong, errors.New("deploymentGroup must be a deployment group's name"))
	}
	return errors.Join(wrong...)
}

type codeDeploy struct {
	CodeDeployConfig
	name string // "orders/prod"
	api  CodeDeployAPI
}

func openCodeDeploy(spec statemachine.DeploymentSpec, clients Clients) (worker.Deployment, error) {
	d := &codeDeploy{}
	if err := decode(spec, &d.CodeDeployConfig); err != nil {
		return nil, err
	}
	d.name = d.Application + "/" + d.DeploymentGroup
	var err error
	d.api, err = client(clients, "codedeploy", "", func(cfg aws.Config) CodeDeployAPI { return codedeploy.NewFromConfig(cfg) })
	return d, err
}

// Find lists what runs in the group. Rollback also marks what nobody released:
// the deployments with which Auto Scaling and CodeDeploy bring single instances
// to the version that is there already.
func (d *codeDeploy) Find(ctx context.Context) ([]worker.FoundDeployment, error) {
	var found []worker.FoundDeployment
	pages := codedeploy.NewListDeploymentsPaginator(d.api, &codedeploy.ListDeploymentsInput{
		ApplicationName: &d.Application, DeploymentGroupName: &d.DeploymentGroup, IncludeOnlyStatuses: underWay(),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, awserr.Classify("codedeploy:ListDeployments", d.name, err)
		}
		for _, id := range page.Deployments {
			info, err := d.get(ctx, id)
			if err != nil {
				return nil, err
			}
			found = append(found, worker.FoundDeployment{
				ID: id, CreatedAt: aws.ToTime(info.CreateTime), Rollback: nobodys(info), Version: revision(info.Revision),
			})
		}
	}
	return found, nil
}

func (d *codeDeploy) get(ctx context.Context, id string) (*types.DeploymentInfo, error) {
	out, err := d.api.GetDeployment(ctx, &codedeploy.GetDeploymentInput{DeploymentId: &id})
	switch {
	case err != nil:
		return nil, awserr.Classify("codedeploy:GetDeployment", d.name+" "+id, err)
	case out.DeploymentInfo == nil:
		return nil, failed(worker.ErrUnavailable, "codedeploy:GetDeployment", d.name+" "+id, "the answer has no deployment")
	}
	return out.DeploymentInfo, nil
}

// Observe reads the deployment; while it shifts, its target, which alone tells
// the weight and that it waits with all traffic shifted; and once it has ended
// without success, its rollback.
func (d *codeDeploy) Observe(ctx context.Context, id string, steps []statemachine.Step) (look statemachine.DeploymentLook, err error) {
	info, err := d.get(ctx, id)
	if err != nil {
		return look, err
	}
	look.Problems = d.unfit(info, steps)
	if over(info.Status) {
		return look, d.ended(ctx, info, &look)
	}
	at, err := d.deployed(ctx, info)
	if err != nil {
		return look, err
	}
	goesOn(info, at, &look)
	return look, nil
}

// Continue ends the wait that key names. What is not in that wait answers
// DeploymentIsNotInReadyState whether it is past it or not there yet, and so it is
// read: past is done.
func (d *codeDeploy) Continue(ctx context.Context, id, key string) error {
	if strings.HasPrefix(key, hookPrefix) {
		return d.answerHook(ctx, id, key)
	}
	wait, ok := waitOf(id, key)
	if !ok {
		return failed(worker.ErrInvalid, "codedeploy:ContinueDeployment", d.name+" "+id, "there is no wait %q", key)
	}
	_, err := d.api.ContinueDeployment(ctx, &codedeploy.ContinueDeploymentInput{DeploymentId: &id, DeploymentWaitType: wait})
	if _, ended := errors.AsType[*types.DeploymentAlreadyCompletedException](err); ended {
		return nil
	}
	if _, elsewhere := errors.AsType[*types.DeploymentIsNotInReadyStateException](err); elsewhere {
		look, readErr := d.Observe(ctx, id, nil)
		if readErr != nil {
			return readErr
		}
		if look.WaitKey != key {
			return nil
		}
	}
	return awserr.Classify("codedeploy:ContinueDeployment", d.name+" "+id, err)
}

// Stop asks for the stop and the way back. Asked again while the first is
// pending, CodeDeploy changes nothing.
func (d *codeDeploy) Stop(ctx context.Context, id string) error {
	_, err := d.api.StopDeployment(ctx, &codedeploy.StopDeploymentInput{DeploymentId: &id, AutoRollbackEnabled: aws.Bool(true)})
	if _, ended := errors.AsType[*types.DeploymentAlreadyCompletedException](err); ended {
		return nil
	}
	return awserr.Classify("codedeploy:StopDeployment", d.name+" "+id, err)
}

var _ worker.Deployment = (*codeDeploy)(nil)
