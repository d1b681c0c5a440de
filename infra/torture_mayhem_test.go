package infra_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/serinhq/serin/internal/awstest"
)

// tortured are the workers' names.
func tortured() []string { return []string{"worker-1", "worker-2", "worker-3"} }

func isTorturer(actor string) bool { return slices.Contains(tortured(), actor) }

// mayhem kills random workers and takes table and queue away in turn until the storm is over; then all workers run.
func (x *torment) mayhem(ctx context.Context, victims []*victim) {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { x.outages(ctx) })
	dice := seeded(x.seed, "kills")
	for {
		b := drawBlow(dice, len(victims))
		if !sleep(ctx, b.after) {
			return
		}
		v := victims[b.victim]
		if v.kill() {
			x.tally.mu.Lock()
			x.tally.kills++
			x.tally.mu.Unlock()
		}
		sleep(ctx, b.pause)
		if err := v.start(); err != nil {
			x.failf("%v", err)
			return
		}
	}
}

// blow is a kill: how long after the one before, of whom, and how long he stays dead.
type blow struct {
	after, pause time.Duration
	victim       int
}

func drawBlow(dice *rand.Rand, victims int) blow {
	return blow{after: 2*time.Second + drawTime(dice, 4*time.Second), victim: dice.IntN(victims), pause: drawTime(dice, 2*time.Second)}
}

// outage is a service that answered nobody for so long.
type outage struct {
	service string
	lasted  time.Duration
}

// outageOf is how long each service is away in a storm of a length.
func outageOf(length time.Duration) time.Duration { return min(20*time.Second, length/6) }

// outages has the table, then the queue, answer nobody.
func (x *torment) outages(ctx context.Context) {
	for _, service := range []string{"dynamodb", "sqs"} {
		if !sleep(ctx, x.length/4) {
			return
		}
		x.isDown(service)
		from := time.Now()
		x.Outage(service)
		sleep(ctx, outageOf(x.length))
		x.Restore(service)
		lasted := time.Since(from)
		x.isDown("")
		x.tally.mu.Lock()
		x.tally.outages = append(x.tally.outages, outage{service, lasted})
		x.tally.mu.Unlock()
	}
}

func (x *torment) isDown(service string) {
	x.tally.mu.Lock()
	defer x.tally.mu.Unlock()
	x.tally.down = service
}

// sleep waits, and is false when ctx has ended.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// inject throttles, refuses, delays and loses the workers' calls, and repeats and mixes what they receive.
func (x *torment) inject() (calm func()) {
	workers := awstest.ByActors(tortured()...)
	faults := x.Inject(awstest.Faults{Throttle: 0.3, Fail: 0.1, Lose: 0.05, Delay: 0.15, DelayFor: tortureLag, Match: workers})
	messages := x.Inject(awstest.Faults{Duplicate: 0.05, Reorder: 0.1, Match: workers})
	return func() { faults(); messages() }
}
