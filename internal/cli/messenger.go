package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/serinhq/serin/internal/app"
	"github.com/serinhq/serin/worker"
)

// messenger carries one command to the workers' queue and waits for its outcome.
type messenger struct {
	*session
	catalog worker.Catalog
	queue   worker.Queue
	// wait is how long a worker has to take the command, and grace how long after
	// it one that took it may still be saving.
	wait, grace time.Duration
}

// The table is asked for the outcome soon, then ever more seldom.
const (
	askFirst = 50 * time.Millisecond
	askMost  = time.Second
)

func (s *session) messenger(ctx context.Context, a *app.App, o *order) (*messenger, error) {
	catalog, err := a.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	queue, err := a.Commands(ctx)
	if err != nil {
		return nil, err
	}
	return &messenger{s, catalog, queue, o.wait, a.Settings().CallTimeout}, nil
}

func (m *messenger) deliver(ctx context.Context, c worker.Command) (worker.Outcome, error) {
	sent := time.Now()
	c.ExpiresAt = sent.Add(m.wait).UTC().Truncate(time.Millisecond)
	body, err := json.Marshal(c)
	if err != nil {
		return worker.Outcome{}, fmt.Errorf("write command: %w", err)
	}
	if err := m.queue.Send(ctx, body); err != nil {
		return worker.Outcome{}, fmt.Errorf("send command %s: %w", c.Verb, err)
	}
	m.note("sent as command %s; waiting up to %s for a worker", c.ID, short(m.wait))
	m.warn(ctx)
	return m.outcome(ctx, c, sent)
}

// warn says at once when nobody seems to be there to take the command.
func (m *messenger) warn(ctx context.Context) {
	workers, err := m.catalog.Workers(ctx)
	if err != nil {
		fmt.Fprintf(m.Err, "serin: which workers live could not be read: %v\n", err)
		return
	}
	if text, recent := lastSeen(workers, time.Now()); !recent {
		fmt.Fprintf(m.Err, "serin: %s; waiting all the same. rollback and promote can be done from this process with --here\n", text)
	}
}

// outcome asks the table until a worker took the command, or its time is over. A
// reading that fails is tried again.
func (m *messenger) outcome(ctx context.Context, c worker.Command, sent time.Time) (worker.Outcome, error) {
	until := sent.Add(m.wait + m.grace)
	for pace := askFirst; ; pace = min(2*pace, askMost) {
		o, err := m.catalog.Outcome(ctx, c.ID)
		switch {
		case err == nil && o.Code == "expired":
			return o, m.nobody(ctx)
		case err == nil:
			return o, nil
		case errors.Is(err, worker.ErrDenied):
			return o, fmt.Errorf("the command was sent, but its outcome can't be read: %w", err)
		}
		left := time.Until(until)
		switch {
		case left <= 0 && errors.Is(err, worker.ErrNotFound):
			return o, m.nobody(ctx)
		case left <= 0:
			return o, fmt.Errorf("the command was sent, but its outcome could not be read: %w", err)
		case !wait(ctx, min(pace, left)):
			return o, fmt.Errorf("interrupted; a worker may still take the command until %s", c.ExpiresAt.Format(time.TimeOnly)+"Z")
		}
	}
}

func (m *messenger) nobody(ctx context.Context) error {
	seen := "when a worker was last seen could not be read"
	if workers, err := m.catalog.Workers(ctx); err == nil {
		seen, _ = lastSeen(workers, time.Now())
	}
	return exit(exitNoWorker, fmt.Errorf("no worker took the command within %s; it has expired and changes nothing any more: %s", short(m.wait), seen))
}
