package event

import "github.com/serinhq/serin/worker"

// hookSource is the source of what the function of a CodeDeploy lifecycle hook puts on the bus: the one event that no
// AWS service sends. It can do no more than point at a deployment: what ends the hook is looked up, and AWS refuses an
// execution id that is not the deployment's.
const hookSource = "serin.hook"

// readHook reads a hook's event: what CodeDeploy hands the hook's function, and the names that the function knows of
// itself.
func readHook(detailType string) func(envelope) (worker.Event, error) {
	if detailType != "CodeDeploy Lifecycle Hook" {
		return nil
	}
	return func(env envelope) (worker.Event, error) {
		d := env.detail
		return worker.DeploymentEvent{
			Origin:  env.origin,
			Kind:    "codedeploy",
			Key:     d.name("application") + "/" + d.name("deploymentGroup"),
			ID:      d.name("deploymentId"),
			State:   "HOOK",
			WaitKey: "hook/" + d.name("lifecycleEvent") + "/" + d.key("lifecycleEventHookExecutionId"),
		}, d.err()
	}
}
