package awstest

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
)

// sdkBody is a request body that, as the SDK's, is of no use once it was closed.
type sdkBody struct {
	io.Reader
	closed atomic.Bool
}

func (b *sdkBody) Read(p []byte) (int, error) {
	if b.closed.Load() {
		return 0, errors.New("read on closed body")
	}
	return b.Reader.Read(p)
}

func (b *sdkBody) Close() error {
	b.closed.Store(true)
	return nil
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestPrivateBody_isWholeAfterTheCallerClosedItsOwn(t *testing.T) {
	body := &sdkBody{Reader: bytes.NewReader([]byte("the request"))}
	var sent []byte
	transport := privateBody{roundTripper(func(r *http.Request) (*http.Response, error) {
		_ = body.Close() // the SDK closes it as soon as it has an answer, here before the transport has read it
		var err error
		if sent, err = io.ReadAll(r.Body); err != nil {
			t.Errorf("the transport reads: %v", err)
		}
		return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
	})}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1/", body)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if string(sent) != "the request" {
		t.Errorf("the transport sent %q", sent)
	}
}
