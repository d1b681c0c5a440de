package deployment

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// kinds is the list: the key in the file, and how to open one.
func kinds() map[string]func(spec statemachine.DeploymentSpec, clients Clients) (worker.Deployment, error) {
	return map[string]func(statemachine.DeploymentSpec, Clients) (worker.Deployment, error){
		"appconfig":      openAppConfig,
		"beanstalk":      openBeanstalk,
		"cloudformation": openCloudFormation,
		"codedeploy":     openCodeDeploy,
		"ecs":            openECS,
	}
}

// Clients is the one factory of SDK clients.
type Clients interface {
	// Client returns what open makes of the configuration for a region, one client
	// for each service and region: they share its retry budget. "" is the worker's
	// own region. Safe for concurrent use.
	Client(service, region string, open func(aws.Config) any) any
}

// Deployments opens deployments of every kind.
type Deployments struct{ clients Clients }

var _ worker.Deployments = Deployments{}

// New returns the deployments that call AWS through these clients.
func New(clients Clients) Deployments { return Deployments{clients} }

// Open makes the deployment of a spec. No call is made. An error is a wrong kind
// or config.
func (d Deployments) Open(spec statemachine.DeploymentSpec) (worker.Deployment, error) {
	open, ok := kinds()[spec.Kind]
	if !ok {
		return nil, fmt.Errorf("open deployment %s: %w: no kind %q", spec.Key, worker.ErrInvalid, spec.Kind)
	}
	opened, err := open(spec, d.clients)
	if err != nil {
		return nil, fmt.Errorf("open deployment %s: %w: %w", spec.Key, worker.ErrInvalid, err)
	}
	return opened, nil
}

// decode reads a spec's config into a kind's own; what it does not know is an
// error.
func decode(spec statemachine.DeploymentSpec, into interface{ Validate() error }) error {
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

// stepless says that steps can't work: the deployment waits nowhere.
func stepless(name string, steps []statemachine.Step) []statemachine.Problem {
	var problems []statemachine.Problem
	for i, step := range steps {
		problems = append(problems, statemachine.Problem{
			Code: statemachine.CodeStepsUnfit, Text: fmt.Sprintf("step %d of %s can't wait at %s: it takes no steps, only alarms and a deadline", i+1, name, step.At),
		})
	}
	return problems
}
