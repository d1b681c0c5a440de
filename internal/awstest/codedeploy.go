package awstest

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
)

// CodeDeploy stands in for AWS CodeDeploy, strictly by AWS note 3.9: blue/green deployments with their two waits, stops
// that are pending before they take effect, rollbacks that are deployments of their own, stops by alarm.
//
// Deployments go on when a test says Advance; only waits run out, and stops and rollbacks end, by themselves.
//
// How a caller sees where a deployment stands (AWS note 3.9 leaves it open; the API model says it so): before traffic,
// the status is Ready. While old tasks wait for their termination the status is InProgress; the target's lifecycle event
// AfterAllowTraffic has Succeeded, the new task set carries 100, and instanceTerminationWaitTimeStarted is true.
// That flag's text speaks of instances, so nobody may rely on it for ECS: QuietTermination hides it there.
type CodeDeploy struct {
	account, region string
	ledger          *Ledger
	clock           func() time.Time

	mu           sync.Mutex
	applications map[string]*codeDeployApplication
	configs      map[string][]float64 // deployment configuration → weights
	deployments  []*deploymentRun     // oldest first
	refusals     []codeDeployRefusal
	lags         DeploymentLags
	pageSize     int
	quiet        bool
	events       emission
}

// DeploymentLags says for how many more reads of a deployment a change does not show yet.
type DeploymentLags struct {
	// Stop counts from StopDeployment to status Stopped; 1 at first.
	Stop int
	// Continue counts from ContinueDeployment to its effect; 0 at first.
	Continue int
	// Rollback counts from the rollback deployment's creation to its success; 1 at first.
	Rollback int
}

type codeDeployApplication struct {
	platform types.ComputePlatform
	groups   map[string]*types.DeploymentGroupInfo
}

// codeDeployRefusal is an error a test has ordered for the next call of an operation.
type codeDeployRefusal struct{ operation, code string }

var _ StandIn = (*CodeDeploy)(nil)

// NewCodeDeploy returns a CodeDeploy without applications. What is applied goes to ledger; a nil clock means time.Now.
func NewCodeDeploy(account, region string, ledger *Ledger, clock func() time.Time) *CodeDeploy {
	if clock == nil {
		clock = time.Now
	}
	return &CodeDeploy{
		account: account, region: region, ledger: ledger, clock: clock, applications: map[string]*codeDeployApplication{},
		configs: builtInDeploymentConfigs(), lags: DeploymentLags{Stop: 1, Rollback: 1}, pageSize: 100,
	}
}

// Service is the signing name.
func (*CodeDeploy) Service() string { return "codedeploy" }

// Operation reads the operation out of X-Amz-Target; an operation that is not answered here is unknown.
func (*CodeDeploy) Operation(r *http.Request, _ []byte) string {
	operation := awsJSONTarget(r, "CodeDeploy_20141006")
	if _, ok := codeDeployOperations()[operation]; !ok {
		return ""
	}
	return operation
}

// Serve applies the call. Events it causes go to OnEvent's function, or wait for TakeEvents.
func (d *CodeDeploy) Serve(c Call) Answer {
	d.mu.Lock()
	d.expireDue()
	answer := awsJSONServe(codeDeployOperations(), d, c)
	deliver, caused := d.events.heard()
	d.mu.Unlock()
	for _, event := range caused {
		deliver(event)
	}
	return answer
}

// TakeEvents returns the events that API calls and the passing of time have caused since it was last asked, in order.
func (d *CodeDeploy) TakeEvents() []json.RawMessage {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.expireDue()
	return d.events.take()
}

// OnEvent hands each event that an API call causes to deliver, after the call was applied and before it is answered.
func (d *CodeDeploy) OnEvent(deliver func(json.RawMessage)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.events.deliver = deliver
}

// Refuse makes the next call of an operation answer a documented error that nothing in this small world brings about:
// InvalidRoleException, ThrottlingException, RevisionDoesNotExistException and their like.
func (d *CodeDeploy) Refuse(operation, code string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refusals = append(d.refusals, codeDeployRefusal{operation, code})
}

// Lag sets how long changes take to show.
func (d *CodeDeploy) Lag(lags DeploymentLags) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lags = lags
}

// QuietTermination keeps instanceTerminationWaitTimeStarted false on ECS deployments.
func (d *CodeDeploy) QuietTermination(quiet bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.quiet = quiet
}

// PageSize sets how many ids one page of a list has; 100 at first.
func (d *CodeDeploy) PageSize(size int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pageSize = size
}
