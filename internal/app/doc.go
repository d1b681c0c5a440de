// Package app is the composition root: settings → adapters → worker, and their
// lifecycle. It is the only place where SDK clients are made, and where a port
// meets the adapter behind it.
//
// It decides nothing about a release and knows no command line: what is asked
// for is made when it is asked for, so that a command which needs no AWS makes
// no call.
package app
