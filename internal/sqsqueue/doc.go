// Package sqsqueue receives from one standard SQS queue and settles what it
// received: [Queue] is a worker.Queue.
//
// The package must not read a body, must not decide what becomes of a message,
// must not keep one, and must not retry: the SDK retries a call, the loop what
// a batch left undone.
package sqsqueue
