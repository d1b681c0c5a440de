package awstest

import (
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

func (f *CloudFormation) describeStacks(_ form, _ string, s *stack) (form, *refusal) {
	f.seen(s)
	doc := form{
		"StackId": s.id, "StackName": s.name, "StackStatus": string(s.status), "CreationTime": stampISO(s.created),
		"DisableRollback": strconv.FormatBool(s.disableRollback), "RollbackConfiguration.MonitoringTimeInMinutes": strconv.Itoa(s.monitoring),
	}
	if s.reason != "" {
		doc["StackStatusReason"] = s.reason
	}
	if !s.updated.IsZero() {
		doc["LastUpdatedTime"] = stampISO(s.updated)
	}
	if s.operation != "" {
		doc.list("LastOperations", []form{{"OperationId": s.operation, "OperationType": string(s.operationType)}})
	}
	var triggers []form
	for _, alarm := range s.alarms {
		triggers = append(triggers, form{"Arn": alarm, "Type": "AWS::CloudWatch::Alarm"})
	}
	doc.list("RollbackConfiguration.RollbackTriggers", triggers)
	out := form{}
	out.list("Stacks", []form{doc})
	return out, nil
}

// describeStackEvents lists the stack's own events, newest first.
func (f *CloudFormation) describeStackEvents(_ form, _ string, s *stack) (form, *refusal) {
	f.seen(s)
	var events []form
	for _, e := range s.log {
		event := form{
			"StackId": s.id, "StackName": s.name, "EventId": e.id, "LogicalResourceId": s.name, "PhysicalResourceId": s.id,
			"ResourceType": "AWS::CloudFormation::Stack", "ResourceStatus": string(e.status), "Timestamp": stampISO(e.at),
		}
		if e.token != "" {
			event["ClientRequestToken"] = e.token
		}
		if e.reason != "" {
			event["ResourceStatusReason"] = e.reason
		}
		events = append(events, event)
	}
	out := form{}
	out.list("StackEvents", events)
	return out, nil
}

// updateStack begins an update. A stack whose update is under way, or whose rollback failed, can take none.
func (f *CloudFormation) updateStack(ask form, actor string, s *stack) (form, *refusal) {
	done, refused := s.claim(ask, "UpdateStack")
	if done || refused != nil {
		return s.outcome(), refused
	}
	if strings.HasSuffix(string(s.status), "_IN_PROGRESS") || strings.HasSuffix(string(s.status), "_FAILED") || s.status == types.StackStatusRollbackComplete {
		return nil, stackInvalid("Stack:" + s.id + " is in " + string(s.status) + " state and can not be updated.")
	}
	s.disableRollback = ask["DisableRollback"] == "true"
	f.begin(actor, s, "stack-update", types.StackStatusUpdateInProgress, ask["ClientRequestToken"], types.OperationTypeUpdateStack)
	return s.outcome(), nil
}

// cancelUpdate is valid only in UPDATE_IN_PROGRESS (AWS note 3.14), and rolls the update back.
func (f *CloudFormation) cancelUpdate(ask form, actor string, s *stack) (form, *refusal) {
	done, refused := s.claim(ask, "CancelUpdateStack")
	switch {
	case done || refused != nil:
		return nil, refused
	case s.status != types.StackStatusUpdateInProgress:
		return nil, stackInvalid("CancelUpdateStack cannot be called from current stack status")
	}
	s.reason = "User Initiated"
	f.begin(actor, s, "stack-cancel", types.StackStatusUpdateRollbackInProgress, ask["ClientRequestToken"], "")
	return nil, nil
}

// rollbackStack is valid where a failure was kept: CREATE_FAILED and UPDATE_FAILED (AWS note 3.14).
func (f *CloudFormation) rollbackStack(ask form, actor string, s *stack) (form, *refusal) {
	done, refused := s.claim(ask, "RollbackStack")
	if done || refused != nil {
		return s.outcome(), refused
	}
	to := map[types.StackStatus]types.StackStatus{
		types.StackStatusUpdateFailed: types.StackStatusUpdateRollbackInProgress,
		types.StackStatusCreateFailed: types.StackStatusRollbackInProgress,
	}[s.status]
	if to == "" {
		return nil, stackInvalid("Stack:" + s.id + " is in " + string(s.status) + " state and can not be rolled back.")
	}
	f.begin(actor, s, "stack-rollback", to, ask["ClientRequestToken"], types.OperationTypeRollback)
	return s.outcome(), nil
}

// continueRollback is valid in UPDATE_ROLLBACK_FAILED (AWS note 3.14). With resources to skip it succeeds.
func (f *CloudFormation) continueRollback(ask form, actor string, s *stack) (form, *refusal) {
	done, refused := s.claim(ask, "ContinueUpdateRollback")
	switch {
	case done || refused != nil:
		return nil, refused
	case s.status != types.StackStatusUpdateRollbackFailed:
		return nil, stackInvalid("Stack:" + s.id + " is in " + string(s.status) + " state and can not continue update rollback.")
	}
	if len(ask.texts("ResourcesToSkip")) > 0 {
		s.rollbackFails = false
	}
	f.begin(actor, s, "stack-continue-rollback", types.StackStatusUpdateRollbackInProgress, ask["ClientRequestToken"], types.OperationTypeContinueRollback)
	return nil, nil
}

// claim looks at the token: the same one again for the same operation is that operation, for another it is an error
// (AWS note 3.14).
func (s *stack) claim(ask form, operation string) (done bool, refused *refusal) {
	switch before := s.tokens[ask["ClientRequestToken"]]; before {
	case "":
		return false, nil
	case operation:
		return true, nil
	default:
		return false, queryInvalid("TokenAlreadyExistsException", "ClientRequestToken "+ask["ClientRequestToken"]+" is already used by another operation")
	}
}

func (s *stack) outcome() form { return form{"StackId": s.id, "OperationId": s.operation} }
