// Package eventbus tells others what became of releases, through EventBridge:
// [Announcer] is a worker.Announcer.
//
// The package must not tell more than the detail in this package lists, must not
// wait for anyone to hear it, and must not remember what it told: the loop sends
// again what may not have arrived.
package eventbus
