package statemachine

import "time"

// Look is a reading of the present: good for the rev it was taken for. It holds
// what [Needs] asked for; a part that could not be read says so in itself.
type Look struct {
	// ID names the look in history.
	ID string
	// Rev is the release's when the look began.
	Rev int64
	// BegunAt is when the first call was about to be made.
	BegunAt    time.Time
	Alarms     []AlarmLook
	Targets    []TargetLook
	Gate       *GateLook
	Deployment *DeploymentLook
	// Check is what the running check of the release says; nil without one.
	Check *CheckLook
	// Slot is the canary's slot item, read for preflight.
	Slot *Slot
	// Problems are reasons to refuse that are nobody's split or alarm, such as a
	// pipeline whose deploying action stands in another stage.
	Problems []Problem
}

// AlarmLook is one alarm's reading.
type AlarmLook struct {
	Name  string
	State AlarmState
	// Transition is StateTransitionedTimestamp (CloudWatch DescribeAlarms).
	Transition time.Time
	// Visited is when the alarm was last in ALARM after the transition that the
	// release remembered, by DescribeAlarmHistory; zero if it was not.
	Visited time.Time
	Muted   bool
	// Window is how long it needs to see a step: period × evaluation periods + 2 min.
	Window time.Duration
	// Reason is CloudWatch's text, for describe --live alone: it may quote what an
	// alarm's author put into metrics, so the core keeps it nowhere.
	Reason string
	// Fault is set when State is AlarmUnknown.
	Fault *Fault
}

// TargetLook is one target's reading.
type TargetLook struct {
	Name string
	// Split is what it shows. Nil with a Fault.
	Split *Split
	// Canary is the version this release would give it; where roles swap it is
	// known only now. Preflight only.
	Canary string
	// Problems are reasons why the two versions may not be weighted together.
	// Preflight only.
	Problems []Problem
	// Lag is how long clients may go on showing what was there before a write.
	// Preflight only.
	Lag time.Duration
	// BusyWith is another canary's release that holds the target. Preflight only.
	BusyWith string
	Fault    *Fault
}

// GateLook is the gate's reading.
type GateLook struct {
	Status GateStatus
	// By is who answered; Ours: the answer carries this release's id.
	By    string
	Ours  bool
	Fault *Fault
}

// DeploymentLook is the guarded deployment's reading.
type DeploymentLook struct {
	Status  DeploymentStatus
	Point   Point
	WaitKey string
	Until   time.Time
	// WeightPct is nil where AWS does not tell it.
	WeightPct  *float64
	RollbackID string
	// Text says why it ended: AWS's error code and message. ByAlarm: AWS's own
	// alarms stopped it.
	Text    string
	ByAlarm bool
	// Problems are reasons to refuse its steps. Preflight only.
	Problems []Problem
	Fault    *Fault
}

// CheckLook is a check's reading.
type CheckLook struct {
	// Key is that of the Check order it was started by: a look at another one says
	// nothing.
	Key    string
	Status CheckStatus
	// Text is the check's own word for people, at most 512 characters; may be empty.
	Text string
	// Fault is set when Status is CheckUnknown.
	Fault *Fault
}

// Problem is a reason to refuse, or to wait.
type Problem struct {
	Code Code
	Text string
	// Wait: it may pass by itself within preflightWait.
	Wait bool
}

// Needs says what a look at a release must read.
type Needs struct {
	Alarms, Targets, Gate, Deployment, Check bool
	// Preflight asks for everything that decides whether to begin.
	Preflight bool
}

// Any reports whether there is anything to read.
func (n Needs) Any() bool { return n != Needs{} }

// alarmLook finds an alarm's look near a place.
func alarmLook(l Look, near int, name string) *AlarmLook {
	return named(l.Alarms, near, func(a *AlarmLook) bool { return a.Name == name })
}

// named finds an element. Plan, release and look list alarms in one order, so the
// place where the caller is comes first: a search for each of them stays linear.
func named[T any](all []T, near int, is func(*T) bool) *T {
	if near < len(all) && is(&all[near]) {
		return &all[near]
	}
	for i := range all {
		if is(&all[i]) {
			return &all[i]
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
