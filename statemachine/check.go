package statemachine

// CheckStatus is what a look says of a check.
type CheckStatus int

// The check statuses.
const (
	// CheckPass: the validation passed.
	CheckPass CheckStatus = iota + 1
	// CheckFail: it failed, or ended without a word.
	CheckFail
	// CheckWait: it has not ended.
	CheckWait
	// CheckUnknown: could not be read.
	CheckUnknown
)

func checkStatusWords() words {
	return words{"pass", "fail", "wait", "unknown"}
}

func (v CheckStatus) String() string { return checkStatusWords().text("check status", int(v)) }

// MarshalText writes the word the table keeps; a zero check status is an error.
func (v CheckStatus) MarshalText() ([]byte, error) {
	return checkStatusWords().marshal("check status", int(v))
}

// UnmarshalText reads that word; an unknown one is an error.
func (v *CheckStatus) UnmarshalText(text []byte) error {
	n, err := checkStatusWords().parse("check status", text)
	*v = CheckStatus(n)
	return err
}
