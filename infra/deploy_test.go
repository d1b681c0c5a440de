package infra_test

import (
	"encoding/json"
	"encoding/xml"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

func TestMain(m *testing.M) { os.Exit(runTests(m)) }

// deploy makes a stack of the template on the test AWS and returns its outputs.
func deploy(t *testing.T, w *awstest.World, name string, params map[string]string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(templateFile)
	if err != nil {
		t.Fatal(err)
	}
	api := cloudformation.NewFromConfig(w.Config("operator"))
	in := &cloudformation.CreateStackInput{
		StackName: &name, TemplateBody: aws.String(string(text)), Capabilities: []types.Capability{types.CapabilityCapabilityIam},
	}
	for key, value := range with(map[string]string{"Name": name}, params) {
		in.Parameters = append(in.Parameters, types.Parameter{ParameterKey: aws.String(key), ParameterValue: aws.String(value)})
	}
	if _, err := api.CreateStack(t.Context(), in); err != nil {
		t.Fatalf("create stack %s: %v", name, err)
	}
	return stackOutputs(t, w, name)
}

// stackOutputs are the outputs of a stack that is complete.
func stackOutputs(t *testing.T, w *awstest.World, name string) map[string]string {
	t.Helper()
	out, err := cloudformation.NewFromConfig(w.Config("operator")).DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: &name})
	if err != nil {
		t.Fatal(err)
	}
	if got := out.Stacks[0].StackStatus; got != types.StackStatusCreateComplete {
		t.Fatalf("stack %s is %s", name, got)
	}
	outputs := map[string]string{}
	for _, output := range out.Stacks[0].Outputs {
		outputs[*output.OutputKey] = *output.OutputValue
	}
	return outputs
}

func TestTemplate_deploysWhateverIsSwitchedOn(t *testing.T) {
	w := awstest.Start(t)
	cases := map[string]map[string]string{
		"defaults": nil, "fargate": onFargate(), "everything": with(everyList(), onFargate()),
		"operators": {"OperatorArns": "arn:aws:iam::123456789012:role/oncall"},
		"topic":     {"AlarmTopicArn": "arn:aws:sns:us-east-1:123456789012:oncall"},
		"lambda":    nil, "listener": nil, "rule": nil, "pipeline": nil, "codedeploy": nil, "route53": nil, "site": nil, "site-store": nil, "ecs": nil, "task-sets": nil, "rest": nil, "http": nil, "lattice-rule": nil, "build": nil, "config": nil, "beanstalk": nil, "stacks": nil, "check-function": nil, "cloudfront": nil,
	}
	for name, list := range map[string]string{
		"lambda": "LambdaFunctionArns", "listener": "AlbListenerArns", "rule": "AlbRuleArns", "pipeline": "PipelineArns", "codedeploy": "CodeDeployGroupArns",
		"route53": "HostedZoneArns",
		"site":    "SiteConfigArns", "site-store": "SiteStoreArns",
		"rest": "RestApiArns", "http": "HttpApiArns",
		"ecs": "EcsServiceArns", "task-sets": "EcsTaskSetServiceArns",
		"cloudfront":   "CloudFrontDistributionArns",
		"lattice-rule": "LatticeRuleArns",
		"build":        "CodeBuildProjectArns", "check-function": "CheckFunctionArns",
	} {
		cases[name] = map[string]string{list: everyList()[list]}
	}
	for name, params := range cases {
		t.Run(name, func(t *testing.T) {
			outputs := deploy(t, w, name, params)
			if outputs["TableName"] != name || outputs["QueueUrl"] == "" || len(outputs) != 8 {
				t.Errorf("outputs %v", outputs)
			}
			got := grants(policyOf(t, w, outputs["WorkerPolicyArn"]))
			maps.Copy(got, grants(policyOf(t, w, outputs["WorkerTargetsPolicyArn"])))
			want := grants(documentOf(resolve(t, with(map[string]string{"Name": name}, params)), "WorkerPolicy"))
			if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); diff != "" {
				t.Errorf("actions of the deployed worker policy (-want +got):\n%s", diff)
			}
		})
	}
}

// policyOf reads a managed policy as it was deployed. One call does not earn the IAM SDK a place in go.mod.
func policyOf(t *testing.T, w *awstest.World, arn string) node {
	t.Helper()
	form := url.Values{"Action": {"GetPolicyVersion"}, "Version": {"2010-05-08"}, "PolicyArn": {arn}, "VersionId": {"v1"}}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.Endpoint(), strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=operator/20261123/us-east-1/iam/aws4_request")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := answer.Body.Close(); err != nil {
			t.Error(err)
		}
	}()
	var version struct {
		Document string `xml:"GetPolicyVersionResult>PolicyVersion>Document"`
	}
	if err := xml.NewDecoder(answer.Body).Decode(&version); err != nil {
		t.Fatal(err)
	}
	text, err := url.QueryUnescape(version.Document)
	if err != nil {
		t.Fatal(err)
	}
	var document any
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		t.Fatalf("policy %s is %q: %v", arn, text, err)
	}
	return node{document}
}
