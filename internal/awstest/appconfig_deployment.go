package awstest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/appconfig/types"
)

// ConfigurationState is what a call left a deployment in, in the ledger under "configuration-start" and
// "configuration-stop".
type ConfigurationState struct {
	Application, Environment, Profile, Version string
	// Number is the deployment's, from 1 in each environment.
	Number int
	// State is AppConfig's word: DEPLOYING, ROLLING_BACK, REVERTED, ….
	State types.DeploymentState
	// WeightPct is the share of the clients that have the new configuration, in percent.
	WeightPct float64
}

// configDeployment is one deployment of an environment.
type configDeployment struct {
	number            int
	profile, version  string
	strategyID, text  string
	strategy          ConfigurationStrategy
	state             types.DeploymentState
	pct               float64
	log               []configEvent // newest first
	started, complete time.Time
	rollingBack       int // reads left until it is rolled back
}

// configEvent is one line of a deployment's event log.
type configEvent struct {
	EventType   types.DeploymentEventType
	TriggeredBy types.TriggeredBy
	Description string
	OccurredAt  time.Time
}

// running reports whether the environment can take no other deployment.
func (d *configDeployment) running() bool {
	switch d.state {
	case types.DeploymentStateComplete, types.DeploymentStateRolledBack, types.DeploymentStateReverted:
		return false
	case types.DeploymentStateBaking, types.DeploymentStateValidating, types.DeploymentStateDeploying, types.DeploymentStateRollingBack:
		return true
	default:
		return true
	}
}

func (d *configDeployment) note(at time.Time, event types.DeploymentEventType, by types.TriggeredBy, text string) {
	d.log = slices.Insert(d.log, 0, configEvent{event, by, text, at})
}

func (e *configEnvironment) newest() *configDeployment {
	if len(e.deployments) == 0 {
		return nil
	}
	return e.deployments[len(e.deployments)-1]
}

func (e *configEnvironment) state(d *configDeployment) ConfigurationState {
	return ConfigurationState{e.application, e.id, d.profile, d.version, d.number, d.state, d.pct}
}

// start is StartDeployment without the wire. There is no token: while one runs a second is a conflict, after that it is a
// deployment of its own (AWS note 3.8).
func (a *AppConfig) start(actor string, e *configEnvironment, wish ConfigurationWish) (*configDeployment, *refusal) {
	strategy, known := a.strategies[wish.Strategy]
	switch newest := e.newest(); {
	case !known:
		return nil, appConfigMissing("DeploymentStrategy", wish.Strategy)
	case a.profiles[e.application+"/"+wish.Profile] == "":
		return nil, appConfigMissing("ConfigurationProfile", wish.Profile)
	case newest != nil && newest.running():
		return nil, refuse(http.StatusConflict, "ConflictException", "Deployment is already in progress")
	}
	now := a.clock()
	d := &configDeployment{
		number: len(e.deployments) + 1, profile: wish.Profile, version: wish.Version, strategyID: wish.Strategy, text: wish.Description,
		strategy: strategy, state: types.DeploymentStateDeploying, started: now,
	}
	d.note(now, types.DeploymentEventTypeDeploymentStarted, types.TriggeredByUser, "Deployment started")
	e.deployments = append(e.deployments, d)
	a.ledger.Append(actor, "configuration-start", a.deploymentARN(e, d), e.state(d))
	a.emit(e, d, "Start")
	return d, nil
}

// advance is one tick: the share grows, at 100 the bake begins, after it the deployment is complete.
func (a *AppConfig) advance(e *configEnvironment, d *configDeployment) error {
	now := a.clock()
	switch {
	case d.state == types.DeploymentStateRollingBack:
		a.rolledBack(e, d)
	case !d.running():
		return fmt.Errorf("advance deployment %d of %s: it is %s", d.number, e.name, d.state)
	case d.pct < 100:
		d.pct = min(100, d.strategy.next(d.pct))
		d.note(now, types.DeploymentEventTypePercentageUpdated, types.TriggeredByAppconfig, fmt.Sprintf("%g%% of hosts received the configuration", d.pct))
		a.emit(e, d, "Step")
	case d.state == types.DeploymentStateDeploying && d.strategy.BakeMinutes > 0:
		d.state = types.DeploymentStateBaking
		d.note(now, types.DeploymentEventTypeBakeTimeStarted, types.TriggeredByAppconfig, "Bake time started")
		a.emit(e, d, "Baking")
	default:
		d.state, d.complete = types.DeploymentStateComplete, now
		d.note(now, types.DeploymentEventTypeDeploymentCompleted, types.TriggeredByAppconfig, "Deployment completed")
		a.emit(e, d, "Complete")
	}
	return nil
}

// rollBack begins the way back; some reads later it has ended.
func (a *AppConfig) rollBack(e *configEnvironment, d *configDeployment, by types.TriggeredBy, text string) {
	d.state, d.rollingBack = types.DeploymentStateRollingBack, a.rollbackLag
	d.note(a.clock(), types.DeploymentEventTypeRollbackStarted, by, text)
	if a.rollbackLag == 0 {
		a.rolledBack(e, d)
	}
}

func (a *AppConfig) rolledBack(e *configEnvironment, d *configDeployment) {
	d.state, d.pct, d.complete = types.DeploymentStateRolledBack, 0, a.clock()
	d.note(d.complete, types.DeploymentEventTypeRollbackCompleted, types.TriggeredByAppconfig, "Rollback completed")
	a.emit(e, d, "Rolled Back")
}

// seen lets a rollback that is under way end after its reads.
func (a *AppConfig) seen(e *configEnvironment, d *configDeployment) {
	if d.state != types.DeploymentStateRollingBack {
		return
	}
	if d.rollingBack--; d.rollingBack < 0 {
		a.rolledBack(e, d)
	}
}

// change applies f to the newest deployment of an environment and returns the events it caused.
func (a *AppConfig) change(application, environment string, f func(*configEnvironment, *configDeployment) error) ([]json.RawMessage, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	e := a.mustEnvironment(application, environment)
	d := e.newest()
	if d == nil {
		return nil, fmt.Errorf("environment %s: it has no deployment", e.name)
	}
	return a.events.during(func() error { return f(e, d) })
}
