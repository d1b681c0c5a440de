package deployment

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// A service of Amazon ECS with the ECS deployment controller (ECS developer guide,
// "Amazon ECS service deployments"): rolling, blue/green, linear or canary.
//
// Points: the stages at which the service has a pause hook. shift is
// PRE_PRODUCTION_TRAFFIC_SHIFT, which comes before every traffic step with a new
// hook; ready is no point of ECS. A hook's timeout has an action of its own.
// Weight: the target revision's requested production traffic; a rolling deployment
// has none.
// Stop: requested long before it shows; the same deployment goes back, so there is
// no rollback deployment.
// IAM: ecs:ListServiceDeployments on the service; ecs:DescribeServiceDeployments,
// ContinueServiceDeployment, StopServiceDeployment on the service and on its
// service deployments; ecs:DescribeServiceRevisions on its revisions.

// ECSAPI is what a guarded deployment of an ECS service calls.
type ECSAPI interface {
	ListServiceDeployments(context.Context, *ecs.ListServiceDeploymentsInput, ...func(*ecs.Options)) (*ecs.ListServiceDeploymentsOutput, error)
	DescribeServiceDeployments(context.Context, *ecs.DescribeServiceDeploymentsInput, ...func(*ecs.Options)) (*ecs.DescribeServiceDeploymentsOutput, error)
	DescribeServiceRevisions(context.Context, *ecs.DescribeServiceRevisionsInput, ...func(*ecs.Options)) (*ecs.DescribeServiceRevisionsOutput, error)
	ContinueServiceDeployment(context.Context, *ecs.ContinueServiceDeploymentInput, ...func(*ecs.Options)) (*ecs.ContinueServiceDeploymentOutput, error)
	StopServiceDeployment(context.Context, *ecs.StopServiceDeploymentInput, ...func(*ecs.Options)) (*ecs.StopServiceDeploymentOutput, error)
}

// ECSConfig is the file's part.
type ECSConfig struct {
	// Cluster is the cluster's name.
	Cluster string `json:"cluster"`
	// Service is the name of the service whose deployments are guarded.
	Service string `json:"service"`
}

// Validate reports all that is wrong.
func (c ECSConfig) Validate() error {
	name := regexp.MustCompile(`^[A-Za-z0-9_-]{1,255}$`)
	var wrong []error
	if !name.MatchString(c.Cluster) {
		wrong = append(wrong, errors.New("cluster must be a cluster's name"))
	}
	if !name.MatchString(c.Service) {
		wrong = append(wrong, errors.New("service must be a service's name"))
	}
	return errors.Join(wrong...)
}

type ecsService struct {
	ECSConfig
	name string // "prod/checkout"
	api  ECSAPI
}

func openECS(spec statemachine.DeploymentSpec, clients Clients) (worker.Deployment, error) {
	s := &ecsService{}
	if err := decode(spec, &s.ECSConfig); err != nil {
		return nil, err
	}
	s.name = s.Cluster + "/" + s.Service
	var err error
	s.api, err = client(clients, "ecs", "", func(cfg aws.Config) ECSAPI { return ecs.NewFromConfig(cfg) })
	return s, err
}

// Find lists what goes forward in the service. ECS goes back in the deployment
// that went forward, so none of them is somebody's rollback.
func (s *ecsService) Find(ctx context.Context) ([]worker.FoundDeployment, error) {
	var found []worker.FoundDeployment
	in := &ecs.ListServiceDeploymentsInput{
		Cluster: &s.Cluster, Service: &s.Service,
		Status: []types.ServiceDeploymentStatus{types.ServiceDeploymentStatusPending, types.ServiceDeploymentStatusInProgress},
	}
	for {
		page, err := s.api.ListServiceDeployments(ctx, in)
		if err != nil {
			return nil, awserr.Classify("ecs:ListServiceDeployments", s.name, err)
		}
		for _, d := range page.ServiceDeployments {
			version, err := s.version(ctx, aws.ToString(d.TargetServiceRevisionArn))
			if err != nil {
				return nil, err
			}
			found = append(found, worker.FoundDeployment{
				ID: aws.ToString(d.ServiceDeploymentArn), CreatedAt: aws.ToTime(d.CreatedAt), Version: version,
			})
		}
		if in.NextToken = page.NextToken; in.NextToken == nil {
			return found, nil
		}
	}
}

// version is the task definition of a revision, family and number.
func (s *ecsService) version(ctx context.Context, revision string) (string, error) {
	out, err := s.api.DescribeServiceRevisions(ctx, &ecs.DescribeServiceRevisionsInput{ServiceRevisionArns: []string{revision}})
	if err != nil {
		return "", awserr.Classify("ecs:DescribeServiceRevisions", s.name, err)
	}
	if len(out.ServiceRevisions) == 0 {
		return "", nil
	}
	arn := aws.ToString(out.ServiceRevisions[0].TaskDefinition)
	return arn[strings.LastIndex(arn, "/")+1:], nil
}

func (s *ecsService) get(ctx context.Context, id string) (types.ServiceDeployment, error) {
	const call = "ecs:DescribeServiceDeployments"
	out, err := s.api.DescribeServiceDeployments(ctx, &ecs.DescribeServiceDeploymentsInput{ServiceDeploymentArns: []string{id}})
	switch {
	case err != nil:
		return types.ServiceDeployment{}, awserr.Classify(call, s.name+" "+id, err)
	case len(out.ServiceDeployments) == 0:
		return types.ServiceDeployment{}, failed(worker.ErrNotFound, call, s.name+" "+id, "there is no such service deployment")
	}
	return out.ServiceDeployments[0], nil
}

// Observe reads the deployment, which tells all there is: its stage, the hooks
// that wait, and how it ended.
func (s *ecsService) Observe(ctx context.Context, id string, steps []statemachine.Step) (statemachine.DeploymentLook, error) {
	d, err := s.get(ctx, id)
	if err != nil {
		return statemachine.DeploymentLook{}, err
	}
	look := lookOf(d)
	look.Problems = s.unfit(d, steps)
	return look, nil
}

// Continue answers the hooks that key names. A hook that waits no more answers
// as one that never was, and so it is read: answered is done.
func (s *ecsService) Continue(ctx context.Context, id, key string) error {
	if key == "" {
		return failed(worker.ErrInvalid, "ecs:ContinueServiceDeployment", s.name+" "+id, "there is no wait %q", key)
	}
	for hook := range strings.SplitSeq(key, ",") {
		if err := s.answer(ctx, id, hook, types.DeploymentLifecycleHookActionContinue); err != nil {
			return err
		}
	}
	return nil
}

func (s *ecsService) answer(ctx context.Context, id, hook string, action types.DeploymentLifecycleHookAction) error {
	const call = "ecs:ContinueServiceDeployment"
	_, err := s.api.ContinueServiceDeployment(ctx, &ecs.ContinueServiceDeploymentInput{ServiceDeploymentArn: &id, HookId: &hook, Action: action})
	if !refusedHook(err) {
		return awserr.Classify(call, s.name+" "+id, err)
	}
	d, readErr := s.get(ctx, id)
	if readErr != nil {
		return readErr
	}
	for _, waiting := range openHooks(d) {
		if aws.ToString(waiting.HookId) == hook {
			return failed(worker.ErrConflict, call, s.name+" "+id, "hook %s still shows that it waits", hook)
		}
	}
	return nil
}

// refusedHook reports what ECS answers for a hook that does not wait. Which of the
// two is not documented.
func refusedHook(err error) bool {
	_, invalid := errors.AsType[*types.InvalidParameterException](err)
	_, client := errors.AsType[*types.ClientException](err)
	return invalid || client
}

// Stop asks for the way back. A deployment in transition refuses; if that one
// waits for hooks, they are answered with ROLLBACK instead.
func (s *ecsService) Stop(ctx context.Context, id string) error {
	_, err := s.api.StopServiceDeployment(ctx, &ecs.StopServiceDeploymentInput{
		ServiceDeploymentArn: &id, StopType: types.StopServiceDeploymentStopTypeRollback,
	})
	if _, conflict := errors.AsType[*types.ConflictException](err); !conflict {
		return awserr.Classify("ecs:StopServiceDeployment", s.name+" "+id, err)
	}
	d, readErr := s.get(ctx, id)
	if readErr != nil {
		return readErr
	}
	if !forward(d) {
		return nil
	}
	hooks := openHooks(d)
	if len(hooks) == 0 {
		return awserr.Classify("ecs:StopServiceDeployment", s.name+" "+id, err)
	}
	return s.answer(ctx, id, aws.ToString(hooks[0].HookId), types.DeploymentLifecycleHookActionRollback)
}

var _ worker.Deployment = (*ecsService)(nil)
