package app

import (
	"context"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/worker"
)

// embedded are the ports of a world in memory.
type embedded struct{ client *local.Client }

var _ ports = embedded{}

func (e embedded) catalog(context.Context) (worker.Catalog, error) { return e.client.Store(), nil }

func (e embedded) events(context.Context) (worker.Queue, error) { return e.client.Events(), nil }

func (e embedded) commands(context.Context) (worker.Queue, error) { return e.client.Commands(), nil }

func (e embedded) targets(context.Context) (worker.Targets, error) { return e.client.Targets(), nil }

func (e embedded) deployments(context.Context) (worker.Deployments, error) {
	return e.client.Deployments(), nil
}

func (e embedded) checks(context.Context) (worker.Checks, error) { return e.client.Checks(), nil }

func (e embedded) pipeline(context.Context) (worker.Pipeline, error) { return e.client.Pipeline(), nil }

func (e embedded) alarms(context.Context) (worker.Alarms, error) { return e.client.Alarms(), nil }

func (e embedded) announcer(context.Context) (worker.Announcer, error) {
	return e.client.Announcer(), nil
}

func (e embedded) meter(context.Context) (worker.Meter, error) { return e.client.Meter(), nil }

func (e embedded) caller(context.Context) (Caller, error) {
	return Caller{Account: local.Account, ARN: "arn:aws:sts::" + local.Account + ":assumed-role/serin/local"}, nil
}

func (e embedded) region(context.Context) (string, error) { return local.Region, nil }
