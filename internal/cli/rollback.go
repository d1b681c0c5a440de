package cli

import (
	"github.com/spf13/cobra"

	"github.com/serinhq/serin/statemachine"
)

func newRollbackCommand(s *session) *cobra.Command {
	cmd, o := newVerbCommand(s, statemachine.VerbRollback,
		"Put a release's traffic back, now",
		`Put a release's traffic back, now, whatever it is doing; then reject its gate.

With --here this process does it, with your credentials, when no worker is there.
With --print nothing is done: the aws commands that put the restore point back are
printed.`)
	cmd.Flags().BoolVar(&o.here, "here", false, "do it from this process, without a worker")
	cmd.Flags().BoolVar(&o.show, "print", false, "only print the aws commands that put traffic back")
	return cmd
}
