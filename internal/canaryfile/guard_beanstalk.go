package canaryfile

import "github.com/serinhq/serin/statemachine"

// beanstalkBlock is an environment whose updates Elastic Beanstalk splits itself.
type beanstalkBlock struct {
	Environment beanstalkName `json:"environment" jsonschema_description:"The name of the environment whose updates are guarded."`
}

func (b *beanstalkBlock) deployment() statemachine.DeploymentSpec {
	return statemachine.DeploymentSpec{
		Key: string(b.Environment),
		Config: configJSON(struct {
			Environment string `json:"environment"`
		}{string(b.Environment)}),
	}
}

func (*beanstalkBlock) points() []statemachine.Point { return nil }

// beanstalkName is an environment's name (API EnvironmentName).
type beanstalkName string

func (beanstalkName) rule() rule {
	return rule{pattern: `^[A-Za-z0-9][A-Za-z0-9-]{2,38}[A-Za-z0-9]$`, expects: "an environment's name: 4 to 40 letters, digits or hyphens"}
}
