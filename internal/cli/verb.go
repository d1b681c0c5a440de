package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/serinhq/serin/internal/app"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// order is what a person asks of a release, or of a canary: a verb and its flags.
type order struct {
	verb   string
	reason string
	rev    int64
	wait   time.Duration
	// here and show are break-glass: do it in this process, or print how.
	here, show bool
	// version and fixForward are start's.
	version    string
	fixForward []string
}

// newVerbCommand is a subcommand that asks something of one release.
func newVerbCommand(s *session, verb statemachine.Verb, short, long string) (*cobra.Command, *order) {
	o := &order{verb: verb.String()}
	cmd := &cobra.Command{
		Use:   o.verb + " ID",
		Short: short,
		Long:  long + "\n\n" + idHelp,
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("rev") && o.rev < 1 {
				return usage(fmt.Errorf("--rev is %d, must be a release's rev, from 1", o.rev))
			}
			return s.ask(cmd.Context(), o, args[0], cmd.Flags().Changed("wait"))
		},
	}
	cmd.Flags().Int64Var(&o.rev, "rev", 0, "refuse if the release is not at this rev any more (default: the rev just read; rollback needs none)")
	o.addFlags(cmd)
	return cmd, o
}

// addFlags adds what all verbs share.
func (o *order) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.reason, "reason", "", "why, for the history (required)")
	cmd.Flags().DurationVar(&o.wait, "wait", time.Minute, "how long to wait for a worker; the command expires then")
}

func (o *order) validate() error {
	var wrong []error
	if strings.TrimSpace(o.reason) == "" && !o.show {
		wrong = append(wrong, fmt.Errorf(`--reason is missing; expected why, such as --reason "checkout-p99 looks bad"`))
	}
	if o.wait <= 0 {
		wrong = append(wrong, fmt.Errorf("--wait is %s, must be above zero", o.wait))
	}
	if o.here && o.show {
		wrong = append(wrong, errors.New("--here and --print exclude each other"))
	}
	return usage(errors.Join(wrong...))
}

// ask finds the release that is meant and asks.
func (s *session) ask(ctx context.Context, o *order, word string, waitGiven bool) error {
	if err := o.validate(); err != nil {
		return err
	}
	a, err := s.app()
	if err != nil {
		return err
	}
	catalog, err := a.Catalog(ctx)
	if err != nil {
		return err
	}
	stored, err := find(ctx, catalog, word)
	if err != nil {
		return err
	}
	if o.show {
		return s.printRestore(ctx, a, stored)
	}
	r := stored.Release
	if o.rev == 0 && o.verb != statemachine.VerbRollback.String() {
		o.rev = r.Rev
	}
	s.note("release %s (%s) is %s at rev %d", r.ID, title(r), r.Phase, r.Rev)
	if o.here {
		return s.here(ctx, a, o, stored, waitGiven)
	}
	return s.send(ctx, a, o, worker.Command{Canary: r.Canary, Release: r.ID, Rev: o.rev})
}

// note tells what is under way: beside a table on standard output, beside JSON or
// YAML on standard error.
func (s *session) note(format string, args ...any) {
	w := s.Out
	if s.output == formatJSON || s.output == formatYAML {
		w = s.Err
	}
	fmt.Fprintf(w, format+"\n", args...)
}

// send gives a command to the workers and waits for what becomes of it.
func (s *session) send(ctx context.Context, a *app.App, o *order, c worker.Command) error {
	m, err := s.messenger(ctx, a, o)
	if err != nil {
		return err
	}
	outcome, err := m.deliver(ctx, s.command(ctx, a, o, c))
	if err != nil {
		return err
	}
	return s.report(outcome)
}
