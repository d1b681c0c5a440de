package worker

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/serinhq/serin/statemachine"
)

// hookWaits tells the release that guards a deployment the key of the wait it is
// in. The key is saved with the step that the wait is for: after that no event is
// needed. A release that can't take it yet (in preflight, while an order runs, or
// because AWS does not show the wait so far) is told again when the event comes
// again.
func (l *Loop) hookWaits(ctx context.Context, canary string, e DeploymentEvent) error {
	if err := l.deploymentStarted(ctx, canary, FoundDeployment{ID: e.ID, CreatedAt: e.At}); err != nil {
		return err
	}
	return l.withActive(ctx, canary, func(t *turn) error {
		r := t.release()
		if r.Deployment == nil || r.Deployment.ID != e.ID || heard(r, e.WaitKey) {
			return nil
		}
		t.waitKey = e.WaitKey
		look, err := l.look(ctx, t, nil)
		if err != nil {
			return err
		}
		if err := l.feed(ctx, t, look); err != nil {
			return err
		}
		if heard(t.release(), e.WaitKey) {
			return nil
		}
		return fmt.Errorf("deployment %s can't take its hook yet: %w", e.ID, ErrUnavailable)
	})
}

// heard: the release has the key, or is past caring.
func heard(r statemachine.Release, key string) bool {
	return !r.Needs().Deployment || r.Phase == statemachine.RollingBack || r.Deployment.Reached == key || r.Deployment.WaitKey == key
}

// completed is a look whose wait has its whole key: as the event under way tells
// it, or as the release keeps it.
func completed(look statemachine.DeploymentLook, keys ...string) statemachine.DeploymentLook {
	if look.Status != statemachine.DeploymentWaiting || !strings.HasSuffix(look.WaitKey, "/") {
		return look
	}
	for _, key := range keys {
		if strings.HasPrefix(key, look.WaitKey) {
			look.WaitKey = key
			return look
		}
	}
	look.Status, look.Point, look.WaitKey, look.Until = statemachine.DeploymentRunning, 0, "", time.Time{}
	return look
}
