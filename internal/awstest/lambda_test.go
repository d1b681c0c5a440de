package awstest_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

const checkoutARN = "arn:aws:lambda:us-east-1:123456789012:function:checkout"

// checkout makes function checkout with versions 1, 2, 3 and alias live on 1.
func checkout(t *testing.T) (*awstest.Lambda, *awstest.Ledger, *lambda.Client) {
	t.Helper()
	ledger := awstest.NewLedger(fixedClock)
	l := awstest.NewLambda("123456789012", "us-east-1", ledger, fixedClock)
	l.CreateFunction("checkout", awstest.FunctionConfig{Code: "v1"})
	for _, code := range []string{"v1", "v2", "v3"} {
		l.PublishVersion("checkout", func(c *awstest.FunctionConfig) { c.Code = code })
	}
	l.CreateAlias("checkout", "live", "1")
	return l, ledger, lambda.NewFromConfig(alone(t, l, "AKIDWORKER"))
}

func getLive(t *testing.T, api *lambda.Client) *lambda.GetAliasOutput {
	t.Helper()
	out, err := api.GetAlias(t.Context(), &lambda.GetAliasInput{FunctionName: aws.String("checkout"), Name: aws.String("live")})
	if err != nil {
		t.Fatalf("GetAlias: %v", err)
	}
	return out
}

func updateLive(version string, weights map[string]float64, revision string) *lambda.UpdateAliasInput {
	in := &lambda.UpdateAliasInput{FunctionName: aws.String("checkout"), Name: aws.String("live")}
	if version != "" {
		in.FunctionVersion = &version
	}
	if weights != nil {
		in.RoutingConfig = &types.AliasRoutingConfiguration{AdditionalVersionWeights: weights}
	}
	if revision != "" {
		in.RevisionId = &revision
	}
	return in
}

func mustUpdate(t *testing.T, api *lambda.Client, in *lambda.UpdateAliasInput) *lambda.UpdateAliasOutput {
	t.Helper()
	out, err := api.UpdateAlias(t.Context(), in)
	if err != nil {
		t.Fatalf("UpdateAlias: %v", err)
	}
	return out
}

func wantNotFound(t *testing.T, what string, err error) {
	t.Helper()
	if missing := (*types.ResourceNotFoundException)(nil); !errors.As(err, &missing) {
		t.Errorf("%s: %v, want ResourceNotFoundException", what, err)
	}
}

func TestLambda_missingFunctionAliasAndVersionAreNotFound(t *testing.T) {
	l, _, api := checkout(t)
	_, err := api.GetAlias(t.Context(), &lambda.GetAliasInput{FunctionName: aws.String("other"), Name: aws.String("live")})
	wantNotFound(t, "GetAlias, function", err)
	_, err = api.GetAlias(t.Context(), &lambda.GetAliasInput{FunctionName: aws.String("checkout"), Name: aws.String("test")})
	wantNotFound(t, "GetAlias, alias", err)
	_, err = api.GetFunctionConfiguration(t.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: aws.String("checkout"), Qualifier: aws.String("9")})
	wantNotFound(t, "GetFunctionConfiguration, version", err)
	l.DeleteVersion("checkout", "3")
	_, err = api.GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: aws.String("checkout"), Qualifier: aws.String("3")})
	wantNotFound(t, "GetFunction, deleted version", err)
	_, err = api.ListVersionsByFunction(t.Context(), &lambda.ListVersionsByFunctionInput{FunctionName: aws.String("other")})
	wantNotFound(t, "ListVersionsByFunction", err)
	_, err = api.PublishVersion(t.Context(), &lambda.PublishVersionInput{FunctionName: aws.String("other")})
	wantNotFound(t, "PublishVersion", err)
	_, err = api.GetProvisionedConcurrencyConfig(t.Context(), &lambda.GetProvisionedConcurrencyConfigInput{FunctionName: aws.String("checkout"), Qualifier: aws.String("9")})
	wantNotFound(t, "GetProvisionedConcurrencyConfig, version", err)
	elsewhere := func(o *lambda.Options) { o.Region = "eu-west-1" }
	_, err = api.GetAlias(t.Context(), &lambda.GetAliasInput{FunctionName: aws.String("checkout"), Name: aws.String("live")}, elsewhere)
	wantNotFound(t, "GetAlias in another region", err)
	l.DeleteAlias("checkout", "live")
	_, err = api.UpdateAlias(t.Context(), updateLive("2", nil, ""))
	wantNotFound(t, "UpdateAlias, deleted alias", err)
}

func TestLambda_unknownOperationIsNoServerError(t *testing.T) {
	_, _, api := checkout(t)
	_, err := api.GetAccountSettings(t.Context(), &lambda.GetAccountSettingsInput{})
	if unknown := smithy.APIError(nil); !errors.As(err, &unknown) || unknown.ErrorCode() != "UnknownOperationException" {
		t.Errorf("got %v, want UnknownOperationException", err)
	}
}

func TestLambda_answersNameTheResourceIAMChecks(t *testing.T) {
	l, _, api := checkout(t)
	l.SetProvisioned("checkout", "live", awstest.Provisioned{Requested: 1, Status: "READY"})
	var got []string
	watch := func(o *lambda.Options) { o.HTTPClient = watchResource{into: &got} }
	_, _ = api.GetAlias(t.Context(), &lambda.GetAliasInput{FunctionName: aws.String("checkout"), Name: aws.String("live")}, watch)
	_, _ = api.UpdateAlias(t.Context(), updateLive("2", nil, ""), watch)
	_, _ = api.GetProvisionedConcurrencyConfig(t.Context(), &lambda.GetProvisionedConcurrencyConfigInput{FunctionName: aws.String("checkout"), Qualifier: aws.String("live")}, watch)
	if diff := cmp.Diff([]string{checkoutARN, checkoutARN, checkoutARN + ":live"}, got); diff != "" {
		t.Error(diff)
	}
}
