package event

import "github.com/serinhq/serin/worker"

// readBeanstalk reads the changes of environments (Elastic Beanstalk developer guide, "Using Elastic Beanstalk with
// Amazon EventBridge"). What single instances and their health do says nothing of a release.
func readBeanstalk(detailType string) func(envelope) (worker.Event, error) {
	if detailType == "Elastic Beanstalk resource status change" {
		return readEnvironment
	}
	return nil
}

// readEnvironment: an update has no id; it is found by what the environment is doing.
func readEnvironment(env envelope) (worker.Event, error) {
	event := worker.DeploymentEvent{Origin: env.origin, Kind: "beanstalk", Key: env.detail.key("EnvironmentName"), State: env.detail.key("Status")}
	switch event.State {
	case "Environment update started":
		event.State = "START"
	case "Environment update successful":
		event.State = "SUCCESS"
	case "Environment update failed":
		event.State = "FAILURE"
	}
	return event, env.detail.err()
}
