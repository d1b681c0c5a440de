package awstest

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// serve takes one call through: decode, number, hook, fault, apply, record, hook, answer.
func (w *World) serve(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client left before it had said everything: nothing was asked
	}
	c, signed := decodeCall(r, body)
	if !signed {
		write(rw, shapedError(c, codeUnsigned, "Request is missing Authentication Token"))
		return
	}
	stand := w.standIn(c)
	if stand != nil {
		c.Operation = stand.Operation(requestCopy(c), body)
	}
	c = w.record.begin(c, w.opts.Clock())
	defer w.record.done()
	w.hooks.runBefore(c)
	answer := w.settle(&c, stand)
	c.Status = answer.Status
	w.record.end(c)
	w.hooks.runAfter(c)
	if c.Fault == faultLost || w.ctx.Err() != nil {
		panic(http.ErrAbortHandler) // cuts the connection without a word
	}
	write(rw, answer)
}

// settle decides what is injected and applies the call if it is to be applied.
func (w *World) settle(c *Call, stand StandIn) Answer {
	v := w.faults.judge(*c, w.opts.Seed)
	c.Fault = v.fault
	if v.delay > 0 {
		w.pause(v.delay)
	}
	if v.refusal != nil {
		a := *v.refusal
		return a
	}
	answer := w.apply(*c, stand)
	if answer.Status == 0 {
		answer.Status = http.StatusOK
	}
	if answer.Resource != "" {
		c.Resource = answer.Resource
	}
	return answer
}

// pause holds a call back. It looks at the World's end, not at the client's: a call its client gave up on lands late.
func (w *World) pause(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-w.ctx.Done():
	}
}

// apply has the call answered by its stand-in or its engine.
func (w *World) apply(c Call, stand StandIn) Answer {
	c.Request = requestCopy(c)
	switch {
	case stand != nil:
		return stand.Serve(c)
	case c.Service == "sts" && c.Operation == "GetCallerIdentity":
		return callerIdentity(c)
	case w.elastic != nil && c.Service == "sqs":
		return w.forwardSQS(c)
	case w.elastic != nil && c.Service == "dynamodb":
		return w.forwardDynamoDB(c)
	case slices.Contains(standInServices(), c.Service), w.moto == nil:
		w.opts.Failf("call %d, %s %s by %s: no stand-in for it is registered in this world", c.N, c.Service, c.Operation, c.Actor)
		return shapedError(c, codeUnknown, "no stand-in is registered for "+c.Service)
	case c.Service == "dynamodb":
		return w.forwardDynamoDB(c)
	case c.Service == "sqs":
		return w.forwardSQS(c)
	case c.Service == "events":
		return w.forwardEvents(c)
	case c.Service == "cloudformation":
		return w.forwardCloudFormation(c)
	default:
		return w.forward(c, w.moto)
	}
}

// standInServices are the services no engine answers faithfully (AWS note 8).
func standInServices() []string {
	return []string{
		"codepipeline", "codedeploy", "lambda", "elasticloadbalancing", "monitoring", "appconfig", "elasticbeanstalk", "codebuild",
		"ecs", "route53", "vpc-lattice",
		"apigateway", "cloudfront", "cloudfront-keyvaluestore",
	}
}

// requestCopy is the request as received, with a body of its own to read.
func requestCopy(c Call) *http.Request {
	r := c.Request.Clone(c.Request.Context())
	r.Body = io.NopCloser(bytes.NewReader(c.Body))
	r.Form, r.PostForm = nil, nil
	u := url.URL{}
	if c.Request.URL != nil {
		u = *c.Request.URL
	}
	r.URL = &u
	return r
}

func write(rw http.ResponseWriter, a Answer) {
	for k, vs := range a.Header {
		rw.Header()[http.CanonicalHeaderKey(k)] = vs
	}
	rw.Header().Set("Content-Length", strconv.Itoa(len(a.Body)))
	if a.Status == 0 {
		a.Status = http.StatusOK
	}
	rw.WriteHeader(a.Status)
	_, _ = rw.Write(a.Body) // a client that left does not hear the answer; the call stands
}
