package check_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/check"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// workerActor is who the checks under test call as.
const workerActor = "AKIDWORKER"

// clients are the World's, which retry at once.
type clients struct{ world *awstest.World }

func (c clients) Client(_, _ string, open func(aws.Config) any) any {
	cfg := c.world.Config(workerActor)
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxBackoff = time.Millisecond })
	}
	return open(cfg)
}

func open(t *testing.T, w *awstest.World, spec statemachine.CheckSpec) worker.Check {
	t.Helper()
	c, err := check.New(clients{w}).Open(spec)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// faultsOf befall the calls of the check under test; writes says which of them
// change the world.
func faultsOf(w *awstest.World, side func(operation string) []porttest.Side) porttest.Faults {
	var mend []func()
	return porttest.Faults{
		Break: func(_ *testing.T, broken porttest.Side, fault porttest.Fault) {
			match := func(c awstest.Call) bool {
				for _, s := range side(c.Operation) {
					if c.Actor == workerActor && s == broken {
						return true
					}
				}
				return false
			}
			injected := awstest.Faults{Match: match}
			switch fault {
			case porttest.Denied:
				mend = append(mend, w.Deny(match))
				return
			case porttest.Throttled:
				injected.Throttle = 1
			case porttest.Unavailable:
				injected.Fail = 1
			case porttest.Lost:
				injected.Lose = 1
			}
			mend = append(mend, w.Inject(injected))
		},
		Mend: func(*testing.T) {
			for _, f := range mend {
				f()
			}
			mend = nil
		},
	}
}

func input() worker.CheckInput {
	return worker.CheckInput{Release: "01KA", Canary: "checkout", Version: "43", FromVersion: "42", Step: 2, WeightPct: 12.5, Execution: "e-1"}
}
