package event

import (
	"github.com/serinhq/serin/worker"
)

// readCodeBuild reads a build's changes (CodeBuild user guide, "Build notifications input format reference"). Those of
// single phases say nothing of a release.
func readCodeBuild(detailType string) func(envelope) (worker.Event, error) {
	if detailType == "CodeBuild Build State Change" {
		return readBuild
	}
	return nil
}

func readBuild(env envelope) (worker.Event, error) {
	d := env.detail
	d.key("build-status") // whichever it is, the check is looked at
	return worker.CheckEvent{Origin: env.origin, Kind: "codebuild", Name: d.key("project-name")}, d.err()
}
