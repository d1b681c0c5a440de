package canaryfile

import (
	"strings"

	"github.com/serinhq/serin/statemachine"
)

// lambdaCheck is a function that validates a release.
type lambdaCheck struct {
	Function lambdaFunction `json:"function" jsonschema_description:"The function's name, or its unqualified ARN. It is asked again until it says pass or fail."`
}

func (b *lambdaCheck) spec() statemachine.CheckSpec {
	return statemachine.CheckSpec{
		Name: string(b.Function[strings.LastIndexByte(string(b.Function), ':')+1:]),
		Config: configJSON(struct {
			Function string `json:"function"`
		}{string(b.Function)}),
	}
}
