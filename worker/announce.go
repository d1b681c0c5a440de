package worker

import (
	"context"

	"github.com/serinhq/serin/statemachine"
)

// Announcement is a fact for others: a history entry and the release's head.
type Announcement struct {
	// ID is release + seq, so a repeat is recognised.
	ID      string
	Entry   statemachine.Entry
	Release statemachine.Release
}

// Announcer tells others. Adapters: eventbus, local.
type Announcer interface {
	// Announce sends them all, or fails; a repeat is harmless.
	Announce(ctx context.Context, announcements []Announcement) error
}

// Gauges are Serin's own promises as numbers, published once a resync in
// namespace Serin.
type Gauges struct {
	// Heartbeat is 1 each time.
	Heartbeat float64
	// RunningReleases are those not settled; StuckReleases of them are stuck;
	// OverdueReleases have a wake more than two minutes past.
	RunningReleases, StuckReleases, OverdueReleases float64
	// OldestGateSeconds is how long the oldest open gate of a running release waits.
	OldestGateSeconds float64
}

// Meter publishes the gauges. Adapters: cloudwatch, local.
type Meter interface {
	Publish(ctx context.Context, g Gauges) error
}
