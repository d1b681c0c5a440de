package infra_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cloudformationtypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// acceptedFile is the template of what the stories release.
const acceptedFile = "testdata/acceptance.yaml"

// stackTime is how long a stack may take to come or to go.
const stackTime = 15 * time.Minute

// account is a real one, as the profile of AWS_PROFILE sees it.
type account struct {
	aws  aws.Config
	name string // of all that is made in it
}

// installOnAccount makes two stacks in a real account, Serin's and that of what it releases, and removes them in the
// end, with what stacks leave behind: the table, and what stands in the bucket.
func installOnAccount(t *testing.T) *installation {
	t.Helper()
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a := &account{aws: cfg, name: "serin-accept-" + strings.ToLower(rand.Text()[:6])}
	me, err := sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	caller, err := arn.Parse(*me.Arn)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("everything made in account %s, %s is named %s", caller.AccountID, cfg.Region, a.name)
	named := func(service, resource string) string {
		return arn.ARN{Partition: caller.Partition, Service: service, Region: cfg.Region, AccountID: caller.AccountID, Resource: resource}.String()
	}

	t.Cleanup(func() { a.deleteTable(t) })
	outputs := a.create(t, a.name, templateFile, map[string]string{
		"Name": a.name, "LambdaFunctionArns": named("lambda", "function:"+a.name), "PipelineArns": named("codepipeline", a.name),
	})
	released := a.create(t, a.name+"-released", acceptedFile, map[string]string{
		"Name": a.name, "WorkerPolicyArn": outputs["WorkerPolicyArn"],
	})
	a.invoke(t.Context(), t, "fill", released["Bucket"])
	t.Cleanup(func() { a.invoke(cleaning(t), t, "empty", released["Bucket"]) })

	return &installation{
		name: a.name, aws: cfg, bake: 30 * time.Second, patience: 5 * time.Minute,
		worker:  serinEnv(outputs, append(a.as(t, released["WorkerRoleArn"]), "AWS_REGION="+cfg.Region)...),
		person:  append(os.Environ(), serinEnv(outputs, "AWS_REGION="+cfg.Region)...),
		publish: a.publish, start: a.start,
	}
}

// cleaning is the context of what runs when a test has ended.
func cleaning(t *testing.T) context.Context { t.Helper(); return context.WithoutCancel(t.Context()) }

// create makes a stack that goes with the test, and returns its outputs.
func (a *account) create(t *testing.T, stack, file string, params map[string]string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	in := &cloudformation.CreateStackInput{
		StackName: &stack, TemplateBody: aws.String(string(text)),
		Capabilities: []cloudformationtypes.Capability{cloudformationtypes.CapabilityCapabilityIam},
	}
	for key, value := range params {
		in.Parameters = append(in.Parameters, cloudformationtypes.Parameter{ParameterKey: aws.String(key), ParameterValue: aws.String(value)})
	}
	api := cloudformation.NewFromConfig(a.aws)
	if _, err := api.CreateStack(t.Context(), in); err != nil {
		t.Fatalf("create stack %s: %v", stack, err)
	}
	described := &cloudformation.DescribeStacksInput{StackName: &stack}
	t.Cleanup(func() {
		_, err := api.DeleteStack(cleaning(t), &cloudformation.DeleteStackInput{StackName: &stack})
		if err == nil {
			err = cloudformation.NewStackDeleteCompleteWaiter(api).Wait(cleaning(t), described, stackTime)
		}
		if err != nil {
			t.Errorf("delete stack %s by hand: %v", stack, err)
		}
	})
	out, err := cloudformation.NewStackCreateCompleteWaiter(api).WaitForOutput(t.Context(), described, stackTime)
	if err != nil {
		t.Fatalf("create stack %s: %v", stack, err)
	}
	outputs := map[string]string{}
	for _, output := range out.Stacks[0].Outputs {
		outputs[*output.OutputKey] = *output.OutputValue
	}
	return outputs
}

// deleteTable deletes what the stack retains.
func (a *account) deleteTable(t *testing.T) {
	t.Helper()
	_, err := dynamodb.NewFromConfig(a.aws).DeleteTable(cleaning(t), &dynamodb.DeleteTableInput{TableName: &a.name})
	if _, never := errors.AsType[*dynamodbtypes.ResourceNotFoundException](err); err != nil && !never {
		t.Errorf("delete table %s by hand: %v", a.name, err)
	}
}

// invoke has the function fill or empty the bucket.
func (a *account) invoke(ctx context.Context, t *testing.T, what, bucket string) {
	t.Helper()
	payload, err := json.Marshal(map[string]string{what: bucket})
	if err != nil {
		t.Fatal(err)
	}
	out, err := lambda.NewFromConfig(a.aws).Invoke(ctx, &lambda.InvokeInput{FunctionName: &a.name, Payload: payload})
	if err != nil || out.FunctionError != nil {
		t.Errorf("have the function %s bucket %s: %v, %s", what, bucket, err, out.Payload)
	}
}

// as is the environment of a process that has the worker's policy and nothing else. IAM tells of a new role late.
func (a *account) as(t *testing.T, role string) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for {
		out, err := sts.NewFromConfig(a.aws).AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: &role, RoleSessionName: aws.String("acceptance")})
		if err == nil {
			c := out.Credentials
			return []string{
				"AWS_ACCESS_KEY_ID=" + *c.AccessKeyId, "AWS_SECRET_ACCESS_KEY=" + *c.SecretAccessKey, "AWS_SESSION_TOKEN=" + *c.SessionToken,
			}
		}
		select {
		case <-time.After(5 * time.Second):
		case <-ctx.Done():
			t.Fatalf("assume role %s: %v", role, err)
		}
	}
}

func (a *account) publish(t *testing.T) string {
	t.Helper()
	api := lambda.NewFromConfig(a.aws)
	_, err := api.UpdateFunctionConfiguration(t.Context(), &lambda.UpdateFunctionConfigurationInput{
		FunctionName: &a.name, Description: aws.String(rand.Text()), // a version is published of what changed only
	})
	if err != nil {
		t.Fatal(err)
	}
	get := &lambda.GetFunctionInput{FunctionName: &a.name}
	if err := lambda.NewFunctionUpdatedV2Waiter(api).Wait(t.Context(), get, 2*time.Minute); err != nil {
		t.Fatal(err)
	}
	out, err := api.PublishVersion(t.Context(), &lambda.PublishVersionInput{FunctionName: &a.name})
	if err != nil {
		t.Fatal(err)
	}
	return *out.Version
}

func (a *account) start(t *testing.T, version string) string {
	t.Helper()
	out, err := codepipeline.NewFromConfig(a.aws).StartPipelineExecution(t.Context(), &codepipeline.StartPipelineExecutionInput{
		Name: &a.name, Variables: []types.PipelineVariable{{Name: aws.String("FunctionVersion"), Value: &version}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return *out.PipelineExecutionId
}
