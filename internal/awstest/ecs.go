package awstest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// ECS stands in for Amazon ECS (AWS note 3.10): deployments of services that ECS itself shifts (rolling, blue/green,
// linear, canary) with their pause hooks, and services of an external controller with their task sets. moto knows
// neither a service deployment nor a hook (AWS note 8).
//
// Deployments go on when a test says Advance or Run; only hooks run out, and stops and rollbacks end, by themselves.
type ECS struct {
	account, region string
	ledger          *Ledger
	clock           func() time.Time

	mu          sync.Mutex
	clusters    []string
	services    []*ecsService
	deployments []*ecsDeployment // oldest first
	firing      map[string]bool  // alarms in ALARM, as ECS sees them
	refusals    []ecsRefusal
	lags        ECSLags
	pageSize    int
	hidesPre    bool
	events      emission
}

// ECSLags says for how many more reads a change does not show yet.
type ECSLags struct {
	// Stop counts from ROLLBACK_REQUESTED to ROLLBACK_IN_PROGRESS; 1 at first.
	Stop int
	// Rollback counts from ROLLBACK_IN_PROGRESS to ROLLBACK_SUCCESSFUL; 1 at first.
	Rollback int
	// Continue counts until an answered hook stops showing AWAITING_ACTION; 0 at first.
	Continue int
	// Stable counts until a task set whose scale changed is in STEADY_STATE; 0 at first.
	Stable int
}

// ecsRefusal is an error a test has ordered for the next call of an operation.
type ecsRefusal struct{ operation, code string }

var _ StandIn = (*ECS)(nil)

// NewECS returns an ECS without clusters. What is applied goes to ledger; a nil clock means time.Now.
func NewECS(account, region string, ledger *Ledger, clock func() time.Time) *ECS {
	if clock == nil {
		clock = time.Now
	}
	return &ECS{
		account: account, region: region, ledger: ledger, clock: clock, firing: map[string]bool{},
		lags: ECSLags{Stop: 1, Rollback: 1}, pageSize: 20,
	}
}

// Service is the signing name.
func (*ECS) Service() string { return "ecs" }

// Operation reads the operation out of X-Amz-Target; an operation that is not answered here is unknown.
func (*ECS) Operation(r *http.Request, _ []byte) string {
	operation := awsJSONTarget(r, "AmazonEC2ContainerServiceV20141113")
	if _, ok := ecsOperations()[operation]; !ok {
		return ""
	}
	return operation
}

// Serve applies the call. Events it causes go to OnEvent's function, or wait for TakeEvents.
func (e *ECS) Serve(c Call) Answer {
	if c.Region != e.region { // nothing of ours is there
		e = NewECS(e.account, c.Region, e.ledger, e.clock)
	}
	e.mu.Lock()
	e.expireDue()
	answer := awsJSONServe(ecsOperations(), e, c)
	deliver, caused := e.events.heard()
	e.mu.Unlock()
	for _, event := range caused {
		deliver(event)
	}
	return answer
}

// TakeEvents returns the events that API calls and the passing of time have caused since it was last asked, in order.
func (e *ECS) TakeEvents() []json.RawMessage {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.expireDue()
	return e.events.take()
}

// OnEvent hands each event that an API call causes to deliver, after the call was applied and before it is answered.
func (e *ECS) OnEvent(deliver func(json.RawMessage)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.events.deliver = deliver
}

// Refuse makes the next call of an operation answer a documented error that nothing in this small world brings about:
// ServerException, ClientException, AccessDeniedException, ThrottlingException and their like.
func (e *ECS) Refuse(operation, code string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.refusals = append(e.refusals, ecsRefusal{operation, code})
}

// Lag sets how long changes take to show.
func (e *ECS) Lag(lags ECSLags) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.lags = lags
}

// PageSize sets how many deployments a page of a list has when the caller names no size; 20 at first.
func (e *ECS) PageSize(size int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.pageSize = size
}

// HidePreShift makes DescribeServiceDeployments say PRODUCTION_TRAFFIC_SHIFT while a deployment is before a shift. The
// stage is in the field's text and not among its values, so nobody may rely on seeing it.
func (e *ECS) HidePreShift(hide bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.hidesPre = hide
}

func (e *ECS) arn(parts ...string) string {
	return "arn:aws:ecs:" + e.region + ":" + e.account + ":" + strings.Join(parts, "/")
}

// clusterOf reads the three forms of a cluster's name: empty is default, a short name, an ARN.
func (e *ECS) clusterOf(given string) (string, error) {
	name := strings.TrimPrefix(given, e.arn("cluster")+"/")
	if name == "" {
		name = "default"
	}
	if !slices.Contains(e.clusters, name) {
		return "", &awsJSONError{"ClusterNotFoundException", "Cluster not found."}
	}
	return name, nil
}
