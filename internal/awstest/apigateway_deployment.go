package awstest

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// restAPI is a REST API: what is defined now, and what was deployed of it.
type restAPI struct {
	id, name    string
	definition  string
	created     time.Time
	deployments []*apiDeployment // oldest first
	stages      map[string]*restStage
}

// apiDeployment is a snapshot of an API's definition.
type apiDeployment struct {
	id, description, definition string
	created                     time.Time
}

func (a *restAPI) deployment(id string) *apiDeployment { return deploymentOf(a.deployments, id) }

func deploymentOf(all []*apiDeployment, id string) *apiDeployment {
	for _, d := range all {
		if d.id == id {
			return d
		}
	}
	return nil
}

type deploymentDocument struct {
	ID          string `json:"id"`
	Description string `json:"description,omitempty"`
	CreatedDate int64  `json:"createdDate"`
}

func (d *apiDeployment) document() deploymentDocument {
	return deploymentDocument{d.id, d.description, d.created.Unix()}
}

func (g *APIGateway) findRestAPI(req gatewayRequest) (*restAPI, *refusal) {
	if api := g.rest[req.api]; api != nil {
		return api, nil
	}
	return nil, gatewayNotFound("Invalid API identifier specified " + g.account + ":" + req.api)
}

func (g *APIGateway) getRestAPI(req gatewayRequest) restReply {
	api, refused := g.findRestAPI(req)
	if refused != nil {
		return restReply{refused: refused}
	}
	return restReply{body: map[string]any{"id": api.id, "name": api.name, "createdDate": api.created.Unix(), "apiKeySource": "HEADER"}}
}

// deploymentAsk is the body of CreateDeployment; nil means "not said".
type deploymentAsk struct {
	StageName      string
	Description    string
	Variables      map[string]string
	CanarySettings *struct {
		PercentTraffic         float64
		StageVariableOverrides map[string]string
		UseStageCache          bool
	}
}

// createDeployment snapshots the definition, and moves the stage it names: to the snapshot, or, with canary settings,
// only the stage's canary. It is not idempotent, and 1 in 5 s is all an account gets (AWS note 3.3).
func (g *APIGateway) createDeployment(req gatewayRequest) restReply {
	api, refused := g.findRestAPI(req)
	var ask deploymentAsk
	if refused == nil {
		refused = req.ask(&ask)
	}
	if refused == nil {
		refused = ask.fits(api.stages[ask.StageName])
	}
	if refused != nil {
		return restReply{refused: refused}
	}
	if wait := g.quota(); wait > 0 {
		return restReply{
			refused: refuse(http.StatusTooManyRequests, "TooManyRequestsException", "Too Many Requests"),
			header:  http.Header{"Retry-After": {strconv.Itoa(int((wait + time.Second - 1) / time.Second))}},
		}
	}
	d := g.snapshot(api, ask.Description)
	if ask.StageName != "" {
		g.deploy(req, api, ask, d)
	}
	return restReply{status: http.StatusCreated, body: d.document()}
}

func (a deploymentAsk) fits(stage *restStage) *refusal {
	const invalid = "Invalid deployment content specified."
	switch {
	case a.CanarySettings != nil && stage == nil:
		return gatewayInvalid(invalid + "Stage " + a.StageName + " must already be created before making a canary release deployment")
	case a.CanarySettings != nil && !validPercent(a.CanarySettings.PercentTraffic):
		return percentInvalid()
	case a.CanarySettings == nil && stage != nil && stage.now.Canary != nil:
		return gatewayInvalid(invalid + "Non canary deployment not supported on stage " + a.StageName +
			" because Canary is enabled. Provide CanarySettings in deploymentInput.")
	}
	return nil
}

// quota takes a place in the account's budget of deployments, or says how long to wait for one.
func (g *APIGateway) quota() time.Duration {
	now := g.clock()
	if wait := g.deployed.Add(g.every).Sub(now); !g.deployed.IsZero() && wait > 0 {
		return wait
	}
	g.deployed = now
	return 0
}

func (g *APIGateway) snapshot(api *restAPI, description string) *apiDeployment {
	d := &apiDeployment{id: g.id(), description: description, definition: api.definition, created: g.clock()}
	api.deployments = append(api.deployments, d)
	return d
}

// deploy moves the stage the call names.
func (g *APIGateway) deploy(req gatewayRequest, api *restAPI, ask deploymentAsk, d *apiDeployment) {
	stage := api.stages[ask.StageName]
	if stage == nil {
		stage = &restStage{created: g.clock()}
		api.stages[ask.StageName] = stage
	}
	want := stage.now.clone()
	if c := ask.CanarySettings; c != nil {
		want.Canary = &CanarySettings{c.PercentTraffic, d.id, c.StageVariableOverrides, c.UseStageCache}
	} else {
		want.DeploymentID = d.id
		if ask.Variables != nil {
			want.Variables = ask.Variables
		}
	}
	g.putStage(req.actor, req.api, ask.StageName, stage, want)
}

func (g *APIGateway) getDeployment(req gatewayRequest) restReply {
	_, d, refused := g.findDeployment(req)
	if refused != nil {
		return restReply{refused: refused}
	}
	return restReply{body: d.document()}
}

func (g *APIGateway) findDeployment(req gatewayRequest) (*restAPI, *apiDeployment, *refusal) {
	api, refused := g.findRestAPI(req)
	if refused != nil {
		return nil, nil, refused
	}
	if d := api.deployment(req.id); d != nil {
		return api, d, nil
	}
	return nil, nil, gatewayNotFound("Invalid Deployment identifier specified")
}

// getDeployments lists a page, in no order anybody promised: the newest last here.
func (g *APIGateway) getDeployments(req gatewayRequest) restReply {
	api, refused := g.findRestAPI(req)
	if refused != nil {
		return restReply{refused: refused}
	}
	got, next, refused := gatewayPage(req, "limit", "position", api.deployments)
	if refused != nil {
		return restReply{refused: refused}
	}
	docs := []deploymentDocument{}
	for _, d := range got {
		docs = append(docs, d.document())
	}
	body := map[string]any{"item": docs}
	if next != "" {
		body["position"] = next
	}
	return restReply{body: body}
}

// gatewayPage cuts a page: 25 by default, 500 at most.
func gatewayPage[T any](req gatewayRequest, limit, position string, items []T) ([]T, string, *refusal) {
	size := 25
	if asked := req.query.Get(limit); asked != "" {
		n, err := strconv.Atoi(asked)
		if err != nil || n < 1 {
			return nil, "", gatewayInvalid("Invalid limit specified")
		}
		size = min(n, 500)
	}
	got, next, ok := page(items, req.query.Get(position), size)
	if !ok {
		return nil, "", gatewayInvalid("Invalid position parameter specified")
	}
	return got, next, nil
}

// updateDeployment changes a deployment's description, the only thing of it that can change.
func (g *APIGateway) updateDeployment(req gatewayRequest) restReply {
	_, d, refused := g.findDeployment(req)
	var ask struct {
		PatchOperations []stagePatch `json:"patchOperations"`
	}
	if refused == nil {
		refused = req.ask(&ask)
	}
	if refused != nil {
		return restReply{refused: refused}
	}
	for _, p := range ask.PatchOperations {
		if p.Op != "replace" || p.Path != "/description" || p.Value == nil {
			return restReply{refused: p.unknown()}
		}
	}
	for _, p := range ask.PatchOperations {
		d.description = *p.Value
	}
	return restReply{body: d.document()}
}

// deleteDeployment refuses one that a stage or its canary shows.
func (g *APIGateway) deleteDeployment(req gatewayRequest) restReply {
	api, d, refused := g.findDeployment(req)
	if refused != nil {
		return restReply{refused: refused}
	}
	for _, s := range api.stages {
		if s.now.DeploymentID == d.id || s.now.Canary != nil && s.now.Canary.DeploymentID == d.id {
			return gatewayRefusal("Active stages pointing to this deployment must be moved or deleted")
		}
	}
	api.deployments = slices.DeleteFunc(api.deployments, func(x *apiDeployment) bool { return x == d })
	return restReply{status: http.StatusAccepted}
}
