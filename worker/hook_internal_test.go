package worker

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/statemachine"
)

func TestCompleted_aWaitHasTheKeyOfItsOwnEventOrRuns(t *testing.T) {
	until := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)
	waits := func(key string) statemachine.DeploymentLook {
		return statemachine.DeploymentLook{Status: statemachine.DeploymentWaiting, Point: statemachine.PointShift, WaitKey: key, Until: until}
	}
	running := statemachine.DeploymentLook{Status: statemachine.DeploymentRunning}
	for name, c := range map[string]struct {
		look, want statemachine.DeploymentLook
		keys       []string
	}{
		"told now":                {waits("hook/Before/"), waits("hook/Before/1"), []string{"hook/Before/1", ""}},
		"told before, kept":       {waits("hook/Before/"), waits("hook/Before/1"), []string{"", "hook/Before/1"}},
		"told of another hook":    {waits("hook/After/"), running, []string{"", "hook/Before/1"}},
		"somebody else's hook":    {waits("hook/Before/"), running, []string{"", "", ""}},
		"a wait that has its key": {waits("d-1/ready"), waits("d-1/ready"), []string{"hook/Before/1"}},
		"no wait":                 {running, running, []string{"hook/Before/1"}},
	} {
		if diff := cmp.Diff(c.want, completed(c.look, c.keys...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
