package statemachine

import (
	"fmt"
	"time"
)

func (t *turn) command() Command {
	c, _ := t.in.(Command)
	return c
}

func (t *turn) wishPromote() { t.wish(VerbPromote, "promote asked by ") }
func (t *turn) wishApprove() { t.wish(VerbApprove, "approved by ") }

// wish records what a person wants; it takes effect with a healthy look begun
// after it, once no order is pending.
func (t *turn) wish(verb Verb, text string) {
	c := t.command()
	t.next.Wish = &Wish{Verb: verb, By: c.Actor, At: t.now}
	t.next.WaitUntil = noTime
	t.next.LookAt = latest(t.now, t.old.quiet())
	t.leaveCheck()
	if t.contended() {
		t.uncontend()
	}
	t.say(t.code, text+c.Actor+": "+c.Reason)
}

// wishLapsed: onTimeout is proceed.
func (t *turn) wishLapsed() {
	t.next.Wish = &Wish{Verb: VerbApprove, By: "timeout", At: t.now}
	t.next.WaitUntil = noTime
	t.next.LookAt = t.now
	t.leaveCheck()
	t.byTime()
	if t.checking() {
		t.say(CodeCheckTimeout, "check "+t.old.Check.String()+" has not ended by "+clock(t.old.WaitUntil)+"; onTimeout says proceed")
		return
	}
	t.say(t.code, "nobody answered by "+clock(t.old.WaitUntil)+"; onTimeout says proceed")
}

// lapsed: the wait of an approval or a check has ended, and that means to go on.
func (t *turn) lapsed() bool {
	return t.old.Wish == nil && reached(t.old.WaitUntil, t.now) && t.onTimeout() == TimeoutProceed
}

func (t *turn) pause() {
	c := t.command()
	t.next.Held = &Held{By: c.Actor, Reason: c.Reason, Since: t.now, Until: t.now.Add(t.old.Plan.HoldTimeout)}
	t.say(t.code, "held by "+c.Actor+": "+c.Reason)
}

// resume ends a hold; when contended it allows one more correction.
func (t *turn) resume() {
	c := t.command()
	t.next.Held, t.next.Waiting = nil, ""
	if t.old.Phase == Shifting || t.old.Phase == Promoting || t.old.Phase == Preflight {
		t.next.LookAt = latest(t.now, t.old.quiet())
	}
	if t.contended() {
		t.uncontend()
	}
	t.say(t.code, "resumed by "+c.Actor+": "+c.Reason)
}

// uncontend repeats the current split of the contended target once, whatever it
// shows.
func (t *turn) uncontend() {
	i := t.old.target(t.old.Stuck.Resource)
	t.next.Stuck = nil
	if i < 0 {
		return
	}
	if t.old.Phase == Promoting {
		t.move(Promote, i, t.old.finalSplit(i), nil)
		return
	}
	t.next.Phase = Shifting
	if t.old.Phase == Shifting {
		t.move(Shift, i, t.old.stepSplit(i, t.old.Step), nil)
		return
	}
	t.repeatWeight(i, nil)
}

func (t *turn) holdOver() bool {
	if t.old.Held == nil || !reached(t.old.Held.Until, t.now) {
		return false
	}
	t.failure = t.timeFailure()
	t.byTime()
	return true
}

func staleText(c Command, r Release) string {
	if c.Rev == 0 {
		return c.Verb.String() + " needs the release's rev"
	}
	return fmt.Sprintf("the release is at rev %d, the command was for rev %d", r.Rev, c.Rev)
}

// situation is where the release stands, in words, for a refused command.
func (r Release) situation() string {
	text := "the release is " + r.Phase.String()
	switch {
	case r.Held != nil:
		text += ", held by " + r.Held.By
	case r.contended():
		text += ", contended"
	case r.Check != nil && r.Wish == nil:
		text += ", check " + r.Check.String() + " decides; promote skips it"
	case r.Wish != nil:
		text += ", " + r.Wish.Verb.String() + " by " + r.Wish.By + " waits for a healthy look"
	}
	return text
}

var noTime time.Time //nolint:gochecknoglobals // the zero time, never written

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
