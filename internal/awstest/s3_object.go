package awstest

import (
	"crypto/md5" //nolint:gosec // S3's own ETag of a plain object
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// ObjectState is what an object holds, as the ledger keeps it (kind "object").
type ObjectState struct {
	// Body is the whole content.
	Body string
	// Header are the headers the object is served with: Cache-Control, Content-Type, X-Amz-Meta-… and their like.
	Header map[string]string
	// ETag is the opaque fence, with its quotes.
	ETag string
}

func (o ObjectState) clone() ObjectState {
	o.Header = maps.Clone(o.Header)
	return o
}

// bucket holds objects by key.
type bucket struct {
	name    string
	objects map[string]*object
	kms     bool
	events  bool
}

type object struct {
	now      ObjectState
	modified time.Time
}

// putObject writes if the condition holds: If-Match names the present ETag, If-None-Match: * demands that there be no
// object. Identical bytes keep the ETag of a plain object, which is their MD5, but not that of an encrypted one.
func (s *S3) putObject(b *bucket, req objectRequest) Answer {
	if refused := b.allows(req); refused != nil {
		return s3Error(refused, "")
	}
	if encoding := req.header.Get("Content-Encoding"); strings.Contains(encoding, "aws-chunked") {
		return s3Error(refuse(http.StatusNotImplemented, "NotImplemented", "aws-chunked bodies are not known here"), "")
	}
	o := s.put(req.actor, b, req.key, string(req.body), servedHeader(req.header))
	return Answer{Header: http.Header{"Etag": {o.now.ETag}}}
}

// allows compares the conditions of a write with what is there.
func (b *bucket) allows(req objectRequest) *refusal {
	match, none := req.header.Get("If-Match"), req.header.Get("If-None-Match")
	there := b.objects[req.key]
	switch {
	case none != "" && none != "*", match != "" && none != "":
		return refuse(http.StatusNotImplemented, "NotImplemented", "A header you provided implies functionality that is not implemented.")
	case match != "" && there == nil:
		return refuse(http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
	case match != "" && strings.Trim(match, `"`) != strings.Trim(there.now.ETag, `"`), none == "*" && there != nil:
		return preconditionFailed()
	}
	return nil
}

func preconditionFailed() *refusal {
	return refuse(http.StatusPreconditionFailed, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
}

// servedHeader is what an upload says about how to serve the object. An upload replaces all of it.
func servedHeader(h http.Header) map[string]string {
	out := map[string]string{}
	for name := range h {
		lower := strings.ToLower(name)
		served := slices.Contains([]string{
			"cache-control", "content-type", "content-disposition", "content-encoding", "content-language", "expires",
			"x-amz-website-redirect-location", "x-amz-storage-class",
		}, lower)
		if served || strings.HasPrefix(lower, "x-amz-meta-") {
			out[http.CanonicalHeaderKey(name)] = h.Get(name)
		}
	}
	return out
}

// put stores an object, enters it in the ledger and tells the bus.
func (s *S3) put(actor string, b *bucket, key, body string, header map[string]string) *object {
	s.sequence++
	sum := md5.Sum([]byte(body)) //nolint:gosec // see above
	etag := hex.EncodeToString(sum[:])
	if b.kms {
		etag = s.emission.hash("etag")[:32]
	}
	o := &object{now: ObjectState{Body: body, Header: header, ETag: `"` + etag + `"`}, modified: s.clock()}
	b.objects[key] = o
	s.ledger.Append(actor, "object", "arn:aws:s3:::"+b.name+"/"+key, o.now.clone())
	if b.events {
		s.tell(b, "Object Created", map[string]any{"key": key, "size": len(body), "etag": etag}, "PutObject")
	}
	return o
}

// getObject answers a read and a HEAD; both know If-Match and If-None-Match.
func (s *S3) getObject(b *bucket, req objectRequest) Answer {
	o := b.objects[req.key]
	if o == nil {
		return s3Error(refuse(http.StatusNotFound, "NoSuchKey", "The specified key does not exist."), "")
	}
	header := http.Header{
		"Etag": {o.now.ETag}, "Last-Modified": {o.modified.UTC().Format(http.TimeFormat)}, "Accept-Ranges": {"bytes"},
	}
	for name, value := range o.now.Header {
		header.Set(name, value)
	}
	match, none := req.header.Get("If-Match"), req.header.Get("If-None-Match")
	switch {
	case match != "" && strings.Trim(match, `"`) != strings.Trim(o.now.ETag, `"`):
		return s3Error(preconditionFailed(), "")
	case none != "" && strings.Trim(none, `"`) == strings.Trim(o.now.ETag, `"`):
		return Answer{Status: http.StatusNotModified, Header: header}
	}
	return Answer{Header: header, Body: []byte(o.now.Body)}
}

// deleteObject answers the same whether there was an object or not; If-Match is for directory buckets only.
func (s *S3) deleteObject(b *bucket, req objectRequest) Answer {
	s.remove(req.actor, b, req.key)
	return Answer{Status: http.StatusNoContent}
}

func (s *S3) remove(actor string, b *bucket, key string) {
	if b.objects[key] == nil {
		return
	}
	s.sequence++
	delete(b.objects, key)
	s.ledger.Append(actor, "object", "arn:aws:s3:::"+b.name+"/"+key, ObjectState{})
	if b.events {
		s.tell(b, "Object Deleted", map[string]any{"key": key}, "DeleteObject")
	}
}

// tell sends the event of a change (AWS note 1.6). The sequencer orders the events of one key.
func (s *S3) tell(b *bucket, kind string, object map[string]any, reason string) {
	object["sequencer"] = fmt.Sprintf("%016X", s.sequence)
	detail := map[string]any{
		"version": "0", "bucket": map[string]string{"name": b.name}, "object": object, "request-id": s.emission.hash("request")[:16],
		"requester": s.account, "source-ip-address": "127.0.0.1", "reason": reason,
	}
	if reason == "DeleteObject" {
		detail["deletion-type"] = "Permanently Deleted"
	}
	s.emission.add(envelope{
		Version: "0", ID: s.emission.uuid("event"), DetailType: kind, Source: "aws.s3", Account: s.account,
		Time: s.clock().UTC().Truncate(time.Second), Region: s.region, Resources: []string{"arn:aws:s3:::" + b.name}, Detail: detail,
	})
}
