package canaryfile

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/serinhq/serin/statemachine"
)

// Diff says in lines for people what a new definition changes: "what: old →
// new", "+" for what comes and "-" for what goes, in the file's order. Empty if
// nothing changes. What the file does not say (Definition, Traits) is not
// compared.
func Diff(old, fresh statemachine.Plan) []string {
	var d diff
	d.line("name", old.Canary, fresh.Canary)
	d.line("trigger", triggerText(old), triggerText(fresh))
	d.items("targets", targetItems(old.Targets), targetItems(fresh.Targets))
	d.line("steps", stepsText(old.Steps), stepsText(fresh.Steps))
	d.items("alarms", alarmItems(old.Alarms), alarmItems(fresh.Alarms))
	d.span("deadline", old.Deadline, fresh.Deadline)
	d.span("preflightWait", old.PreflightWait, fresh.PreflightWait)
	d.span("holdTimeout", old.HoldTimeout, fresh.HoldTimeout)
	d.line("pipelineRollback", rollbackText(old.PipelineRollback), rollbackText(fresh.PipelineRollback))
	d.line("adopt", yesNo(old.Adopt), yesNo(fresh.Adopt))
	return d.lines
}

// NeedsForce says whether a new definition changes what a running release was
// begun for: its targets, in any part and in their order, or its trigger.
func NeedsForce(old, fresh statemachine.Plan) bool {
	return triggerText(old) != triggerText(fresh) ||
		!slices.Equal(targetItems(old.Targets), targetItems(fresh.Targets))
}

type diff struct{ lines []string }

func (d *diff) line(what, old, fresh string) {
	if old != fresh {
		d.lines = append(d.lines, what+": "+orNone(old)+" → "+orNone(fresh))
	}
}

func (d *diff) span(what string, old, fresh time.Duration) {
	d.line(what, spanText(old), spanText(fresh))
}

// item is one entry of a list: what people call it, and all the file says of it.
type item struct{ name, text string }

// items compares two lists by name, and, if nothing else differs, their order.
func (d *diff) items(what string, old, fresh []item) {
	before := len(d.lines)
	for _, o := range old {
		at := slices.IndexFunc(fresh, func(f item) bool { return f.name == o.name })
		if at < 0 {
			d.lines = append(d.lines, what+": - "+o.name+o.details())
		} else {
			d.line(what+": "+o.name, o.text, fresh[at].text)
		}
	}
	for _, f := range fresh {
		if !slices.ContainsFunc(old, func(o item) bool { return o.name == f.name }) {
			d.lines = append(d.lines, what+": + "+f.name+f.details())
		}
	}
	if len(d.lines) == before {
		d.line(what+", in this order", namesOf(old), namesOf(fresh))
	}
}

func (i item) details() string {
	if i.text == "" {
		return ""
	}
	return " (" + i.text + ")"
}

func namesOf(items []item) string {
	names := make([]string, len(items))
	for i, one := range items {
		names[i] = one.name
	}
	return strings.Join(names, ", ")
}

func targetItems(targets []statemachine.TargetSpec) []item {
	items := make([]item, len(targets))
	for i, t := range targets {
		items[i] = item{t.Kind + " " + t.Name, "version " + orNone(t.Version) + ", " + compact(t.Config)}
	}
	return items
}

// compact takes out of stored JSON what a table or a person may have put in.
func compact(config json.RawMessage) string {
	var out bytes.Buffer
	if err := json.Compact(&out, config); err != nil {
		return string(config)
	}
	return out.String()
}

func alarmItems(alarms []statemachine.AlarmSpec) []item {
	items := make([]item, len(alarms))
	for i, a := range alarms {
		text := "onNoData " + a.OnNoData.String()
		if a.RequireData {
			text += ", requireData"
		}
		if a.HonorMute {
			text += ", honorMute"
		}
		items[i] = item{a.Name, text}
	}
	return items
}

func triggerText(plan statemachine.Plan) string {
	t := plan.Trigger
	switch t.Kind {
	case statemachine.TriggerPipeline:
		return "pipeline " + t.Pipeline + "/" + t.Stage + "/" + t.Action + ", onConsoleApproval " + t.OnConsole.String()
	case statemachine.TriggerDeployment:
		if plan.Deployment != nil {
			return plan.Deployment.Kind + " " + plan.Deployment.Key
		}
	case statemachine.TriggerManual:
	}
	return t.Kind.String()
}

func stepsText(steps []statemachine.Step) string {
	texts := make([]string, len(steps))
	for i, s := range steps {
		texts[i] = stepText(s)
	}
	return strings.Join(texts, ", ")
}

func stepText(s statemachine.Step) string {
	var parts []string
	if s.At != 0 {
		parts = append(parts, "at "+s.At.String())
	}
	if s.WeightPct != 0 {
		parts = append(parts, percent(s.WeightPct)+"%")
	}
	if s.Bake != 0 {
		parts = append(parts, "for "+spanText(s.Bake))
	}
	if s.Approval != nil {
		parts = append(parts, "approval within "+spanText(s.Approval.Timeout)+", else "+s.Approval.OnTimeout.String())
	}
	if c := s.Check; c != nil {
		parts = append(parts, c.Kind+" "+c.Name+" within "+spanText(c.Timeout)+", else "+c.OnTimeout.String())
	}
	return strings.Join(parts, " ")
}

func rollbackText(r *statemachine.PipelineRollback) string {
	if r == nil {
		return ""
	}
	return "stage " + r.Stage
}

func orNone(text string) string { return orDefault(text, "none") }

func yesNo(b bool) string {
	if b {
		return "true"
	}
	return "false"
}
