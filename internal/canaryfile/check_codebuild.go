package canaryfile

import "github.com/serinhq/serin/statemachine"

// codebuildCheck is a project whose build validates a release.
type codebuildCheck struct {
	Project codebuildProject `json:"project" jsonschema_description:"The CodeBuild project. Its build gets SERIN_RELEASE, SERIN_CANARY, SERIN_VERSION, SERIN_FROM_VERSION and SERIN_WEIGHT, and where there is one SERIN_EXECUTION or SERIN_DEPLOYMENT."`
}

func (b *codebuildCheck) spec() statemachine.CheckSpec {
	return statemachine.CheckSpec{
		Name: string(b.Project),
		Config: configJSON(struct {
			Project string `json:"project"`
		}{string(b.Project)}),
	}
}

// codebuildProject is a project's name (API ProjectName): no ARN, for events tell
// the name alone.
type codebuildProject string

func (codebuildProject) rule() rule {
	return rule{pattern: `^[A-Za-z0-9][A-Za-z0-9_-]{1,149}$`, expects: "a project's name: 2 to 150 letters, digits, - or _"}
}
