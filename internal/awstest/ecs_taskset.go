package awstest

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// TaskSetState is what a task set is, in the ledger under "task-set".
type TaskSetState struct {
	Service, TaskSet, TaskDefinition string
	// Status is PRIMARY, ACTIVE or DRAINING; DRAINING is one that was deleted.
	Status string
	// ScalePct is its share of the service's desired count.
	ScalePct float64
}

// ecsTaskSet is one task set of a service of an external controller. The weights before it are the load balancer's and
// not ECS's (AWS note 3.10).
type ecsTaskSet struct {
	service             *ecsService
	arn, id, definition string
	status, token       string
	externalID          string
	scale               float64
	balancers           []types.LoadBalancer
	createdAt           time.Time
	updatedAt           time.Time
	settling            int // reads left until it is in STEADY_STATE
}

func (s *ecsTaskSet) state() TaskSetState {
	return TaskSetState{Service: s.service.arn, TaskSet: s.id, TaskDefinition: s.definition, Status: s.status, ScalePct: s.scale}
}

// count is how many tasks a scale asks for, rounded up.
func (s *ecsTaskSet) count() int32 {
	return int32(math.Ceil(float64(s.service.desired) * s.scale / 100))
}

func (e *ECS) showTaskSet(s *ecsTaskSet) types.TaskSet {
	out := types.TaskSet{
		TaskSetArn: &s.arn, Id: &s.id, ServiceArn: &s.service.arn, ClusterArn: aws.String(e.arn("cluster", s.service.cluster)),
		Status: &s.status, TaskDefinition: &s.definition, ComputedDesiredCount: s.count(), RunningCount: s.count(),
		Scale: &types.Scale{Unit: types.ScaleUnitPercent, Value: s.scale}, LoadBalancers: s.balancers,
		ExternalId: unlessEmpty(s.externalID), CreatedAt: &s.createdAt, UpdatedAt: &s.updatedAt, StabilityStatusAt: &s.updatedAt,
		StabilityStatus: types.StabilityStatusSteadyState,
	}
	if s.settling > 0 {
		out.StabilityStatus, out.PendingCount, out.RunningCount = types.StabilityStatusStabilizing, s.count(), 0
	}
	return out
}

// describeTaskSets tells the task sets named, or all; one that is not there is a failure in the answer, no error.
func (e *ECS) describeTaskSets(in *api.DescribeTaskSetsInput, _ Call) (any, error) {
	s, err := e.externalService(in.Cluster, in.Service)
	if err != nil {
		return nil, err
	}
	out := &api.DescribeTaskSetsOutput{TaskSets: []types.TaskSet{}, Failures: []types.Failure{}}
	for _, name := range in.TaskSets {
		if _, err := findTaskSet(s, &name); err != nil {
			out.Failures = append(out.Failures, missing(name))
		}
	}
	for _, set := range s.taskSets {
		if len(in.TaskSets) == 0 || slices.Contains(in.TaskSets, set.id) || slices.Contains(in.TaskSets, set.arn) {
			out.TaskSets = append(out.TaskSets, e.showTaskSet(set))
			set.settling = max(set.settling-1, 0)
		}
	}
	return out, nil
}

// externalService is a service whose task sets are the caller's: any other controller has none to change.
func (e *ECS) externalService(cluster, service *string) (*ecsService, error) {
	if aws.ToString(cluster) == "" {
		return nil, ecsInvalid("Cluster cannot be empty.")
	}
	s, err := e.serviceOf(cluster, service)
	if err != nil {
		return nil, err
	}
	if s.controller != types.DeploymentControllerTypeExternal {
		return nil, ecsInvalid("The service's deployment controller is " + string(s.controller) + ", not EXTERNAL.")
	}
	return s, nil
}

func findTaskSet(s *ecsService, name *string) (*ecsTaskSet, error) {
	for _, set := range s.taskSets {
		if set.id == aws.ToString(name) || set.arn == aws.ToString(name) {
			return set, nil
		}
	}
	return nil, &awsJSONError{"TaskSetNotFoundException", "The specified task set wasn't found."}
}

// AddTaskSet makes a task set of a service of an external controller, as a pipeline does, and returns its id. The
// balancers name its target groups.
func (e *ECS) AddTaskSet(service, taskDefinition string, scalePct float64, balancers ...types.LoadBalancer) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.mustService(service)
	if s.controller != types.DeploymentControllerTypeExternal {
		panic("awstest: " + service + " has the controller " + string(s.controller))
	}
	return e.addTaskSet(s, SetupActor, taskDefinition, scalePct, balancers).id
}

// SetPrimary makes a task set the primary one, as somebody else does.
func (e *ECS) SetPrimary(service, id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	set, err := findTaskSet(e.mustService(service), &id)
	if err != nil {
		panic("awstest: " + err.Error())
	}
	e.makePrimary(set, ForeignActor)
}

// TaskSets are the task sets of a service, oldest first.
func (e *ECS) TaskSets(service string) []TaskSetState {
	e.mu.Lock()
	defer e.mu.Unlock()
	var out []TaskSetState
	for _, set := range e.mustService(service).taskSets {
		out = append(out, set.state())
	}
	return out
}

func (e *ECS) addTaskSet(s *ecsService, actor, taskDefinition string, scale float64, balancers []types.LoadBalancer) *ecsTaskSet {
	now := e.clock()
	set := &ecsTaskSet{
		service: s, id: "ecs-svc/" + e.number("ecs task set"), definition: taskDefinition, status: "ACTIVE", scale: scale,
		balancers: balancers, createdAt: now, updatedAt: now, settling: e.lags.Stable,
	}
	if !strings.HasPrefix(taskDefinition, "arn:") {
		set.definition = e.arn("task-definition", taskDefinition)
	}
	set.arn = e.arn("task-set", s.cluster, s.name, set.id)
	s.taskSets = append(s.taskSets, set)
	e.ledger.Append(actor, "task-set", set.arn, set.state())
	return set
}

// makePrimary gives one task set the production traffic; the one that had it becomes ACTIVE.
func (e *ECS) makePrimary(set *ecsTaskSet, actor string) {
	for _, other := range set.service.taskSets {
		if other != set && other.status == "PRIMARY" {
			other.status, other.updatedAt = "ACTIVE", e.clock()
			e.ledger.Append(actor, "task-set", other.arn, other.state())
		}
	}
	set.status, set.updatedAt = "PRIMARY", e.clock()
	e.ledger.Append(actor, "task-set", set.arn, set.state())
}
