package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"
)

// attempts is how often the SDK tries a call. Nothing else repeats one: wrapping
// it again would multiply them.
const attempts = 3

// attemptTimeout is how long one attempt may take, and maxBackoff how long the
// SDK waits between two, so that all of them end within a call's timeout.
func attemptTimeout(call time.Duration) time.Duration { return call * 3 / 10 }
func maxBackoff(call time.Duration) time.Duration     { return call / 20 }

func configOptions(timeout time.Duration) []func(*config.LoadOptions) error {
	return []func(*config.LoadOptions) error{
		config.WithRetryMaxAttempts(attempts),
		// Its own lines are not JSON, and whatever fails comes back as an error.
		config.WithLogger(logging.Nop{}),
		config.WithRetryer(func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.MaxAttempts, o.MaxBackoff = attempts, maxBackoff(timeout)
			})
		}),
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(Poll + timeout)),
		config.WithAPIOptions([]func(*middleware.Stack) error{func(stack *middleware.Stack) error {
			return stack.Finalize.Insert(attemptLimit{attemptTimeout(timeout)}, "Retry", middleware.After)
		}}),
	}
}

// attemptLimit ends an attempt that hangs in time for another one: the SDK has
// no read timeout of its own. A long poll is meant to hang.
type attemptLimit struct{ limit time.Duration }

func (attemptLimit) ID() string { return "AttemptLimit" }

func (a attemptLimit) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
	if awsmiddleware.GetOperationName(ctx) == "ReceiveMessage" {
		return next.HandleFinalize(ctx, in)
	}
	limited, cancel := context.WithTimeout(ctx, a.limit)
	defer cancel()
	out, metadata, err := next.HandleFinalize(limited, in)
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		err = errAttempt(a)
	}
	return out, metadata, err
}

// errAttempt is an attempt that hung. It hides the SDK's own error, which calls
// it cancelled by the caller and is not tried again.
type errAttempt struct{ limit time.Duration }

func (e errAttempt) Error() string { return fmt.Sprintf("no answer within %s", e.limit) }

// RetryableError tells the SDK to try again.
func (errAttempt) RetryableError() bool { return true }

// Unwrap lets it be sorted as what it is.
func (errAttempt) Unwrap() error { return context.DeadlineExceeded }

// localBodies gives requests to this machine a private copy of their body: the
// SDK closes the body as soon as it has an answer, which net/http, when the
// answer was quicker than the request, takes for a broken write and cuts the
// connection under it.
type localBodies struct{ next aws.HTTPClient }

func (l localBodies) Do(r *http.Request) (*http.Response, error) {
	if r.Body == nil || !loopback(r.URL.Hostname()) {
		return l.next.Do(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, fmt.Errorf("read request body: %w", err)
	}
	if err := r.Body.Close(); err != nil {
		return nil, fmt.Errorf("close request body: %w", err)
	}
	own := r.Clone(r.Context())
	own.Body = io.NopCloser(bytes.NewReader(body))
	own.GetBody = nil
	return l.next.Do(own)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
