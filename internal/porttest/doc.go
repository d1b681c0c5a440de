// Package porttest holds one conformance suite a port: what package worker's
// contracts promise, as claims that every adapter runs, the embedded default
// and the real ones alike.
//
// A suite is called with a function that opens a harness: the adapter, and the
// levers of the world behind it that the claims pull (a foreign write, a denied
// call, a lost answer). Each claim opens a harness of its own. The world's side
// of a harness must not go through the adapter under test.
//
// The package must know no AWS and no adapter. It is test code and must not be
// imported by anything that is shipped.
package porttest
