package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/serinhq/serin/internal/app"
	"github.com/serinhq/serin/worker"
)

// followEvery is how often the list is read again.
const followEvery = 2 * time.Second

// follow prints the list, then each release that changed, oldest first, until ctx
// ends. As JSON it is an object a line, as YAML a document each. A reading that
// fails is told and tried again.
func (s *session) follow(ctx context.Context, a *app.App, l listing) error {
	catalog, err := a.Catalog(ctx)
	if err != nil {
		return err
	}
	shown := map[worker.Ref]string{}
	for first := true; ; first = false {
		all, err := l.read(ctx, catalog)
		switch {
		case err != nil && first && len(all) == 0:
			return err
		case err != nil && ctx.Err() == nil:
			fmt.Fprintf(s.Err, "serin: %v\n", err)
		}
		fresh := changed(shown, all)
		if !first {
			slices.Reverse(fresh)
		}
		if err := s.show(ctx, a, catalog, fresh, first); err != nil {
			return err
		}
		if !wait(ctx, followEvery) {
			return nil
		}
	}
}

// changed are those that are not as they were shown.
func changed(shown map[worker.Ref]string, all []worker.Stored) []worker.Stored {
	var fresh []worker.Stored
	for _, s := range all {
		ref := worker.Ref{Canary: s.Release.Canary, ID: s.Release.ID}
		is := fmt.Sprint(s.Release.Rev, attention(s.Release, time.Now()))
		if shown[ref] != is {
			shown[ref] = is
			fresh = append(fresh, s)
		}
	}
	return fresh
}

func (s *session) show(ctx context.Context, a *app.App, catalog worker.Catalog, fresh []worker.Stored, first bool) error {
	views, err := s.views(ctx, a, catalog, fresh)
	if err != nil {
		return err
	}
	for _, v := range views {
		line, err := json.Marshal(v)
		if err == nil && s.output == formatYAML {
			line, err = yaml.JSONToYAML(line)
			line = append([]byte("---\n"), line...)
		}
		if err != nil {
			return fmt.Errorf("write release %s: %w", v.ID, err)
		}
		fmt.Fprintf(s.Out, "%s\n", line)
	}
	if views == nil {
		s.rows(fresh, first)
	}
	return nil
}

// rows are a table whose columns do not know what comes: each has its usual width.
func (s *session) rows(fresh []worker.Stored, first bool) {
	const usual = "%-16s  %-26s  %-12s  %-5s  %-6s  %-10s  %-12s  %-26s  %s\n"
	row := func(cells []string) {
		values := make([]any, len(cells))
		for i, cell := range oneLine(cells) {
			values[i] = cell
		}
		fmt.Fprintf(s.Out, usual, values...)
	}
	if first {
		row(releaseHead())
	}
	for _, one := range fresh {
		row(releaseRow(one.Release, time.Now()))
	}
}

// wait waits for d; false once ctx has ended.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
