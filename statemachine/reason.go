package statemachine

import "time"

// Reason is why: log field, metric label, history entry, announced fact.
type Reason struct {
	Code Code `json:"code"`
	// Text is one sentence for people.
	Text  string `json:"text"`
	Cause Cause  `json:"cause"`
	// Actor is the person behind it; empty when nobody is.
	Actor string `json:"actor,omitempty"`
}

// Cause is the event, look, command, wake or order that made a change.
type Cause struct {
	Kind CauseKind `json:"kind"`
	ID   string    `json:"id,omitempty"`
}

// Entry is one line of a release's history. Its seq is the rev it explains.
type Entry struct {
	Seq       int64     `json:"seq"`
	At        time.Time `json:"at"`
	From      Phase     `json:"from,omitempty"`
	To        Phase     `json:"to"`
	Step      int       `json:"step"`
	WeightPct float64   `json:"weight"`
	Reason
}

// Decision is what Advance returns.
type Decision struct {
	// Next is to be saved before its Pending is acted on.
	Next   Release
	Reason Reason
	// Change says how much of it is new.
	Change Change
}

// Change says how a decision is to be kept.
type Change int

// The kinds of change.
const (
	// Unchanged: nothing to keep; the reason says why the input does not concern.
	Unchanged Change = iota + 1
	// Touched: attempts or wake moved; rev and history stay.
	Touched
	// Decided: rev rose by one; save with a history entry.
	Decided
)

// Entry is the decision's line of history, from the release it was made for.
func (d Decision) Entry(from Phase) Entry {
	return Entry{
		Seq: d.Next.Rev, At: d.Next.UpdatedAt, From: from, To: d.Next.Phase,
		Step: d.Next.Step, WeightPct: d.Next.WeightPct(), Reason: d.Reason,
	}
}
