package awstest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// openHooks opens every pause hook of the stage a deployment has come to, each with an id of its own: a stage that
// comes again opens new ones (AWS note 3.10).
func (e *ECS) openHooks(d *ecsDeployment) {
	d.hooks = slices.DeleteFunc(d.hooks, func(h *ecsHook) bool { return h.hidden == 0 })
	for _, config := range d.config.LifecycleHooks {
		stage := types.DeploymentLifecycleHookStage(d.stage())
		if config.TargetType != types.DeploymentLifecycleHookTargetTypePause || !slices.Contains(config.LifecycleStages, stage) {
			continue
		}
		wait, action := ecsHookTimeout(config)
		id := base64.RawURLEncoding.EncodeToString([]byte(e.events.hash("ecs hook")[:32]))
		h := &ecsHook{
			id: "ecs-pause-" + id, stage: d.stage(), status: types.DeploymentLifecycleHookStatusAwaitingAction,
			expiresAt: e.clock().Add(wait), timeoutAction: action,
		}
		d.hooks = append(d.hooks, h)
		e.emitHook(d, h, "HOOK_AWAITING_ACTION")
	}
}

// ecsHookTimeout is how long a hook waits, and what becomes of the deployment then: a day, and back (AWS note 3.10).
func ecsHookTimeout(config types.DeploymentLifecycleHook) (time.Duration, types.DeploymentLifecycleHookAction) {
	wait, action := 1440*time.Minute, types.DeploymentLifecycleHookActionRollback
	if given := config.TimeoutConfiguration; given != nil {
		if given.TimeoutInMinutes != nil {
			wait = time.Duration(*given.TimeoutInMinutes) * time.Minute
		}
		if given.Action != "" {
			action = given.Action
		}
	}
	return wait, action
}

// continueServiceDeployment answers one hook. A hook is one gate: a second answer finds it closed and is refused
// (AWS note 3.10; which error AWS gives is not documented, so a test may order another by Refuse).
func (e *ECS) continueServiceDeployment(in *api.ContinueServiceDeploymentInput, c Call) (any, error) {
	d, err := e.deploymentOf(in.ServiceDeploymentArn)
	if err != nil {
		return nil, err
	}
	action := in.Action
	if action == "" {
		action = types.DeploymentLifecycleHookActionContinue
	}
	if !slices.Contains(action.Values(), action) {
		return nil, ecsInvalid("action must be CONTINUE or ROLLBACK")
	}
	if aws.ToString(in.HookId) == "" {
		return nil, ecsInvalid("hookId must not be empty")
	}
	at := slices.IndexFunc(d.hooks, func(h *ecsHook) bool { return h.id == *in.HookId && h.open() })
	ask := askContinue
	if action == types.DeploymentLifecycleHookActionRollback {
		ask = askStop
	}
	if at < 0 || d.status != types.ServiceDeploymentStatusInProgress {
		e.ledger.Refuse(c.Actor, d.arn, ask, d.told)
		return nil, ecsInvalid("The lifecycle hook " + *in.HookId + " is not awaiting an action.")
	}
	h := d.hooks[at]
	state := d.state()
	state.Hook, state.Action = h.id, action
	e.ledger.Append(c.Actor, "deployment-continue", d.service.arn, state)
	h.hidden, d.updatedAt, d.told = e.lags.Continue, e.clock(), accepted{ask, c.Actor}
	e.settleHook(d, h, action, types.DeploymentLifecycleHookStatusSucceeded, "HOOK_SUCCEEDED")
	return &api.ContinueServiceDeploymentOutput{ServiceDeploymentArn: &d.arn}, nil
}

// settleHook closes a hook. Hooks of one stage run in parallel, and any ROLLBACK wins (AWS note 3.10).
func (e *ECS) settleHook(
	d *ecsDeployment, h *ecsHook, action types.DeploymentLifecycleHookAction, status types.DeploymentLifecycleHookStatus, event string,
) {
	if action == types.DeploymentLifecycleHookActionRollback && status == types.DeploymentLifecycleHookStatusSucceeded {
		status, event = types.DeploymentLifecycleHookStatusFailed, "HOOK_FAILED"
	}
	h.status = status
	e.emitHook(d, h, event)
	if action == types.DeploymentLifecycleHookActionRollback {
		e.rollBackSoon(d, "A lifecycle hook asked for a rollback at "+h.stage+".", 0)
	}
}

// ExpireHooks lets the time run out of every hook a deployment waits for.
func (e *ECS) ExpireHooks(deployment string) ([]json.RawMessage, error) {
	return e.change(deployment, func(d *ecsDeployment) error {
		if d.openHook() == nil {
			return fmt.Errorf("expire the hooks of %s: none waits", deployment)
		}
		for h := d.openHook(); h != nil; h = d.openHook() {
			e.settleHook(d, h, h.timeoutAction, types.DeploymentLifecycleHookStatusTimedOut, "HOOK_TIMED_OUT")
		}
		return nil
	})
}

// expireDue ends every hook whose time has run out.
func (e *ECS) expireDue() {
	now := e.clock()
	for _, d := range e.deployments {
		for _, h := range slices.Clone(d.hooks) {
			if h.open() && !now.Before(h.expiresAt) {
				e.settleHook(d, h, h.timeoutAction, types.DeploymentLifecycleHookStatusTimedOut, "HOOK_TIMED_OUT")
			}
		}
	}
}
