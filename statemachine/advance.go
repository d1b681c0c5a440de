package statemachine

import "time"

// Advance returns what becomes of r when in arrives at now. It is total and
// does no I/O. An input that does not concern r (late, duplicate, of another
// revision) returns r unchanged with a reason. For a [Command], unchanged means
// refused. A time of r that has come goes first, whatever in is: the reason's
// cause is then a wake, and a command was not taken.
//
// The first row of the release's table whose guard holds is taken; see
// table_rows.go and, for guarded deployments, guarded_table.go.
func Advance(r Release, in Input, now time.Time) Decision {
	t := &turn{old: r, next: r.draft(), in: in, now: now, cause: causeOf(in)}
	if !r.Running() {
		return t.unchanged(CodeNotConcerned, "the release is settled")
	}
	if c, ok := in.(Command); ok {
		t.actor = c.Actor
		if !t.revFits(c) {
			return t.unchanged(CodeStaleRev, staleText(c, r))
		}
	}
	for _, row := range tableOf(r)[r.Phase] {
		if row.on.is(in) && row.when(t) {
			return t.take(row)
		}
	}
	return t.unchanged(t.whyNot())
}

// turn is one call of Advance under way.
type turn struct {
	old, next Release
	in        Input
	now       time.Time

	cause Cause
	actor string
	code  Code
	text  string
	// touched: only attempts and wake moved.
	touched bool
	// failure is what the guard failed found.
	failure *Failure
	// preflight is what a preflight look adds up to.
	verdict *verdict
}

// take makes the row's transition.
func (t *turn) take(row row) Decision {
	if row.to != 0 {
		t.next.Phase = row.to
	}
	t.code = row.code
	row.do(t)
	if t.touched {
		t.next.WakeAt = t.wakeAt()
		return Decision{Next: t.next, Change: Touched, Reason: t.reason()}
	}
	t.remember()
	t.keepClock()
	t.next.Rev++
	t.next.UpdatedAt = t.now
	t.next.WakeAt = t.wakeAt()
	return Decision{Next: t.next, Change: Decided, Reason: t.reason()}
}

func (t *turn) unchanged(code Code, text string) Decision {
	return Decision{
		Next: t.old, Change: Unchanged,
		Reason: Reason{Code: code, Text: text, Cause: t.cause, Actor: t.actor},
	}
}

func (t *turn) reason() Reason {
	return Reason{Code: t.code, Text: t.text, Cause: t.cause, Actor: t.actor}
}

// say overrides the row's code where an effect knows better.
func (t *turn) say(code Code, text string) { t.code, t.text = code, text }

func causeOf(in Input) Cause {
	switch in := in.(type) {
	case Look:
		return Cause{Kind: CauseLook, ID: in.ID}
	case AlarmEvent:
		return Cause{Kind: CauseEvent, ID: in.ID}
	case Command:
		return Cause{Kind: CauseCommand, ID: in.ID}
	case OrderDone:
		return Cause{Kind: CauseOrder, ID: in.Key}
	case OrderFailed:
		return Cause{Kind: CauseOrder, ID: in.Key}
	case Wake:
		return Cause{Kind: CauseWake}
	}
	return Cause{Kind: CauseWake}
}

// whyNot says why an input that no row takes changes nothing.
func (t *turn) whyNot() (Code, string) {
	switch in := t.in.(type) {
	case Look:
		if in.Rev != t.old.Rev {
			return CodeStaleLook, "the look was taken for another rev"
		}
		return CodeWaiting, "nothing in the look changes anything"
	case AlarmEvent:
		if in.State == AlarmFiring && t.guardedBy(in.Name) {
			return CodeOldEvent, "alarm " + in.Name + " is older than the release's own look, overridden, or no longer matters"
		}
		return CodeNotConcerned, "alarm " + in.Name + " says nothing that this release acts on"
	case Command:
		return CodeWrongPhase, in.Verb.String() + " is not possible: " + t.old.situation()
	case OrderDone, OrderFailed:
		return CodeUnknownOrder, "the release owes no order with this key"
	case Wake:
		if reached(t.old.WakeAt, t.now) {
			return CodeNotDue, "a look or an order is due, and decides"
		}
		return CodeNotDue, "no time of the release has come"
	}
	return CodeNotConcerned, ""
}
