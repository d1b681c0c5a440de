package target

import (
	"context"
	"errors"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// A Lambda alias (Developer Guide, "Implement Lambda canary deployments using a
// weighted alias").
//
// Weight: the chance of each invocation to run on the one additional version,
// drawn anew every time. Granularity: any; two decimals of a percent are written.
// Shows: within seconds, eventually consistent. Fence: the alias's RevisionId.
// IAM: lambda:GetAlias, UpdateAlias, ListVersionsByFunction on the function;
// lambda:GetFunctionConfiguration, GetProvisionedConcurrencyConfig on the
// function with any qualifier.
func lambdaKind() kind {
	return kind{
		TargetKind: worker.TargetKind{Traits: statemachine.Traits{Fenced: true}, API: "lambda"},
		open:       openLambda,
	}
}

// LambdaAPI is what a Lambda alias calls.
type LambdaAPI interface {
	GetAlias(context.Context, *lambda.GetAliasInput, ...func(*lambda.Options)) (*lambda.GetAliasOutput, error)
	UpdateAlias(context.Context, *lambda.UpdateAliasInput, ...func(*lambda.Options)) (*lambda.UpdateAliasOutput, error)
	GetFunctionConfiguration(context.Context, *lambda.GetFunctionConfigurationInput, ...func(*lambda.Options)) (*lambda.GetFunctionConfigurationOutput, error)
	GetProvisionedConcurrencyConfig(context.Context, *lambda.GetProvisionedConcurrencyConfigInput, ...func(*lambda.Options)) (*lambda.GetProvisionedConcurrencyConfigOutput, error)
	ListVersionsByFunction(context.Context, *lambda.ListVersionsByFunctionInput, ...func(*lambda.Options)) (*lambda.ListVersionsByFunctionOutput, error)
}

// LambdaConfig is the file's part.
type LambdaConfig struct {
	// Function is the function's name, or its unqualified ARN, whose region counts.
	Function string `json:"function"`
	// Alias is the alias whose traffic is shifted.
	Alias string `json:"alias"`
}

// Validate reports all that is wrong.
func (c LambdaConfig) Validate() error {
	var wrong []error
	if !regexp.MustCompile(`^(arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:)?[A-Za-z0-9_-]{1,64}$`).MatchString(c.Function) {
		wrong = append(wrong, errors.New("function must be a name or an unqualified ARN"))
	}
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`).MatchString(c.Alias) || regexp.MustCompile(`^[0-9]+$`).MatchString(c.Alias) {
		wrong = append(wrong, errors.New("alias must be an alias's name"))
	}
	return errors.Join(wrong...)
}

type lambdaAlias struct {
	LambdaConfig
	name string // "checkout:live"
	api  LambdaAPI
}

func openLambda(spec statemachine.TargetSpec, clients Clients) (worker.Target, error) {
	a := &lambdaAlias{}
	if err := decode(spec, &a.LambdaConfig); err != nil {
		return nil, err
	}
	a.name = a.Function + ":" + a.Alias
	var err error
	a.api, err = client(clients, "lambda", regionOf(a.Function), func(cfg aws.Config) LambdaAPI {
		return lambda.NewFromConfig(cfg)
	})
	return a, err
}

// Observe reads the alias and its RevisionId.
func (a *lambdaAlias) Observe(ctx context.Context) (statemachine.Split, worker.Token, error) {
	out, err := a.get(ctx)
	if err != nil {
		return statemachine.Split{}, "", err
	}
	split, err := aliasSplit(out)
	if err != nil {
		return statemachine.Split{}, "", failed(worker.ErrInvalid, "lambda:GetAlias", a.name, "%w", err)
	}
	return split, worker.Token(aws.ToString(out.RevisionId)), nil
}

func (a *lambdaAlias) get(ctx context.Context) (*lambda.GetAliasOutput, error) {
	out, err := a.api.GetAlias(ctx, &lambda.GetAliasInput{FunctionName: &a.Function, Name: &a.Alias})
	return out, awserr.Classify("lambda:GetAlias", a.name, err)
}

// Write sets the alias, if its RevisionId is still have. Routing left out would
// keep the old one, so an alias on one version gets an empty map.
func (a *lambdaAlias) Write(ctx context.Context, want worker.Want, have worker.Token) error {
	if have == "" {
		return failed(worker.ErrConflict, "lambda:UpdateAlias", a.name, "no RevisionId to write with")
	}
	if err := a.ready(ctx, want.Split); err != nil {
		return err
	}
	in := &lambda.UpdateAliasInput{
		FunctionName: &a.Function, Name: &a.Alias, RevisionId: aws.String(string(have)), FunctionVersion: &want.Stable,
		RoutingConfig: &types.AliasRoutingConfiguration{AdditionalVersionWeights: aliasWeights(want.Split)},
	}
	if want.Mark != "" {
		shows, err := a.get(ctx)
		if err != nil {
			return err
		}
		in.Description = aws.String(marked(aws.ToString(shows.Description), want.Mark))
	}
	_, err := a.api.UpdateAlias(ctx, in)
	return awserr.Classify("lambda:UpdateAlias", a.name, err)
}

// ready waits with traffic for a version until provisioned concurrency that is
// being allocated to it, or to the alias, is there. The way back never waits.
func (a *lambdaAlias) ready(ctx context.Context, want statemachine.Split) error {
	version := aliasGains(want)
	if version == "" {
		return nil
	}
	for _, qualifier := range []string{version, a.Alias} {
		p, err := a.provisioned(ctx, qualifier)
		if err != nil {
			return err
		}
		if !p.ready() {
			return failed(worker.ErrNotReady, provisionedCall, a.Function+":"+qualifier, "provisioned concurrency is %s", p)
		}
	}
	return nil
}

var _ worker.Target = (*lambdaAlias)(nil)
