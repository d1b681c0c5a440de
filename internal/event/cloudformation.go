package event

import (
	"strings"

	"github.com/serinhq/serin/worker"
)

// readCloudFormation reads the changes of stacks (CloudFormation user guide, "Managing events with CloudFormation and
// Amazon EventBridge"). Those of single resources say nothing of a release.
func readCloudFormation(detailType string) func(envelope) (worker.Event, error) {
	if detailType == "CloudFormation Stack Status Change" {
		return readStack
	}
	return nil
}

// readStack: an update has no id that the API knows; it is found by what the stack is doing.
func readStack(env envelope) (worker.Event, error) {
	event := worker.DeploymentEvent{Origin: env.origin, Kind: "cloudformation", State: env.detail.object("status-details").key("status")}
	_, name, _ := strings.Cut(env.detail.key("stack-id"), ":stack/")
	if event.Key, _, _ = strings.Cut(name, "/"); event.Key == "" {
		env.detail.fail("stack-id", "names no stack")
	}
	if event.State == "UPDATE_IN_PROGRESS" {
		event.State = "START"
	}
	return event, env.detail.err()
}
