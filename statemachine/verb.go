package statemachine

// Verb is what a person asks of a release.
type Verb int

// The verbs.
const (
	// VerbApprove: let the waiting step go on.
	VerbApprove Verb = iota + 1
	// VerbReject: roll back instead of approving.
	VerbReject
	// VerbPromote: skip the remaining steps after one healthy look.
	VerbPromote
	// VerbRollback: go back now; needs no rev.
	VerbRollback
	// VerbPause: hold: nothing moves forward.
	VerbPause
	// VerbResume: end a hold, or allow one more correction when contended.
	VerbResume
)

func verbWords() words {
	return words{"approve", "reject", "promote", "rollback", "pause", "resume"}
}

func (v Verb) String() string { return verbWords().text("verb", int(v)) }

// MarshalText writes the word the table keeps; a zero verb is an error.
func (v Verb) MarshalText() ([]byte, error) { return verbWords().marshal("verb", int(v)) }

// UnmarshalText reads that word; an unknown one is an error.
func (v *Verb) UnmarshalText(text []byte) error {
	n, err := verbWords().parse("verb", text)
	*v = Verb(n)
	return err
}
