package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/serinhq/serin/internal/app"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// listing is what get releases lists.
type listing struct {
	canary             string
	running, attention bool
	since              since
}

func newGetReleasesCommand(s *session) *cobra.Command {
	l := listing{since: since{back: 7 * 24 * time.Hour}}
	var watch bool
	cmd := &cobra.Command{
		Use:     "releases [CANARY]",
		Aliases: []string{"release"},
		Short:   "List releases: what runs, and what ended lately",
		Long: `List releases, newest first: what runs, and what ended and began within --since.
SINCE is the last change; times are UTC. ATTENTION says what a person should see:
stuck, held, gated (a person is asked), and OVERDUE when a release's time came over
two minutes ago and no worker looked after it.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				l.canary = args[0]
			}
			a, err := s.app()
			if err != nil {
				return err
			}
			if watch {
				return s.follow(cmd.Context(), a, l)
			}
			return s.list(cmd.Context(), a, l)
		},
	}
	cmd.Flags().BoolVar(&l.running, "running", false, "only what is not settled")
	cmd.Flags().BoolVar(&l.attention, "attention", false, "only what is stuck, held, gated or overdue")
	cmd.Flags().Var(&l.since, "since", "how far back: 90m, 24h, 7d, or a time such as 2026-01-31T02:00:00Z")
	cmd.Flags().BoolVarP(&watch, "watch", "w", false, "follow: print each change as it comes, until interrupted")
	return cmd
}

func (s *session) list(ctx context.Context, a *app.App, l listing) error {
	catalog, err := a.Catalog(ctx)
	if err != nil {
		return err
	}
	all, unread := l.read(ctx, catalog)
	if unread != nil && len(all) == 0 {
		return unread
	}
	views, err := s.views(ctx, a, catalog, all)
	if err != nil {
		return err
	}
	err = s.print(views, func(w io.Writer) error { return releaseTable(w, all, time.Now()) })
	return errors.Join(err, unread)
}

// read lists what was asked for. What can't be read is in the error, beside the
// others.
func (l listing) read(ctx context.Context, catalog worker.Catalog) ([]worker.Stored, error) {
	now := time.Now()
	began := l.since.from(now)
	if l.running || l.attention {
		began = now.Add(time.Hour) // whatever is settled began before
	}
	all, err := catalog.Releases(ctx, l.canary, began)
	if err != nil {
		err = fmt.Errorf("list releases: %w", err)
	}
	return slices.DeleteFunc(all, func(s worker.Stored) bool {
		r := s.Release
		return l.running && !r.Running() || l.attention && attention(r, now) == ""
	}), err
}

// views are releases as JSON; none are made for a table, which needs no reasons.
func (s *session) views(ctx context.Context, a *app.App, catalog worker.Catalog, all []worker.Stored) ([]releaseView, error) {
	if s.output == "" || s.output == formatTable {
		return nil, nil
	}
	region, err := a.Region(ctx)
	if err != nil {
		return nil, err
	}
	reasons, err := lastEntries(ctx, catalog, all)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	views := make([]releaseView, len(all))
	for i, one := range all {
		views[i] = viewOf(one, reasons[i], region, now)
	}
	return views, nil
}

func releaseTable(w io.Writer, all []worker.Stored, now time.Time) error {
	table := newColumns(w, releaseHead()...)
	for _, s := range all {
		table.row(releaseRow(s.Release, now)...)
	}
	return table.end()
}

func releaseHead() []string {
	return []string{"CANARY", "ID", "PHASE", "STEP", "WEIGHT", "VERSION", "SINCE", "NEXT", "ATTENTION"}
}

func releaseRow(r statemachine.Release, now time.Time) []string {
	return []string{r.Canary, r.ID, r.Phase.String(), fmt.Sprintf("%d/%d", r.Step, len(r.Plan.Steps)), pct(r.WeightPct()),
		r.Version, clock(r.UpdatedAt, now), nextCell(r, now), attentionCell(r, now)}
}

func nextCell(r statemachine.Release, now time.Time) string {
	next, ok := r.Upcoming()
	switch {
	case !ok:
		return ""
	case next.At.IsZero():
		return next.What
	}
	return next.What + " " + clock(next.At, now)
}

func attentionCell(r statemachine.Release, now time.Time) string {
	what, at := r.Attention()
	text := what
	if what != "" {
		text += " since " + clock(at, now)
	}
	if overdue(r, now) {
		if text != "" {
			text += ", "
		}
		text += "OVERDUE since " + clock(r.WakeAt, now)
	}
	return text
}
