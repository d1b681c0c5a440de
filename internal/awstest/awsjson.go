package awstest

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
)

// awsJSONError is an error as an awsJson1.1 service answers it: the code the SDK turns into a typed error, and a text.
type awsJSONError struct{ code, message string }

func (e *awsJSONError) Error() string { return e.code + ": " + e.message }

// awsJSONOperation applies one operation to the stand-in S. The resource is what IAM checks, and comes with refused
// calls as well, because IAM is asked before the service looks at its own state.
type awsJSONOperation[S any] func(stand S, c Call) (resource string, out any, err error)

// awsJSON makes an operation of a function over the SDK's own input type I. encoding/json matches keys without regard
// to case, so the wire's deploymentId finds the field DeploymentId.
func awsJSON[S, I any](resource func(S, *I) string, serve func(S, *I, Call) (any, error)) awsJSONOperation[S] {
	return func(stand S, c Call) (string, any, error) {
		in := new(I)
		if err := json.Unmarshal(c.Body, in); err != nil {
			return "*", nil, &awsJSONError{"SerializationException", "the body is not what the operation takes"}
		}
		out, err := serve(stand, in, c)
		return resource(stand, in), out, err
	}
}

// awsJSONTarget returns the operation named by X-Amz-Target when it carries the service's prefix, else "".
func awsJSONTarget(r *http.Request, prefix string) string {
	operation, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), prefix+".")
	if !ok {
		return ""
	}
	return operation
}

// awsJSONServe runs the operation the call names and answers what it said.
func awsJSONServe[S any](operations map[string]awsJSONOperation[S], stand S, c Call) Answer {
	operation, ok := operations[c.Operation]
	if !ok {
		return awsJSONRefusal("*", &awsJSONError{"UnknownOperationException", ""})
	}
	resource, out, err := operation(stand, c)
	if err != nil {
		return awsJSONRefusal(resource, err)
	}
	body, err := json.Marshal(awsJSONValue(out))
	if err != nil {
		return awsJSONRefusal(resource, err)
	}
	return Answer{Status: http.StatusOK, Header: awsJSONHeader(), Body: body, Resource: resource}
}

// awsJSONRefusal answers an error; one without an AWS code is a fault of the stand-in itself and says so.
func awsJSONRefusal(resource string, err error) Answer {
	refusal := &awsJSONError{"InternalFailure", err.Error()}
	status := http.StatusInternalServerError
	if errors.As(err, &refusal) {
		status = http.StatusBadRequest
	}
	body, err := json.Marshal(map[string]string{"__type": refusal.code, "message": refusal.message})
	if err != nil {
		body = []byte(`{"__type":"InternalFailure"}`)
	}
	return Answer{Status: status, Header: awsJSONHeader(), Body: body, Resource: resource}
}

func awsJSONHeader() http.Header {
	return http.Header{"Content-Type": {"application/x-amz-json-1.1"}}
}
