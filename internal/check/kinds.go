package check

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// kinds is the list: the key in the file, and how to open one.
func kinds() map[string]func(spec statemachine.CheckSpec, clients Clients) (worker.Check, error) {
	return map[string]func(statemachine.CheckSpec, Clients) (worker.Check, error){
		"codebuild": openCodeBuild,
		"lambda":    openLambda,
	}
}

// Clients is the one factory of SDK clients.
type Clients interface {
	// Client returns what open makes of the configuration for a region, one client
	// for each service and region: they share its retry budget. "" is the worker's
	// own region. Safe for concurrent use.
	Client(service, region string, open func(aws.Config) any) any
}

// Checks opens checks of every kind.
type Checks struct{ clients Clients }

var _ worker.Checks = Checks{}

// New returns the checks that call AWS through these clients.
func New(clients Clients) Checks { return Checks{clients} }

// Open makes the check of a spec. No call is made. An error is a wrong kind or
// config.
func (c Checks) Open(spec statemachine.CheckSpec) (worker.Check, error) {
	open, ok := kinds()[spec.Kind]
	if !ok {
		return nil, fmt.Errorf("open check %s: %w: no kind %q", spec.Name, worker.ErrInvalid, spec.Kind)
	}
	opened, err := open(spec, c.clients)
	if err != nil {
		return nil, fmt.Errorf("open check %s: %w: %w", spec.Name, worker.ErrInvalid, err)
	}
	return opened, nil
}

// decode reads a spec's config into a kind's own; what it does not know is an
// error.
func decode(spec statemachine.CheckSpec, into interface{ Validate() error }) error {
	d := json.NewDecoder(bytes.NewReader(spec.Config))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("read its config: %w", err)
	}
	return into.Validate()
}

// client is the client of a service that a kind calls through its interface A.
func client[A any](clients Clients, service, region string, open func(aws.Config) A) (A, error) {
	api, ok := clients.Client(service, region, func(cfg aws.Config) any { return open(cfg) }).(A)
	if !ok {
		return api, fmt.Errorf("no client of %s", service)
	}
	return api, nil
}

// failed is a call that answered, but not with what can be worked with.
func failed(kind error, call, resource, format string, args ...any) error {
	return &worker.CallError{Call: call, Resource: resource, Kind: kind, Err: fmt.Errorf(format, args...)}
}
