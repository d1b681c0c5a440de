package awstest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/elasticbeanstalk/types"
)

// EnvironmentOptions are an environment's settings.
type EnvironmentOptions struct {
	// Version is the application version it runs at first; empty means "v1".
	Version string
	// Policy is the deployment policy; empty means TrafficSplitting.
	Policy string
	// NewVersionPct is the new version's share while it is evaluated, 1–100; 0 means 10.
	NewVersionPct int
	// EvaluationMinutes is how long that lasts, 3–600; 0 means 5.
	EvaluationMinutes int
}

// CreateEnvironment creates an environment that is Ready, and returns its id. Its name is unique in the account.
func (b *Beanstalk) CreateEnvironment(application, name string, o EnvironmentOptions) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if o.Version == "" {
		o.Version = "v1"
	}
	if o.Policy == "" {
		o.Policy = "TrafficSplitting"
	}
	if o.NewVersionPct == 0 {
		o.NewVersionPct = 10
	}
	if o.EvaluationMinutes == 0 {
		o.EvaluationMinutes = 5
	}
	e := &beanstalkEnvironment{
		application: application, name: name, id: "e-" + b.events.hash("beanstalk")[:10], settings: o,
		status: types.EnvironmentStatusReady, version: o.Version, created: b.clock(), updated: b.clock(),
	}
	b.environments = append(b.environments, e)
	return e.id
}

// StartUpdate deploys a version as a pipeline does, and returns the event.
func (b *Beanstalk) StartUpdate(name, version string) ([]json.RawMessage, error) {
	return b.change(name, func(e *beanstalkEnvironment) error {
		if refused := b.update(SetupActor, e, version); refused != nil {
			return errors.New(refused.message)
		}
		return nil
	})
}

// Advance takes an update one step on and returns the events: the new instances get their share, the evaluation ends,
// all traffic is theirs and the environment is Ready. It ends an abort.
func (b *Beanstalk) Advance(name string) ([]json.RawMessage, error) { return b.change(name, b.advance) }

// Fail has Beanstalk find the new version unhealthy: it ends the update and gives all traffic back.
func (b *Beanstalk) Fail(name string) ([]json.RawMessage, error) {
	return b.change(name, func(e *beanstalkEnvironment) error {
		if e.status != types.EnvironmentStatusUpdating {
			return fmt.Errorf("fail the update of %s: it is %s", name, e.status)
		}
		b.restored(e, "Failed to deploy configuration.")
		return nil
	})
}

// Environment is what an environment really is, whatever reads say.
func (b *Beanstalk) Environment(name string) EnvironmentState {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.mustEnvironment(name).state()
}

func (b *Beanstalk) update(actor string, e *beanstalkEnvironment, version string) *refusal {
	if e.status != types.EnvironmentStatusReady {
		return queryInvalid("InvalidParameterValue", "Environment named "+e.name+" is in an invalid state for this operation. Must be Ready.")
	}
	e.before = e.version
	if version != "" {
		e.version = version
	}
	e.status, e.pct, e.evaluated, e.updated = types.EnvironmentStatusUpdating, 0, false, b.clock()
	e.note(b.clock(), "INFO", "Environment update is starting.")
	b.ledger.Append(actor, "environment-update", b.arn(e), e.state())
	b.emit(e, "Environment update started", "INFO", "Environment update is starting.")
	return nil
}

func (b *Beanstalk) advance(e *beanstalkEnvironment) error {
	now := b.clock()
	splits := e.settings.Policy == "TrafficSplitting"
	switch {
	case e.status == types.EnvironmentStatusAborting:
		b.restored(e, "Environment update aborted.")
	case e.status != types.EnvironmentStatusUpdating:
		return fmt.Errorf("advance %s: it is %s", e.name, e.status)
	case splits && e.pct == 0:
		e.pct = float64(e.settings.NewVersionPct)
		e.note(now, "INFO", fmt.Sprintf("Successfully shifted %d percent of client traffic to the new instances.", e.settings.NewVersionPct))
	case splits && !e.evaluated:
		e.evaluated = true
		e.note(now, "INFO", "Evaluation of the new version ended.")
	default:
		e.status, e.pct, e.updated = types.EnvironmentStatusReady, 0, now
		e.note(now, "INFO", "New application version was deployed to running EC2 instances.")
		e.note(now, "INFO", "Environment update completed successfully.")
		b.emit(e, "Environment update successful", "INFO", "Environment update completed successfully.")
	}
	return nil
}

// restored ends an update the way back: the environment is Ready with the version it had.
func (b *Beanstalk) restored(e *beanstalkEnvironment, message string) {
	e.status, e.version, e.pct, e.updated = types.EnvironmentStatusReady, e.before, 0, b.clock()
	e.note(b.clock(), "ERROR", message)
	b.emit(e, "Environment update failed", "ERROR", "Failed to deploy configuration.")
}

// seen lets an abort that is under way end after its reads.
func (b *Beanstalk) seen(e *beanstalkEnvironment) {
	if e.status != types.EnvironmentStatusAborting {
		return
	}
	if e.aborting--; e.aborting < 0 {
		b.restored(e, "Environment update aborted.")
	}
}

// abortable is AbortableOperationInProgress.
func (e *beanstalkEnvironment) abortable() bool { return e.status == types.EnvironmentStatusUpdating }

func (e *beanstalkEnvironment) state() EnvironmentState {
	return EnvironmentState{e.application, e.name, e.status, e.version, e.pct}
}

func (e *beanstalkEnvironment) note(at time.Time, severity, message string) {
	e.log = slices.Insert(e.log, 0, beanstalkEvent{at, severity, message})
}

// emit sends the environment's event (Developer Guide, "Using Elastic Beanstalk with Amazon EventBridge"). There is none
// for a share of the traffic.
func (b *Beanstalk) emit(e *beanstalkEnvironment, status, severity, message string) {
	now := b.clock().UTC()
	b.events.add(envelope{
		Version: "0", ID: b.events.uuid("beanstalk event"), DetailType: "Elastic Beanstalk resource status change",
		Source: "aws.elasticbeanstalk", Account: b.account, Time: now.Truncate(time.Second), Region: b.region, Resources: []string{b.arn(e)},
		Detail: struct {
			Status          string
			EventDate       int64
			ApplicationName string
			Message         string
			EnvironmentName string
			Severity        string
		}{status, now.UnixMilli(), e.application, message, e.name, severity},
	})
}

func (b *Beanstalk) change(name string, f func(*beanstalkEnvironment) error) ([]json.RawMessage, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	e := b.mustEnvironment(name)
	return b.events.during(func() error { return f(e) })
}

func (b *Beanstalk) mustEnvironment(name string) *beanstalkEnvironment {
	for _, e := range b.environments {
		if e.name == name {
			return e
		}
	}
	panic("awstest: no environment " + name)
}
