package statemachine

import (
	"fmt"
	"strings"
	"time"
)

// tell is a decision as the stories print it.
func tell(was Release, d Decision, now time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "[%s] ", now.Sub(start))
	switch d.Change {
	case Unchanged:
		fmt.Fprintf(&b, "unchanged · %s: %s\n", d.Reason.Code, d.Reason.Text)
		return b.String()
	case Touched:
		fmt.Fprintf(&b, "touched · %s: %s\n", d.Reason.Code, d.Reason.Text)
	case Decided:
		fmt.Fprintf(&b, "rev %d · %s · %s: %s%s\n", d.Next.Rev, way(was, d.Next), d.Reason.Code, d.Reason.Text, behind(d.Reason))
	}
	marks(&b, d.Next)
	for _, o := range d.Next.Pending {
		owes(&b, o, now)
	}
	if next, waits := d.Next.Upcoming(); waits {
		fmt.Fprintf(&b, "  wake %s · next: %s, by %s", since(d.Next.WakeAt), next.What, next.By)
		if !next.At.IsZero() {
			fmt.Fprintf(&b, ", %s", since(next.At))
		}
		b.WriteString("\n")
	} else {
		b.WriteString("  settled\n")
	}
	return b.String()
}

func way(was, next Release) string {
	text := next.Phase.String()
	if was.Phase != next.Phase && was.Phase != 0 {
		text = was.Phase.String() + " → " + text
	}
	if len(next.Plan.Steps) > 0 {
		text += fmt.Sprintf(" %d/%d", next.Step, len(next.Plan.Steps))
	}
	return text + " " + percent(next.WeightPct())
}

// behind tells the person, where one is behind a decision.
func behind(r Reason) string {
	if r.Actor == "" {
		return ""
	}
	return " (" + r.Actor + ")"
}

func marks(b *strings.Builder, r Release) {
	if what, at := r.Attention(); what != "" {
		fmt.Fprintf(b, "  attention: %s since %s\n", what, since(at))
	}
	if r.Held != nil {
		fmt.Fprintf(b, "  held until %s\n", since(r.Held.Until))
	}
	if r.Stuck != nil {
		fmt.Fprintf(b, "  stuck: %s on %s after %d, %s\n", r.Stuck.Code, r.Stuck.Resource, r.Stuck.Attempts, r.Stuck.Advice)
	}
	if r.Wish != nil {
		fmt.Fprintf(b, "  wish: %s by %s\n", r.Wish.Verb, r.Wish.By)
	}
	if r.Waiting != "" {
		fmt.Fprintf(b, "  waiting: %s\n", r.Waiting)
	}
	if r.Check != nil {
		fmt.Fprintf(b, "  check: %s %s\n", r.Check, r.Check.Run)
	}
	if !r.EffectiveAt.IsZero() {
		fmt.Fprintf(b, "  effective at %s\n", since(r.EffectiveAt))
	}
	if r.Failure != nil {
		fmt.Fprintf(b, "  failure: %s\n", r.Failure.Code)
	}
}

func owes(b *strings.Builder, o Order, now time.Time) {
	fmt.Fprintf(b, "  owes %s", o.Kind)
	if o.Target != "" {
		fmt.Fprintf(b, " %s: %s", o.Target, o.Want)
	}
	if o.Kind == Answer {
		fmt.Fprintf(b, " %s", map[bool]string{true: "approved", false: "rejected"}[o.Approve])
	}
	if o.WaitKey != "" {
		fmt.Fprintf(b, " %s", o.WaitKey)
	}
	if o.Landed {
		b.WriteString(", landed")
	}
	if o.From != nil {
		fmt.Fprintf(b, ", from %s", o.From)
	}
	if !o.Due(now) {
		fmt.Fprintf(b, ", at %s", since(o.RetryAt))
	}
	b.WriteString("\n")
}

func since(at time.Time) string {
	if at.IsZero() {
		return "never"
	}
	return at.Sub(start).String()
}
