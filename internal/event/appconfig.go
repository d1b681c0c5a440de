package event

import (
	"strings"

	"github.com/serinhq/serin/worker"
)

// readAppConfig reads the changes of deployments, which AppConfig sends where an environment is associated with its
// extension "AWS AppConfig deployment events to Amazon EventBridge" (AppConfig user guide).
func readAppConfig(detailType string) func(envelope) (worker.Event, error) {
	if strings.HasPrefix(detailType, "On Deployment ") {
		return readConfigDeployment
	}
	return nil
}

// readConfigDeployment: the deployment is found by what runs in the environment, which has one at a time.
func readConfigDeployment(env envelope) (worker.Event, error) {
	application, environment := env.detail.object("Application"), env.detail.object("Environment")
	event := worker.DeploymentEvent{
		Origin: env.origin, Kind: "appconfig", Key: application.key("Id") + "/" + environment.key("Id"), State: env.detail.key("Type"),
	}
	switch event.State {
	case "OnDeploymentStart":
		event.State = "START"
	case "OnDeploymentComplete":
		event.State = "SUCCESS"
	case "OnDeploymentRolledBack":
		event.State = "STOP"
	}
	return event, env.detail.err()
}
