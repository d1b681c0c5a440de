package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/serinhq/serin/internal/app/demo"
)

// demoCommand is `serin demo` and its flags.
type demoCommand struct {
	*session
	options demo.Options
	keep    bool
}

func newDemoCommand(s *session) *cobra.Command {
	c := &demoCommand{session: s}
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Watch three releases go through, without AWS",
		Long: `Watch three releases go through, without AWS: one is promoted, one is rolled
back by an alarm, and one goes on when its worker is killed in mid-shift.

The worker, the event decoder and the decisions are the real ones; the queue, the
table and the targets are in memory. Every duration is divided by --speed. Exits
with 0 only if all releases ended as they should.`,
		Args: cobra.NoArgs,
		RunE: c.run,
	}
	cmd.Flags().Float64Var(&c.options.Speed, "speed", demo.DefaultSpeed, fmt.Sprintf("divide every duration by this, 1 to %d", demo.MaxSpeed))
	cmd.Flags().StringVar(&c.options.Scenario, "scenario", demo.All, strings.Join(demo.Scenarios(), ", ")+" or "+demo.All)
	cmd.Flags().BoolVar(&c.keep, "keep", false, "stay up at the end, for a look at /metrics")
	return cmd
}

func (c *demoCommand) run(cmd *cobra.Command, _ []string) error { return c.play(cmd.Context()) }

// play plays and reports; an error if a release did not end as it should.
func (c *demoCommand) play(ctx context.Context) (err error) {
	screen := newDemoScreen(ctx, c.Out)
	c.options.Audience = screen
	d, err := demo.New(c.options)
	if err != nil {
		screen.close()
		return usage(err)
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	endings, err := d.Play(ctx)
	screen.close()
	if err != nil {
		return err
	}
	for _, e := range endings {
		if err := printEnding(c.Out, e); err != nil {
			return err
		}
	}
	if c.keep {
		if err := c.stayUp(ctx, d); err != nil {
			return err
		}
	}
	return verdict(endings)
}

// stayUp lasts until the user has seen enough.
func (c *demoCommand) stayUp(ctx context.Context, d *demo.Demo) error {
	address, err := d.Serve(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Out, "\nStill up: http://%s/metrics and /readyz. Ctrl-C ends it.\n", address)
	<-ctx.Done()
	return nil
}

func verdict(endings []demo.Ending) error {
	var wrong []error
	for _, e := range endings {
		for _, problem := range e.Problems {
			wrong = append(wrong, fmt.Errorf("demo: %s (%s): %s", e.Canary, e.Scenario, problem))
		}
	}
	return errors.Join(wrong...)
}

// printEnding prints a release's history and how it ended.
func printEnding(out io.Writer, e demo.Ending) error {
	fmt.Fprintf(out, "\n%s · %s\n", e.Canary, e.Release.ID)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  SEQ\tAT\tPHASE\tSTEP\tWEIGHT\tCODE\tTEXT")
	for _, h := range e.History {
		fmt.Fprintf(table, "  %d\t%s\t%s\t%d\t%g%%\t%s\t%s\n",
			h.Seq, h.At.Format("15:04:05.000"), h.To, h.Step, h.WeightPct, h.Code, h.Text)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("print history: %w", err)
	}
	for _, line := range e.Proof {
		fmt.Fprintf(out, "  %s\n", line)
	}
	for _, problem := range e.Problems {
		fmt.Fprintf(out, "  WRONG: %s\n", problem)
	}
	if len(e.Problems) == 0 {
		fmt.Fprintf(out, "  as it should: %s in %s\n", e.Release.Phase, e.Release.SettledAt.Sub(e.Release.StartedAt).Round(100*time.Millisecond))
	}
	return nil
}
