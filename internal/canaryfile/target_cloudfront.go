package canaryfile

import "github.com/serinhq/serin/statemachine"

// cloudFrontBlock is a distribution, its staging distribution and the continuous
// deployment policy between them.
type cloudFrontBlock struct {
	Distribution distributionID    `json:"distribution" jsonschema_description:"The id of the primary distribution, which has the continuous deployment policy."`
	Staging      distributionID    `json:"staging" jsonschema_description:"The id of its staging distribution, which the pipeline configures."`
	Header       *cloudFrontHeader `json:"header,omitempty" jsonschema_description:"Send the requests that have this header to the staging distribution, and no share of the others. Steps below 100 are then 15 or more."`
	PlainHeaders []originHeader    `json:"plainHeaders,omitempty" jsonschema_description:"Headers that the distribution adds for its origins and whose values are no secrets: they may differ between the two, and the table keeps them. All others must be the same in both."`
	Version      version           `json:"version,omitempty" jsonschema_description:"A label for what is released: a commit, or the output variable of an action. With a manual trigger it may be left to serin start --version."`
}

// cloudFrontHeader is a request header that chooses the staging distribution.
type cloudFrontHeader struct {
	Name  cloudFrontHeaderName  `json:"name" jsonschema_description:"The header's name; it begins with aws-cf-cd-."`
	Value cloudFrontHeaderValue `json:"value" jsonschema_description:"The header's value."`
}

func (b *cloudFrontBlock) check(d *decoder, path string) {
	if b.Distribution != "" && b.Distribution == b.Staging {
		d.fail(join(path, "staging"), "staging must be another distribution than distribution, got %s twice", b.Staging)
	}
}

func (b *cloudFrontBlock) target() statemachine.TargetSpec {
	type header struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	config := struct {
		Distribution string         `json:"distribution"`
		Staging      string         `json:"staging"`
		Header       *header        `json:"header,omitempty"`
		PlainHeaders []originHeader `json:"plainHeaders,omitempty"`
	}{Distribution: string(b.Distribution), Staging: string(b.Staging), PlainHeaders: b.PlainHeaders}
	if b.Header != nil {
		config.Header = &header{string(b.Header.Name), string(b.Header.Value)}
	}
	return statemachine.TargetSpec{
		ID: string(b.Distribution), Name: string(b.Distribution), Version: string(b.Version), Config: configJSON(config),
	}
}

// distributionID is a CloudFront distribution's id.
type distributionID string

func (distributionID) rule() rule {
	return rule{pattern: `^E[A-Z0-9]{1,30}$`, expects: "a distribution's id, such as E1A2B3C4D5E6F7"}
}

// originHeader is the name of a header for an origin (RFC 9110, section 5.1).
type originHeader string

func (originHeader) rule() rule {
	return rule{pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$", expects: "a header's name, such as X-Release"}
}

// cloudFrontHeaderName is a header that a policy may look at (API SingleHeaderConfig).
type cloudFrontHeaderName string

func (cloudFrontHeaderName) rule() rule {
	return rule{pattern: `^aws-cf-cd-[!-~]{1,200}$`, expects: "a header's name that begins with aws-cf-cd-"}
}

// cloudFrontHeaderValue is a header's value.
type cloudFrontHeaderValue string

func (cloudFrontHeaderValue) rule() rule {
	return rule{pattern: `^[ -~]{1,200}$`, expects: "a header's value: printable characters"}
}
