package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/serinhq/serin/internal/app"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func newDescribeCommand(s *session) *cobra.Command {
	var live bool
	cmd := &cobra.Command{
		Use:   "describe ID",
		Short: "Say where a release is, why, and what comes next",
		Long: `Say where a release is, why, and what comes next: first in one sentence, then in
detail. Times are UTC. Of a canary whose target groups swap roles it says which
one is idle, so that the pipeline can deploy to it.

` + idHelp + `

With --live targets, alarms and gate are read now, with your credentials, and every
difference from what Serin last saw is marked with ≠.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			a, err := s.app()
			if err != nil {
				return err
			}
			return s.describe(cmd.Context(), a, args[0], live)
		},
	}
	cmd.Flags().BoolVar(&live, "live", false, "also read targets, alarms and gate now")
	return cmd
}

// description is all that describe knows of a release.
type description struct {
	stored  worker.Stored
	history []statemachine.Entry
	idle    []idleSide
	view    releaseView
	now     time.Time
}

func (s *session) describe(ctx context.Context, a *app.App, word string, live bool) error {
	catalog, err := a.Catalog(ctx)
	if err != nil {
		return err
	}
	stored, err := find(ctx, catalog, word)
	if exitCode(err) == exitNotFound {
		if d, none := canaryNamed(ctx, catalog, word); none == nil {
			return s.describeCanary(ctx, a, d, live)
		}
	}
	if err != nil {
		return err
	}
	region, err := a.Region(ctx)
	if err != nil {
		return err
	}
	r := stored.Release
	d := description{stored: stored, now: time.Now()}
	if d.history, err = catalog.History(ctx, r.ID, 0); err != nil {
		return fmt.Errorf("read history of release %s: %w", r.ID, err)
	}
	slot, err := catalog.Slot(ctx, r.Canary)
	if err != nil {
		return fmt.Errorf("read slot of %s: %w", r.Canary, err)
	}
	d.idle = idleSides(r.Plan, func(name string) *statemachine.Split { return serving(r, slot, name) })
	d.view = viewOf(stored, newest(d.history), region, d.now)
	if live {
		if d.view.Live, err = look(ctx, a, r); err != nil {
			return err
		}
	}
	if err := s.print(d.view, d.table); err != nil {
		return err
	}
	if d.view.Live != nil && d.view.Live.Unread > 0 {
		return fmt.Errorf("%d of what --live asks for could not be read", d.view.Live.Unread)
	}
	return nil
}

// describeCanary is for a canary that never had a release.
func (s *session) describeCanary(ctx context.Context, a *app.App, d worker.Definition, live bool) error {
	var seen map[string]*statemachine.Split
	var unread error
	if live {
		seen, unread = observe(ctx, a, d.Plan)
	}
	idle := idleSides(d.Plan, func(name string) *statemachine.Split { return seen[name] })
	err := s.print(canaryOf(d), func(w io.Writer) error {
		fmt.Fprintf(w, "%s · no release yet · definition %d, applied %s by %s\n", d.Plan.Canary, d.Plan.Definition, clock(d.AppliedAt, time.Now()), d.AppliedBy)
		return idleTable(w, idle)
	})
	return errors.Join(err, unread)
}

func (d description) table(w io.Writer) error {
	r := d.stored.Release
	fmt.Fprintln(w, sentence(r, sinceWhen(r, d.history), d.now))
	for _, section := range []func(io.Writer) error{d.head, d.trouble, d.targets, d.alarms, d.orders, d.live} {
		if err := section(w); err != nil {
			return err
		}
	}
	return nil
}
