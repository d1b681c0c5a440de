package dynamostore

import (
	"errors"

	"github.com/serinhq/serin/worker"
)

// classify makes DynamoDB's errors the worker's sentinels.
func classify(call, resource string, err error) error {
	if err == nil {
		return nil
	}
	return &worker.CallError{Call: call, Resource: resource, Kind: kindOf(err), Err: err}
}

func kindOf(err error) error {
	coded, ok := errors.AsType[interface {
		error
		ErrorCode() string
	}](err)
	if !ok {
		return worker.ErrUnavailable
	}
	switch coded.ErrorCode() {
	case "AccessDeniedException", "UnrecognizedClientException", "ExpiredTokenException":
		return worker.ErrDenied
	case "ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded":
		return worker.ErrThrottled
	case "ValidationException":
		return worker.ErrInvalid
	}
	return worker.ErrUnavailable
}
