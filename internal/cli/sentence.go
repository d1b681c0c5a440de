package cli

import (
	"slices"
	"strings"
	"time"

	"github.com/serinhq/serin/statemachine"
)

// sentence says where a release is, and why, in one line for 3 a.m.: what moves,
// where it stands, what it waits for, and what would send it back.
func sentence(r statemachine.Release, since, now time.Time) string {
	parts := []string{title(r), stands(r, since, now)}
	parts = append(parts, marks(r, now)...)
	if next, ok := r.Upcoming(); ok {
		parts = append(parts, "next: "+nextText(next, now))
	}
	if text := guards(r); text != "" {
		parts = append(parts, text)
	}
	return strings.Join(parts, " · ")
}

// title is the canary and its two versions.
func title(r statemachine.Release) string {
	text := r.Canary
	if r.Kind == statemachine.Revert {
		text += " revert"
	}
	if r.FromVersion != "" {
		text += " " + r.FromVersion
	}
	if r.Version != "" {
		text += " → " + r.Version
	}
	return text
}

// stands is the weight while it moves forward, else how it stands, and why.
func stands(r statemachine.Release, since, now time.Time) string {
	switch r.Phase {
	case statemachine.Shifting, statemachine.Baking, statemachine.Gated, statemachine.Promoting:
		if !weighed(r) {
			return r.Phase.String() + " since " + clock(since, now)
		}
		return spaced(r.WeightPct()) + " since " + clock(since, now)
	case statemachine.Queued:
		return "queued since " + clock(since, now)
	case statemachine.Preflight:
		return because("preflight since "+clock(since, now), r.Waiting)
	case statemachine.RollingBack:
		return because("rolling back since "+clock(since, now), failureText(r))
	case statemachine.Promoted:
		return because("promoted at "+clock(r.FinishedAt, now), failureText(r))
	case statemachine.RolledBack:
		return because("rolled back at "+clock(r.FinishedAt, now), failureText(r))
	case statemachine.Refused:
		return because("refused at "+clock(r.FinishedAt, now), failureText(r))
	case statemachine.Superseded:
		return because("superseded at "+clock(r.FinishedAt, now), failureText(r))
	}
	return r.Phase.String()
}

// weighed: the weight is known. Of a deployment that AWS shifts it may not be.
func weighed(r statemachine.Release) bool {
	return r.Deployment == nil || r.Deployment.WeightPct != nil
}

func because(text, why string) string {
	if why == "" {
		return text
	}
	return text + ": " + why
}

func failureText(r statemachine.Release) string {
	if r.Failure == nil {
		return ""
	}
	return r.Failure.Text
}

// marks are what a person should see before anything else.
func marks(r statemachine.Release, now time.Time) []string {
	var parts []string
	if s := r.Stuck; s != nil {
		parts = append(parts, because("STUCK since "+clock(s.Since, now), s.Error))
	}
	if h := r.Held; h != nil {
		parts = append(parts, because("held by "+h.By+" since "+clock(h.Since, now), h.Reason))
	}
	if r.Waiting != "" && r.Phase != statemachine.Preflight && r.Running() && r.Failure == nil {
		parts = append(parts, "waiting: "+r.Waiting)
	}
	if overdue(r, now) {
		parts = append(parts, "OVERDUE since "+clock(r.WakeAt, now)+": no worker looked after it")
	}
	return parts
}

// nextText is "approval, by a person, until 14:14".
func nextText(next statemachine.Next, now time.Time) string {
	text := next.What
	ends := "at"
	switch next.By {
	case "person":
		text, ends = text+", by a person", "until"
	case "aws":
		text, ends = text+", by AWS", "until"
	case "serin":
		text += ", by serin"
	}
	if next.At.IsZero() {
		return text
	}
	return text + ", " + ends + " " + clock(next.At, now)
}

// guards are the alarms that would send the release back now.
func guards(r statemachine.Release) string {
	if r.Kind != statemachine.Forward || r.Failure != nil {
		return ""
	}
	switch r.Phase {
	case statemachine.Shifting, statemachine.Baking, statemachine.Gated, statemachine.Promoting:
	case statemachine.Queued, statemachine.Preflight, statemachine.Promoted, statemachine.RollingBack,
		statemachine.RolledBack, statemachine.Refused, statemachine.Superseded:
		return ""
	}
	var names []string
	for _, a := range r.Alarms {
		if !overridden(r, a.Name) {
			names = append(names, a.Name+" ("+stateWord(a.State)+")")
		}
	}
	if len(names) == 0 {
		return "no alarm guards it"
	}
	return "would roll back on " + strings.Join(names, ", ")
}

func overridden(r statemachine.Release, alarm string) bool {
	return slices.Contains(r.FixForward, alarm)
}

// spaced is a share as the sentence has it: "25 %".
func spaced(share float64) string { return strings.TrimSuffix(pct(share), "%") + " %" }

// sinceWhen is when a release came to where it stands: to its weight while it
// moves forward, else to its phase. Without history it is the last change.
func sinceWhen(r statemachine.Release, history []statemachine.Entry) time.Time {
	since := r.UpdatedAt
	byWeight := forward(r.Phase) && weighed(r)
	for _, e := range slices.Backward(history) {
		sameWeight := forward(e.To) && e.WeightPct == r.WeightPct()
		if byWeight && !sameWeight || !byWeight && e.To != r.Phase {
			break
		}
		since = e.At
	}
	return since
}

func forward(p statemachine.Phase) bool {
	return p == statemachine.Shifting || p == statemachine.Baking || p == statemachine.Gated || p == statemachine.Promoting
}
