// Package demo plays three releases on the embedded default: the real loop, the
// real decoder and the real core on a world in memory, with every duration
// divided by the same number. It needs no AWS, no Docker and no network.
//
// It is the world's side only: pipelines reach their gates, an alarm fires, a
// worker dies. What becomes of the releases is the workers' doing, and is checked
// at the end against the world's ledger. It prints nothing: an [Audience] does.
package demo
