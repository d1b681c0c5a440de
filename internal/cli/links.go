package cli

import (
	"net/url"
	"strings"

	"github.com/serinhq/serin/statemachine"
)

// pipelineLink is the console's page of the execution that a release answers to;
// "" without one.
func pipelineLink(r statemachine.Release, region string) string {
	if r.Gate == nil || region == "" {
		return ""
	}
	return "https://" + consoleHost(region) + "/codesuite/codepipeline/pipelines/" + url.PathEscape(r.Gate.Pipeline) +
		"/executions/" + url.PathEscape(r.Gate.Execution) + "/visualization?region=" + url.QueryEscape(region)
}

// consoleHost is the console of a region's partition (General Reference, "AWS
// service endpoints").
func consoleHost(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return region + ".console.amazonaws.cn"
	case strings.HasPrefix(region, "us-gov-"):
		return region + ".console.amazonaws-us-gov.com"
	}
	return region + ".console.aws.amazon.com"
}
