// Package target holds what Serin itself moves, one kind of target after the
// other in the same order of parts: <kind>.go is the kind, its API, its config and
// how it reads and writes; <kind>_preflight.go says whether a release may begin;
// <kind>_split.go and what else begins with its name is what they stand on. To add
// a kind, add such a file and one line in kinds.go.
//
// A target reads a split and writes one. It must know no release, no order and
// no other kind, keep nothing between calls, retry nothing (the SDK does), and
// write nothing that a split does not say.
package target
