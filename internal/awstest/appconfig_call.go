package awstest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/appconfig/types"
)

// configSummary is a deployment in a list.
type configSummary struct {
	DeploymentNumber            int
	ConfigurationVersion        string
	ConfigurationName           string
	DeploymentDurationInMinutes int
	FinalBakeTimeInMinutes      int
	GrowthFactor                float64
	GrowthType                  types.GrowthType
	PercentageComplete          float64
	State                       types.DeploymentState
	StartedAt                   time.Time
	CompletedAt                 *time.Time `json:",omitempty"`
}

// configDocument is a deployment by itself.
type configDocument struct {
	configSummary
	ApplicationID          string `json:"ApplicationId"`
	EnvironmentID          string `json:"EnvironmentId"`
	ConfigurationProfileID string `json:"ConfigurationProfileId"`
	DeploymentStrategyID   string `json:"DeploymentStrategyId"`
	Description            string `json:",omitempty"`
	EventLog               []configEvent
}

func (a *AppConfig) summary(e *configEnvironment, d *configDeployment) configSummary {
	s := configSummary{
		DeploymentNumber: d.number, ConfigurationVersion: d.version, ConfigurationName: a.profiles[e.application+"/"+d.profile],
		DeploymentDurationInMinutes: d.strategy.Minutes, FinalBakeTimeInMinutes: d.strategy.BakeMinutes, GrowthFactor: d.strategy.GrowthPct,
		GrowthType: d.strategy.Growth, PercentageComplete: d.pct, State: d.state, StartedAt: d.started.UTC(),
	}
	if !d.complete.IsZero() {
		complete := d.complete.UTC()
		s.CompletedAt = &complete
	}
	return s
}

func (a *AppConfig) document(e *configEnvironment, d *configDeployment) configDocument {
	return configDocument{
		configSummary: a.summary(e, d), ApplicationID: e.application, EnvironmentID: e.id, ConfigurationProfileID: d.profile,
		DeploymentStrategyID: d.strategyID, Description: d.text, EventLog: d.log,
	}
}

func (a *AppConfig) startDeployment(req appConfigRequest) restReply {
	e, refused := a.environment(req)
	if refused != nil {
		return restReply{refused: refused}
	}
	var ask struct {
		ConfigurationProfileID string `json:"ConfigurationProfileId"`
		ConfigurationVersion   string
		DeploymentStrategyID   string `json:"DeploymentStrategyId"`
		Description            string
	}
	if err := json.Unmarshal(req.body, &ask); err != nil || ask.ConfigurationVersion == "" {
		return restReply{refused: appConfigBad("Invalid request: ConfigurationVersion is required")}
	}
	d, refused := a.start(req.actor, e, ConfigurationWish{ask.ConfigurationProfileID, ask.ConfigurationVersion, ask.DeploymentStrategyID, ask.Description})
	if refused != nil {
		return restReply{refused: refused}
	}
	return restReply{status: http.StatusCreated, body: a.document(e, d)}
}

func (a *AppConfig) getDeployment(req appConfigRequest) restReply {
	e, d, refused := a.deployment(req)
	if refused != nil {
		return restReply{refused: refused}
	}
	a.seen(e, d)
	return restReply{body: a.document(e, d)}
}

// listDeployments lists the newest first.
func (a *AppConfig) listDeployments(req appConfigRequest) restReply {
	e, refused := a.environment(req)
	if refused != nil {
		return restReply{refused: refused}
	}
	items := []configSummary{}
	for _, d := range slices.Backward(e.deployments) {
		a.seen(e, d)
		items = append(items, a.summary(e, d))
	}
	return appConfigPage(req, items)
}

// stopDeployment: what is under way is rolled back; what is complete is reverted, within 72 hours and if the call allows
// it; anything else is over (AWS note 3.8; API StopDeployment).
func (a *AppConfig) stopDeployment(req appConfigRequest) restReply {
	e, d, refused := a.deployment(req)
	if refused != nil {
		return restReply{refused: refused}
	}
	revertible := d.state == types.DeploymentStateComplete && d == e.newest() && a.clock().Sub(d.complete) <= 72*time.Hour
	switch {
	case d.running() && d.state != types.DeploymentStateRollingBack:
		a.rollBack(e, d, types.TriggeredByUser, "Deployment stopped by "+req.actor)
	case revertible && req.allowRevert:
		d.state, d.pct = types.DeploymentStateReverted, 0
		d.note(a.clock(), types.DeploymentEventTypeRevertCompleted, types.TriggeredByUser, "Deployment reverted by "+req.actor)
	default:
		return restReply{refused: appConfigBad(fmt.Sprintf("Deployment %d cannot be stopped in state %s", d.number, d.state))}
	}
	a.ledger.Append(req.actor, "configuration-stop", a.deploymentARN(e, d), e.state(d))
	return restReply{status: http.StatusAccepted, body: a.document(e, d)}
}

func (a *AppConfig) environment(req appConfigRequest) (*configEnvironment, *refusal) {
	if _, ok := a.applications[req.application]; !ok {
		return nil, appConfigMissing("Application", req.application)
	}
	e := a.environments[req.application+"/"+req.environment]
	if e == nil {
		return nil, appConfigMissing("Environment", req.environment)
	}
	return e, nil
}

func (a *AppConfig) deployment(req appConfigRequest) (*configEnvironment, *configDeployment, *refusal) {
	e, refused := a.environment(req)
	if refused != nil {
		return nil, nil, refused
	}
	if req.number < 1 || req.number > len(e.deployments) {
		return nil, nil, appConfigMissing("Deployment", strconv.Itoa(req.number))
	}
	return e, e.deployments[req.number-1], nil
}

// appConfigPage pages a list by max_results, 1–50, and next_token.
func appConfigPage[T any](req appConfigRequest, items []T) restReply {
	size := 50
	if asked := req.query.Get("max_results"); asked != "" {
		n, err := strconv.Atoi(asked)
		if err != nil || n < 1 || n > 50 {
			return restReply{refused: appConfigBad("max_results must be between 1 and 50")}
		}
		size = n
	}
	got, next, ok := page(items, req.query.Get("next_token"), size)
	if !ok {
		return restReply{refused: appConfigBad("next_token is invalid")}
	}
	return restReply{body: struct {
		Items     []T
		NextToken string `json:",omitempty"`
	}{got, next}}
}

func appConfigBad(message string) *refusal {
	return refuse(http.StatusBadRequest, "BadRequestException", message)
}

func appConfigMissing(kind, id string) *refusal {
	return refuse(http.StatusNotFound, "ResourceNotFoundException", "Could not find "+kind+" with id "+id)
}
