package statemachine

import (
	"fmt"
	"strings"
)

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
	if seen.Split.Rolling {
		v.add(Problem{Code: CodeTargetRolling, Text: target.Name + " is still being changed by AWS", Wait: true})
	}
	restore := *seen.Split
	restore.Rolling = false
	if _, one := restore.One(); !one {
		if !t.old.Plan.Adopt {
			v.add(Problem{Code: CodeVersionsMixed, Text: fmt.Sprintf(
				"%s shows two versions (%s); put all traffic on one, or set adopt: true", target.Name, restore)})
		}
		restore, target.Adopted = Split{Stable: restore.Stable, Form: restore.Form}, seen.Split
	}
	t.judgeRevert(v, l, i, restore)
	target.Restore, target.Want, target.Seen, target.SeenAt = &restore, &restore, seen.Split, l.BegunAt
	target.Lag = seen.Lag
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
	if t.old.Plan.Targets[i].Traits.SwapsRoles && l.Slot != nil && l.Slot.Newest != t.old.Revert.Newest {
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
