package awstest

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// listServiceDeploymentsInput is api.ListServiceDeploymentsInput with times as the wire has them, in seconds.
type listServiceDeploymentsInput struct {
	Cluster, Service string
	Status           []types.ServiceDeploymentStatus
	CreatedAt        *struct{ After, Before *float64 }
	MaxResults       *int32
	NextToken        string
}

// listServiceDeployments answers newest first.
func (e *ECS) listServiceDeployments(in *listServiceDeploymentsInput, _ Call) (any, error) {
	s, err := e.serviceOf(&in.Cluster, &in.Service)
	if err != nil {
		return nil, err
	}
	if s.controller != types.DeploymentControllerTypeEcs {
		return nil, &awsJSONError{"UnsupportedFeatureException", "Service deployments belong to the ECS deployment controller."}
	}
	for _, status := range in.Status {
		if !slices.Contains(status.Values(), status) {
			return nil, ecsInvalid("Unknown service deployment status " + string(status))
		}
	}
	size := e.pageSize
	if in.MaxResults != nil {
		if *in.MaxResults < 1 || *in.MaxResults > 100 {
			return nil, ecsInvalid("maxResults must be between 1 and 100")
		}
		size = int(*in.MaxResults)
	}
	found := []types.ServiceDeploymentBrief{}
	for _, d := range slices.Backward(e.deployments) {
		if d.service == s && in.matches(d) {
			found = append(found, types.ServiceDeploymentBrief{
				ServiceDeploymentArn: &d.arn, ServiceArn: &s.arn, ClusterArn: aws.String(e.arn("cluster", s.cluster)),
				Status: d.status, StatusReason: unlessEmpty(d.reason), CreatedAt: &d.createdAt, StartedAt: d.startedAt,
				FinishedAt: d.finishedAt, TargetServiceRevisionArn: &d.target.arn,
			})
		}
	}
	got, next, ok := page(found, in.NextToken, size)
	if !ok {
		return nil, ecsInvalid("Invalid token")
	}
	return &api.ListServiceDeploymentsOutput{ServiceDeployments: got, NextToken: unlessEmpty(next)}, nil
}

func (in *listServiceDeploymentsInput) matches(d *ecsDeployment) bool {
	if len(in.Status) > 0 && !slices.Contains(in.Status, d.status) {
		return false
	}
	created := seconds(d.createdAt)
	return in.CreatedAt == nil ||
		(in.CreatedAt.After == nil || created >= *in.CreatedAt.After) && (in.CreatedAt.Before == nil || created <= *in.CreatedAt.Before)
}

// describeServiceDeployments tells up to twenty; one that is not there is a failure in the answer, no error.
func (e *ECS) describeServiceDeployments(in *api.DescribeServiceDeploymentsInput, _ Call) (any, error) {
	if len(in.ServiceDeploymentArns) == 0 || len(in.ServiceDeploymentArns) > 20 {
		return nil, ecsInvalid("serviceDeploymentArns must name 1 to 20 service deployments")
	}
	out := &api.DescribeServiceDeploymentsOutput{ServiceDeployments: []types.ServiceDeployment{}, Failures: []types.Failure{}}
	for _, arn := range in.ServiceDeploymentArns {
		d := e.findDeployment(arn)
		if d == nil {
			out.Failures = append(out.Failures, missing(arn))
			continue
		}
		out.ServiceDeployments = append(out.ServiceDeployments, e.showDeployment(d))
		e.read(d)
	}
	return out, nil
}

func missing(arn string) types.Failure {
	return types.Failure{Arn: &arn, Reason: aws.String("MISSING")}
}

func (e *ECS) showDeployment(d *ecsDeployment) types.ServiceDeployment {
	out := types.ServiceDeployment{
		ServiceDeploymentArn: &d.arn, ServiceArn: &d.service.arn, ClusterArn: aws.String(e.arn("cluster", d.service.cluster)),
		Status: d.status, StatusReason: unlessEmpty(d.reason), CreatedAt: &d.createdAt, UpdatedAt: &d.updatedAt,
		StartedAt: d.startedAt, FinishedAt: d.finishedAt, StoppedAt: d.stoppedAt, Rollback: d.rollback,
		DeploymentConfiguration: &d.config, Alarms: d.showAlarms(), TargetServiceRevision: d.showRevision(d.target, true),
		LifecycleStage: types.ServiceDeploymentLifecycleStage(d.stage()),
	}
	if e.hidesPre && d.stage() == ecsPreShift {
		out.LifecycleStage = types.ServiceDeploymentLifecycleStageProductionTrafficShift
	}
	if breaker := d.config.DeploymentCircuitBreaker; breaker != nil && breaker.Enable {
		out.DeploymentCircuitBreaker = &types.ServiceDeploymentCircuitBreaker{Status: types.ServiceDeploymentRollbackMonitorsStatusMonitoring}
		if d.tripped {
			out.DeploymentCircuitBreaker.Status = types.ServiceDeploymentRollbackMonitorsStatusTriggered
		}
	}
	if d.source != nil {
		out.SourceServiceRevisions = []types.ServiceRevisionSummary{*d.showRevision(d.source, false)}
	}
	for _, h := range d.hooks {
		shown := types.DeploymentLifecycleHookDetail{
			HookId: &h.id, TargetType: types.DeploymentLifecycleHookTargetTypePause, Status: h.status,
			ExpiresAt: &h.expiresAt, TimeoutAction: h.timeoutAction,
		}
		if h.hidden > 0 {
			shown.Status = types.DeploymentLifecycleHookStatusAwaitingAction
		}
		out.LifecycleHookDetails = append(out.LifecycleHookDetails, shown)
	}
	return out
}

// showRevision tells a revision's share; a rolling deployment has none.
func (d *ecsDeployment) showRevision(r *ecsRevision, isNew bool) *types.ServiceRevisionSummary {
	out := &types.ServiceRevisionSummary{Arn: &r.arn, RequestedTaskCount: d.service.desired, RunningTaskCount: d.service.desired}
	if len(ecsWeights(d.config)) == 0 {
		return out
	}
	production, test := d.weight, d.test
	if !isNew {
		production, test = 100-production, 100-test
	}
	out.RequestedProductionTrafficWeight, out.RequestedTestTrafficWeight = &production, &test
	return out
}

// showAlarms: DISABLED means that ECS uses none, which is so too when one was in ALARM at the start (AWS note 3.10).
func (d *ecsDeployment) showAlarms() *types.ServiceDeploymentAlarms {
	config := d.config.Alarms
	if config == nil {
		return nil
	}
	out := &types.ServiceDeploymentAlarms{
		AlarmNames: config.AlarmNames, TriggeredAlarmNames: d.triggered, Status: types.ServiceDeploymentRollbackMonitorsStatusMonitoring,
	}
	switch {
	case !config.Enable || d.ignoresAlarms:
		out.Status = types.ServiceDeploymentRollbackMonitorsStatusDisabled
	case len(d.triggered) > 0:
		out.Status = types.ServiceDeploymentRollbackMonitorsStatusTriggered
	case d.over():
		out.Status = types.ServiceDeploymentRollbackMonitorsStatusMonitoringComplete
	}
	return out
}
