package event

import (
	"strings"

	"github.com/serinhq/serin/worker"
)

// readCodeDeploy reads a deployment's changes (CodeDeploy user guide, "Monitoring deployments with Amazon CloudWatch
// Events"). The events of single instances say nothing of a release.
func readCodeDeploy(detailType string) func(envelope) (worker.Event, error) {
	if detailType == "CodeDeploy Deployment State-change Notification" {
		return readDeployment
	}
	return nil
}

func readDeployment(env envelope) (worker.Event, error) {
	d := env.detail
	application := d.key("application")
	if strings.Contains(application, "/") {
		d.fail("application", "has a slash, which ends it in the key")
	}
	return worker.DeploymentEvent{
		Origin: env.origin,
		Kind:   "codedeploy",
		Key:    application + "/" + d.key("deploymentGroup"),
		ID:     d.key("deploymentId"),
		State:  d.key("state"),
	}, d.err()
}
