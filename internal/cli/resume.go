package cli

import (
	"github.com/spf13/cobra"

	"github.com/serinhq/serin/statemachine"
)

func newResumeCommand(s *session) *cobra.Command {
	cmd, _ := newVerbCommand(s, statemachine.VerbResume,
		"End a hold, or let a contended release correct its target once more",
		"End a hold, or let a release that somebody else contends with correct its target once more.")
	return cmd
}
