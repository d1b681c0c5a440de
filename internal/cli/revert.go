package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/serinhq/serin/worker"
)

func newRevertCommand(s *session) *cobra.Command {
	o := &order{verb: worker.VerbRevert}
	cmd := &cobra.Command{
		Use:   "revert CANARY",
		Short: "Go back from the last promoted release, at once",
		Long: `Go back from a canary's last promoted release to what ran before it: one move of
all targets, without steps, bake, alarms or gate. Refused while a release runs
(rollback is the verb then), and unless every target still shows what that release
left.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.validate(); err != nil {
				return err
			}
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
			slot, err := catalog.Slot(ctx, d.Plan.Canary)
			if err != nil {
				return fmt.Errorf("read slot of %s: %w", d.Plan.Canary, err)
			}
			if last := slot.Promoted; last != nil {
				s.note("release %s promoted %s %s → %s last", last.Release, d.Plan.Canary, last.FromVersion, last.Version)
			}
			return s.send(ctx, a, o, worker.Command{Canary: d.Plan.Canary})
		},
	}
	o.addFlags(cmd)
	return cmd
}
