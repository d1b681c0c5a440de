package awstest_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/aws/smithy-go"
)

// watch is a clock that a test moves.
type watch struct {
	mu  sync.Mutex
	now time.Time
}

func newWatch() *watch { return &watch{now: time.Date(2026, 11, 20, 13, 51, 9, 981e6, time.UTC)} }

func (w *watch) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *watch) Add(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// wantError requires that err is, by type, the documented error E.
func wantError[E error](t *testing.T, err error) {
	t.Helper()
	want, ok := errors.AsType[E](err)
	if ok {
		return
	}
	if coded, ok := errors.AsType[smithy.APIError](err); ok {
		t.Fatalf("error is %s, want %T", coded.ErrorCode(), want)
	}
	t.Fatalf("error is %v, want %T", err, want)
}

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
