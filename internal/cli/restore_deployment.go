package cli

import (
	"fmt"
	"strings"

	"github.com/serinhq/serin/statemachine"
)

// stopDeployment stops what AWS shifts, so that AWS puts traffic back.
func stopDeployment(r statemachine.Release, region string) (restoreCommand, error) {
	key := r.Plan.Deployment.Key
	line, err := stopLine(*r.Plan.Deployment, r.Deployment.ID, region)
	if err != nil {
		return restoreCommand{}, fmt.Errorf("stop %s: %w", key, err)
	}
	return restoreCommand{key, &line, "stop the deployment; AWS puts traffic back"}, nil
}

// stopLine is the command for one deployment, by its kind.
func stopLine(spec statemachine.DeploymentSpec, id, region string) (string, error) {
	switch spec.Kind {
	case "appconfig": // also one that has completed goes back, for 72 hours (API StopDeployment)
		application, environment, _ := strings.Cut(spec.Key, "/")
		return shell("aws", "appconfig", "stop-deployment", "--region", region, "--application-id", application,
			"--environment-id", environment, "--deployment-number", id, "--allow-revert"), nil
	case "beanstalk":
		return shell("aws", "elasticbeanstalk", "abort-environment-update", "--region", region, "--environment-name", spec.Key), nil
	case "cloudformation": // cancelling is for an update in progress, rolling back for one that failed
		return shell("aws", "cloudformation", "cancel-update-stack", "--region", region, "--stack-name", spec.Key) + " || " +
			shell("aws", "cloudformation", "rollback-stack", "--region", region, "--stack-name", spec.Key), nil
	case "codedeploy":
		return shell("aws", "deploy", "stop-deployment", "--region", region, "--deployment-id", id, "--auto-rollback-enabled"), nil
	case "ecs":
		return shell("aws", "ecs", "stop-service-deployment", "--region", regionOf(id, region),
			"--service-deployment-arn", id, "--stop-type", "ROLLBACK"), nil
	}
	return "", fmt.Errorf("this program knows no aws command for a deployment of kind %s", spec.Kind)
}
