package awstest

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// describeServices tells up to ten; one that is not there is a failure in the answer, no error.
func (e *ECS) describeServices(in *api.DescribeServicesInput, _ Call) (any, error) {
	cluster, err := e.clusterOf(aws.ToString(in.Cluster))
	if err != nil {
		return nil, err
	}
	if len(in.Services) == 0 || len(in.Services) > 10 {
		return nil, ecsInvalid("services must name 1 to 10 services")
	}
	out := &api.DescribeServicesOutput{Services: []types.Service{}, Failures: []types.Failure{}}
	for _, name := range in.Services {
		at := slices.IndexFunc(e.services, func(s *ecsService) bool {
			return s.cluster == cluster && (s.arn == name || s.name == name)
		})
		if at < 0 {
			out.Failures = append(out.Failures, missing(e.serviceARN(cluster, name)))
			continue
		}
		out.Services = append(out.Services, *e.showService(e.services[at]))
	}
	return out, nil
}

func (e *ECS) showService(s *ecsService) *types.Service {
	out := &types.Service{
		ServiceArn: &s.arn, ServiceName: &s.name, ClusterArn: aws.String(e.arn("cluster", s.cluster)), Status: &s.status,
		DesiredCount: s.desired, RunningCount: s.desired, CreatedAt: &s.createdAt, LoadBalancers: s.loadBalancers,
		DeploymentController: &types.DeploymentController{Type: s.controller}, SchedulingStrategy: types.SchedulingStrategyReplica,
		DeploymentConfiguration: &s.config,
	}
	if s.controller != types.DeploymentControllerTypeEcs {
		out.RunningCount = 0
		for _, set := range s.taskSets {
			shown := e.showTaskSet(set)
			out.RunningCount += shown.RunningCount
			out.TaskSets = append(out.TaskSets, shown)
		}
		return out
	}
	running := s.current
	if d := s.deployment; d != nil {
		out.CurrentServiceDeployment = &d.arn
		out.CurrentServiceRevisions = append(out.CurrentServiceRevisions, currentRevision(d.target, s.desired))
		out.Deployments = append(out.Deployments, types.Deployment{
			Id: &d.id, Status: aws.String("PRIMARY"), TaskDefinition: &d.target.taskDefinition, CreatedAt: &d.createdAt,
			UpdatedAt: &d.updatedAt, DesiredCount: s.desired, RunningCount: s.desired, RolloutState: types.DeploymentRolloutStateInProgress,
		})
		if d.rollback == nil {
			running = d.target
		}
	}
	if s.current != nil {
		out.CurrentServiceRevisions = append(out.CurrentServiceRevisions, currentRevision(s.current, s.desired))
	}
	out.TaskDefinition = &running.taskDefinition
	return out
}

func currentRevision(r *ecsRevision, tasks int32) types.ServiceCurrentRevisionSummary {
	return types.ServiceCurrentRevisionSummary{Arn: &r.arn, RequestedTaskCount: tasks, RunningTaskCount: tasks}
}

// describeServiceRevisions tells what revisions run: their task definition.
func (e *ECS) describeServiceRevisions(in *api.DescribeServiceRevisionsInput, _ Call) (any, error) {
	if len(in.ServiceRevisionArns) == 0 || len(in.ServiceRevisionArns) > 20 {
		return nil, ecsInvalid("serviceRevisionArns must name 1 to 20 service revisions")
	}
	out := &api.DescribeServiceRevisionsOutput{ServiceRevisions: []types.ServiceRevision{}, Failures: []types.Failure{}}
	for _, arn := range in.ServiceRevisionArns {
		s, r := e.findRevision(arn)
		if r == nil {
			out.Failures = append(out.Failures, missing(arn))
			continue
		}
		out.ServiceRevisions = append(out.ServiceRevisions, types.ServiceRevision{
			ServiceRevisionArn: &r.arn, ServiceArn: &s.arn, ClusterArn: aws.String(e.arn("cluster", s.cluster)),
			TaskDefinition: &r.taskDefinition, CreatedAt: &r.createdAt, LoadBalancers: s.loadBalancers,
		})
	}
	return out, nil
}

func (e *ECS) findRevision(arn string) (*ecsService, *ecsRevision) {
	for _, s := range e.services {
		for _, r := range s.revisions {
			if r.arn == arn {
				return s, r
			}
		}
	}
	return nil, nil
}
