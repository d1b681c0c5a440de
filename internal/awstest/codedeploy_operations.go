package awstest

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/codedeploy"
)

// codeDeployOperations names what is answered, and what IAM checks for it. Continue, Stop, the hook's answer and the
// targets know no resource; everything else takes the deployment group (AWS note 3.9, IAM).
func codeDeployOperations() map[string]awsJSONOperation[*CodeDeploy] {
	return map[string]awsJSONOperation[*CodeDeploy]{
		"ContinueDeployment": codeDeployOperation("ContinueDeployment", anyDeployment, (*CodeDeploy).continueDeployment),
		"StopDeployment":     codeDeployOperation("StopDeployment", anyDeployment, (*CodeDeploy).stopDeployment),
		"PutLifecycleEventHookExecutionStatus": codeDeployOperation("PutLifecycleEventHookExecutionStatus",
			anyDeployment, (*CodeDeploy).putLifecycleEventHookExecutionStatus),
		"GetDeploymentTarget":   codeDeployOperation("GetDeploymentTarget", anyDeployment, (*CodeDeploy).getDeploymentTarget),
		"ListDeploymentTargets": codeDeployOperation("ListDeploymentTargets", anyDeployment, (*CodeDeploy).listDeploymentTargets),
		"BatchGetDeploymentTargets": codeDeployOperation("BatchGetDeploymentTargets",
			anyDeployment, (*CodeDeploy).batchGetDeploymentTargets),
		"GetDeployment": codeDeployOperation("GetDeployment", func(d *CodeDeploy, in *api.GetDeploymentInput) string {
			return d.groupOf(in.DeploymentId)
		}, (*CodeDeploy).getDeployment),
		"BatchGetDeployments": codeDeployOperation("BatchGetDeployments",
			func(d *CodeDeploy, in *api.BatchGetDeploymentsInput) string {
				if len(in.DeploymentIds) == 0 {
					return "*"
				}
				return d.groupOf(&in.DeploymentIds[0])
			}, (*CodeDeploy).batchGetDeployments),
		"ListDeployments": codeDeployOperation("ListDeployments", func(d *CodeDeploy, in *listDeploymentsInput) string {
			return d.groupARN(in.ApplicationName, in.DeploymentGroupName)
		}, (*CodeDeploy).listDeployments),
		"CreateDeployment": codeDeployOperation("CreateDeployment", func(d *CodeDeploy, in *api.CreateDeploymentInput) string {
			return d.groupARN(aws.ToString(in.ApplicationName), aws.ToString(in.DeploymentGroupName))
		}, (*CodeDeploy).createDeployment),
		"GetDeploymentGroup": codeDeployOperation("GetDeploymentGroup",
			func(d *CodeDeploy, in *api.GetDeploymentGroupInput) string {
				return d.groupARN(aws.ToString(in.ApplicationName), aws.ToString(in.DeploymentGroupName))
			}, (*CodeDeploy).getDeploymentGroup),
	}
}

// codeDeployOperation is awsJSON, with the errors a test has ordered.
func codeDeployOperation[I any](
	operation string, resource func(*CodeDeploy, *I) string, serve func(*CodeDeploy, *I, Call) (any, error),
) awsJSONOperation[*CodeDeploy] {
	return awsJSON(resource, func(d *CodeDeploy, in *I, c Call) (any, error) {
		at := slices.IndexFunc(d.refusals, func(r codeDeployRefusal) bool { return r.operation == operation })
		if at < 0 {
			return serve(d, in, c)
		}
		code := d.refusals[at].code
		d.refusals = slices.Delete(d.refusals, at, at+1)
		return nil, &awsJSONError{code, "as ordered by the test"}
	})
}

func anyDeployment[I any](*CodeDeploy, *I) string { return "*" }

func (d *CodeDeploy) arn(resource string) string {
	return "arn:aws:codedeploy:" + d.region + ":" + d.account + ":" + resource
}

func (d *CodeDeploy) groupARN(application, group string) string {
	return d.arn("deploymentgroup:" + application + "/" + group)
}

// groupOf is the ARN of a deployment's group; every group when there is no such deployment.
func (d *CodeDeploy) groupOf(id *string) string {
	run, err := d.find(id)
	if err != nil {
		return d.arn("deploymentgroup:*")
	}
	return d.groupARN(aws.ToString(run.info.ApplicationName), aws.ToString(run.info.DeploymentGroupName))
}
