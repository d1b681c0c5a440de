package awstest

import (
	"encoding/json"
	"net/http"
	"strconv"
)

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
