package statemachine

// Phase is where a release stands.
type Phase int

// The phases.
const (
	// Queued: another release of the canary runs; this one waits.
	Queued Phase = iota + 1
	// Preflight: looking, before anything has moved.
	Preflight
	// Shifting: a weight is being written, or AWS shifts by itself.
	Shifting
	// Baking: the weight is shown; it must stay healthy until bakeEnd.
	Baking
	// Gated: a person is asked, or a check decides.
	Gated
	// Promoting: targets take their final form, then the gate is answered.
	Promoting
	// Promoted: all traffic is on the new version.
	Promoted
	// RollingBack: traffic goes back first, then the gate is answered.
	RollingBack
	// RolledBack: all traffic is on the old version.
	RolledBack
	// Refused: preflight said no; nothing was moved.
	Refused
	// Superseded: a newer trigger came while this one was queued.
	Superseded
)

func phaseWords() words {
	return words{"queued", "preflight", "shifting", "baking", "gated", "promoting", "promoted", "rolling_back", "rolled_back", "refused", "superseded"}
}

func (v Phase) String() string { return phaseWords().text("phase", int(v)) }

// MarshalText writes the word the table keeps; a zero phase is an error.
func (v Phase) MarshalText() ([]byte, error) { return phaseWords().marshal("phase", int(v)) }

// UnmarshalText reads that word; an unknown one is an error.
func (v *Phase) UnmarshalText(text []byte) error {
	n, err := phaseWords().parse("phase", text)
	*v = Phase(n)
	return err
}

// Kind says what a release is for.
type Kind int

// The kinds.
const (
	// Forward: a new version goes out by the plan.
	Forward Kind = iota + 1
	// Revert: one move back to an older version, without steps, alarms or bake.
	Revert
)

func kindWords() words {
	return words{"release", "revert"}
}

func (v Kind) String() string { return kindWords().text("kind", int(v)) }

// MarshalText writes the word the table keeps; a zero kind is an error.
func (v Kind) MarshalText() ([]byte, error) { return kindWords().marshal("kind", int(v)) }

// UnmarshalText reads that word; an unknown one is an error.
func (v *Kind) UnmarshalText(text []byte) error {
	n, err := kindWords().parse("kind", text)
	*v = Kind(n)
	return err
}
