// Package statemachine decides what becomes of a release.
//
// It is pure: values in, values out. It knows no context, clock, log,
// goroutine or AWS; it imports the standard library only, and everyone may
// import it. [Advance] is its one door: release, input and now go in, the
// next release and the reason come out. [Admit] and [Slot.Release] are as pure
// and decide which release of a canary runs.
//
// What the world still owes a release stands in [Release.Pending]: orders, each
// with a key. The caller saves the next release first, then acts on its orders,
// then feeds the outcome back in. Every wait is a time in the release;
// [Release.WakeAt] is the earliest of them.
//
// What can happen stands in two tables, table_rows.go and guarded_table.go; drawn
// in DIAGRAM.md, told as stories in testdata/scenario, and pair by pair in
// testdata/pairs.txt.
package statemachine

//go:generate go test . -run TestDiagram|TestPairs -update
