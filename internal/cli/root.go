package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/serinhq/serin/internal/app"
)

// Streams are what a process gives its command line.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	// Env looks a variable up; "" if it is not set.
	Env func(name string) string
	// Open makes the way to everything outside. Nil: [app.Open], on AWS.
	Open func(app.Settings) *app.App
}

// Main runs one command line, without the program's name, and returns the exit
// code: 0 done, 1 failed, 2 usage, 3 not found, 4 refused, 5 no worker took it.
// The end of ctx is the user's or the system's wish to stop.
func Main(ctx context.Context, args []string, streams Streams) int {
	s := &session{Streams: streams}
	if s.Open == nil {
		s.Open = app.Open
	}
	root := newRoot(s) //nolint:contextcheck // cobra hands ctx to the subcommands
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err != nil {
		fmt.Fprintf(streams.Err, "serin: %v\n", err)
	}
	return exitCode(err)
}

// commands are serin's subcommands, in the order that help shows them. A new one
// is a line here.
func commands(s *session) []*cobra.Command {
	return []*cobra.Command{
		newWorkerCommand(s),
		newDemoCommand(s),
		newValidateCommand(s),
		newApplyCommand(s),
		newDeleteCommand(s),
		newGetCommand(s),
		newDescribeCommand(s),
		newHistoryCommand(s),
		newStartCommand(s),
		newApproveCommand(s),
		newRejectCommand(s),
		newPromoteCommand(s),
		newRollbackCommand(s),
		newRevertCommand(s),
		newPauseCommand(s),
		newResumeCommand(s),
		newSchemaCommand(s),
		newVersionCommand(s),
	}
}

func newRoot(s *session) *cobra.Command {
	root := &cobra.Command{
		Use:           "serin",
		Short:         "Drives canary releases on AWS",
		SilenceErrors: true,
		SilenceUsage:  true,
		// An unknown subcommand is a mistake, not a reason to print help.
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	cobra.EnableCommandSorting = false
	root.PersistentFlags().VarP(&s.output, "output", "o", "output: table, json or yaml")
	// The flag is there, so this can't fail.
	_ = root.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(formats(), cobra.ShellCompDirectiveNoFileComp))
	s.addSettings(root.PersistentFlags().StringVar, true)
	root.AddCommand(commands(s)...)
	wrapArguments(root)
	return root
}

// wrapArguments makes a wrong number of arguments a usage error everywhere.
func wrapArguments(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error { return usage(check(cmd, args)) }
	}
	for _, sub := range cmd.Commands() {
		wrapArguments(sub)
	}
}

func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("unknown command %q for %q; see %s --help", args[0], cmd.CommandPath(), cmd.CommandPath())
	}
	return nil
}
