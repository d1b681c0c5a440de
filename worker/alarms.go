package worker

import (
	"context"
	"time"

	"github.com/serinhq/serin/statemachine"
)

// AlarmQuery asks for one alarm.
type AlarmQuery struct {
	Name string
	// Since is the StateTransitionedTimestamp the release remembers: another one
	// now is asked of the alarm's history. Zero: don't ask.
	Since time.Time
	// Data: also say whether its metrics had a datapoint lately (blind).
	Data bool
	// Mute: also say whether a mute rule is active.
	Mute bool
}

// Alarms reads alarms of all types. Safe for concurrent use. Adapters:
// cloudwatch, local.
type Alarms interface {
	// Look reads them, in tens of tens (up to 100 names a call). The answer has one
	// look per query, in its order; a name nobody knows is AlarmMissing, never an
	// OK. The error is for the whole.
	Look(ctx context.Context, queries []AlarmQuery) ([]statemachine.AlarmLook, error)
}
