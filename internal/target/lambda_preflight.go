package target

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

const (
	configurationCall = "lambda:GetFunctionConfiguration"
	provisionedCall   = "lambda:GetProvisionedConcurrencyConfig"
)

// Preflight says why the two versions may not share the alias. Its form names the
// version that was stable, so that a write can tell a way forward from a way back.
func (a *lambdaAlias) Preflight(ctx context.Context, in worker.TargetPreflight) (worker.TargetFinding, error) {
	stable, one := in.Shows.One()
	if !one {
		stable = in.Shows.Stable
	}
	form, err := json.Marshal(lambdaForm{Stable: stable})
	if err != nil {
		return worker.TargetFinding{}, fmt.Errorf("note what alias %s shows: %w", a.name, err)
	}
	finding := worker.TargetFinding{Canary: in.Canary, Form: string(form)}
	if stable == in.Canary {
		return finding, nil
	}
	if stable == unpublished || in.Canary == unpublished {
		finding.Problems = []statemachine.Problem{unfit("alias %s and its canary must be published versions: $LATEST can't be weighted", a.name)}
		return finding, nil
	}
	finding.Problems, err = a.compare(ctx, stable, in.Canary)
	if err != nil {
		return worker.TargetFinding{}, err
	}
	if len(finding.Problems) == 0 {
		finding.Problems, err = a.judgeProvisioned(ctx, stable, in.Canary)
	}
	return finding, err
}

// compare holds the two versions to what an alias demands of them.
func (a *lambdaAlias) compare(ctx context.Context, stable, canary string) ([]statemachine.Problem, error) {
	var problems []statemachine.Problem
	configs := map[string]*lambda.GetFunctionConfigurationOutput{}
	for _, version := range []string{stable, canary} {
		config, err := a.configuration(ctx, version)
		switch {
		case errors.Is(err, worker.ErrNotFound):
			problems = append(problems, unfit("version %s of function %s does not exist", version, a.Function))
		case err != nil:
			return nil, err
		}
		configs[version] = config
	}
	if len(problems) > 0 {
		return problems, nil
	}
	return versionProblems(configs[stable], configs[canary]), nil
}

func (a *lambdaAlias) configuration(ctx context.Context, version string) (*lambda.GetFunctionConfigurationOutput, error) {
	out, err := a.api.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &a.Function, Qualifier: &version})
	return out, awserr.Classify(configurationCall, a.Function+":"+version, err)
}

// judgeProvisioned: an alias's own provisioned concurrency follows its routing; a
// stable version's does not, so the canary needs some of its own.
func (a *lambdaAlias) judgeProvisioned(ctx context.Context, stable, canary string) ([]statemachine.Problem, error) {
	var all [3]provisioned
	for i, qualifier := range []string{a.Alias, stable, canary} {
		p, err := a.provisioned(ctx, qualifier)
		if err != nil {
			return nil, err
		}
		all[i] = p
	}
	return provisionedProblems(a.name, stable, canary, all[0], all[1], all[2]), nil
}

// provisioned reads the provisioned concurrency of an alias or a version; to have
// none is usual.
func (a *lambdaAlias) provisioned(ctx context.Context, qualifier string) (provisioned, error) {
	out, err := a.api.GetProvisionedConcurrencyConfig(ctx, &lambda.GetProvisionedConcurrencyConfigInput{
		FunctionName: &a.Function, Qualifier: &qualifier,
	})
	if _, none := errors.AsType[*types.ProvisionedConcurrencyConfigNotFoundException](err); none {
		return provisioned{}, nil
	}
	if err != nil {
		return provisioned{}, awserr.Classify(provisionedCall, a.Function+":"+qualifier, err)
	}
	return provisioned{
		status: out.Status, reason: aws.ToString(out.StatusReason),
		allocated: aws.ToInt32(out.AllocatedProvisionedConcurrentExecutions),
		requested: aws.ToInt32(out.RequestedProvisionedConcurrentExecutions),
	}, nil
}

// Resolve takes a number, a qualified ARN of this function, or "latest", the
// highest published version.
func (a *lambdaAlias) Resolve(ctx context.Context, version string) (string, error) {
	if version == "latest" {
		return a.latest(ctx)
	}
	number, ok := versionNumber(a.Function, version)
	if !ok {
		return "", failed(worker.ErrInvalid, configurationCall, a.Function,
			"%q is no version of it: give a published version's number, its qualified ARN, or latest", version)
	}
	_, err := a.configuration(ctx, number)
	return number, err
}

func (a *lambdaAlias) latest(ctx context.Context) (string, error) {
	highest := 0
	pages := lambda.NewListVersionsByFunctionPaginator(a.api, &lambda.ListVersionsByFunctionInput{FunctionName: &a.Function})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return "", awserr.Classify("lambda:ListVersionsByFunction", a.Function, err)
		}
		highest = max(highest, highestVersion(page.Versions))
	}
	if highest == 0 {
		return "", failed(worker.ErrNotFound, "lambda:ListVersionsByFunction", a.Function, "it has no published version")
	}
	return strconv.Itoa(highest), nil
}
