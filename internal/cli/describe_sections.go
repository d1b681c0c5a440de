package cli

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/serinhq/serin/statemachine"
)

// head is what the release is.
func (d description) head(w io.Writer) error {
	v := d.view
	fmt.Fprintln(w)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(tw, "%s\t%s\n", name, text)
		}
	}
	line("Release", v.ID+", a "+v.Kind)
	line("Phase", fmt.Sprintf("%s, step %d of %d, rev %d", v.Phase, v.Step, v.Steps, v.Rev))
	line("Trigger", v.Trigger.Kind+" "+v.Trigger.Key)
	if v.Deployment != nil {
		line("Deployment", v.Deployment.ID+" of "+v.Deployment.Kind+" "+v.Deployment.Name+" is "+v.Deployment.Status)
	}
	if c := v.Check; c != nil {
		line("Check", c.Kind+" "+c.Name+", "+text(c.Run)+", since "+c.Since.UTC().Format(momentLayout))
	}
	if g := v.Gate; g != nil {
		line("Gate", fmt.Sprintf("%s/%s/%s of execution %s", g.Pipeline, g.Stage, g.Action, g.Execution))
	}
	if v.Links.Pipeline != nil {
		line("Console", *v.Links.Pipeline)
	}
	if v.Reason != nil {
		line("Reason", v.Reason.Code+": "+v.Reason.Text)
	}
	line("Started", v.StartedAt.UTC().Format(momentLayout))
	if !v.FinishedAt.IsZero() {
		line("Finished", v.FinishedAt.UTC().Format(momentLayout))
	}
	if !v.EffectiveAt.IsZero() {
		line("Effective", v.EffectiveAt.UTC().Format(momentLayout)+", when what clients keep has ended")
	}
	line("Saved by", v.SavedBy)
	return tw.Flush()
}

// trouble is what keeps failing or went wrong, and what to do about it.
func (d description) trouble(w io.Writer) error {
	r := d.stored.Release
	if s := r.Stuck; s != nil {
		fmt.Fprintf(w, "\nStuck: %s since %s, %d attempts\n", s.Code, s.Since.UTC().Format(momentLayout), s.Attempts)
		for _, line := range [][2]string{{"call", s.Call}, {"resource", s.Resource}, {"error", s.Error}, {"what to do", s.Advice}} {
			if line[1] != "" {
				fmt.Fprintf(w, "  %-10s  %s\n", line[0], line[1])
			}
		}
	}
	if f := r.Failure; f != nil {
		fmt.Fprintf(w, "\nFailure: %s at %s\n  %s\n", f.Code, f.At.UTC().Format(momentLayout), f.Text)
		if text := advice(f.Code); text != "" {
			fmt.Fprintf(w, "  what to do: %s\n", text)
		}
	}
	return nil
}

func (d description) targets(w io.Writer) error {
	if len(d.view.Targets) == 0 {
		return nil
	}
	fmt.Fprintln(w)
	table := newColumns(w, "TARGET", "STABLE", "CANARY", "WANT", "SEEN", "SEEN AT", "RESTORE POINT")
	for i, t := range d.view.Targets {
		restore := ""
		if point := d.stored.Release.Targets[i].Restore; point != nil {
			restore = statemachine.Split{Stable: point.Stable, Canary: point.Canary, WeightPct: point.WeightPct}.String()
		}
		table.row(t.Kind+" "+t.Name, text(t.Stable), text(t.Canary), share(t.Want), share(t.Seen), clock(t.SeenAt.Time, d.now), restore)
	}
	if err := table.end(); err != nil {
		return err
	}
	return idleTable(w, d.idle)
}

func (d description) alarms(w io.Writer) error {
	if len(d.view.Alarms) == 0 {
		return nil
	}
	fmt.Fprintln(w)
	table := newColumns(w, "ALARM", "STATE", "SINCE")
	for _, a := range d.view.Alarms {
		state := a.State
		if overridden(d.stored.Release, a.Name) {
			state += ", overridden by --fix-forward"
		}
		table.row(a.Name, state, clock(a.At.Time, d.now))
	}
	return table.end()
}

func (d description) orders(w io.Writer) error {
	if len(d.view.Pending) == 0 {
		return nil
	}
	fmt.Fprintln(w)
	table := newColumns(w, "PENDING", "TARGET", "ATTEMPTS", "RETRY", "ERROR")
	for _, o := range d.view.Pending {
		table.row(o.Order, text(o.Target), fmt.Sprint(o.Attempts), clock(o.RetryAt.Time, d.now), text(o.Error))
	}
	return table.end()
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func share(s *float64) string {
	if s == nil {
		return ""
	}
	return pct(*s)
}
