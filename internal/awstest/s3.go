package awstest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// S3 answers Amazon S3's object calls with its conditional writes (AWS note 3.6). moto never answers
// ConditionalRequestConflict (AWS note 8); a World that registers none keeps moto's S3.
//
// Reads after writes are consistent. It knows paths of buckets, no virtual hosts, no multipart uploads and no policies.
type S3 struct {
	account  string
	region   string
	mu       sync.Mutex
	ledger   *Ledger
	clock    func() time.Time
	buckets  map[string]*bucket
	emission emission
	sequence int
	refused  map[string][]*refusal // by operation, in line
}

// NewS3 returns the S3 of one account and region, without buckets. A nil clock means time.Now.
func NewS3(account, region string, ledger *Ledger, clock func() time.Time) *S3 {
	if clock == nil {
		clock = time.Now
	}
	return &S3{account: account, region: region, ledger: ledger, clock: clock, buckets: map[string]*bucket{}, refused: map[string][]*refusal{}}
}

// Service implements StandIn.
func (*S3) Service() string { return "s3" }

// Operation implements StandIn.
func (*S3) Operation(r *http.Request, _ []byte) string { return s3Operation(r) }

// Serve implements StandIn.
func (s *S3) Serve(c Call) Answer {
	a, heard, events := s.serve(c)
	for _, raw := range events {
		heard(raw)
	}
	return a
}

func (s *S3) serve(c Call) (Answer, func(json.RawMessage), []json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	operation := s3Operation(c.Request)
	serve := s.operations()[operation]
	if serve == nil {
		return s3Error(refuse(http.StatusNotImplemented, "NotImplemented", "A header or query you provided implies functionality that is not implemented."), "*"), nil, nil
	}
	req := readObjectPath(c)
	if line := s.refused[operation]; len(line) > 0 {
		s.refused[operation] = line[1:]
		return s3Error(line[0], s3Resource(c)), nil, nil
	}
	b := s.buckets[req.bucket]
	if b == nil {
		return s3Error(refuse(http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist"), s3Resource(c)), nil, nil
	}
	a := serve(b, req)
	a.Resource = s3Resource(c)
	if c.Request.Method == http.MethodHead {
		a.Body = nil
	}
	heard, events := s.emission.heard()
	return a, heard, events
}

func (s *S3) operations() map[string]func(*bucket, objectRequest) Answer {
	return map[string]func(*bucket, objectRequest) Answer{
		"PutObject": s.putObject, "GetObject": s.getObject, "HeadObject": s.getObject, "DeleteObject": s.deleteObject,
	}
}

// objectRequest is what the path and header of a call say.
type objectRequest struct {
	bucket, key string
	header      http.Header
	actor       string
	body        []byte
}

func readObjectPath(c Call) objectRequest {
	name, key, _ := strings.Cut(strings.TrimPrefix(c.Request.URL.Path, "/"), "/")
	return objectRequest{bucket: name, key: key, header: c.Request.Header, actor: c.Actor, body: c.Body}
}

// s3Resource is the object, or the bucket of a call that names none.
func s3Resource(c Call) string {
	path, err := url.PathUnescape(strings.Trim(c.Request.URL.EscapedPath(), "/"))
	if err != nil || path == "" {
		return ""
	}
	return "arn:aws:s3:::" + path
}

// s3Error words a refusal in S3's bare Error document.
func s3Error(r *refusal, resource string) Answer {
	body := element("Error", leaf("Code", r.code), leaf("Message", r.message), leaf("RequestId", "awstest"))
	return Answer{Status: r.status, Header: http.Header{"Content-Type": {"application/xml"}}, Body: []byte(body.String()), Resource: resource}
}
