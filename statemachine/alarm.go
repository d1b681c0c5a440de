package statemachine

// AlarmState is what a look says of an alarm.
type AlarmState int

// The alarm states.
const (
	// AlarmOK: healthy.
	AlarmOK AlarmState = iota + 1
	// AlarmFiring: in ALARM.
	AlarmFiring
	// AlarmNoData: INSUFFICIENT_DATA, or its evaluation failed.
	AlarmNoData
	// AlarmBlind: OK, but none of its metrics had a datapoint lately.
	AlarmBlind
	// AlarmMissing: no alarm has this name.
	AlarmMissing
	// AlarmUnknown: could not be read.
	AlarmUnknown
)

func alarmStateWords() words {
	return words{"ok", "alarm", "no_data", "blind", "missing", "unknown"}
}

func (v AlarmState) String() string { return alarmStateWords().text("alarm state", int(v)) }

// MarshalText writes the word the table keeps; a zero alarm state is an error.
func (v AlarmState) MarshalText() ([]byte, error) {
	return alarmStateWords().marshal("alarm state", int(v))
}

// UnmarshalText reads that word; an unknown one is an error.
func (v *AlarmState) UnmarshalText(text []byte) error {
	n, err := alarmStateWords().parse("alarm state", text)
	*v = AlarmState(n)
	return err
}

// OnNoData says what lack of data means for an alarm.
type OnNoData int

// The onNoDatas.
const (
	// NoDataRefuse: preflight refuses at once, a bake rolls back.
	NoDataRefuse OnNoData = iota + 1
	// NoDataHold: wait: in preflight until preflightWait, in a bake until the deadline.
	NoDataHold
	// NoDataProceed: counts as ok.
	NoDataProceed
)

func onNoDataWords() words {
	return words{"refuse", "hold", "proceed"}
}

func (v OnNoData) String() string { return onNoDataWords().text("onNoData", int(v)) }

// MarshalText writes the word the table keeps; a zero onNoData is an error.
func (v OnNoData) MarshalText() ([]byte, error) { return onNoDataWords().marshal("onNoData", int(v)) }

// UnmarshalText reads that word; an unknown one is an error.
func (v *OnNoData) UnmarshalText(text []byte) error {
	n, err := onNoDataWords().parse("onNoData", text)
	*v = OnNoData(n)
	return err
}
