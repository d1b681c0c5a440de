package statemachine

import (
	"iter"
	"maps"
	"time"
)

func mapKeys(m map[string]bool) iter.Seq[string] { return maps.Keys(m) }

// batteryInput is one input of those that every state is given.
type batteryInput struct {
	kind string
	in   Input
	now  time.Time
}

// inputs are the story's own, or those of every kind: now, soon, and when every
// wait has ended.
func (at state) inputs() []batteryInput {
	if at.story.in != nil {
		return []batteryInput{{at.kindOf(at.story.in), at.story.in, at.story.now}}
	}
	var all []batteryInput
	for _, now := range []time.Time{at.story.now, at.story.now.Add(time.Minute), at.story.now.Add(48 * time.Hour)} {
		all = append(all, batteryInput{"wake", Wake{}, now})
		all = append(all, at.looks(now)...)
		all = append(all, at.events(now)...)
		all = append(all, at.outcomes(now)...)
		for verb := range verbWords() {
			v := Verb(verb + 1)
			for _, rev := range []int64{at.story.r.Rev, at.story.r.Rev - 1, 0} {
				all = append(all, batteryInput{v.String(), Command{ID: "c", Verb: v, Rev: rev, Actor: "ann", Reason: "r"}, now})
			}
		}
	}
	return all
}

func (at state) kindOf(in Input) string {
	switch in := in.(type) {
	case Wake:
		return "wake"
	case Look:
		if in.Rev != at.story.r.Rev {
			return "late look"
		}
		return "look"
	case AlarmEvent:
		return "event"
	case Command:
		return in.Verb.String()
	case OrderDone:
		return "done"
	case OrderFailed:
		return "failed"
	}
	return ""
}

// looks are truthful ones, in the world as it is and with one thing changed.
func (at state) looks(now time.Time) []batteryInput {
	var all []batteryInput
	for _, change := range []func(*world){
		func(*world) {},
		func(w *world) { w.ring("x", AlarmFiring, now) },
		func(w *world) { w.ring("x", AlarmNoData, now) },
		func(w *world) { w.check = CheckLook{Status: CheckPass} },
		func(w *world) { w.check = CheckLook{Status: CheckFail} },
		func(w *world) { w.gate = GateLook{Status: GateApproved, By: "bob"} },
		func(w *world) { w.gate = GateLook{Status: GateRejected, By: "bob"} },
		func(w *world) { w.shows["a"] = Split{Stable: "other"} },
		func(w *world) { w.shows["a"] = Split{Stable: "42", Canary: "43", WeightPct: 33} },
		func(w *world) { w.unread["a"] = Fault{Code: FaultDenied, Error: "denied"} },
		func(w *world) { w.deployment = DeploymentLook{Status: DeploymentSucceeded} },
		func(w *world) { w.deployment = DeploymentLook{Status: DeploymentStopped} },
		func(w *world) { w.deployment = DeploymentLook{Status: DeploymentStopping} },
		func(w *world) {
			w.deployment = DeploymentLook{Status: DeploymentWaiting, Point: PointReady, WaitKey: "w"}
		},
	} {
		w := at.story.clone()
		change(w)
		l := w.look(at.story.r, now)
		all = append(all, batteryInput{"look", l, now})
		l.Rev--
		all = append(all, batteryInput{"late look", l, now})
	}
	return all
}

func (at state) events(now time.Time) []batteryInput {
	return []batteryInput{
		{"event", AlarmEvent{ID: "e", Name: "x", State: AlarmFiring, At: now}, now},
		{"event", AlarmEvent{ID: "e", Name: "x", State: AlarmFiring, At: start.Add(-24 * time.Hour)}, now},
		{"event", AlarmEvent{ID: "e", Name: "x", State: AlarmOK, At: now}, now},
		{"event", AlarmEvent{ID: "e", Name: "nobody's", State: AlarmFiring, At: now}, now},
	}
}

// outcomes are those of every pending order, well or not, and of one that is not owed.
func (at state) outcomes(now time.Time) []batteryInput {
	all := []batteryInput{
		{"done", OrderDone{Key: "old"}, now},
		{"failed", OrderFailed{Key: "old", Fault: Fault{Code: FaultDenied}}, now},
	}
	for _, o := range at.story.r.Pending {
		w := at.story.clone()
		all = append(all, batteryInput{"done", w.perform(at.story.r, o), now})
		for _, status := range []GateStatus{GateApproved, GateRejected, GateGone, GateUnknown} {
			if o.Kind == Answer {
				all = append(all, batteryInput{"done", OrderDone{Key: o.Key, Gate: &GateLook{Status: status}}, now})
			}
		}
		for code := range faultCodeWords() {
			for _, seen := range []Split{{Stable: "other"}, {Stable: "42", Canary: "43", WeightPct: 33}} {
				f := Fault{Code: FaultCode(code + 1), Error: "e", Seen: &seen}
				all = append(all, batteryInput{"failed", OrderFailed{Key: o.Key, Fault: f}, now})
			}
		}
	}
	return all
}
