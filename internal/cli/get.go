package cli

import (
	"errors"

	"github.com/spf13/cobra"
)

func newGetCommand(s *session) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "get",
		Short: "List canaries, releases or workers",
		Args:  cobra.ArbitraryArgs,
		RunE: func(*cobra.Command, []string) error {
			return usage(errors.New("expected serin get canaries, serin get releases or serin get workers"))
		},
	}
	cmd.AddCommand(newGetCanariesCommand(s), newGetReleasesCommand(s), newGetWorkersCommand(s))
	return cmd
}
