package infra_test

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

// How the torture is run; make torture sets them.
var (
	tortureLength   = flag.Duration("torture", 0, "torment the real binary for so long; 0: not at all") //nolint:gochecknoglobals // a test's flag
	tortureReleases = flag.Int("releases", 200, "how many releases are tormented")                      //nolint:gochecknoglobals // a test's flag
	tortureSeed     = flag.Uint64("seed", 0, "the seed of all that is drawn; 0: another each time")     //nolint:gochecknoglobals // a test's flag
)

// beginWithin is the part of the storm in which all trials begin: early, so that most releases end in it.
const beginWithin = 36

// calmFor is how long everything may take to settle once the storm is over. A message that was tried in vain for long stays
// away for five minutes.
const calmFor = 8 * time.Minute

// TestTorture has three workers carry releases through a storm and judges what they did by the ledger and the table.
func TestTorture(t *testing.T) {
	if *tortureLength == 0 {
		return // it takes minutes; its judge has tests of its own
	}
	seed := *tortureSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("the seed is %d", seed)
	x := newTorment(t, seed, *tortureLength)
	x.planTorture(*tortureReleases)
	x.prepare()
	victims := x.rage()
	e := x.evidence()
	found := e.judge()
	for _, c := range counts() {
		for _, text := range found[c] {
			t.Errorf("%s: %s", c, text)
		}
	}
	for _, v := range victims {
		v.end() // what a worker did by itself must be known before anything is told
	}
	for _, why := range append(x.tally.tooMild(x.length, len(e.table.releases)), x.missing(x.outcomes(e.table.releases))...) {
		t.Errorf("the storm was too mild: %s", why)
	}
	x.tell(seed, e, found)
}

// prepare makes the trials' alarms and canaries known.
func (x *torment) prepare() {
	x.t.Helper()
	program := built.path(x.t)
	var applying errgroup.Group
	applying.SetLimit(2)
	for _, t := range x.trials {
		s := x.on(t)
		s.alarm(t.name)
		s.hear(func(e json.RawMessage) { x.chaos(t, e) })
		applying.Go(func() error {
			path := filepath.Join(x.logs, t.name+".yaml")
			if err := os.WriteFile(path, []byte(t.file), 0o600); err != nil {
				return err
			}
			return x.command(program, "apply", "-f", path)
		})
	}
	if err := applying.Wait(); err != nil {
		x.t.Fatal(err)
	}
}

// rage lets the storm loose until its time is over, and then waits until everything has settled, or too long.
// The workers still run.
func (x *torment) rage() []*victim {
	x.t.Helper()
	victims := x.victims()
	x.until("the workers sweep", func() bool { return x.called("worker-1", "PutMetricData") > 0 })
	for _, body := range poison() {
		if err := x.Send(x.outputs["QueueUrl"], body); err != nil {
			x.t.Fatal(err)
		}
	}
	x.setStorm(true)
	calm := x.inject()
	ctx, cancel := context.WithTimeout(x.t.Context(), x.length)
	defer cancel()
	raging := make(chan struct{})
	go func() {
		defer close(raging)
		x.mayhem(ctx, victims)
	}()
	began := time.Now()
	every := x.length / beginWithin / time.Duration(len(x.trials))
	over := x.drive(ctx, began, every)
	<-raging
	x.setStorm(false)
	calm()
	ctx, cancel = context.WithTimeout(x.t.Context(), calmFor)
	defer cancel()
	if !over && !x.drive(ctx, began, every) {
		x.t.Errorf("%s after the storm these have not ended: %s", calmFor, x.unended())
	}
	x.settled(ctx)
	x.took = time.Since(began)
	return victims
}

func (x *torment) setStorm(storm bool) {
	x.tally.mu.Lock()
	defer x.tally.mu.Unlock()
	x.tally.storm = storm
	for _, n := range x.ended {
		x.tally.ended += n
	}
}

// settled waits until nothing is owed any more: no release to wake, no message to deal with but what nobody can read.
func (x *torment) settled(ctx context.Context) {
	x.posting.Wait()
	_ = x.verbs.Wait()
	for sleep(ctx, time.Second) {
		waiting := 0
		for _, queue := range []string{"QueueUrl", "CommandQueueUrl", "DeadLetterQueueUrl"} {
			free, held := x.messages(queue)
			waiting += free + held
		}
		if waiting <= x.poisoned() && x.owed() == 0 {
			return
		}
	}
}
