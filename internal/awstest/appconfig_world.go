package awstest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/appconfig/types"
)

// The methods of this file are the test's side of AppConfig. They panic on an id the test never got: that is a wrong
// test, not a state of the world.

// ConfigurationStrategy is a deployment strategy. The zero value deploys to all at once and does not bake.
type ConfigurationStrategy struct {
	// Name is the strategy's.
	Name string
	// GrowthPct is the share of each interval, or its factor, 1–100; 0 means 100.
	GrowthPct float64
	// Growth is LINEAR (default) or EXPONENTIAL.
	Growth types.GrowthType
	// Minutes is how long the growth takes, BakeMinutes how long alarms are watched after it, 0–1,440 each.
	Minutes, BakeMinutes int
}

// next is the share after pct.
func (s ConfigurationStrategy) next(pct float64) float64 {
	if s.Growth == types.GrowthTypeExponential && pct > 0 {
		return 2 * pct
	}
	return pct + s.GrowthPct
}

// ConfigurationWish is what a deployment deploys.
type ConfigurationWish struct {
	// Profile is a configuration profile's id, Version the number or label of its version, Strategy a strategy's id.
	Profile, Version, Strategy string
	// Description is free text.
	Description string
}

// CreateApplication creates an application and returns its id.
func (a *AppConfig) CreateApplication(name string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	id := a.newID()
	a.applications[id] = name
	return id
}

// CreateEnvironment creates an environment that is watched by these alarms (ARNs, at most five), and returns its id. Its
// deployments send events; see SilenceEvents.
func (a *AppConfig) CreateEnvironment(application, name string, alarms ...string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.applications[application] == "" || len(alarms) > 5 {
		panic("awstest: no application " + application + ", or more than five monitors")
	}
	id := a.newID()
	a.environments[application+"/"+id] = &configEnvironment{application: application, id: id, name: name, alarms: alarms, told: true}
	return id
}

// SilenceEvents takes away the environment's association with the extension that sends events: without one AppConfig
// sends none (AWS note 1.6).
func (a *AppConfig) SilenceEvents(application, environment string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.mustEnvironment(application, environment).told = false
}

// CreateProfile creates a configuration profile and returns its id.
func (a *AppConfig) CreateProfile(application, name string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	id := a.newID()
	a.profiles[application+"/"+id] = name
	return id
}

// CreateStrategy creates a deployment strategy and returns its id.
func (a *AppConfig) CreateStrategy(s ConfigurationStrategy) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if s.GrowthPct == 0 {
		s.GrowthPct = 100
	}
	if s.Growth == "" {
		s.Growth = types.GrowthTypeLinear
	}
	id := a.newID()
	a.strategies[id] = s
	return id
}

// StartDeployment starts a deployment as a pipeline does, and returns its number and its event.
func (a *AppConfig) StartDeployment(application, environment string, wish ConfigurationWish) (int, []json.RawMessage, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	e := a.mustEnvironment(application, environment)
	number := 0
	caused, err := a.events.during(func() error {
		d, refused := a.start(SetupActor, e, wish)
		if refused != nil {
			return errors.New(refused.message)
		}
		number = d.number
		return nil
	})
	return number, caused, err
}

// Advance takes the environment's newest deployment one step on and returns the events: each share, baking, complete.
func (a *AppConfig) Advance(application, environment string) ([]json.RawMessage, error) {
	return a.change(application, environment, a.advance)
}

// AdvanceTo advances the newest deployment until it is in a state.
func (a *AppConfig) AdvanceTo(application, environment string, state types.DeploymentState) ([]json.RawMessage, error) {
	return a.change(application, environment, func(e *configEnvironment, d *configDeployment) error {
		for d.state != state {
			if err := a.advance(e, d); err != nil {
				return err
			}
		}
		return nil
	})
}

// AlarmFires has AppConfig roll the newest deployment back by itself, as for one of the environment's alarms.
func (a *AppConfig) AlarmFires(application, environment string) ([]json.RawMessage, error) {
	return a.change(application, environment, func(e *configEnvironment, d *configDeployment) error {
		if len(e.alarms) == 0 || !d.running() || d.state == types.DeploymentStateRollingBack {
			return fmt.Errorf("alarm on deployment %d of %s: it is %s, the alarms are %q", d.number, e.name, d.state, e.alarms)
		}
		a.rollBack(e, d, types.TriggeredByCloudwatchAlarm, "Alarm "+e.alarms[0]+" is in state ALARM")
		return nil
	})
}

// Deployment is the state of the environment's newest deployment.
func (a *AppConfig) Deployment(application, environment string) ConfigurationState {
	a.mu.Lock()
	defer a.mu.Unlock()
	e := a.mustEnvironment(application, environment)
	if e.newest() == nil {
		panic("awstest: environment " + e.name + " has no deployment")
	}
	return e.state(e.newest())
}

// emit sends the deployment's event, if the environment has the extension (AWS note 1.6). A revert has none.
func (a *AppConfig) emit(e *configEnvironment, d *configDeployment, what string) {
	if !e.told {
		return
	}
	type named struct {
		ID   string `json:"Id"`
		Name string
	}
	a.events.add(envelope{
		Version: "0", ID: a.events.uuid("appconfig event"), DetailType: "On Deployment " + what, Source: "aws.appconfig",
		Account: a.account, Time: a.clock().UTC().Truncate(time.Second), Region: a.region,
		Resources: []string{a.arn("extensionassociation", "z763ff5")},
		Detail: struct {
			InvocationID         string `json:"InvocationId"`
			Parameters           map[string]string
			Type                 string
			Application          named
			Environment          named
			ConfigurationProfile named
			DeploymentNumber     int
			ConfigurationVersion string
		}{
			a.events.hash("appconfig invocation")[:7], map[string]string{}, "OnDeployment" + strings.ReplaceAll(what, " ", ""),
			named{e.application, a.applications[e.application]}, named{e.id, e.name},
			named{d.profile, a.profiles[e.application+"/"+d.profile]}, d.number, d.version,
		},
	})
}

func (a *AppConfig) deploymentARN(e *configEnvironment, d *configDeployment) string {
	return a.arn("application", e.application, "environment", e.id, "deployment", strconv.Itoa(d.number))
}

// newID gives out an id of seven letters and digits, the same in every run.
func (a *AppConfig) newID() string { return a.events.hash("appconfig")[:7] }

func (a *AppConfig) mustEnvironment(application, environment string) *configEnvironment {
	e := a.environments[application+"/"+environment]
	if e == nil {
		panic("awstest: no environment " + application + "/" + environment)
	}
	return e
}
