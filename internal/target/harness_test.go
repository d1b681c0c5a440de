package target_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/internal/target"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// workerActor is who the targets under test call as.
const workerActor = "AKIDWORKER"

// clients are the World's, without pauses between the SDK's retries.
type clients struct{ world *awstest.World }

func (c clients) Client(_, _ string, open func(aws.Config) any) any {
	cfg := c.world.Config(workerActor)
	cfg.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	return open(cfg)
}

// retrying are the World's clients with the SDK's own retries.
type retrying struct{ world *awstest.World }

func (c retrying) Client(_, _ string, open func(aws.Config) any) any {
	return open(c.world.Config(workerActor))
}

// openTarget opens a target of a kind with this config.
func openTarget(t *testing.T, clients target.Clients, kind string, config any) worker.Target {
	t.Helper()
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := target.New(clients).Open(statemachine.TargetSpec{Kind: kind, ID: "id", Name: "name", Config: text})
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

// faults are the World's levers: reads are what IAM calls so, by the name of the call.
func faults(w *awstest.World) porttest.Faults {
	var undo []func()
	return porttest.Faults{
		Break: func(_ *testing.T, side porttest.Side, fault porttest.Fault) {
			match := func(c awstest.Call) bool {
				return c.Actor == workerActor && isRead(c.Operation) == (side == porttest.Reads)
			}
			switch fault {
			case porttest.Denied:
				undo = append(undo, w.Deny(match))
			case porttest.Throttled:
				undo = append(undo, w.Inject(awstest.Faults{Throttle: 1, Match: match}))
			case porttest.Unavailable:
				undo = append(undo, w.Inject(awstest.Faults{Fail: 1, Match: match}))
			case porttest.Lost:
				undo = append(undo, w.Inject(awstest.Faults{Lose: 1, Match: match}))
			}
		},
		Mend: func(*testing.T) {
			for _, remove := range undo {
				remove()
			}
			undo = nil
		},
	}
}

func isRead(operation string) bool {
	for _, verb := range []string{"Get", "List", "Describe"} {
		if strings.HasPrefix(operation, verb) {
			return true
		}
	}
	return false
}

// written counts the worker's changes of one kind in the ledger.
func written(w *awstest.World, kind string) int {
	n := 0
	for _, c := range w.Changes() {
		if c.Actor == workerActor && c.Kind == kind {
			n++
		}
	}
	return n
}

// operations are the calls the worker made, each once, in the order they were first made.
func operations(w *awstest.World) []string {
	var all []string
	seen := map[string]bool{}
	for _, c := range w.Calls() {
		if c.Actor == workerActor && !seen[c.Operation] {
			seen[c.Operation] = true
			all = append(all, c.Operation)
		}
	}
	return all
}

// pretty is a state as text, for comparing byte for byte.
func pretty(t *testing.T, state any) string {
	t.Helper()
	text, err := json.MarshalIndent(state, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
