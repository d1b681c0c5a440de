package awstest

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/ecs"
)

// ecsOperations names what is answered, and what IAM checks for it. Calls on a service deployment are checked against
// its service as well (AWS note 3.10, IAM); the deployment is what is named here.
func ecsOperations() map[string]awsJSONOperation[*ECS] {
	return map[string]awsJSONOperation[*ECS]{
		"DescribeServices": ecsOperation("DescribeServices", func(e *ECS, in *api.DescribeServicesInput) string {
			return e.firstOf(aws.ToString(in.Cluster), in.Services)
		}, (*ECS).describeServices),
		"UpdateService": ecsOperation("UpdateService", func(e *ECS, in *api.UpdateServiceInput) string {
			return e.serviceARN(aws.ToString(in.Cluster), aws.ToString(in.Service))
		}, (*ECS).updateService),
		"ListServiceDeployments": ecsOperation("ListServiceDeployments", func(e *ECS, in *listServiceDeploymentsInput) string {
			return e.serviceARN(in.Cluster, in.Service)
		}, (*ECS).listServiceDeployments),
		"DescribeServiceDeployments": ecsOperation("DescribeServiceDeployments",
			func(_ *ECS, in *api.DescribeServiceDeploymentsInput) string { return first(in.ServiceDeploymentArns) },
			(*ECS).describeServiceDeployments),
		"DescribeServiceRevisions": ecsOperation("DescribeServiceRevisions",
			func(_ *ECS, in *api.DescribeServiceRevisionsInput) string { return first(in.ServiceRevisionArns) },
			(*ECS).describeServiceRevisions),
		"ContinueServiceDeployment": ecsOperation("ContinueServiceDeployment",
			func(_ *ECS, in *api.ContinueServiceDeploymentInput) string { return named(in.ServiceDeploymentArn) },
			(*ECS).continueServiceDeployment),
		"StopServiceDeployment": ecsOperation("StopServiceDeployment",
			func(_ *ECS, in *api.StopServiceDeploymentInput) string { return named(in.ServiceDeploymentArn) },
			(*ECS).stopServiceDeployment),
		"CreateTaskSet": ecsOperation("CreateTaskSet", func(e *ECS, in *api.CreateTaskSetInput) string {
			return e.taskSetARN(in.Cluster, in.Service, aws.String("*"))
		}, (*ECS).createTaskSet),
		"DescribeTaskSets": ecsOperation("DescribeTaskSets", func(e *ECS, in *api.DescribeTaskSetsInput) string {
			return e.taskSetARN(in.Cluster, in.Service, aws.String(first(in.TaskSets)))
		}, (*ECS).describeTaskSets),
		"UpdateTaskSet": ecsOperation("UpdateTaskSet", func(e *ECS, in *api.UpdateTaskSetInput) string {
			return e.taskSetARN(in.Cluster, in.Service, in.TaskSet)
		}, (*ECS).updateTaskSet),
		"DeleteTaskSet": ecsOperation("DeleteTaskSet", func(e *ECS, in *api.DeleteTaskSetInput) string {
			return e.taskSetARN(in.Cluster, in.Service, in.TaskSet)
		}, (*ECS).deleteTaskSet),
		"UpdateServicePrimaryTaskSet": ecsOperation("UpdateServicePrimaryTaskSet",
			func(e *ECS, in *api.UpdateServicePrimaryTaskSetInput) string {
				return e.serviceARN(aws.ToString(in.Cluster), aws.ToString(in.Service))
			}, (*ECS).updateServicePrimaryTaskSet),
	}
}

// ecsOperation is awsJSON, with the errors a test has ordered.
func ecsOperation[I any](
	operation string, resource func(*ECS, *I) string, serve func(*ECS, *I, Call) (any, error),
) awsJSONOperation[*ECS] {
	return awsJSON(resource, func(e *ECS, in *I, c Call) (any, error) {
		at := slices.IndexFunc(e.refusals, func(r ecsRefusal) bool { return r.operation == operation })
		if at < 0 {
			return serve(e, in, c)
		}
		code := e.refusals[at].code
		e.refusals = slices.Delete(e.refusals, at, at+1)
		return nil, &awsJSONError{code, "as ordered by the test"}
	})
}

// named is the ARN a call names, "*" when it names none.
func named(arn *string) string {
	if aws.ToString(arn) == "" {
		return "*"
	}
	return *arn
}

func first(arns []string) string {
	if len(arns) == 0 {
		return "*"
	}
	return named(&arns[0])
}

func (e *ECS) firstOf(cluster string, services []string) string {
	if len(services) == 0 {
		return "*"
	}
	return e.serviceARN(cluster, services[0])
}

// serviceARN is the ARN of a service, given as such or by name within a cluster.
func (e *ECS) serviceARN(cluster, service string) string {
	if strings.HasPrefix(service, "arn:") {
		return service
	}
	name := strings.TrimPrefix(cluster, e.arn("cluster")+"/")
	if name == "" {
		name = "default"
	}
	return e.arn("service", name, service)
}

// taskSetARN is the ARN of a task set, given as such or by its id.
func (e *ECS) taskSetARN(cluster, service, id *string) string {
	if strings.HasPrefix(aws.ToString(id), "arn:") {
		return *id
	}
	of := e.serviceARN(aws.ToString(cluster), aws.ToString(service))
	return strings.Replace(of, ":service/", ":task-set/", 1) + "/" + aws.ToString(id)
}
