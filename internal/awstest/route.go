package awstest

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// wireProtocol is how a request is written and an error must be shaped.
type wireProtocol int

const (
	wireJSON wireProtocol = iota + 1 // awsJson1.0, awsJson1.1
	wireREST                         // restJson1
	wireQuery
	wireCBOR // rpc-v2-cbor
	wireXML  // restXml: S3, Route 53, CloudFront
)

// globalRegion is the region of a call that was signed for all of them.
const globalRegion = "*"

// decodeCall reads who asks which service for what. It is false for a request without a Signature Version 4 credential
// scope, in its header or its query.
func decodeCall(r *http.Request, body []byte) (Call, bool) {
	r.Body = io.NopCloser(bytes.NewReader(body))
	c := Call{Request: r, Body: body}
	scope := credentialScope(r)
	parts := strings.Split(scope, "/")
	if len(parts) == 4 { // Signature Version 4A: a signature for every region names none
		parts = slices.Insert(parts, 2, globalRegion)
	}
	if len(parts) != 5 || parts[4] != "aws4_request" {
		return c, false
	}
	c.Actor, c.Region, c.Service = parts[0], parts[2], parts[3]
	c.Operation = operation(c)
	c.Resource = resourceOf(c)
	return c, true
}

// credentialScope is what follows "Credential=" in the signature: access key id, date, region, service, terminator.
func credentialScope(r *http.Request) string {
	_, after, found := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	if !found {
		return r.URL.Query().Get("X-Amz-Credential")
	}
	scope, _, _ := strings.Cut(after, ",")
	return strings.TrimSpace(scope)
}

func protocolOf(c Call) wireProtocol {
	h := c.Request.Header
	switch {
	case h.Get("Smithy-Protocol") == "rpc-v2-cbor":
		return wireCBOR
	case h.Get("X-Amz-Target") != "":
		return wireJSON
	case strings.HasPrefix(h.Get("Content-Type"), "application/x-www-form-urlencoded"):
		return wireQuery
	case slices.Contains([]string{"s3", "route53", "cloudfront"}, c.Service):
		return wireXML
	default:
		return wireREST
	}
}

// operation names the API operation where the protocol does; REST services are named by their stand-in.
func operation(c Call) string {
	switch protocolOf(c) {
	case wireCBOR:
		return c.Request.URL.Path[strings.LastIndex(c.Request.URL.Path, "/")+1:]
	case wireJSON:
		target := c.Request.Header.Get("X-Amz-Target")
		return target[strings.LastIndex(target, ".")+1:]
	case wireQuery:
		form, err := url.ParseQuery(string(c.Body))
		if err != nil {
			return ""
		}
		return form.Get("Action")
	case wireXML:
		if c.Service == "s3" {
			return s3Operation(c.Request)
		}
		return ""
	case wireREST:
		return ""
	}
	return ""
}

// s3Operation names the few S3 operations Serin's tests use.
func s3Operation(r *http.Request) string {
	object := strings.Contains(strings.Trim(r.URL.Path, "/"), "/")
	names := map[string]string{http.MethodPut: "CreateBucket", http.MethodGet: "ListObjectsV2", http.MethodHead: "HeadBucket", http.MethodDelete: "DeleteBucket"}
	if object {
		names = map[string]string{http.MethodPut: "PutObject", http.MethodGet: "GetObject", http.MethodHead: "HeadObject", http.MethodDelete: "DeleteObject"}
	}
	return names[r.Method]
}
