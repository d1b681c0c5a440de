package dynamostore

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/serinhq/serin/worker"
)

// tries is how often a write that met a running transaction is tried in all;
// the waits between add up to less than a second.
const tries = 6

// busyError is a write that was not applied because another one held an item at
// that moment, or because a part of a transaction was throttled. The SDK does
// not retry these, so this package does.
type busyError struct{ err error }

func (e *busyError) Error() string { return e.err.Error() }

func (e *busyError) Unwrap() error { return e.err }

// patiently tries until the write meets no running transaction. At the end of
// its patience, or of ctx, it is worker.ErrThrottled, and nothing was written.
func (s *Store) patiently(ctx context.Context, call, key string, write func(try int) error) error {
	for try := 1; ; try++ {
		err := write(try)
		busy, ok := errors.AsType[*busyError](err)
		if !ok {
			return err
		}
		if try == tries || !pause(ctx, wait(key, try)) {
			return s.failed(worker.ErrThrottled, call, "another transaction holds it", busy.err)
		}
	}
}

// wait doubles from 20 ms; its jitter is a hash of key and try.
func wait(key string, try int) time.Duration {
	h := fnv.New32a()
	_, _ = fmt.Fprintf(h, "%s %d", key, try) // a hash never fails
	full := 20 * time.Millisecond << (try - 1)
	return full/2 + full/2*time.Duration(h.Sum32()%1000)/1000
}

// pause reports whether the whole of d passed before ctx ended.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// single sees to the outcome of a conditional write of one item that leaves id
// in attribute: nil if an earlier try of it was applied, worker.ErrConflict if
// its condition failed.
func (s *Store) single(call, attribute, id string, err error) error {
	if item, failed := failedOn(err); failed {
		if ours(item, attribute, id) {
			return nil
		}
		return s.failed(worker.ErrConflict, call, "it moved", err)
	}
	if _, busy := errors.AsType[*types.TransactionConflictException](err); busy {
		return &busyError{err}
	}
	return s.classify(call, err)
}
