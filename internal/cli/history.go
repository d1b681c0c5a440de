package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/serinhq/serin/statemachine"
)

func newHistoryCommand(s *session) *cobra.Command {
	return &cobra.Command{
		Use:   "history ID",
		Short: "Print everything that happened to a release, and why",
		Long:  "Print everything that happened to a release, and why: one line a change. Times are UTC.\n\n" + idHelp,
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			a, err := s.app()
			if err != nil {
				return err
			}
			catalog, err := a.Catalog(cmd.Context())
			if err != nil {
				return err
			}
			stored, err := find(cmd.Context(), catalog, args[0])
			if err != nil {
				return err
			}
			entries, err := catalog.History(cmd.Context(), stored.Release.ID, 0)
			if err != nil {
				return fmt.Errorf("read history of release %s: %w", stored.Release.ID, err)
			}
			views := make([]entryView, len(entries))
			for i, e := range entries {
				views[i] = entryOf(e)
			}
			return s.print(views, func(w io.Writer) error { return historyTable(w, entries) })
		},
	}
}

// idHelp is what every subcommand that takes an ID says of it.
const idHelp = `ID is a release's id or an unambiguous beginning of it, a canary's name (its
running release, else its last), a pipeline execution or a deployment.`

func historyTable(w io.Writer, entries []statemachine.Entry) error {
	table := newColumns(w, "SEQ", "AT", "PHASE", "STEP", "WEIGHT", "CODE", "CAUSE", "ACTOR", "TEXT")
	for _, e := range entries {
		phase := e.To.String()
		if e.From != 0 && e.From != e.To {
			phase = e.From.String() + " → " + phase
		}
		table.row(fmt.Sprint(e.Seq), e.At.UTC().Format(time.DateTime), phase, fmt.Sprint(e.Step), pct(e.WeightPct),
			string(e.Code), strings.TrimSpace(e.Cause.Kind.String()+" "+e.Cause.ID), e.Actor, e.Text)
	}
	return table.end()
}
