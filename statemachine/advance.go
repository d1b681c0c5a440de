package statemachine

import "time"

// Advance returns what becomes of r when in arrives at now. It is total and
// does no I/O. An input that does not concern r (late, duplicate, of another
// revision) returns r unchanged with a reason. For a [Command], unchanged means
// refused.
func Advance(r Release, in Input, now time.Time) Decision {
	return Decision{Next: r, Change: Unchanged, Reason: Reason{Code: CodeNotConcerned}}
}
