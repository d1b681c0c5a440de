package local

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/serinhq/serin/worker"
)

// Client is one process's way into a world. Its methods are the worker's ports.
type Client struct {
	world *World
	id    string
}

// Client makes a way in. The ledger shows id beside what it writes, queues stamp
// it as the sender, and a gate names it as who answered.
func (w *World) Client(id string) *Client { return &Client{world: w, id: id} }

// arn is who the client is to AWS.
func (c *Client) arn() string {
	return fmt.Sprintf("arn:aws:sts::%s:assumed-role/serin/%s", Account, c.id)
}

// refusal is why the world does not do what a call asks.
type refusal struct {
	kind error
	text string
}

func (r *refusal) Error() string { return r.text }

// Unwrap lets errors.Is find the sentinel.
func (r *refusal) Unwrap() error { return r.kind }

func refuse(kind error, format string, args ...any) error {
	return &refusal{kind: kind, text: fmt.Sprintf(format, args...)}
}

// callError dresses err as the adapters do.
func (c Call) callError(err error) error {
	failed := &worker.CallError{Call: c.Name, Resource: c.Resource, Kind: worker.ErrUnavailable, Err: err}
	if r, ok := errors.AsType[*refusal](err); ok {
		failed.Kind = r.kind
	}
	return failed
}

// call makes one call: it meets what intercepts it, is applied to the world as
// one step, and answers.
func call[T any](ctx context.Context, c *Client, what Call, apply func() (T, error)) (T, error) {
	var none T
	what.Client = c.id
	effect := c.world.meet(ctx, what)
	if err := ctx.Err(); err != nil {
		return none, what.callError(err)
	}
	if effect.Err != nil {
		return none, &worker.CallError{Call: what.Name, Resource: what.Resource, Kind: effect.Err}
	}
	value, err := arrive(ctx, c.world, effect.Delay, apply)
	if err == nil && effect.Lost {
		value, err = none, errors.New("the answer was lost")
	}
	if err != nil {
		return value, what.callError(err)
	}
	return value, nil
}

// arrive applies a call after its delay, whether the caller still waits or not.
func arrive[T any](ctx context.Context, w *World, delay time.Duration, apply func() (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	step := func() answer {
		return locked(w, func() answer { value, err := apply(); return answer{value, err} })
	}
	if delay == 0 {
		now := step()
		return now.value, now.err
	}
	answers := make(chan answer, 1)
	w.late.Go(func() {
		timer := time.NewTimer(delay)
		defer timer.Stop()
		select {
		case <-timer.C:
			answers <- step()
		case <-w.closed:
			answers <- answer{err: errors.New("connection cut")}
		}
	})
	select {
	case a := <-answers:
		return a.value, a.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// done is a call without an answer.
func done(ctx context.Context, c *Client, what Call, apply func() error) error {
	_, err := call(ctx, c, what, func() (struct{}, error) { return struct{}{}, apply() })
	return err
}
