package cli

import (
	"github.com/spf13/cobra"

	"github.com/serinhq/serin/statemachine"
)

func newRejectCommand(s *session) *cobra.Command {
	cmd, _ := newVerbCommand(s, statemachine.VerbReject,
		"Roll a release that waits for a person back",
		"Roll a release back instead of approving it.")
	return cmd
}
