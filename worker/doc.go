// Package worker is the loop that drives releases, and the ports it needs.
//
// The order of things is law:
//
//	receive → decode → route → load → Advance → save if rev matches → act on
//	Pending → Advance with the outcome → save → … → settle the delivery
//
// A release is saved before its orders are acted on, and a delivery is settled
// last, so a crash anywhere is a redelivery or a wake, and both end the same
// way. An order that failed is an input for the core; a delivery that failed is
// a verdict for the queue. The two never mix.
//
// One delivery and one wake are plain functions ([Loop.Handle], [Loop.Wake])
// without goroutines, timers or channels. Goroutines live in run.go.
//
// The package knows no AWS and imports nothing from internal/. Decisions are the
// core's (package statemachine); here is only their order.
package worker
