package statemachine

import (
	"fmt"
	"slices"
	"time"
)

// lawCheck: a check is left forward only by its pass, by a person's promote, or by
// its timeout where that means to go on; one that failed turns back. It is ordered
// once for each time its step begins.
func lawCheck(was Release, in Input, now time.Time, d Decision) error {
	r := d.Next
	for _, o := range r.Pending {
		if o.Kind == Check && (r.Check == nil || r.Check.Key != o.Key || r.Phase != Gated) {
			return fmt.Errorf("check %s is owed, but not waited for", o.Key)
		}
	}
	if r.Check != nil && (r.Phase != Gated || r.Plan.Steps[r.Step-1].Check == nil) {
		return fmt.Errorf("check %s is waited for in step %d of %s", r.Check.Key, r.Step, r.Phase)
	}
	if was.Check == nil || d.Change != Decided {
		return nil
	}
	l, look := in.(Look)
	look = look && l.Rev == was.Rev && l.Check != nil && l.Check.Key == was.Check.Key && was.Wish == nil
	if look && l.Check.Status == CheckFail && r.Failure == nil && r.Phase != Promoted {
		return fmt.Errorf("a check failed, and no failure recorded")
	}
	if was.Wish != nil || r.Wish == nil {
		if r.Phase != Gated && was.Wish == nil && r.Failure == nil && r.Phase != Promoted && d.Reason.Code != CodeDrift && d.Reason.Code != CodeResumed && d.Reason.Code != CodePromoteAsked {
			return fmt.Errorf("left the check for %s without its word", r.Phase)
		}
		return nil
	}
	c, command := in.(Command)
	console := was.Plan.Trigger.OnConsole == ConsolePromote && d.Reason.Code == CodeConsoleApproved
	switch {
	case command && c.Verb == VerbPromote, console:
	case look && l.Check.Status == CheckPass:
	case reached(was.WaitUntil, now) && was.Plan.Steps[was.Step-1].Check.OnTimeout == TimeoutProceed:
	default:
		return fmt.Errorf("went past the check by %s", d.Reason.Code)
	}
	return nil
}

// lawStage: a stage is rolled back once traffic is back and the gate has been
// answered, and nothing else is owed beside it.
func lawStage(was Release, _ Input, _ time.Time, d Decision) error {
	i := slices.IndexFunc(d.Next.Pending, func(o Order) bool { return o.Kind == RollbackStage })
	if i < 0 {
		return nil
	}
	r := d.Next
	switch {
	case r.Phase != RolledBack, len(r.Pending) > 1, r.Gate == nil, r.Gate.Status == GateOpen:
		return fmt.Errorf("the stage is rolled back in %s, beside %d orders", r.Phase, len(r.Pending)-1)
	case was.Phase == RolledBack && !owed(was, r.Pending[i].Key):
		return fmt.Errorf("the stage is rolled back once more")
	}
	return nil
}

// lawLag: a bake is as long as its step says, and what clients keep on top.
func lawLag(was Release, _ Input, now time.Time, d Decision) error {
	r := d.Next
	if d.Change != Decided || r.Phase != Baking || was.Phase == Baking || r.Plan.Guarded() {
		return nil
	}
	lag := time.Duration(0)
	for _, target := range r.Targets {
		if target.Written && target.Lag > lag {
			lag = target.Lag
		}
	}
	if need := now.Add(r.Plan.Steps[r.Step-1].Bake + lag); r.BakeEnd.Before(need) {
		return fmt.Errorf("the bake ends at %s, before %s", since(r.BakeEnd), since(need))
	}
	return nil
}
