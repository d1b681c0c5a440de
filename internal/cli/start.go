package cli

import (
	"github.com/spf13/cobra"

	"github.com/serinhq/serin/worker"
)

func newStartCommand(s *session) *cobra.Command {
	o := &order{verb: worker.VerbStart}
	cmd := &cobra.Command{
		Use:   "start CANARY",
		Short: "Begin a release by hand",
		Long: `Begin a release by hand, of any canary with targets. Such a release answers no
pipeline's gate.

--fix-forward names an alarm that is in ALARM now and must not hold the release
back: for the fix of what it fires for.`,
		Example: `  serin start checkout --version 43 --reason "hotfix for the login page"`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.validate(); err != nil {
				return err
			}
			a, err := s.app()
			if err != nil {
				return err
			}
			catalog, err := a.Catalog(cmd.Context())
			if err != nil {
				return err
			}
			d, err := canaryNamed(cmd.Context(), catalog, args[0])
			if err != nil {
				return err
			}
			s.note("canary %s is at definition %d", d.Plan.Canary, d.Plan.Definition)
			return s.send(cmd.Context(), a, o, worker.Command{Canary: d.Plan.Canary})
		},
	}
	cmd.Flags().StringVar(&o.version, "version", "", "the version to release, as the file may say it (default: the file's)")
	cmd.Flags().StringArrayVar(&o.fixForward, "fix-forward", nil, "an alarm that must not hold this release back; may be repeated")
	o.addFlags(cmd)
	return cmd
}
