package canaryfile

import "github.com/serinhq/serin/statemachine"

// appconfigBlock is an environment whose deployments AppConfig grows itself.
type appconfigBlock struct {
	Application appconfigID `json:"application" jsonschema_description:"The application's id."`
	Environment appconfigID `json:"environment" jsonschema_description:"The id of the environment whose deployments are guarded."`
}

func (b *appconfigBlock) deployment() statemachine.DeploymentSpec {
	return statemachine.DeploymentSpec{
		Key: string(b.Application) + "/" + string(b.Environment),
		Config: configJSON(struct {
			Application string `json:"application"`
			Environment string `json:"environment"`
		}{string(b.Application), string(b.Environment)}),
	}
}

func (*appconfigBlock) points() []statemachine.Point { return nil }

// appconfigID is an id (API Id): deployments are known by no names.
type appconfigID string

func (appconfigID) rule() rule {
	return rule{pattern: `^[a-z0-9]{4,7}$`, expects: "an id of AppConfig: 4 to 7 small letters or digits; not a name"}
}
