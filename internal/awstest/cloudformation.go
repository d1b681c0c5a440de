package awstest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// CloudFormation stands in for the updates of the stacks that a test declares to it, by AWS note 3.14: an update that can
// be canceled while it is in progress, a rollback, a rollback that fails and is continued. Calls that name no declared
// stack are left to the engine.
//
// It knows no templates and no resources. Operations go on when a test says Advance; only a rollback ends by itself,
// after some reads.
type CloudFormation struct {
	account, region string
	ledger          *Ledger
	clock           func() time.Time

	mu          sync.Mutex
	stacks      []*stack
	rollbackLag int
	events      emission
}

// StackState is what a call left a stack in, in the ledger under "stack-update", "stack-cancel", "stack-rollback" and
// "stack-continue-rollback".
type StackState struct {
	// ID is the stack's ARN.
	ID string
	// Status is CloudFormation's word: UPDATE_IN_PROGRESS, UPDATE_ROLLBACK_COMPLETE, ….
	Status types.StackStatus
	// Token is the ClientRequestToken of the operation the status belongs to.
	Token string
}

type stack struct {
	id, name         string
	status           types.StackStatus
	reason           string
	token            string
	tokens           map[string]string // operation by token
	disableRollback  bool
	alarms           []string
	monitoring       int // minutes
	rollbackFails    bool
	rollingBack      int // reads left until a rollback has ended
	created, updated time.Time
	operation        string // id of the last one
	operationType    types.OperationType
	log              []stackEvent // newest first
}

type stackEvent struct {
	id, reason, token string
	status            types.StackStatus
	at                time.Time
}

var (
	_ StandIn = (*CloudFormation)(nil)
	_ Partial = (*CloudFormation)(nil)
)

// NewCloudFormation returns a CloudFormation without stacks. What is applied goes to ledger; a nil clock means time.Now.
func NewCloudFormation(account, region string, ledger *Ledger, clock func() time.Time) *CloudFormation {
	if clock == nil {
		clock = time.Now
	}
	return &CloudFormation{account: account, region: region, ledger: ledger, clock: clock, rollbackLag: 1}
}

// Service is the signing name.
func (*CloudFormation) Service() string { return "cloudformation" }

// Takes implements Partial: the call names a declared stack.
func (f *CloudFormation) Takes(c Call) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.find(readForm(c.Body)["StackName"]) != nil
}

// Operation implements StandIn.
func (f *CloudFormation) Operation(_ *http.Request, body []byte) string {
	name := readForm(body)["Action"]
	if f.operations()[name] == nil {
		return ""
	}
	return name
}

// stackOperation answers a decoded form about one stack.
type stackOperation func(ask form, actor string, s *stack) (form, *refusal)

func (f *CloudFormation) operations() map[string]stackOperation {
	return map[string]stackOperation{
		"DescribeStacks":         f.describeStacks,
		"DescribeStackEvents":    f.describeStackEvents,
		"UpdateStack":            f.updateStack,
		"CancelUpdateStack":      f.cancelUpdate,
		"RollbackStack":          f.rollbackStack,
		"ContinueUpdateRollback": f.continueRollback,
	}
}

// Serve applies the call. Events it causes go to OnEvent's function, or wait for TakeEvents.
func (f *CloudFormation) Serve(c Call) Answer {
	f.mu.Lock()
	ask := readForm(c.Body)
	name := ask["Action"]
	operation, s := f.operations()[name], f.find(ask["StackName"])
	var answer Answer
	switch {
	case operation == nil:
		answer = cloudFormationAPI.answer("", nil, queryInvalid("InvalidAction", "Could not find operation "+name+" for version 2010-05-15"), "*")
	case s == nil:
		answer = cloudFormationAPI.answer("", nil, stackInvalid("Stack with id "+ask["StackName"]+" does not exist"), f.arn(ask["StackName"]))
	default:
		result, refused := operation(ask, c.Actor, s)
		answer = cloudFormationAPI.answer(name, result, refused, s.id)
	}
	deliver, caused := f.events.heard()
	f.mu.Unlock()
	for _, event := range caused {
		deliver(event)
	}
	return answer
}

// TakeEvents returns the events that API calls have caused since it was last asked, in order.
func (f *CloudFormation) TakeEvents() []json.RawMessage {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.events.take()
}

// OnEvent hands each event that an API call causes to deliver, after the call was applied and before it is answered.
func (f *CloudFormation) OnEvent(deliver func(json.RawMessage)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.events.deliver = deliver
}

// RollbackLag sets how many reads of a stack show a rollback in progress before it has ended; 1 at first.
func (f *CloudFormation) RollbackLag(reads int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rollbackLag = reads
}

// find takes a stack's name or its ARN.
func (f *CloudFormation) find(name string) *stack {
	at := slices.IndexFunc(f.stacks, func(s *stack) bool { return s.name == name || s.id == name })
	if at < 0 {
		return nil
	}
	return f.stacks[at]
}

// arn is what IAM checks for a stack that is not there: any of its name.
func (f *CloudFormation) arn(name string) string {
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	return "arn:aws:cloudformation:" + f.region + ":" + f.account + ":stack/" + name + "/*"
}

func stackInvalid(message string) *refusal { return queryInvalid("ValidationError", message) }
