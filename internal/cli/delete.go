package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/serinhq/serin/worker"
)

func newDeleteCommand(s *session) *cobra.Command {
	return &cobra.Command{
		Use:   "delete CANARY",
		Short: "Take a canary's definition out of force; refused while a release runs",
		Long:  "Take a canary's definition out of force. Refused while a release runs. Its releases and their history stay.",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			a, err := s.app()
			if err != nil {
				return err
			}
			ctx := cmd.Context()
			catalog, err := a.Catalog(ctx)
			if err != nil {
				return err
			}
			d, err := canaryNamed(ctx, catalog, args[0])
			if err != nil {
				return err
			}
			name := d.Plan.Canary
			busy, err := running(ctx, catalog, name)
			if err != nil {
				return err
			}
			if busy != "" {
				return exit(exitRefused, fmt.Errorf("canary %s: %s; delete it when that has ended", name, busy))
			}
			err = catalog.Delete(ctx, name, d.Plan.Definition)
			if errors.Is(err, worker.ErrConflict) {
				return exit(exitRefused, fmt.Errorf("canary %s was changed by somebody else just now; look, and delete again", name))
			}
			if err != nil {
				return fmt.Errorf("delete canary %s: %w", name, err)
			}
			return s.print(deletedView{name, d.Plan.Definition}, func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "canary %s is deleted: definition %d is no longer in force\n", name, d.Plan.Definition)
				return err
			})
		},
	}
}

// deletedView is what delete took out of force.
type deletedView struct {
	Canary     string `json:"canary"`
	Definition int    `json:"definition"`
}
