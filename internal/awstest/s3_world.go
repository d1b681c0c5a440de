package awstest

import (
	"encoding/json"
	"maps"
	"net/http"
)

// The methods of this file are the test's side of S3. They panic on a bucket or key the test never made.

// CreateBucket makes an empty bucket.
func (s *S3) CreateBucket(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buckets[name] = &bucket{name: name, objects: map[string]*object{}}
}

// EncryptBucket gives objects written from now on an ETag that is not the MD5 of their bytes, as a KMS key does: the
// same bytes again have another ETag.
func (s *S3) EncryptBucket(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.must(name).kms = true
}

// NotifyEventBridge has a bucket send its events from now on: they are opt-in (AWS note 1.6).
func (s *S3) NotifyEventBridge(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.must(name).events = true
}

// PutFile makes an object, served with these headers, and returns the event of it, if the bucket sends any.
func (s *S3) PutFile(bucket, key, body string, header map[string]string) []json.RawMessage {
	return s.write(SetupActor, bucket, key, body, header)
}

// SetFile is a foreign writer.
func (s *S3) SetFile(bucket, key, body string, header map[string]string) []json.RawMessage {
	return s.write(ForeignActor, bucket, key, body, header)
}

func (s *S3) write(actor, bucket, key, body string, header map[string]string) []json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	caused, _ := s.emission.during(func() error {
		own := map[string]string{}
		maps.Copy(own, header)
		s.put(actor, s.must(bucket), key, body, own)
		return nil
	})
	return caused
}

// File returns what an object really holds; false when there is none.
func (s *S3) File(bucket, key string) (ObjectState, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o := s.must(bucket).objects[key]; o != nil {
		return o.now.clone(), true
	}
	return ObjectState{}, false
}

// DeleteFile takes an object away.
func (s *S3) DeleteFile(bucket, key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(ForeignActor, s.must(bucket), key)
}

// OnEvent hands each event that an API call causes to deliver, after the call was applied and before it is answered.
func (s *S3) OnEvent(deliver func(json.RawMessage)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.emission.deliver = deliver
}

// RefuseNext answers the next call of an operation with one of its documented errors: ("PutObject",
// "ConditionalRequestConflict"). Several wait in line.
func (s *S3) RefuseNext(operation, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	status := map[string]int{
		"ConditionalRequestConflict": http.StatusConflict, "PreconditionFailed": http.StatusPreconditionFailed, "NoSuchKey": http.StatusNotFound,
		"AccessDenied": http.StatusForbidden, "SlowDown": http.StatusServiceUnavailable, "InternalError": http.StatusInternalServerError,
		"InvalidRequest": http.StatusBadRequest,
	}[code]
	if status == 0 || s.operations()[operation] == nil {
		panic("awstest: S3 cannot refuse " + operation + " with " + code)
	}
	s.refused[operation] = append(s.refused[operation], refuse(status, code, "refused by the test"))
}

func (s *S3) must(name string) *bucket {
	b := s.buckets[name]
	if b == nil {
		panic("awstest: no bucket " + name)
	}
	return b
}

var _ StandIn = (*S3)(nil)
