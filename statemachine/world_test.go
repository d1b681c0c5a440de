package statemachine

import (
	"maps"
	"strings"
	"time"
)

// world is what stands around one release: what its looks read and its orders
// change.
type world struct {
	shows      map[string]Split
	alarms     map[string]AlarmLook
	rang       map[string]time.Time // when an alarm was last in ALARM
	gate       GateLook
	deployment DeploymentLook
	slot       Slot
	problems   []Problem
	idle       map[string]string // where roles swap: the version a target would get
	busy       map[string]string
	unread     map[string]Fault // by alarm, target, "gate", "deployment" or "check"
	lags       map[string]time.Duration
	check      CheckLook // what any check says
}

func newWorld() *world {
	return &world{
		shows: map[string]Split{}, alarms: map[string]AlarmLook{}, rang: map[string]time.Time{},
		idle: map[string]string{}, busy: map[string]string{}, unread: map[string]Fault{},
		lags: map[string]time.Duration{}, check: CheckLook{Status: CheckWait},
		gate: GateLook{Status: GateOpen}, deployment: DeploymentLook{Status: DeploymentRunning},
	}
}

// clone is another world that looks the same.
func (w *world) clone() *world {
	c := *w
	c.shows, c.alarms, c.rang, c.unread = maps.Clone(w.shows), maps.Clone(w.alarms), maps.Clone(w.rang), maps.Clone(w.unread)
	c.idle, c.busy = maps.Clone(w.idle), maps.Clone(w.busy)
	return &c
}

// ring puts an alarm into a state, at CloudWatch's clock.
func (w *world) ring(name string, state AlarmState, at time.Time) {
	a := w.alarms[name]
	if a.State != state {
		a.Transition = at
	}
	a.Name, a.State = name, state
	w.alarms[name] = a
	if state == AlarmFiring {
		w.rang[name] = at
	}
}

// look reads what the release needs.
func (w *world) look(r Release, begun time.Time) Look {
	needs := r.Needs()
	l := Look{ID: "look", Rev: r.Rev, BegunAt: begun}
	if needs.Alarms {
		for _, remembered := range r.Alarms {
			l.Alarms = append(l.Alarms, w.alarm(remembered))
		}
	}
	if needs.Targets {
		for i, target := range r.Targets {
			l.Targets = append(l.Targets, w.target(target, needs.Preflight && r.Plan.Targets[i].Traits.SwapsRoles))
		}
	}
	if needs.Gate {
		gate := w.gate
		if fault, bad := w.unread["gate"]; bad {
			gate = GateLook{Status: GateUnknown, Fault: &fault}
		}
		l.Gate = &gate
	}
	if needs.Deployment {
		deployment := w.deployment
		if fault, bad := w.unread["deployment"]; bad {
			deployment = DeploymentLook{Status: DeploymentUnknown, Fault: &fault}
		}
		l.Deployment = &deployment
	}
	if needs.Check {
		check := w.check
		if fault, bad := w.unread["check"]; bad {
			check = CheckLook{Status: CheckUnknown, Fault: &fault}
		}
		check.Key = r.Check.Key
		l.Check = &check
	}
	if needs.Preflight {
		slot := w.slot
		l.Slot, l.Problems = &slot, w.problems
	}
	return l
}

func (w *world) alarm(remembered Alarm) AlarmLook {
	if fault, bad := w.unread[remembered.Name]; bad {
		return AlarmLook{Name: remembered.Name, State: AlarmUnknown, Fault: &fault}
	}
	a := w.alarms[remembered.Name]
	rang := w.rang[remembered.Name]
	if !remembered.Transition.IsZero() && !a.Transition.Equal(remembered.Transition) && rang.After(remembered.Transition) {
		a.Visited = rang
	}
	return a
}

func (w *world) target(target Target, swaps bool) TargetLook {
	seen := TargetLook{Name: target.Name, Lag: w.lags[target.Name], BusyWith: w.busy[target.Name]}
	if fault, bad := w.unread[target.Name]; bad {
		seen.Fault = &fault
		return seen
	}
	split := w.shows[target.Name]
	seen.Split = &split
	if swaps {
		seen.Canary = w.idle[target.Name]
	}
	return seen
}

// perform does what an order asks, and reads back.
func (w *world) perform(r Release, o Order) OrderDone {
	done := OrderDone{Key: o.Key}
	switch o.Kind {
	case Shift, Promote, Restore:
		w.shows[o.Target] = shown(r, o)
		seen := w.shows[o.Target]
		done.Seen = &seen
	case Answer:
		if fault, bad := w.unread["gate"]; bad {
			done.Gate = &GateLook{Status: GateUnknown, Fault: &fault}
			return done
		}
		if w.gate.Status == GateOpen {
			w.gate = GateLook{Status: GateRejected, By: "serin", Ours: true}
			if o.Approve {
				w.gate.Status = GateApproved
			}
		}
		gate := w.gate
		done.Gate = &gate
	case Continue:
		if w.deployment.Status == DeploymentWaiting && w.deployment.WaitKey == o.WaitKey {
			w.deployment.Status, w.deployment.Point, w.deployment.WaitKey = DeploymentRunning, 0, ""
		}
	case Stop:
		if w.deployment.Status == DeploymentRunning || w.deployment.Status == DeploymentWaiting {
			w.deployment = DeploymentLook{Status: DeploymentStopping}
		}
	case Check:
		done.Run = "smoke:1"
	case RollbackStage:
		done.Run = "e2"
	case StopExecution:
	}
	return done
}

// shown is how a target tells the split that an order wrote. A rule that swaps
// roles names its groups in an order of its own, not ours.
func shown(r Release, o Order) Split {
	split := *o.Want
	if r.Plan.Targets[r.target(o.Target)].Traits.SwapsRoles && split.Canary != "" && strings.Compare(split.Stable, split.Canary) > 0 {
		if split.WeightPct == 0 {
			return split
		}
		split.Stable, split.Canary, split.WeightPct = split.Canary, split.Stable, 100-split.WeightPct
	}
	return split
}
