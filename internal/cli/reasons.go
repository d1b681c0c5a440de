package cli

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// readers is how many histories are read side by side.
const readers = 8

// lastEntries reads the newest line of each release's history; nil where there is
// none.
func lastEntries(ctx context.Context, catalog worker.Catalog, all []worker.Stored) ([]*statemachine.Entry, error) {
	last := make([]*statemachine.Entry, len(all))
	errs := make([]error, len(all))
	free := make(chan struct{}, readers)
	var wg sync.WaitGroup
	for i, s := range all {
		free <- struct{}{}
		wg.Go(func() {
			defer func() { <-free }()
			entries, err := catalog.History(ctx, s.Release.ID, s.Release.Rev-1)
			if err != nil {
				errs[i] = fmt.Errorf("read history of release %s: %w", s.Release.ID, err)
				return
			}
			last[i] = newest(entries)
		})
	}
	wg.Wait()
	return last, errors.Join(errs...)
}

func newest(entries []statemachine.Entry) *statemachine.Entry {
	if len(entries) == 0 {
		return nil
	}
	return &entries[len(entries)-1]
}
