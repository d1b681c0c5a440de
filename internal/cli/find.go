package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/serinhq/serin/worker"
)

// find is the one release that a word names.
func find(ctx context.Context, catalog worker.Catalog, word string) (worker.Stored, error) {
	found, err := catalog.Find(ctx, word)
	switch {
	case err != nil:
		return worker.Stored{}, fmt.Errorf("find release %q: %w", word, err)
	case len(found) == 0:
		return worker.Stored{}, exit(exitNotFound, fmt.Errorf("no release is known as %q: expected a release's id or its beginning, "+
			"a canary's name, a pipeline execution or a deployment", word))
	case len(found) > 1:
		return worker.Stored{}, usage(fmt.Errorf("%q may mean %d releases or more; name one of them:%s", word, len(found), candidates(found)))
	}
	return found[0], nil
}

func candidates(found []worker.Stored) string {
	var lines strings.Builder
	for _, s := range found {
		r := s.Release
		fmt.Fprintf(&lines, "\n  %s  %s, %s, began %s", r.ID, title(r), r.Phase, r.StartedAt.UTC().Format(momentLayout))
	}
	return lines.String()
}
