package awstest_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

func TestLambda_functionIsFoundByNameARNAndPartialARN(t *testing.T) {
	_, _, api := checkout(t)
	for _, name := range []string{"checkout", checkoutARN, "123456789012:function:checkout"} {
		out, err := api.GetFunctionConfiguration(t.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: &name, Qualifier: aws.String("2")})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if *out.FunctionArn != checkoutARN+":2" || *out.Version != "2" {
			t.Errorf("%s: got %s version %s", name, *out.FunctionArn, *out.Version)
		}
	}
}

func TestLambda_qualifierOfAnAliasGivesItsVersionAndRevision(t *testing.T) {
	l, _, api := checkout(t)
	out, err := api.GetFunctionConfiguration(t.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: aws.String("checkout"), Qualifier: aws.String("live")})
	if err != nil {
		t.Fatal(err)
	}
	if *out.Version != "1" || *out.RevisionId != l.Alias("checkout", "live").RevisionID || out.State != types.StateActive {
		t.Errorf("got version %s revision %s state %s", *out.Version, *out.RevisionId, out.State)
	}
	whole, err := api.GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: aws.String("checkout")})
	if err != nil {
		t.Fatal(err)
	}
	if *whole.Configuration.Version != "$LATEST" || *whole.Configuration.FunctionArn != checkoutARN {
		t.Errorf("without a qualifier: %s of %s", *whole.Configuration.Version, *whole.Configuration.FunctionArn)
	}
}

func TestLambda_publishOfAnUnchangedFunctionReturnsTheLastVersion(t *testing.T) {
	l, _, api := checkout(t)
	publish := func() string {
		t.Helper()
		out, err := api.PublishVersion(t.Context(), &lambda.PublishVersionInput{FunctionName: aws.String("checkout")})
		if err != nil {
			t.Fatal(err)
		}
		return *out.Version
	}
	if got := publish(); got != "3" {
		t.Errorf("unchanged: published %s, want 3 again", got)
	}
	l.ChangeFunction("checkout", func(c *awstest.FunctionConfig) { c.Environment = map[string]string{"FLAG": "on"} })
	if got := publish(); got != "4" {
		t.Errorf("with another configuration: published %s, want 4", got)
	}
	l.DeleteVersion("checkout", "4")
	if got := publish(); got != "5" {
		t.Errorf("after deleting 4: published %s, want 5", got)
	}
}

func TestLambda_publishIsFencedByRevisionAndHash(t *testing.T) {
	l, _, api := checkout(t)
	_, err := api.PublishVersion(t.Context(), &lambda.PublishVersionInput{FunctionName: aws.String("checkout"), RevisionId: aws.String("stale")})
	if moved := (*types.PreconditionFailedException)(nil); !errors.As(err, &moved) {
		t.Errorf("stale RevisionId: %v", err)
	}
	_, err = api.PublishVersion(t.Context(), &lambda.PublishVersionInput{FunctionName: aws.String("checkout"), CodeSha256: aws.String("other")})
	if invalid := (*types.InvalidParameterValueException)(nil); !errors.As(err, &invalid) {
		t.Errorf("other CodeSha256: %v", err)
	}
	l.ChangeFunction("checkout", func(c *awstest.FunctionConfig) { c.LastUpdateStatus = "InProgress" })
	_, err = api.PublishVersion(t.Context(), &lambda.PublishVersionInput{FunctionName: aws.String("checkout")})
	if busy := (*types.ResourceConflictException)(nil); !errors.As(err, &busy) {
		t.Errorf("update in progress: %v", err)
	}
}

func TestLambda_versionsComeInPages(t *testing.T) {
	_, _, api := checkout(t)
	var got []string
	pages := lambda.NewListVersionsByFunctionPaginator(api, &lambda.ListVersionsByFunctionInput{FunctionName: aws.String("checkout"), MaxItems: aws.Int32(3)})
	n := 0
	for ; pages.HasMorePages(); n++ {
		out, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range out.Versions {
			got = append(got, *v.Version)
		}
	}
	if diff := cmp.Diff([]string{"$LATEST", "1", "2", "3"}, got); diff != "" || n != 2 {
		t.Errorf("%d pages: %s", n, diff)
	}
	_, err := api.ListVersionsByFunction(t.Context(), &lambda.ListVersionsByFunctionInput{FunctionName: aws.String("checkout"), Marker: aws.String("made up")})
	if invalid := (*types.InvalidParameterValueException)(nil); !errors.As(err, &invalid) {
		t.Errorf("a marker never given out: %v", err)
	}
}

func TestLambda_fiftyVersionsAPageAtMost(t *testing.T) {
	l, _, api := checkout(t)
	for range 50 {
		l.PublishVersion("checkout", func(c *awstest.FunctionConfig) { c.Code += "+" })
	}
	out, err := api.ListVersionsByFunction(t.Context(), &lambda.ListVersionsByFunctionInput{FunctionName: aws.String("checkout"), MaxItems: aws.Int32(1000)})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Versions) != 50 || out.NextMarker == nil {
		t.Errorf("got %d versions, marker %v", len(out.Versions), out.NextMarker)
	}
}

func TestLambda_provisionedConcurrencyBecomesReady(t *testing.T) {
	l, _, api := checkout(t)
	read := func(qualifier string) (*lambda.GetProvisionedConcurrencyConfigOutput, error) {
		return api.GetProvisionedConcurrencyConfig(t.Context(), &lambda.GetProvisionedConcurrencyConfigInput{FunctionName: aws.String("checkout"), Qualifier: &qualifier})
	}
	_, err := read("2")
	if none := (*types.ProvisionedConcurrencyConfigNotFoundException)(nil); !errors.As(err, &none) {
		t.Errorf("without a configuration: %v", err)
	}
	_, err = read("$LATEST")
	if invalid := (*types.InvalidParameterValueException)(nil); !errors.As(err, &invalid) {
		t.Errorf("$LATEST: %v", err)
	}
	l.SetProvisioned("checkout", "2", awstest.Provisioned{Requested: 5, Status: "IN_PROGRESS", ReadyAfter: 2})
	l.SetProvisioned("checkout", "live", awstest.Provisioned{Requested: 5, Status: "FAILED", StatusReason: "no capacity"})
	for i, want := range []types.ProvisionedConcurrencyStatusEnum{"IN_PROGRESS", "IN_PROGRESS", "READY", "READY"} {
		out, err := read("2")
		if err != nil {
			t.Fatal(err)
		}
		if out.Status != want || (*out.AvailableProvisionedConcurrentExecutions == 5) != (want == "READY") {
			t.Errorf("read %d: %s, %d available", i, out.Status, *out.AvailableProvisionedConcurrentExecutions)
		}
	}
	out, err := read("live")
	if err != nil || out.Status != types.ProvisionedConcurrencyStatusEnumFailed || *out.StatusReason != "no capacity" {
		t.Errorf("alias: %+v, %v", out, err)
	}
}
