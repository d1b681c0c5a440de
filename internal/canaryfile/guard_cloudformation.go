package canaryfile

import "github.com/serinhq/serin/statemachine"

// cloudformationBlock is a stack whose updates are guarded.
type cloudformationBlock struct {
	Stack stackName `json:"stack" jsonschema_description:"The name of the stack whose updates are guarded."`
}

func (b *cloudformationBlock) deployment() statemachine.DeploymentSpec {
	return statemachine.DeploymentSpec{
		Key: string(b.Stack),
		Config: configJSON(struct {
			Stack string `json:"stack"`
		}{string(b.Stack)}),
	}
}

func (*cloudformationBlock) points() []statemachine.Point { return nil }

// stackName is a stack's name (API StackName).
type stackName string

func (stackName) rule() rule {
	return rule{pattern: `^[A-Za-z][A-Za-z0-9-]{0,127}$`, expects: "a stack's name: letters, digits or hyphens, beginning with a letter"}
}
