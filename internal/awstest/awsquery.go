package awstest

import (
	"net/http"
	"strings"
)

// queryAPI is a service that speaks awsQuery: the namespace of its answers.
type queryAPI string

const (
	beanstalkAPI      queryAPI = "http://elasticbeanstalk.amazonaws.com/docs/2010-12-01/"
	cloudFormationAPI queryAPI = "http://cloudformation.amazonaws.com/doc/2010-05-15/"
)

// answer words an operation's result, or its refusal.
func (a queryAPI) answer(operation string, result form, refused *refusal, resource string) Answer {
	if refused != nil {
		answer := refuseXML(refused, resource)
		answer.Body = []byte(strings.Replace(string(answer.Body), elbNamespace, string(a), 1))
		return answer
	}
	answer := answerXML(operation, result, resource)
	answer.Body = []byte(strings.Replace(string(answer.Body), elbNamespace, string(a), 1))
	return answer
}

// queryInvalid is a 400 with a code and a text.
func queryInvalid(code, message string) *refusal { return refuse(http.StatusBadRequest, code, message) }
