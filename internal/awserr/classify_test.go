package awserr_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/worker"
)

// answered is an error as the SDK hands it out: the operation, the retries, the
// response, and the service's own words in the middle.
func answered(status int, code, message string) error {
	return &smithy.OperationError{ServiceID: "Lambda", OperationName: "UpdateAlias", Err: fmt.Errorf(
		"exceeded maximum number of attempts, 3, %w", &smithyhttp.ResponseError{
			Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}},
			Err:      &smithy.GenericAPIError{Code: code, Message: message},
		})}
}

func unanswered(err error) error {
	return &smithy.OperationError{ServiceID: "Lambda", OperationName: "UpdateAlias",
		Err: &smithyhttp.RequestSendError{Err: err}}
}

// unsent is an input that the SDK itself refuses.
func unsent() error {
	wrong := smithy.InvalidParamsError{Context: "UpdateAliasInput"}
	wrong.Add(smithy.NewErrParamRequired("Name"))
	return &smithy.OperationError{ServiceID: "Lambda", OperationName: "UpdateAlias", Err: wrong}
}

func TestClassify_sortsEveryFailure(t *testing.T) {
	for _, c := range []struct {
		err  error
		want error
	}{
		{answered(412, "PreconditionFailedException", "moved"), worker.ErrConflict},
		{answered(412, "PreconditionFailed", ""), worker.ErrConflict},
		{answered(400, "ConditionalCheckFailedException", ""), worker.ErrConflict},
		{answered(400, "TransactionCanceledException", ""), worker.ErrConflict},
		{answered(400, "ApprovalAlreadyCompletedException", ""), worker.ErrConflict},
		{answered(400, "DeploymentAlreadyCompletedException", ""), worker.ErrConflict},
		{answered(409, "ConflictException", ""), worker.ErrConflict},
		{answered(409, "SomethingNew", ""), worker.ErrConflict},

		{answered(404, "ResourceNotFoundException", ""), worker.ErrNotFound},
		{answered(400, "TargetGroupNotFound", ""), worker.ErrNotFound},
		{answered(400, "PipelineNotFoundException", ""), worker.ErrNotFound},
		{answered(400, "DeploymentDoesNotExistException", ""), worker.ErrNotFound},
		{answered(400, "AWS.SimpleQueueService.NonExistentQueue", ""), worker.ErrNotFound},
		{answered(404, "SomethingNew", ""), worker.ErrNotFound},

		{answered(429, "TooManyRequestsException", ""), worker.ErrThrottled},
		{answered(400, "Throttling", ""), worker.ErrThrottled},
		{answered(400, "ThrottlingException", ""), worker.ErrThrottled},
		{answered(400, "ThrottledException", ""), worker.ErrThrottled},
		{answered(400, "RequestThrottledException", ""), worker.ErrThrottled},
		{answered(400, "RequestThrottled", ""), worker.ErrThrottled},
		{answered(400, "EC2ThrottledException", ""), worker.ErrThrottled},
		{answered(400, "ProvisionedThroughputExceededException", ""), worker.ErrThrottled},
		{answered(400, "TransactionInProgressException", ""), worker.ErrThrottled},
		{answered(400, "RequestLimitExceeded", ""), worker.ErrThrottled},
		{answered(503, "SlowDown", ""), worker.ErrThrottled},
		{answered(400, "PriorRequestNotComplete", ""), worker.ErrThrottled},
		{answered(409, "ResourceConflictException", "an update is in progress"), worker.ErrThrottled},
		{answered(429, "SomethingNew", ""), worker.ErrThrottled},

		{answered(400, "LimitExceededException", "100 rules"), worker.ErrInvalid},
		{answered(429, "LimitExceededException", "rate"), worker.ErrThrottled},
		{answered(400, "LimitExceeded", ""), worker.ErrInvalid},

		{answered(403, "AccessDeniedException", ""), worker.ErrDenied},
		{answered(403, "AccessDenied", ""), worker.ErrDenied},
		{answered(400, "KMS.AccessDeniedException", ""), worker.ErrDenied},
		{answered(403, "UnauthorizedOperation", ""), worker.ErrDenied},
		{answered(403, "UnrecognizedClientException", ""), worker.ErrDenied},
		{answered(403, "SignatureDoesNotMatch", ""), worker.ErrDenied},
		{answered(403, "SomethingNew", ""), worker.ErrDenied},

		{answered(403, "ExpiredTokenException", ""), worker.ErrUnavailable},
		{answered(500, "ServiceException", ""), worker.ErrUnavailable},
		{answered(500, "HealthUnavailable", ""), worker.ErrUnavailable},
		{answered(503, "SomethingNew", ""), worker.ErrUnavailable},
		{&smithy.GenericAPIError{Code: "SomethingNew", Fault: smithy.FaultServer}, worker.ErrUnavailable},
		{unanswered(context.DeadlineExceeded), worker.ErrUnavailable},
		{unanswered(context.Canceled), worker.ErrUnavailable},
		{unanswered(io.ErrUnexpectedEOF), worker.ErrUnavailable},
		{unanswered(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}), worker.ErrUnavailable},
		{errors.New("no credentials"), worker.ErrUnavailable},

		{answered(400, "ValidationException", ""), worker.ErrInvalid},
		{answered(400, "InvalidParameterValueException", ""), worker.ErrInvalid},
		{answered(400, "UnsupportedFeatureException", ""), worker.ErrInvalid},
		{answered(400, "ReceiptHandleIsInvalid", ""), worker.ErrInvalid},
		{answered(400, "SomethingNew", ""), worker.ErrInvalid},
		{unsent(), worker.ErrInvalid},
	} {
		got := awserr.Classify("lambda:UpdateAlias", "checkout:live", c.err)
		if !errors.Is(got, c.want) {
			t.Errorf("%v\nis sorted as %v, want %v", c.err, got, c.want)
		}
		call, ok := errors.AsType[*worker.CallError](got)
		if !ok || call.Call != "lambda:UpdateAlias" || call.Resource != "checkout:live" {
			t.Errorf("%v\ndoes not say which call on what: %+v", c.err, call)
		}
		if !errors.Is(got, c.err) {
			t.Errorf("%v\nis out of reach", c.err)
		}
	}
}

func TestClassify_ofNoErrorIsNil(t *testing.T) {
	if err := awserr.Classify("lambda:GetAlias", "", nil); err != nil {
		t.Errorf("got %v, want nil", err)
	}
}

func TestEntry_isSortedLikeACallOfItsOwn(t *testing.T) {
	for code, want := range map[string]error{
		"ThrottlingException": worker.ErrThrottled, "InternalFailure": worker.ErrUnavailable,
		"AccessDeniedException": worker.ErrDenied, "MalformedDetail": worker.ErrInvalid,
	} {
		err := awserr.Entry("events:PutEvents", "default", code, "not today")
		call, ok := errors.AsType[*worker.CallError](err)
		if !errors.Is(err, want) || !ok || call.Call != "events:PutEvents" || call.Resource != "default" {
			t.Errorf("%s is %v, want %v", code, err, want)
		}
	}
}

func TestClassify_saysWhatAnOperatorNeedsAndNothingSecret(t *testing.T) {
	const secret = "5CReTt0ken"
	long := strings.Repeat("A", 70) + secret
	for _, c := range []struct {
		err  error
		want string
	}{
		{
			answered(429, "TooManyRequestsException", "Rate exceeded"),
			"throttled (lambda:UpdateAlias on f): TooManyRequestsException: Rate exceeded",
		},
		{
			answered(403, "AccessDeniedException", "User: arn:aws:sts::1:assumed-role/"+strings.Repeat("w", 60)+" is not authorized Encoded authorization failure message: "+secret),
			"access denied (lambda:UpdateAlias on f): AccessDeniedException: User: arn:aws:sts::1:assumed-role/" + strings.Repeat("w", 60) + " is not authorized",
		},
		{
			answered(400, "InvalidApprovalTokenException", "no token "+secret),
			"conflict (lambda:UpdateAlias on f): InvalidApprovalTokenException",
		},
		{
			answered(403, "SignatureDoesNotMatch", "The Canonical String should have been\nx-amz-security-token:"+secret),
			"access denied (lambda:UpdateAlias on f): SignatureDoesNotMatch",
		},
		{
			answered(400, "ValidationException", "1 validation error detected: Value '"+secret+"' at 'token' failed to satisfy constraint"),
			"invalid request (lambda:UpdateAlias on f): ValidationException: 1 validation error detected: value at 'token' failed to satisfy constraint",
		},
		{
			answered(400, "ValidationException", "The handle "+long+" is wrong\nand "+secret),
			"invalid request (lambda:UpdateAlias on f): ValidationException: The handle … is wrong",
		},
		{answered(502, "", ""), "unavailable (lambda:UpdateAlias on f): HTTP 502 Bad Gateway"},
		{unsent(), "invalid request (lambda:UpdateAlias on f): 1 validation error(s) found. - missing required field, UpdateAliasInput.Name."},
		{unanswered(context.DeadlineExceeded), "unavailable (lambda:UpdateAlias on f): no answer in time"},
		{
			unanswered(fmt.Errorf("Get \"http://10.0.0.1/%s\": %w", secret, &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET})),
			"unavailable (lambda:UpdateAlias on f): connection reset by peer",
		},
	} {
		got := awserr.Classify("lambda:UpdateAlias", "f", c.err).Error()
		if got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
		if strings.Contains(got, secret) {
			t.Errorf("%s\nhas the secret", got)
		}
	}
}

func TestClassify_textStaysShort(t *testing.T) {
	err := awserr.Classify("lambda:UpdateAlias", "f", answered(400, "ValidationException", strings.Repeat("many words ", 200)))
	if n := len([]rune(err.Error())); n > 400 {
		t.Errorf("the text has %d characters", n)
	}
}
