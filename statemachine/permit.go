package statemachine

import (
	"strings"
	"time"
)

// permits: the look was taken for this rev, begun after the bake ended (or a
// person's word cut it short), and everything in it is healthy. No news is not
// good news.
func (t *turn) permits() bool {
	l, ok := t.current()
	if !ok || t.held() || t.contended() || len(t.old.Pending) > 0 {
		return false
	}
	from, ok := t.goOnAt()
	if !ok || l.BegunAt.Before(from) {
		return false
	}
	return t.unhealthy(l) == ""
}

// goOnAt is from when on a look may permit the next move; false while a person
// is still asked.
func (t *turn) goOnAt() (time.Time, bool) {
	r := t.old
	quiet := r.quiet()
	switch {
	case r.Wish != nil:
		return latest(r.Wish.At, quiet), true
	case r.Phase == Gated:
		return noTime, false
	case r.Phase == Baking:
		return latest(r.BakeEnd, quiet), true
	}
	return latest(r.LookAt, quiet), true
}

// newsOfBake: a move is due, but the look is not healthy, for a new reason.
func (t *turn) newsOfBake() bool {
	l, ok := t.current()
	if !ok || t.held() || t.contended() {
		return false
	}
	from, ok := t.goOnAt()
	if !ok || l.BegunAt.Before(from) {
		return false
	}
	text := t.unhealthy(l)
	return text != "" && text != t.old.Waiting
}

func (t *turn) notHealthy() string {
	l, _ := t.current()
	return t.unhealthy(l)
}

// unhealthy says what is wrong with a look, in words that stay the same while
// the same is wrong; "" when nothing is.
func (t *turn) unhealthy(l Look) string {
	var wrong []string
	if t.old.Kind == Forward {
		for i, spec := range t.old.Plan.Alarms {
			if text := t.alarmUnhealthy(spec, alarmLook(l, i, spec.Name)); text != "" {
				wrong = append(wrong, text)
			}
		}
	}
	if t.old.Plan.Guarded() && (l.Deployment == nil || l.Deployment.Status == DeploymentUnknown) {
		wrong = append(wrong, "the deployment could not be read")
	}
	for i, target := range t.old.Targets {
		if !t.old.movable(i) {
			continue
		}
		seen := targetLook(l, target.Name)
		switch {
		case seen == nil || seen.Split == nil:
			wrong = append(wrong, target.Name+" could not be read")
		case !seen.Split.ServesAs(*target.expected()):
			wrong = append(wrong, target.Name+" shows "+seen.Split.String())
		}
	}
	return strings.Join(wrong, "; ")
}

func (t *turn) alarmUnhealthy(spec AlarmSpec, a *AlarmLook) string {
	switch {
	case t.overridden(spec.Name):
		return ""
	case a == nil:
		return "alarm " + spec.Name + " was not read"
	case a.State == AlarmOK, a.State == AlarmBlind && !spec.RequireData:
		return ""
	case a.State == AlarmFiring && a.Muted && spec.HonorMute:
		return ""
	case lacksData(*a, spec) && spec.OnNoData == NoDataProceed:
		return ""
	}
	if a.State == AlarmUnknown {
		return "alarm " + spec.Name + " can't be read"
	}
	return "alarm " + spec.Name + " is " + a.State.String()
}

// remember keeps what a look saw, whatever it decided.
func (t *turn) remember() {
	l, ok := t.current()
	if !ok {
		return
	}
	for i := range t.next.Alarms {
		a := alarmLook(l, i, t.next.Alarms[i].Name)
		if a == nil {
			continue
		}
		t.next.Alarms[i].State, t.next.Alarms[i].SeenAt = a.State, l.BegunAt
		if !a.Transition.IsZero() { // not read: what was last seen still asks for visits since
			t.next.Alarms[i].Transition = a.Transition
		}
	}
	for i := range t.next.Targets {
		if seen := targetLook(l, t.next.Targets[i].Name); seen != nil && seen.Split != nil {
			t.next.Targets[i].Seen, t.next.Targets[i].SeenAt = seen.Split, l.BegunAt
		}
	}
	if g := t.next.Gate; g != nil && l.Gate != nil && g.Status == GateUnknown {
		if l.Gate.Status == GateOpen {
			g.Status = GateOpen
		}
	}
}
