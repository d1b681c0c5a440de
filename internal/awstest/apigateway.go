package awstest

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// APIGateway answers Amazon API Gateway's control calls for stages, deployments and canaries of REST APIs (AWS note 3.3)
// and of HTTP APIs, whose stages know no canary (AWS note 3.4). Both are signed for one service and told apart by their
// path. moto ignores canary settings (AWS note 8), so nothing here reaches it.
//
// A REST API has no fence: what a stage shows is changed by whoever comes. It knows no methods, integrations or
// domains: an API's definition is a text, and a deployment is a snapshot of it.
type APIGateway struct {
	account  string
	region   string
	mu       sync.Mutex
	ledger   *Ledger
	clock    func() time.Time
	rest     map[string]*restAPI
	http     map[string]*httpAPI
	ids      emission // gives out identifiers only
	every    time.Duration
	deployed time.Time
	refused  map[string][]*refusal // by operation, in line
}

// NewAPIGateway returns the API Gateway of one account and region, without APIs. A nil clock means time.Now.
func NewAPIGateway(account, region string, ledger *Ledger, clock func() time.Time) *APIGateway {
	if clock == nil {
		clock = time.Now
	}
	return &APIGateway{
		account: account, region: region, ledger: ledger, clock: clock,
		rest: map[string]*restAPI{}, http: map[string]*httpAPI{}, refused: map[string][]*refusal{},
	}
}

// Service implements StandIn.
func (*APIGateway) Service() string { return "apigateway" }

// Operation implements StandIn. The operations of HTTP APIs have the names of the REST ones; their path tells.
func (*APIGateway) Operation(r *http.Request, _ []byte) string { return readGatewayPath(r).operation }

// Serve implements StandIn.
func (g *APIGateway) Serve(c Call) Answer {
	g.mu.Lock()
	defer g.mu.Unlock()
	req := readGatewayPath(c.Request)
	req.actor, req.body = c.Actor, c.Body
	serve := g.restOperation(req.operation)
	if req.v2 {
		serve = g.httpOperation(req.operation)
	}
	resource := gatewayResource(c)
	if serve == nil {
		return restReply{refused: refuse(http.StatusNotFound, "UnknownOperationException", "")}.answer("*")
	}
	if line := g.refused[req.operation]; len(line) > 0 {
		g.refused[req.operation] = line[1:]
		return restReply{refused: line[0]}.answer(resource)
	}
	return serve(req).answer(resource)
}

func (g *APIGateway) restOperation(name string) func(gatewayRequest) restReply {
	return map[string]func(gatewayRequest) restReply{
		"GetRestApi": g.getRestAPI, "GetStage": g.getStage, "GetStages": g.getStages, "UpdateStage": g.updateStage,
		"CreateDeployment": g.createDeployment, "GetDeployment": g.getDeployment, "GetDeployments": g.getDeployments,
		"UpdateDeployment": g.updateDeployment, "DeleteDeployment": g.deleteDeployment,
	}[name]
}

func (g *APIGateway) httpOperation(name string) func(gatewayRequest) restReply {
	return map[string]func(gatewayRequest) restReply{
		"GetApi": g.getHTTPAPI, "GetStage": g.getHTTPStage, "UpdateStage": g.updateHTTPStage,
		"CreateDeployment": g.createHTTPDeployment, "GetDeployment": g.getHTTPDeployment,
		"GetDeployments": g.getHTTPDeployments, "DeleteDeployment": g.deleteHTTPDeployment,
	}[name]
}

// gatewayRequest is what the path and query of a call say.
type gatewayRequest struct {
	operation string
	v2        bool // an HTTP API's
	api       string
	id        string // of the deployment, or the stage's name
	query     url.Values
	actor     string
	body      []byte
}

// readGatewayPath names the operation by method and path; none of those it does not know are answered.
func readGatewayPath(r *http.Request) gatewayRequest {
	parts := strings.Split(strings.Trim(r.URL.EscapedPath(), "/"), "/")
	for i, p := range parts {
		if plain, err := url.PathUnescape(p); err == nil {
			parts[i] = plain
		}
	}
	req := gatewayRequest{query: r.URL.Query()}
	if parts[0] == "v2" {
		req.v2, parts = true, parts[1:]
	}
	if len(parts) < 2 || len(parts) > 4 {
		return req
	}
	req.api = parts[1]
	shape := parts[0]
	if len(parts) > 2 {
		shape += "/" + parts[2]
	}
	if len(parts) > 3 {
		req.id, shape = parts[3], shape+"/*"
	}
	req.operation = gatewayOperation(r.Method + " " + shape)
	return req
}

func gatewayOperation(shape string) string {
	return map[string]string{
		"GET restapis":                  "GetRestApi",
		"GET restapis/stages":           "GetStages",
		"GET restapis/stages/*":         "GetStage",
		"PATCH restapis/stages/*":       "UpdateStage",
		"POST restapis/deployments":     "CreateDeployment",
		"GET restapis/deployments":      "GetDeployments",
		"GET restapis/deployments/*":    "GetDeployment",
		"PATCH restapis/deployments/*":  "UpdateDeployment",
		"DELETE restapis/deployments/*": "DeleteDeployment",
		"GET apis":                      "GetApi",
		"GET apis/stages/*":             "GetStage",
		"PATCH apis/stages/*":           "UpdateStage",
		"POST apis/deployments":         "CreateDeployment",
		"GET apis/deployments":          "GetDeployments",
		"GET apis/deployments/*":        "GetDeployment",
		"DELETE apis/deployments/*":     "DeleteDeployment",
	}[shape]
}
