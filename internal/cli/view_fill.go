package cli

import (
	"strconv"
	"strings"
	"time"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// viewOf shows a release. last is the newest line of its history, nil if it could
// not be read; region is where its pipeline runs.
func viewOf(s worker.Stored, last *statemachine.Entry, region string, now time.Time) releaseView {
	r := s.Release
	v := releaseView{
		ID: r.ID, Canary: r.Canary, Kind: r.Kind.String(), Phase: r.Phase.String(), Step: r.Step, Steps: len(r.Plan.Steps),
		Weight: r.WeightPct(), Rev: r.Rev, Version: orNull(r.Version), FromVersion: orNull(r.FromVersion),
		Attention: orNull(attention(r, now)), SettledAt: moment{r.SettledAt}, Deployment: deploymentOf(r),
		Trigger: triggerView{r.Trigger.Kind.String(), triggerKey(r.Trigger)},
		Targets: []targetView{}, RestorePoint: []restoreView{}, Alarms: []alarmView{}, Pending: []orderView{},
		Links: linksView{orNull(pipelineLink(r, region))}, SavedBy: s.SavedBy,
		StartedAt: moment{r.StartedAt}, UpdatedAt: moment{r.UpdatedAt}, WakeAt: moment{r.WakeAt}, FinishedAt: moment{r.FinishedAt},
		EffectiveAt: moment{r.EffectiveAt},
	}
	for i, t := range r.Targets {
		v.Targets = append(v.Targets, targetOf(r, i))
		if t.Restore != nil {
			v.RestorePoint = append(v.RestorePoint, restoreView{r.Plan.Targets[i].Kind, t.Name, t.Restore.Stable, t.Restore.WeightPct})
		}
	}
	for _, a := range r.Alarms {
		v.Alarms = append(v.Alarms, alarmView{a.Name, stateWord(a.State), moment{a.Transition}})
	}
	for _, o := range r.Pending {
		v.Pending = append(v.Pending, orderOf(o))
	}
	v.addMarks(r)
	if last != nil {
		v.Reason = &reasonView{string(last.Code), last.Text, causeOf(last.Cause)}
	}
	return v
}

func (v *releaseView) addMarks(r statemachine.Release) {
	if r.Held != nil {
		v.Held = &heldView{r.Held.By, r.Held.Reason, moment{r.Held.Since}}
	}
	if s := r.Stuck; s != nil {
		v.Stuck = &stuckView{s.Code, orNull(s.Call), orNull(s.Resource), orNull(s.Error), moment{s.Since}, s.Attempts, s.Advice}
	}
	if c := r.Check; c != nil {
		v.Check = &checkView{c.Kind, c.Name, orNull(c.Run), moment{c.Since}}
	}
	if next, ok := r.Upcoming(); ok {
		v.Next = &nextView{next.What, next.By, moment{next.At}}
	}
	if g := r.Gate; g != nil {
		v.Gate = &gateView{g.Pipeline, g.Stage, g.Action, g.Execution}
	}
}

func targetOf(r statemachine.Release, i int) targetView {
	t := r.Targets[i]
	v := targetView{Kind: r.Plan.Targets[i].Kind, Name: t.Name, Canary: orNull(t.Canary), SeenAt: moment{t.SeenAt}}
	for _, shows := range []*statemachine.Split{t.Restore, t.Seen} {
		if shows != nil && v.Stable == nil {
			v.Stable = orNull(shows.Stable)
		}
	}
	v.Want, v.Seen = shareOf(wanted(r, i), t.Canary), shareOf(t.Seen, t.Canary)
	return v
}

// wanted is the split that a pending order writes, else the last one confirmed.
func wanted(r statemachine.Release, i int) *statemachine.Split {
	for _, o := range r.Pending {
		if o.Target == r.Targets[i].Name && o.Want != nil {
			return o.Want
		}
	}
	return r.Targets[i].Want
}

// shareOf is a version's share of the traffic in percent; nil if the split is not
// known, or the version.
func shareOf(shows *statemachine.Split, version string) *float64 {
	if shows == nil || version == "" {
		return nil
	}
	share := 0.0
	switch version {
	case shows.Canary:
		share = shows.WeightPct
	case shows.Stable:
		share = statemachine.Pct(100 - shows.WeightPct)
	}
	return &share
}

func orderOf(o statemachine.Order) orderView {
	v := orderView{o.Kind.String(), orNull(o.Target), o.Key, o.Attempts, nil, moment{o.RetryAt}}
	if o.Fault != nil {
		v.Error = orNull(o.Fault.Error)
	}
	return v
}

func deploymentOf(r statemachine.Release) *deploymentView {
	if r.Deployment == nil || r.Plan.Deployment == nil {
		return nil
	}
	d := r.Deployment
	v := &deploymentView{Kind: r.Plan.Deployment.Kind, Name: r.Plan.Deployment.Key, ID: d.ID, Status: d.Status.String(),
		Until: moment{d.Until}, Rollback: orNull(d.RollbackID)}
	if d.Point != 0 {
		v.Point = orNull(d.Point.String())
	}
	return v
}

func causeOf(c statemachine.Cause) causeView { return causeView{c.Kind.String(), orNull(c.ID)} }

func entryOf(e statemachine.Entry) entryView {
	v := entryView{Seq: e.Seq, At: moment{e.At}, To: e.To.String(), Step: e.Step, Weight: e.WeightPct,
		Code: string(e.Code), Text: e.Text, Cause: causeOf(e.Cause), Actor: orNull(e.Actor)}
	if e.From != 0 {
		v.From = orNull(e.From.String())
	}
	return v
}

// triggerKey is what an operator knows the trigger by: pipeline and execution,
// deployment group and deployment, canary and command.
func triggerKey(t statemachine.Trigger) string {
	_, key, _ := strings.Cut(t.Source, "#")
	if t.Kind == statemachine.TriggerPipeline {
		return key
	}
	return key + "/" + t.Key
}

// overdueAfter is how far past a wake_at may be before readers call it overdue.
const overdueAfter = 2 * time.Minute

// overdue: the release's time has come, and no worker looked after it.
func overdue(r statemachine.Release, now time.Time) bool {
	return r.Running() && now.Sub(r.WakeAt) > overdueAfter
}

// attention is what a person should see first: stuck, held or gated, or overdue,
// the first that holds; "" when nothing.
func attention(r statemachine.Release, now time.Time) string {
	if what, _ := r.Attention(); what != "" {
		return what
	}
	if overdue(r, now) {
		return "overdue"
	}
	return ""
}

// stateWord is an alarm's state in CloudWatch's manner.
func stateWord(s statemachine.AlarmState) string { return strings.ToUpper(s.String()) }

// pct is a share as people read it: "25%".
func pct(share float64) string { return strconv.FormatFloat(share, 'f', -1, 64) + "%" }

func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
