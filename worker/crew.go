package worker

import "golang.org/x/sync/errgroup"

// crew does things side by side. Its hands stay once they are there: a goroutine
// begins with a small stack, and each call to AWS would make it grow anew.
type crew[T any] struct {
	do    func(T)
	next  chan T
	hands errgroup.Group
}

// newCrew has at most so many hands.
func newCrew[T any](most int, do func(T)) *crew[T] {
	c := &crew[T]{do: do, next: make(chan T)}
	c.hands.SetLimit(most)
	return c
}

// take is done by a hand that is free, or by one more; while all are busy it waits.
func (c *crew[T]) take(one T) {
	select {
	case c.next <- one:
		return
	default:
	}
	if !c.hands.TryGo(func() error { c.work(one); return nil }) {
		c.next <- one
	}
}

func (c *crew[T]) work(one T) {
	for more := true; more; one, more = <-c.next {
		c.do(one)
	}
}

// finish returns when all is done. Nothing may be taken any more.
func (c *crew[T]) finish() {
	close(c.next)
	_ = c.hands.Wait()
}
