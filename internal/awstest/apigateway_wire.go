package awstest

import (
	"encoding/json"
	"net/http"
	"strings"
)

func gatewayRefusal(message string) restReply {
	return restReply{refused: gatewayInvalid(message)}
}

func gatewayInvalid(message string) *refusal {
	return refuse(http.StatusBadRequest, "BadRequestException", message)
}

func gatewayNotFound(message string) *refusal {
	return refuse(http.StatusNotFound, "NotFoundException", message)
}

// ask decodes a call's JSON body.
func (r *gatewayRequest) ask(into any) *refusal {
	if len(r.body) == 0 {
		return nil
	}
	if err := json.Unmarshal(r.body, into); err != nil {
		return gatewayInvalid("Invalid request body")
	}
	return nil
}

// gatewayResource is the path IAM checks (AWS note 3.3): arn:aws:apigateway:REGION::/restapis/ID/stages/NAME.
func gatewayResource(c Call) string {
	path := strings.TrimSuffix(c.Request.URL.Path, "/")
	path = strings.TrimPrefix(path, "/v2")
	return "arn:aws:apigateway:" + c.Region + "::" + path
}
