package cli

import (
	"github.com/spf13/cobra"

	"github.com/serinhq/serin/statemachine"
)

func newApproveCommand(s *session) *cobra.Command {
	cmd, _ := newVerbCommand(s, statemachine.VerbApprove,
		"Let a release that waits for a person go on",
		`Let a release that waits for a person go on. It does so after one healthy look: an
alarm in ALARM wins over any approval.`)
	return cmd
}
