package awstest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// The methods of this file are the test's side of CloudFormation. They panic on a stack the test never declared.

// StackOptions are what a declared stack has.
type StackOptions struct {
	// Status is what it is in; empty means CREATE_COMPLETE.
	Status types.StackStatus
	// Alarms are the ARNs of its rollback triggers, at most five.
	Alarms []string
	// MonitoringMinutes is how long they are watched after an update, 0–180.
	MonitoringMinutes int
	// RollbackFails makes each rollback end in UPDATE_ROLLBACK_FAILED, until it is continued with resources to skip.
	RollbackFails bool
}

// DeclareStack makes a stack and returns its ARN.
func (f *CloudFormation) DeclareStack(name string, o StackOptions) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if o.Status == "" {
		o.Status = types.StackStatusCreateComplete
	}
	s := &stack{
		name: name, id: "arn:aws:cloudformation:" + f.region + ":" + f.account + ":stack/" + name + "/" + f.events.uuid("cloudformation stack"),
		status: o.Status, alarms: o.Alarms, monitoring: o.MonitoringMinutes, rollbackFails: o.RollbackFails, created: f.clock(), tokens: map[string]string{},
	}
	f.stacks = append(f.stacks, s)
	return s.id
}

// StartUpdate begins an update as a pipeline does, with its token, and returns the event. With disableRollback a failure
// is kept as UPDATE_FAILED.
func (f *CloudFormation) StartUpdate(name, token string, disableRollback bool) ([]json.RawMessage, error) {
	return f.change(name, func(s *stack) error {
		if strings.HasSuffix(string(s.status), "_IN_PROGRESS") {
			return fmt.Errorf("update %s: it is %s", name, s.status)
		}
		s.disableRollback = disableRollback
		f.begin(SetupActor, s, "stack-update", types.StackStatusUpdateInProgress, token, types.OperationTypeUpdateStack)
		return nil
	})
}

// Advance takes a stack one status on and returns the event: in progress → cleanup in progress → complete, the same on
// the way back.
func (f *CloudFormation) Advance(name string) ([]json.RawMessage, error) {
	return f.change(name, f.advance)
}

// Fail has a resource of an update fail: it rolls back by itself, or stays failed where rollback is disabled.
func (f *CloudFormation) Fail(name, reason string) ([]json.RawMessage, error) {
	return f.change(name, func(s *stack) error {
		if s.status != types.StackStatusUpdateInProgress {
			return fmt.Errorf("fail the update of %s: it is %s", name, s.status)
		}
		s.reason = reason
		if s.disableRollback {
			f.enter(s, types.StackStatusUpdateFailed)
			return nil
		}
		s.rollingBack = f.rollbackLag
		f.enter(s, types.StackStatusUpdateRollbackInProgress)
		return nil
	})
}

// AlarmFires has CloudFormation roll an update back by itself, as for one of the stack's rollback triggers.
func (f *CloudFormation) AlarmFires(name string) ([]json.RawMessage, error) {
	f.mu.Lock()
	triggers := len(f.mustStack(name).alarms)
	f.mu.Unlock()
	if triggers == 0 {
		return nil, fmt.Errorf("alarm on stack %s: it has no rollback trigger", name)
	}
	return f.Fail(name, "One or more rollback triggers are in ALARM state")
}

// Stack is what a stack really is, whatever reads say.
func (f *CloudFormation) Stack(name string) StackState {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.mustStack(name).state()
}

// begin starts an operation under its token.
func (f *CloudFormation) begin(actor string, s *stack, kind string, status types.StackStatus, token string, operation types.OperationType) {
	if token != "" {
		s.tokens[token] = map[string]string{
			"stack-update": "UpdateStack", "stack-cancel": "CancelUpdateStack", "stack-rollback": "RollbackStack", "stack-continue-rollback": "ContinueUpdateRollback",
		}[kind]
	}
	if operation != "" { // a cancel is no operation of its own
		s.operation, s.operationType = f.events.uuid("cloudformation operation"), operation
	}
	if kind == "stack-update" {
		s.reason = ""
	}
	s.token, s.updated, s.rollingBack = token, f.clock(), f.rollbackLag
	f.enter(s, status)
	f.ledger.Append(actor, kind, s.id, s.state())
}

func (f *CloudFormation) advance(s *stack) error {
	to := map[types.StackStatus]types.StackStatus{
		types.StackStatusCreateInProgress:                        types.StackStatusCreateComplete,
		types.StackStatusRollbackInProgress:                      types.StackStatusRollbackComplete,
		types.StackStatusUpdateInProgress:                        types.StackStatusUpdateCompleteCleanupInProgress,
		types.StackStatusUpdateCompleteCleanupInProgress:         types.StackStatusUpdateComplete,
		types.StackStatusUpdateRollbackInProgress:                types.StackStatusUpdateRollbackCompleteCleanupInProgress,
		types.StackStatusUpdateRollbackCompleteCleanupInProgress: types.StackStatusUpdateRollbackComplete,
	}[s.status]
	if to == "" {
		return fmt.Errorf("advance %s: it is %s", s.name, s.status)
	}
	if s.status == types.StackStatusUpdateRollbackInProgress && s.rollbackFails {
		to, s.reason = types.StackStatusUpdateRollbackFailed, "The following resource(s) failed to update"
	}
	f.enter(s, to)
	return nil
}

// seen lets a rollback that is under way end after its reads.
func (f *CloudFormation) seen(s *stack) {
	if s.status != types.StackStatusUpdateRollbackInProgress && s.status != types.StackStatusRollbackInProgress {
		return
	}
	s.rollingBack--
	for s.rollingBack < 0 && strings.HasSuffix(string(s.status), "_IN_PROGRESS") {
		if f.advance(s) != nil {
			return
		}
	}
}

// enter notes a status and sends its event (AWS note 1.6).
func (f *CloudFormation) enter(s *stack, status types.StackStatus) {
	s.status = status
	now := f.clock()
	s.log = slices.Insert(s.log, 0, stackEvent{f.events.uuid("cloudformation stack event"), s.reason, s.token, status, now})
	type details struct {
		Status string `json:"status"`
		Reason string `json:"status-reason"`
	}
	f.events.add(envelope{
		Version: "0", ID: f.events.uuid("cloudformation event"), DetailType: "CloudFormation Stack Status Change", Source: "aws.cloudformation",
		Account: f.account, Time: now.UTC().Truncate(time.Second), Region: f.region, Resources: []string{s.id},
		Detail: struct {
			ID      string  `json:"stack-id"`
			Details details `json:"status-details"`
			Token   string  `json:"client-request-token"`
		}{s.id, details{string(status), s.reason}, s.token},
	})
}

func (f *CloudFormation) change(name string, do func(*stack) error) ([]json.RawMessage, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.mustStack(name)
	return f.events.during(func() error { return do(s) })
}

func (f *CloudFormation) mustStack(name string) *stack {
	s := f.find(name)
	if s == nil {
		panic("awstest: no stack " + name)
	}
	return s
}

func (s *stack) state() StackState { return StackState{s.id, s.status, s.token} }
