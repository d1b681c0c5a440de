package awserr

import (
	"errors"
	"net/http"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/serinhq/serin/worker"
)

// Classify makes a [worker.CallError] of a failed SDK call: nil for nil. call is
// the action as IAM names it ("lambda:UpdateAlias"), resource an ARN or a name,
// "" without one. The SDK's error stays within reach of errors.As; its text is
// cut to what an operator needs and is the same whenever the same goes wrong: no
// request ids, no attempts, nothing that the caller sent.
func Classify(call, resource string, err error) error {
	if err == nil {
		return nil
	}
	return &worker.CallError{Call: call, Resource: resource, Kind: kind(err), Err: brief(err)}
}

// kind is the sentinel: by the error's code, else by what it is called, else by
// its HTTP status. What AWS did not answer is unavailable: a write may have been
// applied.
func kind(err error) error {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		if _, ok := errors.AsType[smithy.InvalidParamsError](err); ok {
			return worker.ErrInvalid
		}
		return worker.ErrUnavailable
	}
	status := 0
	if response, ok := errors.AsType[*smithyhttp.ResponseError](err); ok {
		status = response.HTTPStatusCode()
	}
	code := api.ErrorCode()
	if sentinel := named(code, status); sentinel != nil {
		return sentinel
	}
	if api.ErrorFault() == smithy.FaultServer {
		return worker.ErrUnavailable
	}
	return byStatus(status)
}

// named looks a code up, whole and then by the words that all services share;
// nil for one that says nothing.
func named(code string, status int) error {
	if code == limitExceeded && status == http.StatusTooManyRequests {
		return worker.ErrThrottled
	}
	if sentinel, ok := table()[code]; ok {
		return sentinel
	}
	for _, word := range words() {
		if strings.Contains(code, word.in) {
			return word.means
		}
	}
	return nil
}

// byStatus is the rest: a 4xx that no table knows is refused for good.
func byStatus(status int) error {
	switch {
	case status >= http.StatusInternalServerError:
		return worker.ErrUnavailable
	case status == http.StatusTooManyRequests:
		return worker.ErrThrottled
	case status == http.StatusPreconditionFailed, status == http.StatusConflict:
		return worker.ErrConflict
	case status == http.StatusNotFound:
		return worker.ErrNotFound
	case status == http.StatusForbidden, status == http.StatusUnauthorized:
		return worker.ErrDenied
	}
	return worker.ErrInvalid
}
