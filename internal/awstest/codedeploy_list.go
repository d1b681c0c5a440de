package awstest

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
)

// listDeploymentsInput is api.ListDeploymentsInput with times as the wire has them, in seconds.
type listDeploymentsInput struct {
	ApplicationName     string
	DeploymentGroupName string
	ExternalID          string
	IncludeOnlyStatuses []types.DeploymentStatus
	CreateTimeRange     *struct{ Start, End *float64 }
	NextToken           string
}

// listDeployments answers newest first. Application and group are given both or neither (API model).
func (d *CodeDeploy) listDeployments(in *listDeploymentsInput, _ Call) (any, error) {
	if in.ApplicationName != "" || in.DeploymentGroupName != "" {
		if _, err := d.findGroup(in.ApplicationName, in.DeploymentGroupName); err != nil {
			return nil, err
		}
	}
	for _, status := range in.IncludeOnlyStatuses {
		if !slices.Contains(status.Values(), status) {
			return nil, &awsJSONError{"InvalidDeploymentStatusException", "The specified deployment status doesn't exist or cannot be determined."}
		}
	}
	if span := in.CreateTimeRange; span != nil && span.Start != nil && span.End != nil && *span.Start > *span.End {
		return nil, &awsJSONError{"InvalidTimeRangeException", "The specified time range was specified in an invalid format."}
	}
	var found []string
	for _, run := range d.byCreation() {
		if in.matches(run) {
			found = append(found, run.id())
		}
	}
	ids, next, ok := page(found, in.NextToken, d.pageSize)
	if !ok {
		return nil, &awsJSONError{"InvalidNextTokenException", "The next token was specified in an invalid format."}
	}
	return &api.ListDeploymentsOutput{Deployments: append([]string{}, ids...), NextToken: unlessEmpty(next)}, nil
}

// byCreation is all deployments, newest first.
func (d *CodeDeploy) byCreation() []*deploymentRun {
	all := slices.Clone(d.deployments)
	slices.Reverse(all)
	slices.SortStableFunc(all, func(a, b *deploymentRun) int { return b.info.CreateTime.Compare(*a.info.CreateTime) })
	return all
}

func (in *listDeploymentsInput) matches(run *deploymentRun) bool {
	if in.ApplicationName != "" && (aws.ToString(run.info.ApplicationName) != in.ApplicationName ||
		aws.ToString(run.info.DeploymentGroupName) != in.DeploymentGroupName) {
		return false
	}
	if in.ExternalID != aws.ToString(run.info.ExternalId) && in.ExternalID != "" {
		return false
	}
	if len(in.IncludeOnlyStatuses) > 0 && !slices.Contains(in.IncludeOnlyStatuses, run.info.Status) {
		return false
	}
	if in.CreateTimeRange == nil {
		return true
	}
	created := seconds(*run.info.CreateTime)
	return (in.CreateTimeRange.Start == nil || created >= *in.CreateTimeRange.Start) &&
		(in.CreateTimeRange.End == nil || created <= *in.CreateTimeRange.End)
}

// seconds is a time as awsJson1.1 writes it.
func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
