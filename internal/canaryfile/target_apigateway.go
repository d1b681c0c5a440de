package canaryfile

import (
	"strings"

	"github.com/serinhq/serin/statemachine"
)

// apiGatewayBlock is a stage of a REST API and its canary.
type apiGatewayBlock struct {
	API     restAPI `json:"api" jsonschema_description:"The REST API's id, or its ARN (arn:aws:apigateway:REGION::/restapis/ID)."`
	Stage   stage   `json:"stage" jsonschema_description:"The stage whose canary is moved."`
	Version version `json:"version,omitempty" jsonschema_description:"A label for what is released: a commit, or the output variable of an action. With a manual trigger it may be left to serin start --version."`
}

func (b *apiGatewayBlock) check(*decoder, string) {} // each value says what is wrong with it

func (b *apiGatewayBlock) target() statemachine.TargetSpec {
	return gatewayTarget(string(b.API), string(b.Stage), string(b.Version))
}

// gatewayTarget is a stage of an API: an API named by its ARN is the same API.
func gatewayTarget(api, stage, version string) statemachine.TargetSpec {
	id := api[strings.LastIndexByte(api, '/')+1:] + "/" + stage
	return statemachine.TargetSpec{
		ID: id, Name: id, Version: version,
		Config: configJSON(struct {
			API   string `json:"api"`
			Stage string `json:"stage"`
		}{api, stage}),
	}
}

// restAPI is a REST API's id or ARN.
type restAPI string

func (restAPI) rule() rule {
	return rule{
		pattern: `^(arn:aws[a-z-]*:apigateway:[a-z0-9-]+::/restapis/)?[a-z0-9]{1,20}$`,
		expects: "a REST API's id, or its ARN (arn:aws:apigateway:REGION::/restapis/ID)",
	}
}

// stage is a REST API's stage (API StageName).
type stage string

func (stage) rule() rule {
	return rule{pattern: `^[A-Za-z0-9_-]{1,128}$`, expects: "a stage's name: letters, digits, - or _"}
}
