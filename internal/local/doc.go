// Package local is the embedded default: every port of the worker, and the world
// behind them, in memory. `serin demo` runs on it, and so do the tests of the
// loop and of the laws.
//
// A [World] is what AWS is to a real worker: queues, a table, targets,
// pipelines, alarms, deployments, and a ledger of what was really applied. Its
// methods are what others do to it: a pipeline reaches its gate, a person
// answers, an alarm fires, somebody moves an alias. They put the same events
// into its queue as AWS would, in AWS's format. A [Client] is one process's way
// in, with its name on everything it writes.
//
// It is a strict stand-in: fences move, conditions fail, messages come again.
// [World.Intercept] lets any call of a client fail, be slow, or lose its answer.
// Nothing runs by itself, nothing sleeps, and the clock is the caller's, so a
// world is steppable, and at home in a testing/synctest bubble.
//
// The package must not import AWS or another adapter.
package local
