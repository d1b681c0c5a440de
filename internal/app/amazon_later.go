package app

import (
	"context"
	"errors"

	"github.com/serinhq/serin/worker"
)

var errAdapter = errors.New("this adapter has not landed")

func (a *amazon) events(context.Context) (worker.Queue, error)            { return nil, errAdapter }
func (a *amazon) commands(context.Context) (worker.Queue, error)          { return nil, errAdapter }
func (a *amazon) targets(context.Context) (worker.Targets, error)         { return nil, errAdapter }
func (a *amazon) deployments(context.Context) (worker.Deployments, error) { return nil, errAdapter }
func (a *amazon) pipeline(context.Context) (worker.Pipeline, error)       { return nil, errAdapter }
func (a *amazon) alarms(context.Context) (worker.Alarms, error)           { return nil, errAdapter }
func (a *amazon) announcer(context.Context) (worker.Announcer, error)     { return nil, errAdapter }
func (a *amazon) meter(context.Context) (worker.Meter, error)             { return nil, errAdapter }
