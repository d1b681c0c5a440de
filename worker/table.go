package worker

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v4"
)

// table remembers whether the table answers. While it does not, workers stop
// receiving, so that an outage does not use up a message's twenty receives.
type table struct {
	mu      sync.Mutex
	down    error
	metrics *Metrics
}

func newTable(m *Metrics) *table { return &table{metrics: m} }

// said notes how a call to the table went.
func (t *table) said(err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.down = err
	t.metrics.table(err == nil)
}

func (t *table) err() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.down
}

// wait returns once the table answers a probe, or ctx has ended. While it is up
// it returns at once.
func (t *table) wait(ctx context.Context, probe func(context.Context) error) {
	if t.err() == nil {
		return
	}
	_ = backoff.Retry(func() error {
		err := probe(ctx)
		t.said(err)
		return err
	}, backoff.WithContext(endless(), ctx))
}

// endless paces a loop that must not end: from 200 ms to 5 s.
func endless() backoff.BackOff {
	return backoff.NewExponentialBackOff(
		backoff.WithInitialInterval(200*time.Millisecond),
		backoff.WithMaxInterval(5*time.Second),
		backoff.WithMaxElapsedTime(0),
	)
}
