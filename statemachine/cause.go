package statemachine

// CauseKind is the sort of thing that made a change.
type CauseKind int

// The causes.
const (
	// CauseEvent: an event from EventBridge.
	CauseEvent CauseKind = iota + 1
	// CauseLook: a reading of the present.
	CauseLook
	// CauseCommand: a person's command.
	CauseCommand
	// CauseWake: a time that had come.
	CauseWake
	// CauseOrder: the outcome of an order.
	CauseOrder
)

func causeKindWords() words {
	return words{"event", "look", "command", "wake", "order"}
}

func (v CauseKind) String() string { return causeKindWords().text("cause", int(v)) }

// MarshalText writes the word the table keeps; a zero cause is an error.
func (v CauseKind) MarshalText() ([]byte, error) { return causeKindWords().marshal("cause", int(v)) }

// UnmarshalText reads that word; an unknown one is an error.
func (v *CauseKind) UnmarshalText(text []byte) error {
	n, err := causeKindWords().parse("cause", text)
	*v = CauseKind(n)
	return err
}
