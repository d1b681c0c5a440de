package cli

import (
	"github.com/spf13/cobra"

	"github.com/serinhq/serin/statemachine"
)

func newPromoteCommand(s *session) *cobra.Command {
	cmd, o := newVerbCommand(s, statemachine.VerbPromote,
		"Skip a release's remaining steps",
		`Skip a release's remaining steps: all traffic goes to the new version after one
healthy look.

With --here this process does it, with your credentials, when no worker is there;
refused while a worker has an order of the release in hand.`)
	cmd.Flags().BoolVar(&o.here, "here", false, "do it from this process, without a worker")
	return cmd
}
