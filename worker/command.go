package worker

import "time"

// Command is what the command line sends to the command queue, as JSON.
type Command struct {
	// ID is a ULID; a repeat acts once.
	ID string `json:"id"`
	// Verb is one of statemachine.Verb's words, or start or revert.
	Verb string `json:"verb"`
	// Canary is the release's canary, or the one to start or revert.
	Canary string `json:"canary"`
	// Release is empty for start and revert.
	Release string `json:"release,omitempty"`
	// Rev refuses the command if the release has moved on. 0 for rollback, start
	// and revert.
	Rev int64 `json:"rev,omitempty"`
	// Actor is who the command line says it is: an ARN. The queue's Sender is the
	// proven one.
	Actor  string `json:"actor"`
	Reason string `json:"reason"`
	// Version is start's; FixForward the alarms it overrides.
	Version    string    `json:"version,omitempty"`
	FixForward []string  `json:"fixForward,omitempty"`
	ExpiresAt  time.Time `json:"expiresAt"`
}

// The verbs that make a release; all others are statemachine's.
const (
	VerbStart  = "start"
	VerbRevert = "revert"
)

// Outcome is what became of a command, kept for a day.
type Outcome struct {
	Command string `json:"command"`
	// Done: it acted. Otherwise it was refused and changed nothing.
	Done bool   `json:"done"`
	Code string `json:"code"`
	Text string `json:"text"`
	// Release and Rev after it.
	Release string    `json:"release,omitempty"`
	Rev     int64     `json:"rev,omitempty"`
	At      time.Time `json:"at"`
}
