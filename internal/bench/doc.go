// Package bench measures Serin against the bare SDK, inside one run: the real loop and the real adapters, over real
// HTTP, against an SQS and a DynamoDB that answer at once in this process. `make bench` runs it.
//
// Nothing here is shipped, and no test of it asserts a speed: speeds are printed, beside what they are measured
// against. What is counted (calls, request units, allocations) is the same on every machine and is kept by tests.
package bench
