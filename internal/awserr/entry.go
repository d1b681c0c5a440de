package awserr

import "github.com/aws/smithy-go"

// Entry makes a [worker.CallError] of one entry that a batch call, itself
// answered with 200, says it did not apply (SQS DeleteMessageBatch, EventBridge
// PutEvents). It is sorted and worded as if the entry had been a call of its own.
func Entry(call, resource, code, message string) error {
	return Classify(call, resource, &smithy.GenericAPIError{Code: code, Message: message})
}
