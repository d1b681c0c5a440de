package canaryfile

import "github.com/serinhq/serin/statemachine"

// codedeployBlock is a deployment group whose deployments are guarded.
type codedeployBlock struct {
	Application     codedeployName `json:"application" jsonschema_description:"The CodeDeploy application."`
	DeploymentGroup codedeployName `json:"deploymentGroup" jsonschema_description:"The deployment group whose deployments are guarded."`
}

func (b *codedeployBlock) deployment() statemachine.DeploymentSpec {
	return statemachine.DeploymentSpec{
		Key: string(b.Application) + "/" + string(b.DeploymentGroup),
		Config: configJSON(struct {
			Application     string `json:"application"`
			DeploymentGroup string `json:"deploymentGroup"`
		}{string(b.Application), string(b.DeploymentGroup)}),
	}
}

func (*codedeployBlock) points() []statemachine.Point {
	return []statemachine.Point{
		statemachine.PointPreScaleUp, statemachine.PointPostScaleUp, statemachine.PointPostTestTraffic,
		statemachine.PointReady, statemachine.PointShift, statemachine.PointShifted,
	}
}

// codedeployName is the name of an application or deployment group, in the
// characters CodeDeploy's quotas page allows: no slash, so a key is unambiguous.
type codedeployName string

func (codedeployName) rule() rule {
	return rule{pattern: `^[A-Za-z0-9._+=,@-]{1,100}$`, expects: "1 to 100 letters, digits or . _ + = , @ -, as CodeDeploy has it"}
}
