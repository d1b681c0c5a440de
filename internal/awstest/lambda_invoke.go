package awstest

import (
	"encoding/json"
	"net/http"
	"slices"
)

// Invocation is one call of a function, as the function sees it.
type Invocation struct {
	// Function is the function's name, Qualifier the alias or version that was called; empty for none.
	Function, Qualifier string
	// Version is the version that runs: of an alias the primary one.
	Version string
	// Type is RequestResponse, or Event for one whose answer nobody waits for.
	Type string
	// Payload is the JSON the caller sent; nil for none.
	Payload json.RawMessage
	// Actor is the access key id that called.
	Actor string
}

// InvocationAnswer is what a function answers. The zero value is the payload null.
type InvocationAnswer struct {
	// Payload is the JSON it returns, or the error it ends with.
	Payload json.RawMessage
	// Failed is "Unhandled" or "Handled" for a function that ended with an error: the call itself succeeded
	// (API Invoke, FunctionError).
	Failed string
}

// Answer sets what a function answers to each invocation; nil takes the answer away. answer must not call the stand-in.
func (l *Lambda) Answer(function string, answer func(Invocation) InvocationAnswer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answers[l.mustFunction(function).arn] = answer
}

// Invocations are all that ran so far, in order.
func (l *Lambda) Invocations() []Invocation {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.invoked)
}

// invoke runs a function. An Event is accepted with 202 and no answer, a DryRun only checked with 204.
func (l *Lambda) invoke(req lambdaRequest) restReply {
	f, refused := l.findFunction(req.function)
	if refused != nil {
		return restReply{refused: refused}
	}
	version, refused := f.runs(req.qualifier)
	if refused != nil {
		return restReply{refused: refused}
	}
	var payload json.RawMessage
	if len(req.body) > 0 {
		payload = req.body
		if !json.Valid(req.body) {
			return restReply{refused: refuse(http.StatusBadRequest, "InvalidRequestContentException", "Could not parse request body into json")}
		}
	}
	switch {
	case version.config.State != "Active":
		return restReply{refused: refuse(http.StatusConflict, "ResourceConflictException",
			"The operation cannot be performed at this time. The function is currently in the following state: "+version.config.State)}
	case req.kind == "DryRun":
		return restReply{status: http.StatusNoContent}
	}
	call := Invocation{f.name, req.qualifier, version.number, "RequestResponse", payload, req.actor}
	if req.kind == "Event" {
		call.Type = req.kind
	}
	l.invoked = append(l.invoked, call)
	l.ledger.Append(req.actor, "invocation", req.resource(), call)
	answer := InvocationAnswer{}
	if say := l.answers[f.arn]; say != nil {
		answer = say(call)
	}
	if call.Type == "Event" {
		return restReply{status: http.StatusAccepted}
	}
	header := http.Header{"X-Amz-Executed-Version": {version.number}}
	if answer.Failed != "" {
		header.Set("X-Amz-Function-Error", answer.Failed)
	}
	return restReply{header: header, body: answer.Payload}
}

// runs is the version that a qualifier means: none is $LATEST, of an alias the primary one.
func (f *lambdaFunction) runs(qualifier string) (lambdaVersion, *refusal) {
	number := qualifier
	switch alias := f.aliases[qualifier]; {
	case alias != nil:
		number = alias.now.FunctionVersion
	case qualifier == "":
		number = latest
	}
	v, ok := f.version(number)
	if !ok {
		return lambdaVersion{}, functionNotFound(f.arn + ":" + qualifier)
	}
	return v, nil
}
