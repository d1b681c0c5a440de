package canaryfile

import (
	"regexp"
	"strings"

	"github.com/serinhq/serin/statemachine"
)

// lambdaBlock is a Lambda alias.
type lambdaBlock struct {
	Function lambdaFunction `json:"function" jsonschema_description:"The function's name, or its unqualified ARN."`
	Alias    lambdaAlias    `json:"alias" jsonschema_description:"The alias whose traffic is shifted."`
	Version  version        `json:"version,omitempty" jsonschema_description:"What to release: a version number, a qualified ARN, latest, or the output variable of an action. With a manual trigger it may be left to serin start --version."`
}

// check holds the version to Lambda's own words (API Version, Qualifier).
func (b *lambdaBlock) check(d *decoder, path string) {
	got := string(b.Version)
	if got == "" || got == "latest" || variable(got) != "" || regexp.MustCompile(`^[1-9][0-9]{0,18}$`).MatchString(got) {
		return
	}
	at := join(path, "version")
	function, qualifier, isARN := cutQualifier(got)
	switch {
	case !isARN:
		d.fail(at, `version must be a number, a qualified ARN, latest or "#{Namespace.Variable}", got %s`, quote(got))
	case !regexp.MustCompile(`^[1-9][0-9]{0,18}$`).MatchString(qualifier):
		d.fail(at, "version must end with a published version's number, got %s", quote(got))
	case b.Function != "" && !sameFunction(string(b.Function), function):
		d.fail(at, "version must be one of function %s, got %s", b.name(), quote(got))
	}
}

func (b *lambdaBlock) target() statemachine.TargetSpec {
	id := b.name() + ":" + string(b.Alias)
	return statemachine.TargetSpec{
		ID: id, Name: id, Version: string(b.Version),
		Config: configJSON(struct {
			Function string `json:"function"`
			Alias    string `json:"alias"`
		}{string(b.Function), string(b.Alias)}),
	}
}

// name is the function's name, also where the file has its ARN.
func (b *lambdaBlock) name() string {
	return string(b.Function[strings.LastIndexByte(string(b.Function), ':')+1:])
}

// cutQualifier takes a qualified function ARN apart.
func cutQualifier(arn string) (function, qualifier string, ok bool) {
	form := regexp.MustCompile(`^(arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}):(.+)$`)
	parts := form.FindStringSubmatch(arn)
	if parts == nil {
		return "", "", false
	}
	return parts[1], parts[2], true
}

// sameFunction compares a function as the file names it with a function's ARN.
func sameFunction(named, arn string) bool {
	return named == arn || strings.HasSuffix(arn, ":function:"+named)
}

// lambdaFunction is a name or an unqualified ARN (API FunctionName).
type lambdaFunction string

func (lambdaFunction) rule() rule {
	return rule{
		pattern: `^(arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:)?[A-Za-z0-9_-]{1,64}$`,
		expects: "a function's name, or its ARN without version or alias",
	}
}

// lambdaAlias is an alias's name (API Alias): digits alone would be a version.
type lambdaAlias string

func (lambdaAlias) rule() rule {
	return rule{
		pattern: `^[A-Za-z0-9_-]{0,127}[A-Za-z_-][A-Za-z0-9_-]{0,127}$`,
		expects: "an alias's name: letters, digits, - or _, and not a number",
	}
}
