package target

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// kinds is the list: the key in the file, and the kind.
func kinds() map[string]kind {
	return map[string]kind{
		"alb":        albKind(),
		"ecstaskset": taskSetKind(),
		"lambda":     lambdaKind(),
		"lattice":    latticeKind(),
		"route53":    route53Kind(),
		"staticsite": staticSiteKind(),
		"apigateway": apiGatewayKind(),
		"cloudfront": cloudFrontKind(),
		"httpapi":    httpAPIKind(),
	}
}

// kind is what the list holds of a kind of target.
type kind struct {
	worker.TargetKind
	open func(spec statemachine.TargetSpec, clients Clients) (worker.Target, error)
}

// Clients is the one factory of SDK clients.
type Clients interface {
	// Client returns what open makes of the configuration for a region, one client
	// for each service and region: they share its retry budget. "" is the worker's
	// own region. Safe for concurrent use.
	Client(service, region string, open func(aws.Config) any) any
}

// Targets opens targets of every kind.
type Targets struct{ clients Clients }

var _ worker.Targets = Targets{}

// New returns the targets that call AWS through these clients.
func New(clients Clients) Targets { return Targets{clients} }

// Kind tells of a kind; false if there is none of that name.
func (t Targets) Kind(name string) (worker.TargetKind, bool) {
	k, ok := kinds()[name]
	return k.TargetKind, ok
}

// Open makes the target of a spec. No call is made. An error is a wrong kind or
// config.
func (t Targets) Open(spec statemachine.TargetSpec) (worker.Target, error) {
	k, ok := kinds()[spec.Kind]
	if !ok {
		return nil, fmt.Errorf("open target %s: %w: no kind %q", spec.Name, worker.ErrInvalid, spec.Kind)
	}
	target, err := k.open(spec, t.clients)
	if err != nil {
		return nil, fmt.Errorf("open target %s: %w: %w", spec.Name, worker.ErrInvalid, err)
	}
	return target, nil
}

// decode reads a spec's config into a kind's own; what it does not know is an
// error.
func decode(spec statemachine.TargetSpec, into interface{ Validate() error }) error {
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

// regionOf is the region an ARN names, "" for what is none.
func regionOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	return parts[3]
}

// failed is a call that answered, but not with what can be worked with.
func failed(kind error, call, resource, format string, args ...any) error {
	return &worker.CallError{Call: call, Resource: resource, Kind: kind, Err: fmt.Errorf(format, args...)}
}
