package cli

import (
	"errors"

	"github.com/serinhq/serin/internal/app"
)

// The exit codes; scripts rest on them.
const (
	exitDone     = 0
	exitFailed   = 1
	exitUsage    = 2
	exitNotFound = 3
	exitRefused  = 4
	exitNoWorker = 5
)

// exitError is an error with the exit code it means.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }

func (e *exitError) Unwrap() error { return e.err }

// exit gives an error its exit code; nil stays nil.
func exit(code int, err error) error {
	if err == nil {
		return nil
	}
	return &exitError{code, err}
}

func usage(err error) error { return exit(exitUsage, err) }

// exitCode is what the process ends with. A setting that is wrong or missing is
// a usage error wherever it is noticed.
func exitCode(err error) int {
	if err == nil {
		return exitDone
	}
	if e, ok := errors.AsType[*exitError](err); ok {
		return e.code
	}
	if _, ok := errors.AsType[*app.SettingsError](err); ok {
		return exitUsage
	}
	return exitFailed
}
