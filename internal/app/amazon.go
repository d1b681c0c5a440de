package app

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/internal/dynamostore"
	"github.com/serinhq/serin/worker"
)

// amazon are the ports on AWS.
type amazon struct {
	settings Settings
	clients  *clients
}

var _ ports = (*amazon)(nil)

func newAmazon(s Settings) *amazon { return &amazon{settings: s, clients: newClients(s)} }

func (a *amazon) catalog(ctx context.Context) (worker.Catalog, error) {
	if err := a.settings.Need("table"); err != nil {
		return nil, err
	}
	api, err := client(ctx, a.clients, "dynamodb", dynamodb.NewFromConfig)
	if err != nil {
		return nil, err
	}
	return dynamostore.New(api, a.settings.Table), nil
}

func (a *amazon) region(ctx context.Context) (string, error) {
	cfg, err := a.clients.config(ctx)
	if err != nil {
		return "", err
	}
	return cfg.Region, nil
}

// caller asks STS, which answers everybody (API GetCallerIdentity).
func (a *amazon) caller(ctx context.Context) (Caller, error) {
	api, err := client(ctx, a.clients, "sts", sts.NewFromConfig)
	if err != nil {
		return Caller{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, a.settings.CallTimeout)
	defer cancel()
	out, err := api.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return Caller{}, awserr.Classify("sts:GetCallerIdentity", "", err)
	}
	if out.Account == nil || out.Arn == nil {
		return Caller{}, &worker.CallError{Call: "sts:GetCallerIdentity", Kind: worker.ErrUnavailable, Err: errors.New("the answer names nobody")}
	}
	return Caller{Account: *out.Account, ARN: *out.Arn}, nil
}
