package awstest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// The methods of this file and of ecs_run.go are the test's side of ECS. They panic on a service or deployment the test
// never made, and on a configuration AWS would refuse.

// ECSService says what a service is like. Name is required; the zero value of the rest is a rolling service of two
// tasks in the cluster default.
type ECSService struct {
	Cluster, Name string
	// TaskDefinition is what the service runs; empty means <name>:1. A service of an external controller has none.
	TaskDefinition string
	// Tasks is the desired count; 0 means 2.
	Tasks int32
	// Config is the deployment configuration: strategy, hooks, alarms.
	Config types.DeploymentConfiguration
	// Controller is ECS when empty; EXTERNAL makes a service of task sets.
	Controller types.DeploymentControllerType
	// LoadBalancers are shown as they are given.
	LoadBalancers []types.LoadBalancer
}

// CreateService makes a service that runs its task definition steadily, and its cluster if need be, and returns its ARN.
func (e *ECS) CreateService(of ECSService) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := &ecsService{
		cluster: cmp.Or(of.Cluster, "default"), name: of.Name, desired: of.Tasks, config: of.Config, loadBalancers: of.LoadBalancers,
		controller: of.Controller, status: "ACTIVE", createdAt: e.clock(),
	}
	if s.desired == 0 {
		s.desired = 2
	}
	if s.controller == "" {
		s.controller = types.DeploymentControllerTypeEcs
	}
	if err := validECSConfig(&s.config); err != nil {
		panic("awstest: " + err.Error())
	}
	s.arn = e.arn("service", s.cluster, s.name)
	if slices.ContainsFunc(e.services, func(o *ecsService) bool { return o.arn == s.arn }) {
		panic("awstest: service " + s.arn + " is there already")
	}
	if !slices.Contains(e.clusters, s.cluster) {
		e.clusters = append(e.clusters, s.cluster)
	}
	if s.controller == types.DeploymentControllerTypeEcs {
		s.current = e.revise(s, cmp.Or(of.TaskDefinition, s.name+":1"))
	}
	e.services = append(e.services, s)
	return s.arn
}

// Reconfigure gives a service another deployment configuration; deployments under way keep theirs.
func (e *ECS) Reconfigure(service string, config types.DeploymentConfiguration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := validECSConfig(&config); err != nil {
		panic("awstest: " + err.Error())
	}
	e.mustService(service).config = config
}

// SetDeploymentConfig makes a deployment under way one that was started with another configuration.
func (e *ECS) SetDeploymentConfig(deployment string, config types.DeploymentConfiguration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := validECSConfig(&config); err != nil {
		panic("awstest: " + err.Error())
	}
	e.mustDeployment(deployment).config = config
}

// StartDeployment deploys a task definition to a service as a pipeline or a person does, and returns the service
// deployment's ARN and the events. It stays PENDING until Advance or Run.
func (e *ECS) StartDeployment(service, taskDefinition string) (string, []json.RawMessage) {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.mustService(service)
	if s.controller != types.DeploymentControllerTypeEcs {
		panic("awstest: " + service + " has the controller " + string(s.controller))
	}
	var d *ecsDeployment
	caused, err := e.events.during(func() error {
		d = e.deploy(s, taskDefinition, false)
		return nil
	})
	if err != nil {
		panic(err)
	}
	return d.arn, caused
}

// TaskDefinition is what a service runs: what its last finished deployment left.
func (e *ECS) TaskDefinition(service string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.mustService(service)
	if s.current == nil {
		return ""
	}
	return s.current.taskDefinition
}

// WeightPct is the production traffic, in percent, that a deployment's new revision carries now.
func (e *ECS) WeightPct(deployment string) float64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.mustDeployment(deployment).weight
}

// DeploymentStatus is the status and the stage of a deployment.
func (e *ECS) DeploymentStatus(deployment string) (types.ServiceDeploymentStatus, string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	d := e.mustDeployment(deployment)
	return d.status, d.stage()
}

// OpenHooks are the ids of the pause hooks a deployment waits for.
func (e *ECS) OpenHooks(deployment string) []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var ids []string
	for _, h := range e.mustDeployment(deployment).hooks {
		if h.open() {
			ids = append(ids, h.id)
		}
	}
	return ids
}

// revise makes a service revision.
func (e *ECS) revise(s *ecsService, taskDefinition string) *ecsRevision {
	r := &ecsRevision{taskDefinition: taskDefinition, createdAt: e.clock()}
	if !strings.HasPrefix(taskDefinition, "arn:") {
		r.taskDefinition = e.arn("task-definition", taskDefinition)
	}
	r.arn = e.arn("service-revision", s.cluster, s.name, e.number("ecs revision"))
	s.revisions = append(s.revisions, r)
	return r
}

// number is the next nineteen digits of an id, the same in every run.
func (e *ECS) number(kind string) string {
	h := e.events.hash(kind)
	digits := []byte("0")
	for i := range 18 {
		digits = append(digits, '0'+h[i]%10)
	}
	return string(digits)
}

func (e *ECS) mustService(arn string) *ecsService {
	for _, s := range e.services {
		if s.arn == arn {
			return s
		}
	}
	panic("awstest: no service " + arn)
}

func (e *ECS) mustDeployment(arn string) *ecsDeployment {
	d := e.findDeployment(arn)
	if d == nil {
		panic("awstest: no service deployment " + arn)
	}
	return d
}

func (e *ECS) findDeployment(arn string) *ecsDeployment {
	for _, d := range e.deployments {
		if d.arn == arn {
			return d
		}
	}
	return nil
}

// change applies f to a deployment and returns the events it caused.
func (e *ECS) change(deployment string, f func(*ecsDeployment) error) ([]json.RawMessage, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	d := e.findDeployment(deployment)
	if d == nil {
		return nil, fmt.Errorf("change %s: no such service deployment", deployment)
	}
	return e.events.during(func() error { return f(d) })
}
