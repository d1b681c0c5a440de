// Package check holds the validations that a step can wait for, one file a kind,
// all in the same order of parts. To add a kind, add such a file and one line in
// kinds.go.
//
// A check must know no release and no other kind, keep nothing between calls,
// retry nothing (the SDK does), and hand on no more of a text than its kind's
// file says.
package check
