package canaryfile

import (
	"regexp"

	"github.com/serinhq/serin/statemachine"
)

// httpAPIBlock is a stage of an HTTP API, which shows one deployment at a time.
type httpAPIBlock struct {
	API     httpAPI   `json:"api" jsonschema_description:"The HTTP API's id, or its ARN (arn:aws:apigateway:REGION::/apis/ID)."`
	Stage   httpStage `json:"stage" jsonschema_description:"The stage that shows the deployment. It must not deploy by itself."`
	Version version   `json:"version,omitempty" jsonschema_description:"What to release: a deployment's id, latest, or the output variable of an action. With a manual trigger it may be left to serin start --version."`
}

func (b *httpAPIBlock) check(d *decoder, path string) {
	got := string(b.Version)
	if got == "" || got == "latest" || variable(got) != "" || regexp.MustCompile(`^[a-z0-9]{4,20}$`).MatchString(got) {
		return
	}
	d.fail(join(path, "version"), `version must be a deployment's id, latest or "#{Namespace.Variable}", got %s`, quote(got))
}

func (b *httpAPIBlock) target() statemachine.TargetSpec {
	return gatewayTarget(string(b.API), string(b.Stage), string(b.Version))
}

// weightless: there is nothing between none and all of the traffic.
func (*httpAPIBlock) weightless() string { return "an HTTP API's stage" }

// httpAPI is an HTTP API's id or ARN.
type httpAPI string

func (httpAPI) rule() rule {
	return rule{
		pattern: `^(arn:aws[a-z-]*:apigateway:[a-z0-9-]+::/apis/)?[a-z0-9]{1,20}$`,
		expects: "an HTTP API's id, or its ARN (arn:aws:apigateway:REGION::/apis/ID)",
	}
}

// httpStage is an HTTP API's stage.
type httpStage string

func (httpStage) rule() rule {
	return rule{pattern: `^(\$default|[A-Za-z0-9_-]{1,128})$`, expects: "a stage's name: $default, or letters, digits, - or _"}
}
