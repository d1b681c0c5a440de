package event_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/worker"
)

const hookEvent = `{"version":"0","id":"9581c346-992f-5e19-9419-d8679b85c538","detail-type":"CodeDeploy Lifecycle Hook","source":"serin.hook",
"account":"111122223333","time":"2026-11-20T14:04:40Z","region":"us-east-1","resources":[],"detail":{"application":"orders","deploymentGroup":"prod",
"deploymentId":"d-ABCDEF123","lifecycleEvent":"BeforeAllowTraffic","lifecycleEventHookExecutionId":"eyJlbmNyeXB0/ZWREYXRh"}}`

func TestDecode_aHooksFunctionTellsTheKeyOfItsWait(t *testing.T) {
	got, err := decoder().Decode(hookEvent)
	if err != nil {
		t.Fatal(err)
	}
	e, _ := got.(worker.DeploymentEvent)
	e.Origin = worker.Origin{}
	want := worker.DeploymentEvent{
		Kind: "codedeploy", Key: "orders/prod", ID: "d-ABCDEF123", State: "HOOK", WaitKey: "hook/BeforeAllowTraffic/eyJlbmNyeXB0/ZWREYXRh",
	}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Error(diff)
	}
}

// Anybody in the account can put an event of this source: it must be no way around what AWS's own are checked for.
func TestDecode_aHooksEventIsNothingElse(t *testing.T) {
	for name, c := range map[string]struct {
		was, is string
		want    error
	}{
		"another type":       {"CodeDeploy Lifecycle Hook", "CloudWatch Alarm State Change", worker.ErrIgnored},
		"another source":     {"serin.hook", "serin.hooks", worker.ErrRefused},
		"another account":    {"111122223333", "444455556666", worker.ErrRefused},
		"no execution":       {`"eyJlbmNyeXB0/ZWREYXRh"`, `""`, worker.ErrMalformed},
		"a slashed event":    {"BeforeAllowTraffic", "Before/Traffic", worker.ErrMalformed},
		"a slashed group":    {`"prod"`, `"a/b"`, worker.ErrMalformed},
		"a command in it":    {`"application":`, `"verb":"rollback","canary":"x","application":`, worker.ErrRefused},
		"a missing group":    {`"deploymentGroup":"prod",`, ``, worker.ErrMalformed},
		"no deployment's id": {`"d-ABCDEF123"`, `7`, worker.ErrMalformed},
	} {
		if _, err := decoder().Decode(strings.Replace(hookEvent, c.was, c.is, 1)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}
