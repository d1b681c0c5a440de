package event

import (
	"strings"

	"github.com/serinhq/serin/worker"
)

// readECS reads the changes of service deployments and of their pause hooks (ECS developer guide, "Amazon ECS service
// deployment state change events" and "pause lifecycle hooks"). What a service does beside says nothing of a release.
func readECS(detailType string) func(envelope) (worker.Event, error) {
	switch detailType {
	case "ECS Deployment State Change":
		return readECSDeployment
	case "ECS Hook State Change":
		return readECSHook
	}
	return nil
}

// readECSDeployment: a deployment's event has an id of its own, which no call of the API knows, and names the service
// among the resources. In progress is also how a rollback begins.
func readECSDeployment(env envelope) (worker.Event, error) {
	d := env.detail
	d.key("deploymentId")
	event := worker.DeploymentEvent{Origin: env.origin, Kind: "ecs", State: d.key("eventName")}
	switch strings.TrimPrefix(event.State, "SERVICE_DEPLOYMENT_") {
	case "IN_PROGRESS":
		event.State = "START"
	case "COMPLETED":
		event.State = "SUCCESS"
	case "FAILED":
		event.State = "FAILURE"
	}
	if event.Key = ecsServiceKey(env.around.firstText("resources")); event.Key == "" {
		env.around.fail("resources", "names no service")
	}
	return event, d.err()
}

// readECSHook: one that awaits an action is what READY is to CodeDeploy.
func readECSHook(env envelope) (worker.Event, error) {
	d := env.detail
	event := worker.DeploymentEvent{
		Origin: env.origin, Kind: "ecs", ID: d.key("serviceDeploymentArn"), State: d.key("eventName"), Key: ecsServiceKey(d.key("serviceArn")),
	}
	if event.State == "HOOK_AWAITING_ACTION" {
		event.State = "READY"
	}
	if event.Key == "" {
		d.fail("serviceArn", "is no service's")
	}
	return event, d.err()
}

// ecsServiceKey is cluster and name of a service's ARN, arn:aws:ecs:<region>:<account>:service/<cluster>/<name>; "" if
// it is not one. The old form without a cluster names no service that a file can.
func ecsServiceKey(arn string) string {
	_, key, found := strings.Cut(arn, ":service/")
	if !found {
		return ""
	}
	return key
}
