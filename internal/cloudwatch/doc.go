// Package cloudwatch reads the alarms that guard releases and publishes the
// worker's own numbers: [Alarms] is a worker.Alarms, [Meter] a worker.Meter.
//
// The package must not judge what it reads: whether no data is good enough, or
// a muted ALARM counts, is the core's. It must not write to an alarm, and must
// not keep anything between calls.
package cloudwatch
