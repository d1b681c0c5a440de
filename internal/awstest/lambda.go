package awstest

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Lambda answers AWS Lambda's control calls for functions, versions, aliases and provisioned concurrency (AWS note 3.1).
// moto ignores RevisionId and validates no routing (AWS note 8), so nothing here reaches it.
//
// It knows no code and no IAM, and answers invocations as the test says (Answer); throttles, lost answers and delays are the front's.
type Lambda struct {
	account    string
	region     string
	mu         sync.Mutex
	ledger     *Ledger
	clock      func() time.Time
	functions  map[string]*lambdaFunction // by unqualified ARN
	revisions  int                        // revision ids given out
	staleReads int
	sameToken  bool
	answers    map[string]func(Invocation) InvocationAnswer // by unqualified ARN
	invoked    []Invocation
}

// NewLambda returns the Lambda of one account and region, without functions. A nil clock means time.Now.
func NewLambda(account, region string, ledger *Ledger, clock func() time.Time) *Lambda {
	if clock == nil {
		clock = time.Now
	}
	return &Lambda{account: account, region: region, ledger: ledger, clock: clock, functions: map[string]*lambdaFunction{}, answers: map[string]func(Invocation) InvocationAnswer{}}
}

// Service implements StandIn.
func (*Lambda) Service() string { return "lambda" }

// Operation implements StandIn.
func (*Lambda) Operation(r *http.Request, _ []byte) string {
	return readLambdaPath(r).operation
}

// Serve implements StandIn.
func (l *Lambda) Serve(c Call) Answer {
	l.mu.Lock()
	defer l.mu.Unlock()
	req := readLambdaPath(c.Request)
	req.actor, req.body, req.kind = c.Actor, c.Body, c.Request.Header.Get("X-Amz-Invocation-Type")
	serve := map[string]func(lambdaRequest) restReply{
		"GetAlias":                        l.getAlias,
		"ListAliases":                     l.listAliases,
		"CreateAlias":                     l.createAlias,
		"UpdateAlias":                     l.updateAlias,
		"GetFunction":                     l.getFunction,
		"GetFunctionConfiguration":        l.getFunctionConfiguration,
		"PublishVersion":                  l.publishVersion,
		"ListVersionsByFunction":          l.listVersions,
		"GetProvisionedConcurrencyConfig": l.getProvisioned,
		"Invoke":                          l.invoke,
	}[req.operation]
	if serve == nil {
		return restReply{refused: refuse(http.StatusNotFound, "UnknownOperationException", "")}.answer("*")
	}
	if !req.resolve(l.account, c.Region) {
		return restReply{refused: functionNotFound(req.function)}.answer("*")
	}
	return serve(req).answer(req.resource())
}

// lambdaRequest is what the path and query of a call say.
type lambdaRequest struct {
	operation string
	function  string // as the caller named it, then the unqualified ARN
	alias     string
	qualifier string
	query     url.Values
	actor     string
	body      []byte
	kind      string // Invoke's X-Amz-Invocation-Type
}

// readLambdaPath names the operation by method and path; none of those it does not know are answered.
func readLambdaPath(r *http.Request) lambdaRequest {
	parts := strings.Split(strings.Trim(r.URL.EscapedPath(), "/"), "/")
	for i, p := range parts {
		if plain, err := url.PathUnescape(p); err == nil {
			parts[i] = plain
		}
	}
	req := lambdaRequest{query: r.URL.Query()}
	req.qualifier = req.query.Get("Qualifier")
	if len(parts) < 3 || len(parts) > 5 || parts[1] != "functions" {
		return req
	}
	req.function = parts[2]
	shape := parts[0]
	if len(parts) > 3 {
		shape += "/" + parts[3]
	}
	if len(parts) > 4 {
		req.alias, shape = parts[4], shape+"/*"
	}
	req.operation = map[string]string{
		"GET 2015-03-31":                         "GetFunction",
		"GET 2015-03-31/configuration":           "GetFunctionConfiguration",
		"GET 2015-03-31/aliases":                 "ListAliases",
		"POST 2015-03-31/aliases":                "CreateAlias",
		"GET 2015-03-31/aliases/*":               "GetAlias",
		"PUT 2015-03-31/aliases/*":               "UpdateAlias",
		"GET 2015-03-31/versions":                "ListVersionsByFunction",
		"POST 2015-03-31/versions":               "PublishVersion",
		"GET 2019-09-30/provisioned-concurrency": "GetProvisionedConcurrencyConfig",
		"POST 2015-03-31/invocations":            "Invoke",
	}[r.Method+" "+shape]
	return req
}

// resolve turns the three forms of a function's name (name, partial ARN, ARN; each may end in a qualifier) into the
// unqualified ARN. It reports false for an ARN of another account or region.
func (r *lambdaRequest) resolve(account, region string) bool {
	prefix := "arn:aws:lambda:" + region + ":" + account + ":function:"
	name := strings.TrimPrefix(r.function, prefix)
	name = strings.TrimPrefix(name, account+":function:")
	if strings.HasPrefix(name, "arn:") || strings.Contains(name, ":function:") {
		return false
	}
	if plain, qualifier, ok := strings.Cut(name, ":"); ok && r.qualifier == "" {
		name, r.qualifier = plain, qualifier
	}
	r.function = prefix + name
	return true
}

// resource is what IAM checks: the function, for alias calls too (AWS note 3.1); provisioned concurrency and an invocation
// belong to a qualified function where they name one.
func (r *lambdaRequest) resource() string {
	if (r.operation == "GetProvisionedConcurrencyConfig" || r.operation == "Invoke") && r.qualifier != "" {
		return r.function + ":" + r.qualifier
	}
	return r.function
}
