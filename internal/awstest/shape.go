package awstest

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"

	"github.com/aws/smithy-go/encoding/cbor"
)

// errorKind is a refusal that every service knows in its own shape.
type errorKind int

const (
	codeThrottled errorKind = iota + 1
	codeInternal
	codeUnavailable
	codeDenied
	codeUnknown
	codeUnsigned
)

// errorShape is one error as a protocol writes it. QueryCode is the code the service had while it spoke the query
// protocol, sent along by the services that are compatible with it.
type errorShape struct {
	name      string
	status    int
	queryCode string
}

// shapedError shapes an error for the protocol of c.
func shapedError(c Call, kind errorKind, message string) Answer {
	s := shapeOf(c, kind)
	a := Answer{Status: s.status, Header: http.Header{}}
	a.Header.Set("X-Amzn-Requestid", fmt.Sprintf("awstest-%d", c.N))
	switch protocolOf(c) {
	case wireJSON:
		a.Header.Set("Content-Type", c.Request.Header.Get("Content-Type"))
		a.Body = jsonBytes(map[string]string{"__type": s.name, "message": message})
		if c.Service == "sqs" {
			a.Header.Set("X-Amzn-Query-Error", s.queryCode)
		}
	case wireCBOR:
		a.Header.Set("Content-Type", "application/cbor")
		a.Header.Set("Smithy-Protocol", "rpc-v2-cbor")
		a.Header.Set("X-Amzn-Query-Error", s.queryCode)
		a.Body = cbor.Encode(cbor.Map{"__type": cbor.String(s.name), "message": cbor.String(message)})
	case wireREST:
		a.Header.Set("Content-Type", "application/json")
		a.Header.Set("X-Amzn-Errortype", s.name)
		a.Body = jsonBytes(map[string]string{"Type": fault(s.status), "Message": message})
	case wireQuery, wireXML:
		a.Header.Set("Content-Type", "text/xml")
		a.Body = xmlError(c, s, message)
	}
	return a
}

// shapeOf is the table of error names: service and protocol decide.
func shapeOf(c Call, kind errorKind) errorShape {
	switch kind {
	case codeThrottled:
		return throttleShape(c)
	case codeInternal:
		return internalShape(c)
	case codeUnavailable:
		return errorShape{"ServiceUnavailable", http.StatusServiceUnavailable, "ServiceUnavailable;Receiver"}
	case codeDenied:
		return deniedShape(c)
	case codeUnknown:
		if protocolOf(c) == wireQuery {
			return errorShape{"InvalidAction", http.StatusBadRequest, ""}
		}
		return errorShape{"UnknownOperationException", http.StatusBadRequest, "InvalidAction;Sender"}
	case codeUnsigned:
		return errorShape{"MissingAuthenticationTokenException", http.StatusForbidden, "MissingAuthenticationToken;Sender"}
	}
	return errorShape{"InternalFailure", http.StatusInternalServerError, "InternalFailure;Receiver"}
}

func throttleShape(c Call) errorShape {
	switch protocolOf(c) {
	case wireREST:
		if c.Service == "vpc-lattice" {
			return errorShape{"ThrottlingException", http.StatusTooManyRequests, ""}
		}
		return errorShape{"TooManyRequestsException", http.StatusTooManyRequests, ""}
	case wireQuery:
		return errorShape{"Throttling", http.StatusBadRequest, ""}
	case wireXML:
		if c.Service != "s3" {
			return errorShape{"Throttling", http.StatusBadRequest, ""}
		}
		return errorShape{"SlowDown", http.StatusServiceUnavailable, ""}
	case wireJSON, wireCBOR:
	}
	if c.Service == "sqs" {
		return errorShape{"RequestThrottled", http.StatusBadRequest, "RequestThrottled;Sender"}
	}
	return errorShape{"ThrottlingException", http.StatusBadRequest, "Throttling;Sender"}
}

func internalShape(c Call) errorShape {
	name := "InternalFailure"
	switch c.Service {
	case "dynamodb":
		name = "InternalServerError"
	case "events":
		name = "InternalException"
	case "monitoring":
		name = "InternalServiceFault"
	case "lambda":
		name = "ServiceException"
	case "ecs":
		name = "ServerException"
	case "vpc-lattice":
		name = "InternalServerException"
	case "s3", "sqs":
		name = "InternalError"
	}
	return errorShape{name, http.StatusInternalServerError, name + ";Receiver"}
}

func deniedShape(c Call) errorShape {
	switch protocolOf(c) {
	case wireQuery, wireXML:
		return errorShape{"AccessDenied", http.StatusForbidden, ""}
	case wireREST, wireCBOR:
		return errorShape{"AccessDeniedException", http.StatusForbidden, "AccessDenied;Sender"}
	case wireJSON:
		if c.Service == "sqs" {
			return errorShape{"AccessDeniedException", http.StatusForbidden, "AccessDenied;Sender"}
		}
	}
	return errorShape{"AccessDeniedException", http.StatusBadRequest, ""}
}

// fault is whose fault a status says it is, in the words of restJson1 and query.
func fault(status int) string {
	if status >= http.StatusInternalServerError {
		return "Service"
	}
	return "User"
}

// xmlError writes the query protocol's ErrorResponse, or S3's bare Error.
func xmlError(c Call, s errorShape, message string) []byte {
	type errorBody struct {
		XMLName xml.Name `xml:"Error"`
		Type    string   `xml:"Type,omitempty"`
		Code    string
		Message string
	}
	e := errorBody{Code: s.name, Message: message}
	if c.Service == "s3" {
		return xmlBytes(e)
	}
	e.Type = "Sender"
	if s.status >= http.StatusInternalServerError {
		e.Type = "Receiver"
	}
	return xmlBytes(struct {
		XMLName   xml.Name `xml:"ErrorResponse"`
		Error     errorBody
		RequestID string `xml:"RequestId"`
	}{Error: e, RequestID: fmt.Sprintf("awstest-%d", c.N)})
}

// jsonBytes and xmlBytes write values of this package, which always can be written.
func jsonBytes(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func xmlBytes(v any) []byte {
	b, err := xml.Marshal(v)
	if err != nil {
		panic(err)
	}
	return append([]byte(xml.Header), b...)
}
