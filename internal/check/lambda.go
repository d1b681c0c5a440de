package check

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// A Lambda function that is asked, and answers {"status": "pass" | "fail" |
// "wait", "text": "…"} (Lambda developer guide, "Invoke a function
// synchronously"). It is asked again until it says pass or fail, so it must answer
// within a call timeout; what takes longer it starts by itself, by key, and says
// wait. A function that ends with an error, or answers anything else, has failed.
//
// Key: in the payload. The function must answer the same to the same key.
// Run: the key, for nothing runs between two questions.
// IAM: lambda:InvokeFunction on the function.

// LambdaAPI is what a check by a function calls.
type LambdaAPI interface {
	Invoke(context.Context, *lambda.InvokeInput, ...func(*lambda.Options)) (*lambda.InvokeOutput, error)
}

// LambdaConfig is the file's part.
type LambdaConfig struct {
	// Function is the function's name, or its unqualified ARN.
	Function string `json:"function"`
}

// Validate reports all that is wrong.
func (c LambdaConfig) Validate() error {
	form := regexp.MustCompile(`^(arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:)?[A-Za-z0-9_-]{1,64}$`)
	if !form.MatchString(c.Function) {
		return errors.New("function must be a function's name, or its unqualified ARN")
	}
	return nil
}

// region is that of an ARN; "" is the worker's own.
func (c LambdaConfig) region() string {
	parts := regexp.MustCompile(`^arn:[^:]+:lambda:([^:]+):`).FindStringSubmatch(c.Function)
	if parts == nil {
		return ""
	}
	return parts[1]
}

type function struct {
	LambdaConfig
	api LambdaAPI
}

func openLambda(spec statemachine.CheckSpec, clients Clients) (worker.Check, error) {
	f := &function{}
	if err := decode(spec, &f.LambdaConfig); err != nil {
		return nil, err
	}
	var err error
	f.api, err = client(clients, "lambda", f.region(), func(cfg aws.Config) LambdaAPI { return lambda.NewFromConfig(cfg) })
	return f, err
}

// question is the payload; the guide tells it.
type question struct {
	Key         string  `json:"key"`
	Release     string  `json:"release"`
	Canary      string  `json:"canary"`
	Version     string  `json:"version"`
	FromVersion string  `json:"fromVersion,omitempty"`
	Step        int     `json:"step"`
	Weight      float64 `json:"weight"`
	Execution   string  `json:"execution,omitempty"`
	Deployment  string  `json:"deployment,omitempty"`
}

// Start asks whether the function is there and may be called (DryRun), and calls
// it not yet.
func (f *function) Start(ctx context.Context, key string, _ worker.CheckInput) (string, error) {
	_, err := f.api.Invoke(ctx, &lambda.InvokeInput{FunctionName: &f.Function, InvocationType: types.InvocationTypeDryRun})
	if err != nil {
		return "", awserr.Classify("lambda:InvokeFunction", f.Function, err)
	}
	return key, nil
}

// Observe asks the function.
func (f *function) Observe(ctx context.Context, key, _ string, in worker.CheckInput) (statemachine.CheckLook, error) {
	payload, err := json.Marshal(question{
		Key: key, Release: in.Release, Canary: in.Canary, Version: in.Version, FromVersion: in.FromVersion,
		Step: in.Step, Weight: in.WeightPct, Execution: in.Execution, Deployment: in.Deployment,
	})
	if err != nil {
		return statemachine.CheckLook{}, failed(worker.ErrInvalid, "lambda:InvokeFunction", f.Function, "write the question: %w", err)
	}
	out, err := f.api.Invoke(ctx, &lambda.InvokeInput{FunctionName: &f.Function, Payload: payload})
	if err != nil {
		return statemachine.CheckLook{}, awserr.Classify("lambda:InvokeFunction", f.Function, err)
	}
	return answered(aws.ToString(out.FunctionError), out.Payload), nil
}

// answered is what a function's answer means. What a function that failed says is
// not repeated: it may quote anything.
func answered(functionError string, payload []byte) statemachine.CheckLook {
	if functionError != "" {
		return statemachine.CheckLook{Status: statemachine.CheckFail, Text: "the function ended with an error: " + functionError}
	}
	var a struct{ Status, Text string }
	var status statemachine.CheckStatus
	if json.Unmarshal(payload, &a) != nil || status.UnmarshalText([]byte(a.Status)) != nil || status == statemachine.CheckUnknown {
		return statemachine.CheckLook{Status: statemachine.CheckFail, Text: "the function answered without a status of pass, fail or wait"}
	}
	return statemachine.CheckLook{Status: status, Text: printable(a.Text)}
}

// printable is a text on one line, without what could paint a screen.
func printable(text string) string {
	runes := []rune(text)
	for i, r := range runes {
		if !unicode.IsPrint(r) {
			runes[i] = ' '
		}
	}
	return string(runes)
}

var _ worker.Check = (*function)(nil)
