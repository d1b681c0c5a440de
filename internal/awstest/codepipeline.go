package awstest

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"
)

// CodePipeline stands in for AWS CodePipeline, strictly by AWS note 4: manual approvals with their tokens, execution
// modes and stage locks, stops, retries and stage rollbacks. Pipelines run by themselves as AWS's do; an action that is
// no approval succeeds at once unless its ActionPlan says otherwise.
type CodePipeline struct {
	account, region string
	ledger          *Ledger
	clock           func() time.Time

	mu        sync.Mutex
	pipelines map[string]*pipelineState
	limit     int  // concurrent executions a pipeline may have
	slowStops int  // reads for which an abandoned execution still shows Stopping
	oneError  bool // an answered approval is refused with InvalidApprovalTokenException as well
	events    emission
}

var _ StandIn = (*CodePipeline)(nil)

// NewCodePipeline returns a CodePipeline without pipelines. What is applied goes to ledger; a nil clock means time.Now.
func NewCodePipeline(account, region string, ledger *Ledger, clock func() time.Time) *CodePipeline {
	if clock == nil {
		clock = time.Now
	}
	return &CodePipeline{
		account: account, region: region, ledger: ledger, clock: clock,
		pipelines: map[string]*pipelineState{}, limit: 50,
	}
}

// Service is the signing name.
func (*CodePipeline) Service() string { return "codepipeline" }

// Operation reads the operation out of X-Amz-Target; an operation that is not answered here is unknown.
func (*CodePipeline) Operation(r *http.Request, _ []byte) string {
	operation := awsJSONTarget(r, "CodePipeline_20150709")
	if _, ok := codePipelineOperations()[operation]; !ok {
		return ""
	}
	return operation
}

// Serve applies the call. Events it causes go to OnEvent's function, or wait for TakeEvents.
func (p *CodePipeline) Serve(c Call) Answer {
	p.mu.Lock()
	p.expireDue()
	answer := awsJSONServe(codePipelineOperations(), p, c)
	deliver, caused := p.events.heard()
	p.mu.Unlock()
	for _, event := range caused {
		deliver(event)
	}
	return answer
}

// TakeEvents returns the events that API calls and the passing of time have caused since it was last asked, in order.
func (p *CodePipeline) TakeEvents() []json.RawMessage {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expireDue()
	return p.events.take()
}

// OnEvent hands each event that an API call causes to deliver, after the call was applied and before it is answered.
func (p *CodePipeline) OnEvent(deliver func(json.RawMessage)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.events.deliver = deliver
}

// arn is the ARN of a pipeline, of a stage of it, or of an action of that stage.
func (p *CodePipeline) arn(parts ...string) string {
	return "arn:aws:codepipeline:" + p.region + ":" + p.account + ":" + strings.Join(parts, "/")
}

// principal is the ARN AWS would name for an actor; one that is an ARN already stays as it is.
func (p *CodePipeline) principal(actor string) string {
	if strings.HasPrefix(actor, "arn:") {
		return actor
	}
	return "arn:aws:iam::" + p.account + ":user/" + actor
}

// admin is who starts what no call started.
func (p *CodePipeline) admin() string {
	return "arn:aws:sts::" + p.account + ":assumed-role/Admin/my-user"
}
