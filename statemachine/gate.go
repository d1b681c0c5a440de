package statemachine

// GateStatus is what a pipeline's approval action says.
type GateStatus int

// The gate statuss.
const (
	// GateOpen: waiting for an answer.
	GateOpen GateStatus = iota + 1
	// GateApproved: answered Approved.
	GateApproved
	// GateRejected: answered Rejected, or timed out.
	GateRejected
	// GateGone: the execution was stopped or superseded, or no longer waits here.
	GateGone
	// GateUnknown: could not be read.
	GateUnknown
)

func gateStatusWords() words {
	return words{"open", "approved", "rejected", "gone", "unknown"}
}

func (v GateStatus) String() string { return gateStatusWords().text("gate status", int(v)) }

// MarshalText writes the word the table keeps; a zero gate status is an error.
func (v GateStatus) MarshalText() ([]byte, error) {
	return gateStatusWords().marshal("gate status", int(v))
}

// UnmarshalText reads that word; an unknown one is an error.
func (v *GateStatus) UnmarshalText(text []byte) error {
	n, err := gateStatusWords().parse("gate status", text)
	*v = GateStatus(n)
	return err
}
