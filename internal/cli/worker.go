package cli

import "github.com/spf13/cobra"

func newWorkerCommand(s *session) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "worker",
		Short: "Run the loop that drives releases, until SIGTERM",
		Long: `Run the loop that drives releases, until SIGTERM.

Every setting is a flag with a twin in the environment; the AWS SDK's own
(AWS_REGION, AWS_PROFILE, AWS_ENDPOINT_URL) count as well. Any number of workers
may run side by side.`,
		Args: cobra.NoArgs,
		RunE: s.work,
	}
	s.addSettings(cmd.Flags().StringVar, false)
	return cmd
}

func (s *session) work(cmd *cobra.Command, _ []string) error {
	a, err := s.app()
	if err != nil {
		return err
	}
	return a.Work(cmd.Context())
}
