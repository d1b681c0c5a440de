package awstest_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

func invokeLive(payload string) *lambda.InvokeInput {
	return &lambda.InvokeInput{FunctionName: aws.String("checkout"), Qualifier: aws.String("live"), Payload: []byte(payload)}
}

func TestLambda_invocationGetsTheAnswerTheTestSet(t *testing.T) {
	l, ledger, api := checkout(t)
	l.Answer("checkout", func(in awstest.Invocation) awstest.InvocationAnswer {
		return awstest.InvocationAnswer{Payload: json.RawMessage(`{"heard":` + string(in.Payload) + `}`)}
	})
	out, err := api.Invoke(t.Context(), invokeLive(`{"key":"k1"}`))
	if err != nil {
		t.Fatal(err)
	}
	if string(out.Payload) != `{"heard":{"key":"k1"}}` || aws.ToString(out.ExecutedVersion) != "1" || out.FunctionError != nil {
		t.Errorf("%d, %s by version %s, error %v", out.StatusCode, out.Payload, aws.ToString(out.ExecutedVersion), out.FunctionError)
	}
	want := []awstest.Invocation{{
		Function: "checkout", Qualifier: "live", Version: "1", Type: "RequestResponse", Payload: json.RawMessage(`{"key":"k1"}`), Actor: "AKIDWORKER",
	}}
	if diff := cmp.Diff(want, l.Invocations()); diff != "" {
		t.Error(diff)
	}
	changes := ledger.Changes()
	if last := changes[len(changes)-1]; last.Kind != "invocation" || last.Resource != checkoutARN+":live" {
		t.Errorf("the ledger ends with %+v", last)
	}
}

func TestLambda_functionThatFailsIsAnAnswerAndNoError(t *testing.T) {
	l, _, api := checkout(t)
	l.Answer("checkout", func(awstest.Invocation) awstest.InvocationAnswer {
		return awstest.InvocationAnswer{Payload: json.RawMessage(`{"errorMessage":"boom"}`), Failed: "Unhandled"}
	})
	out, err := api.Invoke(t.Context(), invokeLive(`{}`))
	if err != nil || aws.ToString(out.FunctionError) != "Unhandled" || out.StatusCode != 200 {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestLambda_eventIsAcceptedAndDryRunRunsNothing(t *testing.T) {
	l, _, api := checkout(t)
	for kind, status := range map[types.InvocationType]int32{types.InvocationTypeEvent: 202, types.InvocationTypeDryRun: 204} {
		in := invokeLive(`{}`)
		in.InvocationType = kind
		out, err := api.Invoke(t.Context(), in)
		if err != nil || out.StatusCode != status {
			t.Errorf("%s: %+v, %v", kind, out, err)
		}
	}
	if got := len(l.Invocations()); got != 1 {
		t.Errorf("%d invocations, want the event's", got)
	}
}

func TestLambda_whatCannotBeInvoked(t *testing.T) {
	l, _, api := checkout(t)
	in := invokeLive(`{}`)
	in.Qualifier = aws.String("9")
	_, err := api.Invoke(t.Context(), in)
	wantNotFound(t, "Invoke, version", err)
	_, err = api.Invoke(t.Context(), invokeLive(`{`))
	if bad := (*types.InvalidRequestContentException)(nil); !errors.As(err, &bad) {
		t.Errorf("no JSON: %v", err)
	}
	l.CreateFunction("making", awstest.FunctionConfig{State: "Pending"})
	_, err = api.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String("making")})
	wantError[*types.ResourceConflictException](t, err)
}
