package awstest

import (
	"net/http"
	"time"
)

// Call is one AWS API call as the front received it, decoded as far as every protocol allows.
type Call struct {
	// N is the position in the record, from 1.
	N int
	// At is when the front had read the whole request.
	At time.Time
	// Service is the signing name in the credential scope: "lambda", "codepipeline", "monitoring", …
	Service string
	// Operation is the API operation: "UpdateAlias". Empty when the service knows no such operation.
	Operation string
	// Region is the region in the credential scope.
	Region string
	// Actor is the access key id in the signature; it tells workers, operators and the test apart.
	Actor string
	// Resource is what IAM checks the operation against, an ARN or a name; "*" when IAM knows none. The stand-in
	// (Answer.Resource) or the front's extractors fill it.
	Resource string
	// Request holds method, path, query and header as received; its Body reads Body.
	Request *http.Request
	// Body is the whole request body.
	Body []byte
	// Fault is what the front injected: "" for nothing, else "throttle", "error", "lost", "deny" or "delay".
	Fault string
	// Status is the HTTP status of the answer, also of one that was lost on its way back.
	Status int
}

// Answer is what a stand-in says.
type Answer struct {
	// Status is the HTTP status; 0 means 200.
	Status int
	// Header is added to the response. May be nil.
	Header http.Header
	// Body is sent as it is.
	Body []byte
	// Resource is what IAM would check this operation against, an ARN or a name; empty means "*".
	Resource string
}

// StandIn answers one AWS service, strictly by the documentation: every documented error, every fence. The front calls
// it from many goroutines; it serialises its own state.
type StandIn interface {
	// Service is the signing name the stand-in answers for.
	Service() string
	// Operation names the API operation a request asks for; "" means the service has no such operation.
	Operation(r *http.Request, body []byte) string
	// Serve applies the call and answers it. Call.Resource, Fault and Status are not filled yet.
	Serve(c Call) Answer
}

// Partial is a stand-in that answers only what a test declared to it; what it does not take goes to the service's engine,
// as if the stand-in were not there.
type Partial interface {
	StandIn
	// Takes reports whether the call is the stand-in's. It is asked before Operation and Serve.
	Takes(c Call) bool
}
