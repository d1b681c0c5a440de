package worker

import (
	"errors"
	"fmt"

	"github.com/serinhq/serin/statemachine"
)

// What a port's call can fail with, as far as the loop cares. Adapters wrap one
// of these, usually in a [CallError]; anything else counts as ErrUnavailable.
var (
	// ErrConflict: the fence, the rev or a condition has moved. Read again.
	ErrConflict = errors.New("conflict")
	// ErrNotFound: what the call names does not exist.
	ErrNotFound = errors.New("not found")
	// ErrThrottled: AWS asks to slow down.
	ErrThrottled = errors.New("throttled")
	// ErrDenied: access denied.
	ErrDenied = errors.New("access denied")
	// ErrUnavailable: no answer, 5xx, timeout. A write may have been applied.
	ErrUnavailable = errors.New("unavailable")
	// ErrInvalid: AWS refuses the request for good.
	ErrInvalid = errors.New("invalid request")
	// ErrNotReady: the target can't take this weight yet; the text says why.
	ErrNotReady = errors.New("not ready")
)

// CallError is a failed call with what an operator asks first: which call, on
// which resource. It matches its Kind and its Err under errors.Is.
type CallError struct {
	// Call is the action as IAM names it: "lambda:UpdateAlias".
	Call string
	// Resource is the ARN or name; empty when the call has none.
	Resource string
	// Kind is one of the sentinels above.
	Kind error
	// Err is the SDK's error; nil when Kind says it all.
	Err error
}

// Error is "access denied (lambda:UpdateAlias on arn:…): text".
func (e *CallError) Error() string {
	text := fmt.Sprintf("%v (%s", e.Kind, e.Call)
	if e.Resource != "" {
		text += " on " + e.Resource
	}
	text += ")"
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap lets errors.Is find the sentinel and errors.As the SDK's error.
func (e *CallError) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

// FaultOf is err as the core reads it: its class, its call and resource, and a
// text cut to 512 characters.
func FaultOf(err error) statemachine.Fault {
	f := statemachine.Fault{Code: faultCode(err), Error: Clip(err.Error())}
	if call, ok := errors.AsType[*CallError](err); ok {
		f.Call, f.Resource = call.Call, call.Resource
	}
	return f
}

func faultCode(err error) statemachine.FaultCode {
	switch {
	case errors.Is(err, ErrConflict):
		return statemachine.FaultConflict
	case errors.Is(err, ErrNotReady):
		return statemachine.FaultNotReady
	case errors.Is(err, ErrDenied):
		return statemachine.FaultDenied
	case errors.Is(err, ErrNotFound):
		return statemachine.FaultGone
	case errors.Is(err, ErrInvalid):
		return statemachine.FaultInvalid
	case errors.Is(err, ErrThrottled):
		return statemachine.FaultThrottled
	}
	return statemachine.FaultUnavailable
}

// maxText is how much of a text from outside is kept.
const maxText = 512

// Clip cuts a text from outside to the 512 characters that are stored.
func Clip(text string) string {
	return clip(text, maxText)
}

func clip(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most-1]) + "…"
}
