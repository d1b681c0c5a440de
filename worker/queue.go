package worker

import (
	"context"
	"time"
)

// Delivery is one received message.
type Delivery struct {
	// ID is the queue's message id.
	ID   string
	Body string
	// Handle settles this receive; opaque.
	Handle string
	// Receives counts receives of the message so far, this one included.
	Receives int
	// Sender is who put it there, as the queue stamps it (SQS SenderId).
	Sender string
	// Command: it came from the command queue.
	Command bool
}

// Queue is where deliveries come from. The loop calls it; every method is safe
// for concurrent use and may be repeated. Adapters: sqsqueue, local.
type Queue interface {
	// Receive waits up to wait (at most 20 s) and returns up to most (1–10)
	// deliveries, none if nothing came. A cancelled ctx may strand messages until
	// their visibility timeout, so the loop lets a running receive return.
	Receive(ctx context.Context, most int, wait time.Duration) ([]Delivery, error)
	// Ack deletes them, in tens. An error names none: those not deleted come
	// again, which is harmless.
	Ack(ctx context.Context, deliveries []Delivery) error
	// Later hands one back, to come again after delay (0: at once).
	Later(ctx context.Context, d Delivery, delay time.Duration) error
	// Extend keeps one invisible for another d from now.
	Extend(ctx context.Context, del Delivery, d time.Duration) error
	// Send puts a body into the queue; commands use it.
	Send(ctx context.Context, body []byte) error
}

// Verdict says what becomes of a delivery.
type Verdict struct {
	// Ack: done with it. Otherwise it comes again after Delay, and after twenty
	// receives it is in the dead-letter queue.
	Ack   bool
	Delay time.Duration
	// Why is a bounded word for metrics and logs.
	Why string
}
