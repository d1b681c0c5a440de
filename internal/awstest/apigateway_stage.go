package awstest

import (
	"maps"
	"slices"
	"time"
)

// StageState is what a stage of a REST API shows, as the ledger keeps it (kind "stage").
type StageState struct {
	// DeploymentID is the deployment that gets what the canary leaves.
	DeploymentID string
	// Variables are the stage's variables.
	Variables map[string]string
	// Canary is the canary release; nil when there is none.
	Canary *CanarySettings
	// Description is free text.
	Description string
	// TracingEnabled stands for the settings of a stage that no release concerns.
	TracingEnabled bool
}

// CanarySettings are a stage's canary release.
type CanarySettings struct {
	// PercentTraffic is the share of DeploymentID, 0.0–100.0.
	PercentTraffic float64
	// DeploymentID is the canary's deployment.
	DeploymentID string
	// Overrides are the stage variables that differ for the canary.
	Overrides map[string]string
	// UseStageCache shares the stage's cache with the canary.
	UseStageCache bool
}

// clone returns a copy that shares nothing with s.
func (s StageState) clone() StageState {
	s.Variables = maps.Clone(s.Variables)
	if s.Canary != nil {
		canary := *s.Canary
		canary.Overrides = maps.Clone(canary.Overrides)
		s.Canary = &canary
	}
	return s
}

// restStage is a stage and its dates.
type restStage struct {
	now              StageState
	created, updated time.Time
}

type stageDocument struct {
	StageName           string            `json:"stageName"`
	DeploymentID        string            `json:"deploymentId"`
	Description         string            `json:"description,omitempty"`
	Variables           map[string]string `json:"variables,omitempty"`
	Canary              *canaryDocument   `json:"canarySettings,omitempty"`
	MethodSettings      map[string]any    `json:"methodSettings"`
	CacheClusterEnabled bool              `json:"cacheClusterEnabled"`
	CacheClusterStatus  string            `json:"cacheClusterStatus"`
	TracingEnabled      bool              `json:"tracingEnabled"`
	Created             int64             `json:"createdDate"`
	LastUpdated         int64             `json:"lastUpdatedDate"`
}

type canaryDocument struct {
	PercentTraffic float64           `json:"percentTraffic"`
	DeploymentID   string            `json:"deploymentId"`
	Overrides      map[string]string `json:"stageVariableOverrides,omitempty"`
	UseStageCache  bool              `json:"useStageCache"`
}

func (s *restStage) document(name string) stageDocument {
	doc := stageDocument{
		StageName: name, DeploymentID: s.now.DeploymentID, Description: s.now.Description, Variables: s.now.Variables,
		MethodSettings: map[string]any{}, CacheClusterStatus: "NOT_AVAILABLE", TracingEnabled: s.now.TracingEnabled,
		Created: s.created.Unix(), LastUpdated: s.updated.Unix(),
	}
	if c := s.now.Canary; c != nil {
		doc.Canary = &canaryDocument{c.PercentTraffic, c.DeploymentID, c.Overrides, c.UseStageCache}
	}
	return doc
}

func (g *APIGateway) findStage(req gatewayRequest) (*restAPI, *restStage, *refusal) {
	api, refused := g.findRestAPI(req)
	if refused != nil {
		return nil, nil, refused
	}
	if s := api.stages[req.id]; s != nil {
		return api, s, nil
	}
	return nil, nil, gatewayNotFound("Invalid stage identifier specified")
}

func (g *APIGateway) getStage(req gatewayRequest) restReply {
	_, s, refused := g.findStage(req)
	if refused != nil {
		return restReply{refused: refused}
	}
	return restReply{body: s.document(req.id)}
}

func (g *APIGateway) getStages(req gatewayRequest) restReply {
	api, refused := g.findRestAPI(req)
	if refused != nil {
		return restReply{refused: refused}
	}
	docs := []stageDocument{}
	only := req.query.Get("deploymentId")
	for _, name := range slices.Sorted(maps.Keys(api.stages)) {
		if s := api.stages[name]; only == "" || s.now.DeploymentID == only {
			docs = append(docs, s.document(name))
		}
	}
	return restReply{body: map[string]any{"item": docs}}
}

// updateStage applies all patch operations or none.
func (g *APIGateway) updateStage(req gatewayRequest) restReply {
	api, s, refused := g.findStage(req)
	var ask struct {
		PatchOperations []stagePatch `json:"patchOperations"`
	}
	if refused == nil {
		refused = req.ask(&ask)
	}
	want := StageState{}
	if refused == nil {
		want = s.now.clone()
		for _, p := range ask.PatchOperations {
			if refused = p.apply(api, &want); refused != nil {
				break
			}
		}
	}
	if refused != nil {
		return restReply{refused: refused}
	}
	g.putStage(req.actor, req.api, req.id, s, want)
	return restReply{body: s.document(req.id)}
}

// putStage makes want the stage's state and enters it in the ledger.
func (g *APIGateway) putStage(actor, api, name string, s *restStage, want StageState) {
	s.now, s.updated = want, g.clock()
	g.ledger.Append(actor, "stage", g.stageARN("restapis", api, name), want.clone())
}

func (g *APIGateway) stageARN(kind, api, name string) string {
	return "arn:aws:apigateway:" + g.region + "::/" + kind + "/" + api + "/stages/" + name
}
