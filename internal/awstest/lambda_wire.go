package awstest

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// lambdaReply is what an operation came to: a body, or a refusal.
type lambdaReply struct {
	status  int // 0 means 200
	body    any
	refused *refusal
}

// answer words the reply in restJson1: an error has its name in a header, its text in "Message" and, since the
// models disagree on the letter, in "message" too.
func (r lambdaReply) answer(resource string) Answer {
	header := http.Header{"Content-Type": {"application/json"}}
	if r.refused != nil {
		kind := "User"
		if r.refused.status >= http.StatusInternalServerError {
			kind = "Service"
		}
		header.Set("X-Amzn-ErrorType", r.refused.code)
		r.status = r.refused.status
		r.body = map[string]string{"Type": kind, "Message": r.refused.message, "message": r.refused.message}
	}
	body, err := json.Marshal(r.body)
	if err != nil {
		panic("awstest: encode a lambda answer: " + err.Error())
	}
	return Answer{Status: r.status, Header: header, Body: body, Resource: resource}
}

// ask decodes a call's JSON body.
func (r *lambdaRequest) ask(into any) *refusal {
	if err := json.Unmarshal(r.body, into); err != nil {
		return refuse(http.StatusBadRequest, "InvalidRequestContentException", "Could not parse request body into json")
	}
	return nil
}

// paged reads Marker and MaxItems; Lambda lists at most 50 a page, whatever is asked.
func paged[T any](req lambdaRequest, items []T) ([]T, string, *refusal) {
	const most = 50
	size := most
	if asked := req.query.Get("MaxItems"); asked != "" {
		n, err := strconv.Atoi(asked)
		if err != nil || n < 1 || n > 10000 {
			return nil, "", lambdaInvalid("MaxItems must be between 1 and 10000")
		}
		size = min(n, most)
	}
	got, next, ok := page(items, req.query.Get("Marker"), size)
	if !ok {
		return nil, "", lambdaInvalid("Invalid marker")
	}
	return got, next, nil
}

func lambdaInvalid(message string) *refusal {
	return refuse(http.StatusBadRequest, "InvalidParameterValueException", message)
}

func lambdaNotFound(message string) *refusal {
	return refuse(http.StatusNotFound, "ResourceNotFoundException", message)
}

func functionNotFound(arn string) *refusal { return lambdaNotFound("Function not found: " + arn) }

func lambdaMoved() *refusal {
	return refuse(http.StatusPreconditionFailed, "PreconditionFailedException",
		"The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id")
}
