package infra_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/serinhq/serin/internal/awstest"
)

// unusedHere are what a policy grants and no story of this package does, each with its reason.
func unusedHere() map[string]string {
	const function, pipeline = " on arn:aws:lambda:us-east-1:123456789012:function:checkout", " on arn:aws:codepipeline:us-east-1:123456789012:checkout-prod"
	const qualified = "IAM checks a version or an alias by its own ARN or by its function's; the test AWS records one of the two"
	const forgotten = "asked only of a gate whose actions CodePipeline has forgotten, after a year: internal/codepipeline's tests do"
	const service = " on arn:aws:ecs:us-east-1:123456789012:service/prod/checkout"
	const twice = "IAM checks a service deployment's calls against its service too; the test AWS records the deployment"
	const config = " on arn:aws:appconfig:us-east-1:123456789012:application/abc1234"
	const all = "IAM checks application, environment and deployment; the test AWS records the deployment"
	return map[string]string{
		"WorkerPolicy appconfig:StopDeployment" + config:                 all,
		"WorkerPolicy ecs:ContinueServiceDeployment" + service:           twice,
		"WorkerPolicy ecs:DescribeServiceDeployments" + service:          twice,
		"WorkerPolicy ecs:StopServiceDeployment" + service:               twice,
		"ReaderPolicy ecs:DescribeServiceDeployments" + service:          twice,
		"OperatorPolicy ecs:DescribeServiceDeployments" + service:        twice,
		"WorkerPolicy lambda:GetFunctionConfiguration" + function + ":*": qualified,
		"WorkerPolicy lambda:GetProvisionedConcurrencyConfig" + function: qualified,
		"ReaderPolicy codepipeline:GetPipelineExecution" + pipeline:      forgotten,
		"OperatorPolicy codepipeline:GetPipelineExecution" + pipeline:    forgotten,
	}
}

// asAllowed holds what the processes of all stories did to the policies of the template, and prints what differs: everything done
// must be allowed to who did it and, when all tests ran, everything allowed must have been done.
func (u *uses) asAllowed(all bool) bool {
	said := &complaints{}
	s := resolve(said, firstOfEveryList())
	for one := range u.seen {
		if !slices.ContainsFunc(policiesOf(one.role), func(policy string) bool { return judge(said, documentOf(s, policy), one.request()).Allowed }) {
			said.Errorf("%s is not allowed: %+v", one.role, one)
		}
	}
	if all {
		u.mustUse(said, s)
	}
	slices.Sort(said.texts)
	for _, text := range said.texts {
		fmt.Fprintln(os.Stderr, "policies:", text)
	}
	return len(said.texts) == 0
}

// request is the use as a policy sees it.
func (u use) request() request {
	r := request{action: u.action, resource: u.resource, context: map[string]string{}, sets: map[string][]string{
		"dynamodb:LeadingKeys": strings.Fields(u.keys), "dynamodb:Attributes": strings.Fields(u.attributes),
		"codebuild:environment.environmentVariables.name": strings.Fields(u.variables),
	}}
	if u.source != "" {
		r.context["events:source"] = u.source
	}
	if u.namespace != "" {
		r.context["cloudwatch:namespace"] = u.namespace
	}
	return r
}

// mustUse complains of each action on a resource that a policy allows and nobody with it used.
func (u *uses) mustUse(tb testing.TB, s stack) {
	tb.Helper()
	excused := unusedHere()
	for policy, roles := range map[string][]string{
		"WorkerPolicy": {"serin-worker", "serin-here"}, "ReaderPolicy": {"serin-reader"}, "OperatorPolicy": {"serin-operator", "serin-reader"},
	} {
		for action, resources := range grants(documentOf(s, policy)) {
			for _, resource := range resources {
				grant := policy + " " + action + " on " + resource
				if u.saw(roles, action, resource) == (excused[grant] == "") {
					continue
				}
				if excused[grant] != "" {
					tb.Errorf("%s is used; it is excused with: %s", grant, excused[grant])
				} else {
					tb.Errorf("%s is never used", grant)
				}
			}
		}
	}
}

func (u *uses) saw(roles []string, action, resource string) bool {
	for one := range maps.Keys(u.seen) {
		if one.action == action && slices.Contains(roles, one.role) && like(resource, one.resource) {
			return true
		}
	}
	return false
}

// notRun ends a story that cannot be told here.
func notRun(t *testing.T, m *awstest.Missing) {
	t.Helper()
	used.partial.Store(true)
	awstest.NotRun(t, m)
}

// everyTestRan reports whether no test was left out, by a flag or for want of an engine.
func everyTestRan() bool {
	if used.partial.Load() {
		return false
	}
	for _, name := range []string{"test.run", "test.skip"} {
		if flag.Lookup(name).Value.String() != "" {
			return false
		}
	}
	return true
}

// complaints is a test that goes on after its test has ended.
type complaints struct {
	testing.TB
	texts []string
}

// Helper does nothing: nobody asks for the line.
func (c *complaints) Helper() {}

// Errorf notes a complaint.
func (c *complaints) Errorf(format string, args ...any) {
	c.texts = append(c.texts, fmt.Sprintf(format, args...))
}

// Fatal gives up.
func (c *complaints) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

// Fatalf gives up.
func (c *complaints) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
