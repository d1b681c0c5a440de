package cli

import (
	"github.com/spf13/cobra"

	"github.com/serinhq/serin/statemachine"
)

func newPauseCommand(s *session) *cobra.Command {
	cmd, _ := newVerbCommand(s, statemachine.VerbPause,
		"Hold a release where it is",
		`Hold a release where it is: nothing moves forward, and alarms still roll it back.
It rolls back by itself after the canary's holdTimeout; resume ends the hold.`)
	return cmd
}
