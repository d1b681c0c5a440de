package app

import (
	"context"
	"errors"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/internal/check"
	cloudwatchadapter "github.com/serinhq/serin/internal/cloudwatch"
	codepipelineadapter "github.com/serinhq/serin/internal/codepipeline"
	"github.com/serinhq/serin/internal/deployment"
	"github.com/serinhq/serin/internal/dynamostore"
	"github.com/serinhq/serin/internal/eventbus"
	"github.com/serinhq/serin/internal/sqsqueue"
	"github.com/serinhq/serin/internal/target"
	"github.com/serinhq/serin/worker"
)

// amazon are the ports on AWS.
type amazon struct {
	settings Settings

	mu     sync.Mutex
	opened *clients
}

var _ ports = (*amazon)(nil)

func newAmazon(s Settings) *amazon { return &amazon{settings: s} }

// clients are read once; what failed is tried again when next asked for.
func (a *amazon) clients(ctx context.Context) (*clients, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.opened == nil {
		opened, err := newClients(ctx, a.settings)
		if err != nil {
			return nil, err
		}
		a.opened = opened
	}
	return a.opened, nil
}

// on makes an adapter on the client of a service, once the settings it needs are
// there.
func on[C, O, A any](ctx context.Context, a *amazon, service string, fresh func(aws.Config, ...func(*O)) *C, adapter func(*C) A, needs ...string) (made A, err error) {
	if err := a.settings.Need(needs...); err != nil {
		return made, err
	}
	all, err := a.clients(ctx)
	if err != nil {
		return made, err
	}
	api, err := client(all, service, fresh)
	if err != nil {
		return made, err
	}
	return adapter(api), nil
}

func (a *amazon) catalog(ctx context.Context) (worker.Catalog, error) {
	return on(ctx, a, "dynamodb", dynamodb.NewFromConfig, func(api *dynamodb.Client) worker.Catalog {
		return dynamostore.New(api, a.settings.Table)
	}, "table")
}

func (a *amazon) events(ctx context.Context) (worker.Queue, error) {
	return on(ctx, a, "sqs", sqs.NewFromConfig, func(api *sqs.Client) worker.Queue {
		return sqsqueue.Events(api, a.settings.QueueURL)
	}, "queue-url")
}

func (a *amazon) commands(ctx context.Context) (worker.Queue, error) {
	return on(ctx, a, "sqs", sqs.NewFromConfig, func(api *sqs.Client) worker.Queue {
		return sqsqueue.Commands(api, a.settings.CommandQueueURL)
	}, "command-queue-url")
}

func (a *amazon) targets(ctx context.Context) (worker.Targets, error) {
	all, err := a.clients(ctx)
	if err != nil {
		return nil, err
	}
	return target.New(all), nil
}

func (a *amazon) deployments(ctx context.Context) (worker.Deployments, error) {
	all, err := a.clients(ctx)
	if err != nil {
		return nil, err
	}
	return deployment.New(all), nil
}

func (a *amazon) checks(ctx context.Context) (worker.Checks, error) {
	all, err := a.clients(ctx)
	if err != nil {
		return nil, err
	}
	return check.New(all), nil
}

func (a *amazon) pipeline(ctx context.Context) (worker.Pipeline, error) {
	return on(ctx, a, "codepipeline", codepipeline.NewFromConfig, func(api *codepipeline.Client) worker.Pipeline {
		return codepipelineadapter.New(api)
	})
}

func (a *amazon) alarms(ctx context.Context) (worker.Alarms, error) {
	return on(ctx, a, "cloudwatch", cloudwatch.NewFromConfig, func(api *cloudwatch.Client) worker.Alarms {
		return cloudwatchadapter.NewAlarms(api)
	})
}

func (a *amazon) announcer(ctx context.Context) (worker.Announcer, error) {
	return on(ctx, a, "eventbridge", eventbridge.NewFromConfig, func(api *eventbridge.Client) worker.Announcer {
		return eventbus.New(api, a.settings.EventBus)
	})
}

// meter names the table as the alarms of the template do, by its name.
func (a *amazon) meter(ctx context.Context) (worker.Meter, error) {
	return on(ctx, a, "cloudwatch", cloudwatch.NewFromConfig, func(api *cloudwatch.Client) worker.Meter {
		return cloudwatchadapter.NewMeter(api, tableName(a.settings.Table))
	}, "table")
}

// tableName is the name in a table's ARN, or the name itself.
func tableName(table string) string { return table[strings.LastIndex(table, "/")+1:] }

func (a *amazon) region(ctx context.Context) (string, error) {
	all, err := a.clients(ctx)
	if err != nil {
		return "", err
	}
	return all.base.Region, nil
}

// caller asks STS, which answers everybody (API GetCallerIdentity).
func (a *amazon) caller(ctx context.Context) (Caller, error) {
	const call = "sts:GetCallerIdentity"
	api, err := on(ctx, a, "sts", sts.NewFromConfig, func(api *sts.Client) *sts.Client { return api })
	if err != nil {
		return Caller{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, a.settings.CallTimeout)
	defer cancel()
	out, err := api.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return Caller{}, awserr.Classify(call, "", err)
	}
	if out.Account == nil || out.Arn == nil {
		return Caller{}, &worker.CallError{Call: call, Kind: worker.ErrUnavailable, Err: errors.New("the answer names nobody")}
	}
	return Caller{Account: *out.Account, ARN: *out.Arn}, nil
}
