// Package deployment holds the shifts that AWS itself performs and Serin guards,
// one kind after the other in the same order of parts: <kind>.go finds, reads,
// continues and stops, <kind>_look.go makes a look of what was read, <kind>_fit.go
// says whether steps can work. To add a kind, add such files and one line in
// kinds.go.
//
// A deployment must know no release and no other kind, keep nothing between
// calls, retry nothing (the SDK does), and hand on no text that a person wrote.
package deployment
