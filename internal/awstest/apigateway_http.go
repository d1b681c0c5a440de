package awstest

import (
	"maps"
	"net/http"
	"slices"
	"time"
)

// HTTPStageState is what a stage of an HTTP API shows, as the ledger keeps it (kind "http-stage"). There is no canary
// (AWS note 3.4).
type HTTPStageState struct {
	// DeploymentID is the deployment that gets all traffic.
	DeploymentID string
	// AutoDeploy moves the stage to every change of the API; DeploymentID cannot be set then.
	AutoDeploy bool
	// Description is free text.
	Description string
	// Variables are the stage's variables.
	Variables map[string]string
}

// httpAPI is an HTTP API.
type httpAPI struct {
	id, name    string
	definition  string
	created     time.Time
	deployments []*apiDeployment
	stages      map[string]*httpStage
}

type httpStage struct {
	now              HTTPStageState
	created, updated time.Time
}

func (s HTTPStageState) clone() HTTPStageState {
	s.Variables = maps.Clone(s.Variables)
	return s
}

func (s *httpStage) document(name string) map[string]any {
	return map[string]any{
		"stageName": name, "deploymentId": s.now.DeploymentID, "autoDeploy": s.now.AutoDeploy, "description": s.now.Description,
		"stageVariables": s.now.Variables, "createdDate": iso(s.created), "lastUpdatedDate": iso(s.updated),
		"defaultRouteSettings": map[string]any{"detailedMetricsEnabled": false}, "routeSettings": map[string]any{},
	}
}

func (d *apiDeployment) httpDocument() map[string]any {
	return map[string]any{
		"deploymentId": d.id, "description": d.description, "createdDate": iso(d.created), "deploymentStatus": "DEPLOYED", "autoDeployed": false,
	}
}

// iso is how HTTP APIs write times; REST APIs write seconds since 1970.
func iso(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func (g *APIGateway) findHTTPAPI(req gatewayRequest) (*httpAPI, *refusal) {
	if api := g.http[req.api]; api != nil {
		return api, nil
	}
	return nil, gatewayNotFound("Invalid API identifier specified " + req.api)
}

func (g *APIGateway) findHTTPStage(req gatewayRequest) (*httpAPI, *httpStage, *refusal) {
	api, refused := g.findHTTPAPI(req)
	if refused != nil {
		return nil, nil, refused
	}
	if s := api.stages[req.id]; s != nil {
		return api, s, nil
	}
	return nil, nil, gatewayNotFound("Unable to find Stage by name " + req.id + " within the provided API")
}

func (g *APIGateway) getHTTPAPI(req gatewayRequest) restReply {
	api, refused := g.findHTTPAPI(req)
	if refused != nil {
		return restReply{refused: refused}
	}
	return restReply{body: map[string]any{
		"apiId": api.id, "name": api.name, "protocolType": "HTTP", "createdDate": iso(api.created), "routeSelectionExpression": "$request.method $request.path",
	}}
}

func (g *APIGateway) getHTTPStage(req gatewayRequest) restReply {
	_, s, refused := g.findHTTPStage(req)
	if refused != nil {
		return restReply{refused: refused}
	}
	return restReply{body: s.document(req.id)}
}

// updateHTTPStage changes what the call names. All traffic moves at once.
func (g *APIGateway) updateHTTPStage(req gatewayRequest) restReply {
	api, s, refused := g.findHTTPStage(req)
	var ask struct {
		DeploymentID   *string `json:"deploymentId"`
		AutoDeploy     *bool
		Description    *string
		StageVariables map[string]string
	}
	if refused == nil {
		refused = req.ask(&ask)
	}
	if refused != nil {
		return restReply{refused: refused}
	}
	want := s.now.clone()
	if ask.AutoDeploy != nil {
		want.AutoDeploy = *ask.AutoDeploy
	}
	if ask.Description != nil {
		want.Description = *ask.Description
	}
	maps.Copy(want.Variables, ask.StageVariables)
	if ask.DeploymentID != nil {
		if want.AutoDeploy {
			return gatewayRefusal("Deployment ID cannot be set on stage " + req.id + " because AutoDeploy is enabled")
		}
		if deploymentOf(api.deployments, *ask.DeploymentID) == nil {
			return restReply{refused: gatewayNotFound("Unable to find Deployment by ID " + *ask.DeploymentID + " within the provided API")}
		}
		want.DeploymentID = *ask.DeploymentID
	}
	g.putHTTPStage(req.actor, req.api, req.id, s, want)
	return restReply{body: s.document(req.id)}
}

func (g *APIGateway) putHTTPStage(actor, api, name string, s *httpStage, want HTTPStageState) {
	s.now, s.updated = want, g.clock()
	g.ledger.Append(actor, "http-stage", g.stageARN("apis", api, name), want.clone())
}

// createHTTPDeployment snapshots the API, and moves the stage it names to the snapshot. Repeated, it makes another.
func (g *APIGateway) createHTTPDeployment(req gatewayRequest) restReply {
	api, refused := g.findHTTPAPI(req)
	var ask struct{ StageName, Description string }
	if refused == nil {
		refused = req.ask(&ask)
	}
	if refused != nil {
		return restReply{refused: refused}
	}
	stage := api.stages[ask.StageName]
	if ask.StageName != "" && stage == nil {
		return restReply{refused: gatewayNotFound("Unable to find Stage by name " + ask.StageName + " within the provided API")}
	}
	d := &apiDeployment{id: g.id(), description: ask.Description, definition: api.definition, created: g.clock()}
	api.deployments = append(api.deployments, d)
	if stage != nil {
		want := stage.now.clone()
		want.DeploymentID = d.id
		g.putHTTPStage(req.actor, req.api, ask.StageName, stage, want)
	}
	return restReply{status: http.StatusCreated, body: d.httpDocument()}
}

func (g *APIGateway) findHTTPDeployment(req gatewayRequest) (*httpAPI, *apiDeployment, *refusal) {
	api, refused := g.findHTTPAPI(req)
	if refused != nil {
		return nil, nil, refused
	}
	if d := deploymentOf(api.deployments, req.id); d != nil {
		return api, d, nil
	}
	return nil, nil, gatewayNotFound("Unable to find Deployment by ID " + req.id + " within the provided API")
}

func (g *APIGateway) getHTTPDeployment(req gatewayRequest) restReply {
	_, d, refused := g.findHTTPDeployment(req)
	if refused != nil {
		return restReply{refused: refused}
	}
	return restReply{body: d.httpDocument()}
}

func (g *APIGateway) getHTTPDeployments(req gatewayRequest) restReply {
	api, refused := g.findHTTPAPI(req)
	if refused != nil {
		return restReply{refused: refused}
	}
	got, next, refused := gatewayPage(req, "maxResults", "nextToken", api.deployments)
	if refused != nil {
		return restReply{refused: refused}
	}
	docs := []map[string]any{}
	for _, d := range got {
		docs = append(docs, d.httpDocument())
	}
	body := map[string]any{"items": docs}
	if next != "" {
		body["nextToken"] = next
	}
	return restReply{body: body}
}

// deleteHTTPDeployment refuses one that a stage shows.
func (g *APIGateway) deleteHTTPDeployment(req gatewayRequest) restReply {
	api, d, refused := g.findHTTPDeployment(req)
	if refused != nil {
		return restReply{refused: refused}
	}
	for name, s := range api.stages {
		if s.now.DeploymentID == d.id {
			return gatewayRefusal("Unable to delete deployment. Stage " + name + " is currently using this deployment")
		}
	}
	api.deployments = slices.DeleteFunc(api.deployments, func(x *apiDeployment) bool { return x == d })
	return restReply{status: http.StatusNoContent}
}
