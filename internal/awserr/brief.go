package awserr

import (
	"context"
	"errors"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// briefError is an SDK error with a text that is fit to be kept and shown.
type briefError struct {
	text string
	err  error
}

func (e *briefError) Error() string { return e.text }

// Unwrap keeps the SDK's own error within reach.
func (e *briefError) Unwrap() error { return e.err }

func brief(err error) error { return &briefError{text: cut(briefText(err)), err: err} }

func briefText(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return apiText(err, api)
	}
	if wrong, ok := errors.AsType[smithy.InvalidParamsError](err); ok {
		return strings.Join(strings.Fields(wrong.Error()), " ")
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer in time"
	case errors.Is(err, context.Canceled):
		return "the call was cancelled"
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return "look up " + dns.Name + ": " + dns.Err
	}
	return innermost(err).Error()
}

// apiText is "TooManyRequestsException: Rate exceeded".
func apiText(err error, api smithy.APIError) string {
	code, message := api.ErrorCode(), api.ErrorMessage()
	if code == "" || code == "UnknownError" {
		code = "an error without a code"
		if response, ok := errors.AsType[*smithyhttp.ResponseError](err); ok {
			status := response.HTTPStatusCode()
			code = "HTTP " + strconv.Itoa(status) + " " + http.StatusText(status)
		}
	}
	if message == "" || message == "UnknownError" || slices.Contains(mute(), api.ErrorCode()) {
		return code
	}
	return code + ": " + withoutValues(message)
}

// withoutValues takes out what a service repeats of the request ("Value 'x' at
// 'token' failed to satisfy constraint"), and words too long to be names.
func withoutValues(message string) string {
	message, _, _ = strings.Cut(message, "\n")
	message, _, _ = strings.Cut(message, " Encoded authorization failure message:")
	message = regexp.MustCompile(`(?i)\bvalue '[^']*' at `).ReplaceAllString(message, "value at ")
	fields := strings.Fields(message)
	for i, f := range fields {
		if len(f) > 64 && !strings.Contains(f, "arn:") {
			fields[i] = "…"
		}
	}
	return strings.Join(fields, " ")
}

// innermost is the error at the bottom: "connection refused" without addresses
// and ports that differ from attempt to attempt.
func innermost(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// maxText leaves room in the 512 characters that are kept of a fault for the
// call, the resource and what was being done.
const maxText = 300

func cut(text string) string {
	runes := []rune(text)
	if len(runes) <= maxText {
		return text
	}
	return string(runes[:maxText-1]) + "…"
}
