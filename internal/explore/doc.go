// Package explore checks Serin's laws over every order in which things can
// happen: breadth first, with the core and the loop as they are shipped.
//
// A worker runs the real [worker.Loop]: its Handle, Wake and Sweep are plain
// functions whose port calls are points where the explorer may switch to the
// other worker, let time pass, crash it, lose its answer or let somebody else act
// (the proof says which calls are none). A place in the loop can't be copied, so
// it is reached again: the function is run from its beginning with the answers it
// got so far, up to the call it has no answer for. The ports are the explorer's own
// small world of values, which is copied and hashed.
//
// A state is the table, the queue, the targets, the gates, the alarm, the guarded
// deployment, the check, what is in flight, the fault budgets left and each
// worker's place; times count relative to the present, so two states that differ
// only in when they are reached are one. Only their 64-bit hashes are kept.
//
// make explore sees every scenario whole, make mutants shows that the laws bite;
// both keep what they came to in infra/PROOF.md. A test run sees the first states
// of each scenario, one of them whole, and a few mutants.
//
// It must not retell the protocol: what a release does is decided by the code
// under test alone. What the laws are is said here once more, in laws.go, on
// purpose in other words.
package explore
