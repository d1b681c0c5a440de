package awstest

import (
	"net/http"
	"time"
)

// The methods of this file are the test's side of API Gateway. They panic on a name the test never created: that is a
// wrong test, not a state of the world.

// CreateRestAPI makes a REST API of this definition, without deployment or stage, and returns its id.
func (g *APIGateway) CreateRestAPI(name, definition string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	api := &restAPI{id: g.id(), name: name, definition: definition, created: g.clock(), stages: map[string]*restStage{}}
	g.rest[api.id] = api
	return api.id
}

// PutDefinition is what a pipeline does: it changes a REST or HTTP API's definition and deploys nothing. A stage of an
// HTTP API with AutoDeploy is moved at once.
func (g *APIGateway) PutDefinition(api, definition string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if rest := g.rest[api]; rest != nil {
		rest.definition = definition
		return
	}
	h := g.mustHTTPAPI(api)
	h.definition = definition
	for name, s := range h.stages {
		if s.now.AutoDeploy {
			want := s.now.clone()
			want.DeploymentID = g.deployHTTP(h, "Automatic deployment triggered by changes to the Api configuration").id
			g.putHTTPStage(SetupActor, api, name, s, want)
		}
	}
}

// CreateStage deploys a REST API's definition to a new stage and returns the deployment's id.
func (g *APIGateway) CreateStage(api, name string, variables map[string]string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	a := g.mustRestAPI(api)
	d := g.snapshot(a, "")
	stage := &restStage{created: g.clock()}
	a.stages[name] = stage
	g.putStage(SetupActor, api, name, stage, StageState{DeploymentID: d.id, Variables: variables}.clone())
	return d.id
}

// Deploy snapshots a REST or HTTP API's definition without moving a stage, as CreateDeployment without a stage name, and
// returns the deployment's id.
func (g *APIGateway) Deploy(api, description string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if rest := g.rest[api]; rest != nil {
		return g.snapshot(rest, description).id
	}
	return g.deployHTTP(g.mustHTTPAPI(api), description).id
}

// Stage returns what a REST API's stage really shows.
func (g *APIGateway) Stage(api, name string) StageState {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.mustStage(api, name).now.clone()
}

// SetStage is a foreign writer.
func (g *APIGateway) SetStage(api, name string, want StageState) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.putStage(ForeignActor, api, name, g.mustStage(api, name), want.clone())
}

// DeleteStage takes a stage away: calls on it answer NotFoundException from now on.
func (g *APIGateway) DeleteStage(api, name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if rest := g.rest[api]; rest != nil {
		delete(rest.stages, name)
		return
	}
	delete(g.mustHTTPAPI(api).stages, name)
}

// Deployments returns the ids of an API's deployments, oldest first.
func (g *APIGateway) Deployments(api string) []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	var ids []string
	all := []*apiDeployment(nil)
	if rest := g.rest[api]; rest != nil {
		all = rest.deployments
	} else {
		all = g.mustHTTPAPI(api).deployments
	}
	for _, d := range all {
		ids = append(ids, d.id)
	}
	return ids
}

// Deployed returns the definition that a deployment is a snapshot of.
func (g *APIGateway) Deployed(api, deployment string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	var d *apiDeployment
	if rest := g.rest[api]; rest != nil {
		d = rest.deployment(deployment)
	} else {
		d = deploymentOf(g.mustHTTPAPI(api).deployments, deployment)
	}
	if d == nil {
		panic("awstest: no deployment " + deployment)
	}
	return d.definition
}

// DeployEvery is the account's budget of CreateDeployment on REST APIs: one in so long, else TooManyRequestsException
// with Retry-After. AWS gives one in 5 s (AWS note 3.3); 0, the default, is no limit.
func (g *APIGateway) DeployEvery(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.every = d
}

// CreateHTTPAPI makes an HTTP API of this definition, without deployment or stage, and returns its id.
func (g *APIGateway) CreateHTTPAPI(name, definition string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	api := &httpAPI{id: g.id(), name: name, definition: definition, created: g.clock(), stages: map[string]*httpStage{}}
	g.http[api.id] = api
	return api.id
}

// CreateHTTPStage deploys an HTTP API's definition to a new stage and returns the deployment's id.
func (g *APIGateway) CreateHTTPStage(api, name string, autoDeploy bool) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	a := g.mustHTTPAPI(api)
	d := g.deployHTTP(a, "")
	stage := &httpStage{created: g.clock()}
	a.stages[name] = stage
	g.putHTTPStage(SetupActor, api, name, stage, HTTPStageState{DeploymentID: d.id, AutoDeploy: autoDeploy, Variables: map[string]string{}})
	return d.id
}

// HTTPStage returns what an HTTP API's stage really shows.
func (g *APIGateway) HTTPStage(api, name string) HTTPStageState {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.mustHTTPStage(api, name).now.clone()
}

// SetHTTPStage is a foreign writer.
func (g *APIGateway) SetHTTPStage(api, name string, want HTTPStageState) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.putHTTPStage(ForeignActor, api, name, g.mustHTTPStage(api, name), want.clone())
}

// RefuseNext answers the next call of an operation with one of its documented errors: ("UpdateStage",
// "ConflictException"). Several wait in line.
func (g *APIGateway) RefuseNext(operation, code string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	status := map[string]int{
		"BadRequestException": http.StatusBadRequest, "ConflictException": http.StatusConflict, "NotFoundException": http.StatusNotFound,
		"LimitExceededException": http.StatusTooManyRequests, "TooManyRequestsException": http.StatusTooManyRequests,
		"UnauthorizedException": http.StatusUnauthorized,
	}[code]
	if status == 0 {
		panic("awstest: API Gateway documents no " + code)
	}
	g.refused[operation] = append(g.refused[operation], refuse(status, code, "refused by the test"))
}

func (g *APIGateway) deployHTTP(api *httpAPI, description string) *apiDeployment {
	d := &apiDeployment{id: g.id(), description: description, definition: api.definition, created: g.clock()}
	api.deployments = append(api.deployments, d)
	return d
}

// id is an API Gateway identifier: ten letters and digits.
func (g *APIGateway) id() string { return g.ids.hash("apigateway")[:10] }

func (g *APIGateway) mustRestAPI(id string) *restAPI {
	api := g.rest[id]
	if api == nil {
		panic("awstest: no REST API " + id)
	}
	return api
}

func (g *APIGateway) mustHTTPAPI(id string) *httpAPI {
	api := g.http[id]
	if api == nil {
		panic("awstest: no API " + id)
	}
	return api
}

func (g *APIGateway) mustStage(api, name string) *restStage {
	s := g.mustRestAPI(api).stages[name]
	if s == nil {
		panic("awstest: no stage " + api + "/" + name)
	}
	return s
}

func (g *APIGateway) mustHTTPStage(api, name string) *httpStage {
	s := g.mustHTTPAPI(api).stages[name]
	if s == nil {
		panic("awstest: no stage " + api + "/" + name)
	}
	return s
}

var _ StandIn = (*APIGateway)(nil)
