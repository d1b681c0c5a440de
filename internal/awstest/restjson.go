package awstest

import (
	"encoding/json"
	"maps"
	"net/http"
)

// restReply is what an operation came to: a body, or a refusal.
type restReply struct {
	status  int // 0 means 200
	header  http.Header
	body    any
	refused *refusal
}

// answer words the reply in restJson1: an error has its name in a header, its text in "Message" and, since the
// models disagree on the letter, in "message" too.
func (r restReply) answer(resource string) Answer {
	header := http.Header{"Content-Type": {"application/json"}}
	maps.Copy(header, r.header)
	if r.refused != nil {
		kind := "User"
		if r.refused.status >= http.StatusInternalServerError {
			kind = "Service"
		}
		header.Set("X-Amzn-ErrorType", r.refused.code)
		r.status = r.refused.status
		r.body = map[string]string{"Type": kind, "Message": r.refused.message, "message": r.refused.message}
	}
	if r.body == nil && (r.status == http.StatusAccepted || r.status == http.StatusNoContent) {
		return Answer{Status: r.status, Header: header, Resource: resource}
	}
	body, err := json.Marshal(r.body)
	if err != nil {
		panic("awstest: encode an answer: " + err.Error())
	}
	return Answer{Status: r.status, Header: header, Body: body, Resource: resource}
}
