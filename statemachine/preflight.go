package statemachine

import (
	"fmt"
	"strings"
	"time"
)

// verdict is what one preflight look adds up to.
type verdict struct {
	// refusals can't pass by themselves; waits may.
	refusals, waits []Problem
	// nothing: every target already shows what this canary's last release left.
	nothing bool
	// ready are the targets as the release would begin with them.
	ready []Target
}

// judge adds up a look taken for this rev. Nil for any other input.
func (t *turn) judge() *verdict {
	l, ok := t.current()
	if !ok {
		return nil
	}
	if t.verdict != nil {
		return t.verdict
	}
	v := &verdict{}
	t.verdict = v
	v.add(l.Problems...)
	for i := range t.old.Targets {
		v.ready = append(v.ready, t.judgeTarget(v, l, i))
	}
	if v.nothing = len(v.refusals) == 0 && len(v.waits) == 0 && t.judgeMoved(v, l); v.nothing {
		return v
	}
	if t.old.Kind == Forward {
		for _, spec := range t.old.Plan.Alarms {
			v.add(t.judgeAlarm(spec, alarmLook(l, spec.Name))...)
		}
	}
	if t.held() {
		v.add(Problem{Code: CodePaused, Text: "held by " + t.old.Held.By, Wait: true})
	}
	return v
}

func (v *verdict) add(problems ...Problem) {
	for _, p := range problems {
		if p.Wait {
			v.waits = append(v.waits, p)
		} else {
			v.refusals = append(v.refusals, p)
		}
	}
}

// judgeTarget says why a target keeps the release from beginning, and how it
// would begin.
func (t *turn) judgeTarget(v *verdict, l Look, i int) Target {
	target := t.next.Targets[i]
	seen := targetLook(l, target.Name)
	switch {
	case seen == nil:
		v.add(Problem{Code: CodeTargetUnreadable, Text: target.Name + " was not read", Wait: true})
		return target
	case seen.Fault != nil:
		v.add(Problem{Code: CodeTargetUnreadable, Text: target.Name + ": " + seen.Fault.Error, Wait: !seen.Fault.Final()})
		return target
	case seen.BusyWith != "":
		v.add(Problem{Code: CodeTargetBusy, Text: target.Name + " is being moved by release " + seen.BusyWith, Wait: true})
		return target
	}
	v.add(seen.Problems...)
	if seen.Canary != "" {
		target.Canary = seen.Canary
	}
	if target.Canary == "" {
		v.add(Problem{Code: CodeVersionUnfit, Text: target.Name + " has no version to release"})
	}
	restore := *seen.Split
	if _, one := restore.One(); !one {
		if !t.old.Plan.Adopt {
			v.add(Problem{Code: CodeVersionsMixed, Text: fmt.Sprintf(
				"%s shows two versions (%s); put all traffic on one, or set adopt: true", target.Name, restore)})
		}
		restore = Split{Stable: restore.Stable, Form: restore.Form}
	}
	t.judgeRevert(v, l, i, restore)
	target.Restore, target.Want, target.Seen, target.SeenAt = &restore, &restore, seen.Split, l.BegunAt
	return target
}

// judgeRevert: every target must still show exactly what the promoted release
// left, and nothing may have overwritten the idle side since.
func (t *turn) judgeRevert(v *verdict, l Look, i int, shows Split) {
	if t.old.Revert == nil {
		return
	}
	if expect := t.old.Revert.Expect[i]; !shows.ServesAs(expect) {
		v.add(Problem{Code: CodeRevertStale, Text: fmt.Sprintf(
			"%s shows %s, not %s as release %s left it", t.old.Targets[i].Name, shows, expect, t.old.Revert.Release)})
	}
	if t.old.Plan.Targets[i].Traits.SwapsRoles && l.Slot != nil && l.Slot.Newest != t.old.Revert.Release {
		v.add(Problem{Code: CodeIdleOverwritten, Text: t.old.Targets[i].Name +
			": a later trigger was seen, so the pipeline may have overwritten the idle side"})
	}
}

// judgeMoved decides what it means that targets already show the new version:
// nothing to do when this canary's last release left them so, else somebody
// moved them before the gate, which must never be blessed.
func (t *turn) judgeMoved(v *verdict, l Look) (nothing bool) {
	at, moved := 0, []string(nil)
	for i := range v.ready {
		target := &v.ready[i]
		shows, one := target.Restore.One()
		if !one || shows != target.Canary || t.old.Plan.Targets[i].Traits.SwapsRoles {
			continue
		}
		at++
		target.Skip = true
		if !t.leftSo(l, target) {
			moved = append(moved, target.Name)
		}
	}
	if len(moved) > 0 {
		v.add(Problem{Code: CodeMovedByOther, Text: fmt.Sprintf(
			"%s already shows %s, which no release of this canary left there%s; likely the pipeline's deploy action or a person moved the alias before the gate",
			strings.Join(moved, ", "), v.ready[0].Canary, lastLeft(l, moved[0]))})
		return false
	}
	return at > 0 && at == len(v.ready)
}

func (t *turn) leftSo(l Look, target *Target) bool {
	if t.old.Kind == Revert {
		return true
	}
	if l.Slot == nil {
		return false
	}
	left, ok := l.Slot.Left[target.Name]
	return ok && left.ServesAs(*target.Restore)
}

func lastLeft(l Look, target string) string {
	if l.Slot == nil {
		return ""
	}
	if left, ok := l.Slot.Left[target]; ok {
		return " (the last one left " + left.String() + ")"
	}
	return " (none has finished yet)"
}

// judgeAlarm waits for ok and refuses what could never fire.
func (t *turn) judgeAlarm(spec AlarmSpec, a *AlarmLook) []Problem {
	if t.overridden(spec.Name) {
		return nil
	}
	problem := func(code Code, wait bool, format string, args ...any) []Problem {
		return []Problem{{Code: code, Wait: wait, Text: fmt.Sprintf("alarm "+spec.Name+" "+format, args...)}}
	}
	if a == nil {
		return problem(CodeAlarmUnreadable, true, "was not read")
	}
	since := clock(a.Transition)
	switch a.State {
	case AlarmOK:
	case AlarmFiring:
		if !a.Muted || !spec.HonorMute {
			return problem(CodeAlarm, true, "is in ALARM since %s", since)
		}
	case AlarmNoData:
		if spec.OnNoData != NoDataProceed {
			return problem(CodeNoData, spec.OnNoData == NoDataHold,
				"has no data since %s; send data, or set onNoData: proceed on it", since)
		}
	case AlarmBlind:
		if spec.RequireData {
			return problem(CodeBlind, false, "says OK, but none of its metrics had a datapoint lately, and requireData is set")
		}
	case AlarmMissing:
		return problem(CodeAlarmMissing, false, "does not exist")
	case AlarmUnknown:
		return problem(CodeAlarmUnreadable, a.Fault == nil || !a.Fault.Final(), "can't be read%s", faultText(a.Fault))
	}
	return nil
}

// warnings are what preflight's history entry adds: blind alarms, and bakes too
// short for an alarm to see the step.
func (t *turn) warnings(l Look) string {
	if t.old.Kind == Revert {
		return ""
	}
	var text strings.Builder
	for _, a := range l.Alarms {
		if a.State == AlarmBlind {
			text.WriteString("; warning: alarm " + a.Name + " says OK, but none of its metrics had a datapoint lately")
		}
		if bake := shortestBake(t.old.Plan); a.Window > 0 && bake > 0 && bake < a.Window {
			fmt.Fprintf(&text, "; warning: alarm %s needs %s to see a step, the shortest bake is %s", a.Name, a.Window, bake)
		}
	}
	return text.String()
}

func shortestBake(p Plan) time.Duration {
	shortest := time.Duration(0)
	for _, s := range p.Steps {
		if s.Bake > 0 && (shortest == 0 || s.Bake < shortest) {
			shortest = s.Bake
		}
	}
	return shortest
}

func faultText(f *Fault) string {
	if f == nil {
		return ""
	}
	return ": " + f.Error
}

func alarmLook(l Look, name string) *AlarmLook {
	for i := range l.Alarms {
		if l.Alarms[i].Name == name {
			return &l.Alarms[i]
		}
	}
	return nil
}

func targetLook(l Look, name string) *TargetLook {
	for i := range l.Targets {
		if l.Targets[i].Name == name {
			return &l.Targets[i]
		}
	}
	return nil
}

func texts(problems []Problem) string {
	all := make([]string, 0, len(problems))
	for _, p := range problems {
		all = append(all, p.Text)
	}
	return strings.Join(all, "; ")
}
